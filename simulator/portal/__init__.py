"""The replica that people see: its screens, on two doors, the portal and the gate.

Handlers by screen turn a request into a use case and its outcome into a page; they decide nothing.
May import: procedure, store, pki to read a certificate, base, domain. The portal does not know the console.
"""
