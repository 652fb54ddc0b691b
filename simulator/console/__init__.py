"""The console: the control API for scripts, and plain pages for people.

A door of its own, behind a token; it looks into the store and the mailboxes, and never into the portal.
May import: store, mail, pki, journal, seeding, timekeeping, metrics, traffic, wallclock, wording, domain,
and pydantic for the API's bodies.
"""
