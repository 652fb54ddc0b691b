"""The replica of the portal: its screens, on two doors, the portal and the gate.

A handler turns a request into a use case, and the outcome into a page; it decides nothing.
May import: procedure, store, pki to parse a certificate, base, domain. The portal does not know the console.
"""
