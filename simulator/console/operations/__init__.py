"""What the console does, for the API and for the pages: plain functions that return values and raise errors.

They know neither HTTP nor JSON nor French.
"""
