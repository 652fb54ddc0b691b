"""Code that all other folders use: wall clock, addresses, settings, logs, signals, French dates.

It holds as well the request log and the spelling of values in the API.
May import: domain, pydantic, aiohttp for the request log.
"""
