"""The operations of the console, for the API and the pages: functions that return values and raise errors.

They know neither HTTP nor JSON nor French.
"""
