"""The handlers of requests: a module for each part of the procedure, a function for each request.

A handler parses the form, calls one use case, and turns its outcome into a page or a redirect.
"""
