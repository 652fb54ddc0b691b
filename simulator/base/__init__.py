"""The ground floor: what every other folder stands on, and what knows none of them.

The wall clock, addresses, settings, logs, signals, request log, French dates, and how the API spells values.
May import: domain, pydantic, aiohttp for the request log.
"""
