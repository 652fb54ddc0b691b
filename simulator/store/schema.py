"""The tables, all keyed by realm but the installation's own, and the version of the whole.

Instants are whole seconds since 1970 in UTC. Raise SCHEMA_VERSION with every change to a table: a data
folder of another version is refused.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

SCHEMA_VERSION = 1


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant, kept as whole seconds since 1970."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else datetime.fromtimestamp(value, UTC)


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
    number = sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)
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
    sa.Column("made_clock", Instant),
    sa.Column("made_policy", sa.JSON, nullable=False),
)
"""`made_clock` (null: the real now) and `made_policy` are what the realm was made with, for its reset."""

personas = _table(
    "personas",
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("case", sa.String, nullable=False),
    sa.Column("subscriber_number", sa.String),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("store_with", sa.JSON, nullable=False),
    sa.Column("password", sa.String),
)

spaces = _table(
    "spaces",
    sa.Column("subscriber_number", sa.String, primary_key=True),
    sa.Column("created_on", sa.String, nullable=False),
    sa.Column("holder", sa.JSON, nullable=False),
    sa.Column("companies", sa.JSON, nullable=False),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("email_key", sa.String, nullable=False),
    sa.Column("credentials", sa.JSON(none_as_null=True)),
    sa.Column("registered_at", Instant),
    sa.Index("spaces_by_email", "realm", "email_key"),
)

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
    sa.Column("lapse_noted", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("realm", "subscriber_number", "position"),
)

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
    sa.Column("subscriber_number", sa.String, nullable=False),
    sa.Column("fingerprint", sa.String),
    sa.Column("certificate_end", Instant),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("draft", sa.JSON, nullable=False),
    sa.Index("sessions_by_space", "realm", "subscriber_number"),
)

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
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("attempt_at", Instant),
    sa.Index("outbox_by_due", "realm", "due_at"),
)
"""Letters that still have to be sent, written out from their option when they are sent.

`attempt_at` is set while an attempt's outcome is unknown.
"""

mailbox = _log(
    "mailbox",
    sa.Column("message_id", sa.String),
    sa.Column("from_portal", sa.Boolean, nullable=False),
    sa.Column("sender", sa.String, nullable=False),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("read", sa.Boolean, nullable=False, default=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Index("mailbox_by_realm", "realm", "id"),
    sa.Index("mailbox_by_message", "realm", "message_id"),
)
"""`raw` is last: SQLite reads a row from its beginning, and an inbox needs all but that."""

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
)
