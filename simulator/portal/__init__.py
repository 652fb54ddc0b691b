"""The replica that people see: screens of portal.md §3, on two doors, the portal and the gate.

Handlers by screen turn a request into a use case and its outcome into a page; they decide nothing.
May import: procedure, store.realms (a realm's record), domain, wording, addresses, wallclock, recap, traffic,
pki (to read a certificate).
The portal does not know that the console exists.
"""
