"""One module for each part of the procedure; one function for each thing that a browser asks of a screen.

A handler reads the form, runs one use case, and turns its outcome into a page or a redirect.
"""
