"""The console: the control API for scripts, and plain pages for people.

A door of its own, behind a token; it looks into the store and the mailboxes, and never into the portal.
May import: store, mail, pki, journal, seeding, issuing, timekeeping, snapshots, staging, invariants, metrics,
traffic, wallclock, wording, spelling, defects, domain, maquette.fixtures for the rules,
and pydantic for the API's bodies.
"""
