"""The use cases, one short function each: load, let the domain decide, save, note, queue the mail.

Each runs in one transaction, on one realm, at one instant (`Context`). They know neither HTTP nor SMTP, and
never mention defects.
May import: store, base, domain.
"""
