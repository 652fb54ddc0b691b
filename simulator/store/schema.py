"""The tables, all keyed by realm but the installation's own, and the version of the whole.

Instants are whole seconds since 1970 in UTC. Raise SCHEMA_VERSION with every change to a table: a data
folder of another version is refused.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

SCHEMA_VERSION = 3


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant, kept as whole seconds since 1970."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else read_instant(value)


def read_instant(kept: int) -> datetime:
    """The instant of so many seconds since 1970."""
    return datetime.fromtimestamp(kept, UTC)


def as_kept(*columns: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[Any], ...]:
    """The columns as the database keeps them: instants are whole numbers, and JSON is text.

    What is read again and again is the same row most of the time: read in this form, it can be told to be the
    same before anything is made of it.
    """
    return tuple(map(_as_kept, columns))


def _as_kept(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    match column.type:
        case Instant():
            return sa.type_coerce(column, sa.BigInteger)
        case sa.JSON():
            return sa.cast(column, sa.Text)
    return column


Cursor = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A number that rises with every row; SQLite counts by itself in a column of this very type only."""

metadata = sa.MetaData()

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, sa.Column("realm", sa.String, primary_key=True), *columns)


def _log(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table whose rows are numbered as they come, across realms, so that a number is a cursor."""
    number = sa.Column("id", Cursor, primary_key=True, autoincrement=True)
    return sa.Table(
        name, metadata, number, sa.Column("realm", sa.String), *columns, sqlite_autoincrement=True
    )


realms = _table(
    "realms",
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("clock_mode", sa.String, nullable=False),
    sa.Column("clock_shown", Instant, nullable=False),
    sa.Column("clock_real", sa.Float, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    sa.Column("mode_before_move", sa.String),
    sa.Column("made_clock", Instant),
    sa.Column("made_policy", sa.JSON, nullable=False),
    sa.Column("defects", sa.JSON, nullable=False),
)
"""`mode_before_move` is set while the clock moves: how it went before.

`made_clock` (null: the real now) and `made_policy` are what the realm was made with, for its reset."""

personas = _table(
    "personas",
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("case", sa.String, nullable=False),
    sa.Column("subscriber_number", sa.String),
    sa.Column("certificate_not_before", Instant, nullable=False),
    sa.Column("certificate_not_after", Instant, nullable=False),
    sa.Column("fingerprint", sa.String),
    sa.Column("store_with", sa.JSON, nullable=False),
    sa.Column("password", sa.String),
    sa.Index("personas_by_position", "realm", "position"),
    sa.Index("personas_by_number", "realm", "subscriber_number"),
    sa.Index("personas_by_certificate", "realm", "fingerprint"),
)
"""`fingerprint` is null until the persona's certificate is asked for: it is issued then, once."""

spaces = _table(
    "spaces",
    sa.Column("subscriber_number", sa.String, primary_key=True),
    sa.Column("created_on", sa.String, nullable=False),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("email_key", sa.String, nullable=False),
    sa.Column("registered_at", Instant),
    sa.Column("credentials", sa.JSON(none_as_null=True)),
    sa.Column("seal", sa.String, nullable=False),
    sa.Column("holder", sa.JSON, nullable=False),
    sa.Column("companies", sa.JSON, nullable=False),
    sa.Index("spaces_by_email", "realm", "email_key"),
    sa.Index(
        "converted_spaces", "realm", "email_key", "subscriber_number",
        sqlite_where=sa.text("credentials IS NOT NULL"),
        postgresql_where=sa.text("credentials IS NOT NULL"),
    ),
)  # fmt: skip
"""`seal` is made of all that never changes of a space (ACC-12): who changes it anyway is found out by it.

Holder and companies are last: SQLite reads a row from its beginning, and who looks at all spaces needs all
but those.
"""

certificates = _table(
    "certificates",
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("subscriber_number", sa.String),
    sa.Column("revoked", sa.Boolean, nullable=False),
    sa.Column("certificate_pem", sa.LargeBinary, nullable=False),
    sa.Column("key_pem", sa.LargeBinary, nullable=False),
)

options = _table(
    "options",
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("subscriber_number", sa.String, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("credentials", sa.JSON, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("queued_at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("replaced_at", Instant),
    sa.Column("used_at", Instant),
    sa.Column("lapse_noted", sa.Boolean, nullable=False),
    sa.Column("founds", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("realm", "subscriber_number", "position"),
)
"""`founds` is the space that the option's activation creates; null where it converts one that there is."""

email_claims = _table(
    "email_claims",
    sa.Column("email_key", sa.String, primary_key=True),
    sa.Column("subscriber_number", sa.String, nullable=False),
    sa.Column("option_id", sa.String),
)
"""One row an address: whom it belongs to. Its key is what keeps an e-mail to one space (CRED-4, CRED-12)."""

wrong_tries = _log(
    "wrong_tries",
    sa.Column("lock", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("wrong_tries_by_key", "realm", "lock", "key"),
)

sessions = _table(
    "sessions",
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("way", sa.String, nullable=False),
    sa.Column("subscriber_number", sa.String),
    sa.Column("fingerprint", sa.String),
    sa.Column("certificate_end", Instant),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("draft", sa.JSON, nullable=False),
    sa.Index("sessions_by_space", "realm", "subscriber_number"),
)
"""`subscriber_number` is null while a new space is asked for, and its option not accepted yet."""

results = _table(
    "results",
    sa.Column("visitor", sa.String, primary_key=True),
    sa.Column("option_id", sa.String, primary_key=True),
    sa.Column("until", Instant, nullable=False),
)
"""Which browser may open the result of which activation, and until when (REG-5)."""

outbox = _table(
    "outbox",
    sa.Column("option_id", sa.String, primary_key=True),
    sa.Column("correlation", sa.String, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("attempt_at", Instant),
    sa.Index("outbox_by_due", "realm", "due_at"),
)
"""Letters that still have to be sent, written out from their option when they are sent.

`attempt_at` is set while an attempt's outcome is unknown.
"""

mailbox = _log(
    "mailbox",
    sa.Column("message_id", sa.String),
    sa.Column("sender", sa.String, nullable=False),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("read", sa.Boolean, nullable=False),
    sa.Column("folder", sa.String, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Index("mailbox_by_realm", "realm", "id"),
)
"""`raw` is last: SQLite reads a row from its beginning, and an inbox needs all but that."""

mail_recipients = _table(
    "mail_recipients",
    sa.Column("address", sa.String, primary_key=True),
    sa.Column("mail", Cursor, sa.ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Whom a mail is for, in lower case; gone with the mail."""

delivery_rules = _table(
    "delivery_rules",
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("to", sa.String),
    sa.Column("delay_seconds", sa.Integer),
    sa.Column("lose", sa.Boolean, nullable=False),
    sa.Column("bounce", sa.Boolean, nullable=False),
    sa.Column("refuse_times", sa.Integer, nullable=False),
    sa.Column("duplicate", sa.Boolean, nullable=False),
    sa.Column("spam", sa.Boolean, nullable=False),
)

caught = _table("caught", sa.Column("message_id", sa.String, primary_key=True))
"""The portal's letters that were taken, whatever became of them: one sent again is known by this (MAIL-6)."""

turned_away = _table(
    "turned_away",
    sa.Column("mail", sa.String, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
)
"""How often a mail that a rule refuses for a while has been refused."""

in_transit = _log(
    "in_transit",
    sa.Column("arrives_at", Instant, nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("correlation", sa.String),
    sa.Column("message_id", sa.String),
    sa.Column("sender", sa.String, nullable=False),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("folder", sa.String, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Index("in_transit_by_arrival", "realm", "arrives_at"),
)
"""Mails that were taken and have not arrived yet: a rule makes them late."""

undelivered = _log(
    "undelivered",
    sa.Column("at", Instant, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("mail_before", Cursor, nullable=False),
    sa.Index("undelivered_by_realm", "realm", "id"),
)
"""Mails that never arrive; `mail_before` is the id of the realm's last mail at that instant."""

snapshots = _log(
    "snapshots",
    sa.Column("name", sa.String),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("mail_ids", sa.JSON, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index("snapshots_by_realm", "realm", "id"),
)
"""`size` is that of the document in octets; `mail_ids` are those of its mails, which are cursors."""

journal = _log(
    "journal",
    sa.Column("at", Instant),
    sa.Column("real_at", sa.Float, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("correlation", sa.String),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Index("journal_by_realm", "realm", "id"),
)
"""`realm` and `at` are null in the installation's own lines."""

helpdesk_messages = _log(
    "helpdesk_messages",
    sa.Column("at", Instant, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("message", sa.String, nullable=False),
    sa.Index("helpdesk_messages_by_realm", "realm", "id"),
)
