"""A realm as one document that a person can read, and a realm out of such a document.

`document` says what a document may hold, `checks` that its entries agree with one another; `taking` makes one
from a realm, `making` a realm from one. No certificate and no key is in it, nor who has entered; codes,
hashes and answers are. May import: seeding, mail, procedure, store, spelling, defects, domain and wallclock.
"""
