"""The tables, and the numbered changes that lead to them from older versions.

Every table but `installation` is keyed by realm. Instants are whole seconds since 1970 in UTC, JSON is read
and written as text, and SQLite returns booleans as 0 and 1. A `number` counts the rows of its table, across
realms, so that it is a cursor.

A change to a table is made twice: in TABLES, for new databases, and as a script in CHANGES under the next
version, for databases that exist. No semicolon but between statements; the words in braces are types that
SQLite and PostgreSQL call differently.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FIRST_VERSION = 3
"""The oldest version that can be upgraded."""

TABLES = """
CREATE TABLE installation (
    key VARCHAR NOT NULL PRIMARY KEY,
    value VARCHAR NOT NULL
);

-- mode_before_move: how the clock went before the move that is under way; null when none is.
-- made_clock (null: the real now) and made_policy: what the realm was made with, for its reset.
CREATE TABLE realms (
    realm VARCHAR NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    clock_mode VARCHAR NOT NULL,
    clock_shown BIGINT NOT NULL,
    clock_real FLOAT NOT NULL,
    policy JSON NOT NULL,
    mode_before_move VARCHAR,
    made_clock BIGINT,
    made_policy JSON NOT NULL,
    defects JSON NOT NULL
);

-- fingerprint: null until the persona's certificate is requested, which is then issued, once.
CREATE TABLE personas (
    realm VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    "case" VARCHAR NOT NULL,
    subscriber_number VARCHAR,
    certificate_not_before BIGINT NOT NULL,
    certificate_not_after BIGINT NOT NULL,
    fingerprint VARCHAR,
    store_with JSON NOT NULL,
    password VARCHAR,
    PRIMARY KEY (realm, id)
);
CREATE INDEX personas_by_position ON personas (realm, position);
CREATE INDEX personas_by_number ON personas (realm, subscriber_number);
CREATE INDEX personas_by_certificate ON personas (realm, fingerprint);

-- seal: a hash of all that never changes in a space (ACC-12).
-- holder and companies are last: SQLite reads a row from its beginning, and most queries need all but those.
CREATE TABLE spaces (
    realm VARCHAR NOT NULL,
    subscriber_number VARCHAR NOT NULL,
    created_on VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    email_key VARCHAR NOT NULL,
    registered_at BIGINT,
    credentials JSON,
    seal VARCHAR NOT NULL,
    holder JSON NOT NULL,
    companies JSON NOT NULL,
    PRIMARY KEY (realm, subscriber_number)
);
CREATE INDEX spaces_by_email ON spaces (realm, email_key);
CREATE INDEX converted_spaces ON spaces (realm, email_key, subscriber_number) WHERE credentials IS NOT NULL;

CREATE TABLE certificates (
    realm VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    subscriber_number VARCHAR,
    revoked BOOLEAN NOT NULL,
    certificate_pem {bytes} NOT NULL,
    key_pem {bytes} NOT NULL,
    PRIMARY KEY (realm, fingerprint)
);

-- founds: the space that the option's activation creates; null when it converts one that exists.
CREATE TABLE options (
    realm VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    subscriber_number VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    credentials JSON NOT NULL,
    code VARCHAR NOT NULL,
    queued_at BIGINT NOT NULL,
    sent_at BIGINT,
    replaced_at BIGINT,
    used_at BIGINT,
    lapse_noted BOOLEAN NOT NULL,
    founds JSON,
    PRIMARY KEY (realm, id),
    UNIQUE (realm, subscriber_number, position)
);

-- One row per address: its owner. The key keeps an e-mail to one space (CRED-4, CRED-12).
CREATE TABLE email_claims (
    realm VARCHAR NOT NULL,
    email_key VARCHAR NOT NULL,
    subscriber_number VARCHAR NOT NULL,
    option_id VARCHAR,
    PRIMARY KEY (realm, email_key)
);

