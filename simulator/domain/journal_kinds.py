"""Every kind of line that a journal can hold: a closed set of stable names, with their meanings and data.

The journal accepts no line of another kind. The names are public: other people's scripts wait for them.
`docs/reference/journal.md` is generated from this module. It decides nothing, and knows neither writers nor
readers. Source: rules ACC-4, ACT-14, POP-6.
"""

from enum import StrEnum

ANYTHING = "…"
"""The name for data whose names a kind does not fix."""


class Kind(StrEnum):
    """A kind of line: its name; `meaning`, a sentence; `data`, the names of what a line may hold."""

    meaning: str
    data: tuple[str, ...]

    def __new__(cls, name: str, meaning: str, data: str = "") -> "Kind":
        """Make a kind; `data` holds the names of its data, separated by blanks."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.meaning = meaning
        kind.data = tuple(data.split())
        return kind

    # What a person did, and its outcome
    REQUEST = "request", "The portal or the gate answered a request.", "door method path status screen"
    CERTIFICATE_JUDGED = (
        "certificate-judged",
        "A certificate was accepted, or refused with the refusal's code as verdict.",
        "verdict subject fingerprint",
    )
    REFUSED = (
        "refused",
        "A person was refused: the code, the rule, and the real reason, which the page may hide.",
        "refusal rule reason subscriber_number email who why",
    )
    OUT_OF_ORDER = (
        "out-of-order",
        "A screen was requested before its turn; the person was redirected to the right one.",
        "subscriber_number wanted there",
    )
    SESSION_OPENED = (
        "session-opened",
        "A person entered a space, by certificate or by password.",
        "subscriber_number access",
    )
    SESSION_ENDED = (
        "session-ended",
        "A session was left, ended by idleness, or by a clock that moved.",
        "subscriber_number why",
    )
    PERSON_IDENTIFIED = (
        "person-identified",
        "A person identified themselves, from `outside` or for the `recovery` of a password.",
        "subscriber_number way",
    )
    CREATION_BEGUN = (
        "creation-begun",
        "A new space was requested, in this mode and for so many companies; nothing is accepted yet.",
        "mode companies",
    )
    WARNING_TAKEN = (
        "warning-taken",
        "A person read that the option is irrevocable, and went on.",
        "subscriber_number",
    )
    CREDENTIALS_CHOSEN = (
        "credentials-chosen",
        "E-mail and password were chosen; nothing is accepted yet.",
        "subscriber_number email",
    )
    OPTION_ACCEPTED = (
        "option-accepted",
        "An option was accepted: the space waits for its activation. A new space's state comes from null.",
        "subscriber_number email option state",
    )
    OPTION_LAPSED = (
        "option-lapsed",
        "An option whose 48 hours are over was seen for the first time. A new space's state goes to null.",
        "subscriber_number option state",
    )
    CODE_ACCEPTED = (
        "code-accepted",
        "Address and code were right; the result's window has to come.",
        "email option subscriber_number",
    )
    WINDOW_FETCHED = (
        "window-fetched",
        "The result's window came with its request; everything is judged again.",
        "option subscriber_number",
    )
    WINDOW_BLOCKED = ("window-blocked", "The page reported that its window was blocked.", "option")
    SPACE_ACTIVATED = (
        "space-activated",
        "A space was activated: its password opens it from now on.",
        "subscriber_number option state sessions_ended",
    )
    PASSWORD_CHANGED = (
        "password-changed",
        "A new password took the place of a forgotten one; every session of the space ended.",
        "subscriber_number sessions_ended",
    )
    RECAP_MADE = ("recap-made", "The recap was made as a PDF.", "subscriber_number")
    HELPDESK_MESSAGE = ("helpdesk-message", "A message was left with the helpdesk.", "characters")

    # Mail
    MAIL_QUEUED = ("mail-queued", "The letter with the code waits to be sent.", "option to")
    MAIL_SENT = (
        "mail-sent",
        "The mail server accepted the letter: the 48 hours run from `sent_at`.",
        "option sent_at attempts",
    )
    MAIL_REFUSED = (
        "mail-refused",
        "The mail server refused the letter for now; it is tried again.",
        "option why",
    )
    MAIL_OUTCOME_UNKNOWN = (
        "mail-outcome-unknown",
        "The mail server did not answer; the letter is tried again under the same Message-ID.",
        "option why",
    )
    MAIL_GIVEN_UP = ("mail-given-up", "The letter will not be tried again.", "option why")
    MAIL_TURNED_AWAY = (
        "mail-turned-away",
        "A delivery rule refused a mail for now.",
        "message_id to",
    )
    MAIL_LOST = ("mail-lost", "A delivery rule lost a mail that was accepted.", "message_id to")
    MAIL_BOUNCED = (
        "mail-bounced",
        "A delivery rule bounced a mail, with a notice to its sender if it named one.",
        "message_id to notice_to",
    )
    MAIL_DELAYED = (
        "mail-delayed",
        "A delivery rule delays a mail until that instant.",
        "message_id to until",
    )
    MAIL_DELIVERED = (
        "mail-delivered",
        "A mail arrived in a folder of the realm's mailbox, under the number `mail`.",
        "mail message_id to folder",
    )
    MAIL_KNOWN_ALREADY = (
        "mail-known-already",
        "The letter arrived a second time, and is stored once.",
        "message_id to",
    )
    MAIL_READ = (
        "mail-read",
        "An unread mail was opened, `by` the control API (`api`), Mailpit's (`mailpit`) or the `console`.",
        "mail message_id to by",
    )
    MAIL_MARKED = (
        "mail-marked",
        "Mails were marked as read or unread: how many, and the numbers of the first hundred.",
        "read count mails by",
    )
    MAIL_DELETED = (
        "mail-deleted",
        "Mails were deleted: how many, and the numbers of the first hundred.",
        "count mails by",
    )

    # What the console changes
    CLOCK_MOVED = ("clock-moved", "The clock was set, advanced, stopped or let run.", "from to mode")
    POLICY_CHANGED = ("policy-changed", "Keys of the policy were changed, to these values.", ANYTHING)
    DEFECTS_CHANGED = (
        "defects-changed",
        "The realm's deliberate defects were changed: the names of those that are on.",
        "defects",
    )
    DELIVERY_CHANGED = ("delivery-changed", "The delivery rules were changed: how many there are.", "rules")
    SUBSCRIBERS_ADDED = ("subscribers-added", "Generated subscribers were added.", "count seed first last")
    REALM_MADE = (
        "realm-made",
        "The realm was made, maybe from a snapshot, a realm or a document, or with people at a named point.",
        "snapshot forked_from document_of at personas",
    )
    REALM_RESET = ("realm-reset", "The realm was reset to its state at its making.")
    REALM_RESTORED = (
        "realm-restored",
        "The realm was restored from a snapshot; the lines before this one stay.",
        "snapshot name",
    )
    SNAPSHOT_MADE = ("snapshot-made", "A snapshot was made of the realm.", "snapshot name size")
    SNAPSHOT_DELETED = ("snapshot-deleted", "A snapshot of the realm was deleted.", "snapshot")

    # The installation's own, and the journal's
    HANDSHAKE_FAILED = (
        "handshake-failed",
        "TLS refused a connection before any realm was known (the installation's journal).",
        "why",
    )
    WORKER_ENDED = (
        "worker-ended",
        "A worker process ended by itself, and is started again (the installation's journal).",
        "exit_code",
    )
    JOURNAL_TRIMMED = (
        "journal-trimmed",
        "Replaces the deleted lines up to here: how many there were.",
        "lines",
    )
