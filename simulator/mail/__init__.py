"""Letters, from their words to the mailbox: written, sent by real SMTP, caught, read.

The words are pure text, the catcher hands over what it takes without looking into it, and reading trusts
nothing. Mail goes to loopback addresses only, and no client of ours makes a link of what it prints.
May import: domain, wording, aiosmtpd, the standard library; outbox and delivery also store, journal,
wallclock and aiosmtplib; search also store.
"""
