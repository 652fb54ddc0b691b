"""Mail, from the text of a letter to the mailbox: written, sent by SMTP, caught, parsed.

The catcher does not parse the mail that it accepts, and the parser trusts no mail. Mail goes to loopback
addresses only, and no page makes a link of a mail's text.
May import: procedure, store, base, domain.
"""
