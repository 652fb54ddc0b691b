"""The console: the control API for scripts, and plain pages for people.

It has a door of its own, which needs a token. It reads the store and the mailboxes, and never calls the
portal. `operations` holds the operations, `api` and `pages` are the two ways to call them, `door` holds what
both have of a request, and `app` serves both.
May import: realm, mail, store, pki, defects, base, domain, and maquette.fixtures for the rules.
"""
