"""The console: the control API for scripts, and plain pages for people.

It has a door of its own, behind a token. It reads the store and the mailboxes, and never the portal.
`operations` is what is done, `api` and `pages` are the two ways to call it, `app` serves both.
May import: realm, mail, store, pki, defects, base, domain, and maquette.fixtures for the rules.
"""