CREATE TABLE wrong_tries (
    id {number},
    realm VARCHAR,
    lock VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX wrong_tries_by_key ON wrong_tries (realm, lock, key);

-- subscriber_number: null while a new space is requested, until its option is accepted.
CREATE TABLE sessions (
    realm VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    way VARCHAR NOT NULL,
    subscriber_number VARCHAR,
    fingerprint VARCHAR,
    certificate_end BIGINT,
    seen_at BIGINT NOT NULL,
    draft JSON NOT NULL,
    PRIMARY KEY (realm, id)
);
CREATE INDEX sessions_by_space ON sessions (realm, subscriber_number);

-- Which browser may open the result of which activation, and until when (REG-5).
CREATE TABLE results (
    realm VARCHAR NOT NULL,
    visitor VARCHAR NOT NULL,
    option_id VARCHAR NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (realm, visitor, option_id)
);

-- Letters that still have to be sent; each is written from its option when it is sent.
-- attempt_at: set while an attempt's outcome is unknown.
CREATE TABLE outbox (
    realm VARCHAR NOT NULL,
    option_id VARCHAR NOT NULL,
    correlation VARCHAR NOT NULL,
    due_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    attempt_at BIGINT,
    PRIMARY KEY (realm, option_id)
);
CREATE INDEX outbox_by_due ON outbox (realm, due_at);

-- raw is last: SQLite reads a row from its beginning, and an inbox needs all but that.
CREATE TABLE mailbox (
    id {number},
    realm VARCHAR,
    message_id VARCHAR,
    sender VARCHAR NOT NULL,
    recipients JSON NOT NULL,
    subject VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    received_at BIGINT NOT NULL,
    read BOOLEAN NOT NULL,
    folder VARCHAR NOT NULL,
    raw {bytes} NOT NULL
);
CREATE INDEX mailbox_by_realm ON mailbox (realm, id);

-- The recipients of a mail, in lower case; deleted with the mail.
CREATE TABLE mail_recipients (
    realm VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    mail BIGINT NOT NULL,
    PRIMARY KEY (realm, address, mail),
    FOREIGN KEY (mail) REFERENCES mailbox (id) ON DELETE CASCADE
);
CREATE INDEX ix_mail_recipients_mail ON mail_recipients (mail);

CREATE TABLE delivery_rules (
    realm VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    "to" VARCHAR,
    delay_seconds INTEGER,
    lose BOOLEAN NOT NULL,
    bounce BOOLEAN NOT NULL,
    refuse_times INTEGER NOT NULL,
    duplicate BOOLEAN NOT NULL,
    spam BOOLEAN NOT NULL,
    PRIMARY KEY (realm, position)
);

-- All letters of the portal that were caught, so that a repeated letter is stored once (MAIL-6).
CREATE TABLE caught (
    realm VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    PRIMARY KEY (realm, message_id)
);

-- How often a mail was refused that a rule refuses a number of times.
CREATE TABLE turned_away (
    realm VARCHAR NOT NULL,
    mail VARCHAR NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (realm, mail)
);

-- Mails that were accepted and have not arrived yet, because a rule delays them.
CREATE TABLE in_transit (
    id {number},
    realm VARCHAR,
    arrives_at BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    correlation VARCHAR,
    message_id VARCHAR,
    sender VARCHAR NOT NULL,
    recipients JSON NOT NULL,
    subject VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    folder VARCHAR NOT NULL,
    raw {bytes} NOT NULL
);
CREATE INDEX in_transit_by_arrival ON in_transit (realm, arrives_at);

-- Mails that never arrive. mail_before: the id of the realm's last mail at that instant.
CREATE TABLE undelivered (
    id {number},
    realm VARCHAR,
    at BIGINT NOT NULL,
    outcome VARCHAR NOT NULL,
    recipients JSON NOT NULL,
    mail_before BIGINT NOT NULL
);
CREATE INDEX undelivered_by_realm ON undelivered (realm, id);

-- size: of the document, in octets. mail_ids: the ids of its mails, which are cursors.
CREATE TABLE snapshots (
    id {number},
    realm VARCHAR,
    name VARCHAR,
    made_at BIGINT NOT NULL,
    size INTEGER NOT NULL,
    mail_ids JSON NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX snapshots_by_realm ON snapshots (realm, id);

-- realm and at: null in the installation's own lines.
CREATE TABLE journal (
    id {number},
    realm VARCHAR,
    at BIGINT,
    real_at FLOAT NOT NULL,
    kind VARCHAR NOT NULL,
    correlation VARCHAR,
    data JSON NOT NULL
);
CREATE INDEX journal_by_realm ON journal (realm, id);

CREATE TABLE helpdesk_messages (
    id {number},
    realm VARCHAR,
    at BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    message VARCHAR NOT NULL
);
CREATE INDEX helpdesk_messages_by_realm ON helpdesk_messages (realm, id);
"""

CHANGES: Mapping[int, str] = {}
"""Scripts, each under the version to which it leads from the one before."""

REALM_TABLES = tuple(name for name in re.findall(r"CREATE TABLE (\w+)", TABLES) if name != "installation")
"""The tables that are keyed by realm."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables as they are now, and the changes that lead to them from FIRST_VERSION."""

    tables: str
    changes: Mapping[int, str]

    @property
    def version(self) -> int:
        """The version of the tables."""
        return FIRST_VERSION + len(self.changes)

    def changes_after(self, version: str | None) -> list[str]:
        """The changes from that version on, in their order; none for a version that is later or unknown."""
        if version is None or not version.isdecimal() or int(version) < FIRST_VERSION:
            return []
        return [self.changes[each] for each in sorted(self.changes) if each > int(version)]


SCHEMA = Schema(TABLES, CHANGES)
