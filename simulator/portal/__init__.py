"""The replica of the portal: its screens, on two doors, the portal and the gate.

A handler parses the form, calls one use case, and turns its outcome into a page or a redirect; it decides
nothing. There is a module of handlers for each part of the procedure. May import: procedure, store, pki to
parse a certificate, base, domain. The portal does not know the console.
"""
