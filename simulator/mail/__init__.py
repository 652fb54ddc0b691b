"""Letters, from their words to the mailbox: written, sent by real SMTP, caught, read.

The catcher hands over what it takes without looking into it, and the reader trusts nothing. Mail goes to
loopback addresses only, and no client of ours makes a link of what it prints.
May import: procedure, store, base, domain.
"""
