"""The console: the control API for scripts, and plain pages for people.

A door of its own, behind a token; it looks into the store and the mailboxes, and never into the portal.
May import: realm, mail, store, pki, defects, base, domain, and maquette.fixtures for the rules.
"""
