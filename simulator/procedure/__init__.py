"""The use cases, one short function each: load, ask the domain, save, note, queue the mail.

Each runs in one transaction, on one realm, at one instant (`Context`). May import: domain, store, journal and
wallclock. It knows neither HTTP nor SMTP, and never mentions defects.
"""
