"""The invariants of a realm: each promise, and the SQL that finds its offenders.

Each check is one statement over the realm's rows that returns the offenders. The checks read the state alone,
neither the portal nor the journal. So a verdict after a load run, or on a state changed by hand, does not
depend on the code that it judges. Changes of policy or clock break no invariant. Source:
docs/reference/invariants.md.

Values in the statements: `:realm`; `:now`, the realm's instant; `:window`, its 48 hours; `:longest_window`,
the longer of that window and of the window at the realm's making, so that a shorter window makes no used code
late. Instants and durations are whole seconds. An option is named by its space and its id.
"""

import asyncio
from dataclasses import dataclass

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.instants import to_seconds
from maquette.simulator.store.realms import get_realm
from maquette.simulator.store.spaces import list_broken_seals

MOST_OFFENDERS = 100
"""Offenders that a verdict names for each invariant."""

SEALS_AT_A_TIME = 2000
"""Spaces whose seals one transaction checks: other requests wait no longer than one transaction takes."""


@dataclass(frozen=True, slots=True)
class InvariantVerdict:
    """Whether an invariant holds: its name, its sentence, the rules behind it, and its offenders.

    `offenders` are the first ones, each with its fault; `more` says whether there are others.
    """

    name: str
    words: str
    rules: tuple[str, ...]
    offenders: tuple[str, ...]
    more: bool

    @property
    def holds(self) -> bool:
        """Whether the invariant has no offender."""
        return not self.offenders


@dataclass(frozen=True, slots=True)
class RealmInvariant:
    """A promise and its checks. Each check has a sentence, with `{}` for the offender, and a statement."""

    name: str
    words: str
    rules: tuple[str, ...]
    checks: tuple[tuple[str, str], ...]


async def judge_invariants(store: Store, realm: str) -> list[InvariantVerdict]:
    """Judge all invariants, in a fixed order; other requests are served in between.

    Raises RealmGoneError when there is no such realm.
    """
    verdicts = []
    for invariant in INVARIANTS:
        offenders: list[str] = []
        for wrong, sql in invariant.checks:
            with store.reading(realm) as transaction:
                rows = transaction.rows(f"{sql} LIMIT :most", **_values(transaction), most=MOST_OFFENDERS + 1)
            offenders += [wrong.format(offender) for (offender,) in rows]
            await asyncio.sleep(0)
        verdicts.append(_verdict(invariant, offenders))
    verdicts.append(_verdict(FILES_UNCHANGED, await _broken_seals(store, realm)))
    return verdicts


def _verdict(invariant: RealmInvariant, offenders: list[str]) -> InvariantVerdict:
    return InvariantVerdict(
        invariant.name,
        invariant.words,
        invariant.rules,
        tuple(offenders[:MOST_OFFENDERS]),
        more=len(offenders) > MOST_OFFENDERS,
    )


def _values(transaction: Transaction) -> dict[str, int]:
    record = get_realm(transaction)
    window, made = record.policy.activation_window, record.made_policy.activation_window
    return {
        "now": to_seconds(record.clock.now(real_now())),
        "window": int(window.total_seconds()),
        "longest_window": int(max(window, made).total_seconds()),
    }


async def _broken_seals(store: Store, realm: str) -> list[str]:
    broken: list[str] = []
    after: str | None = ""
    while after is not None and len(broken) <= MOST_OFFENDERS:
        with store.reading(realm) as transaction:
            found, after = list_broken_seals(transaction, after=after, most=SEALS_AT_A_TIME)
        broken += [f"space {number}: has changed since it was made" for number in found]
        await asyncio.sleep(0)
    return broken


# Each space has one way in

HALF_CONVERTED = """
    SELECT subscriber_number FROM spaces
    WHERE realm = :realm AND (credentials IS NULL) <> (registered_at IS NULL)
"""

USED_WITHOUT_PASSWORD = """
    SELECT o.subscriber_number || ', option ' || o.id
    FROM options o LEFT JOIN spaces s USING (realm, subscriber_number)
    WHERE o.realm = :realm AND o.used_at IS NOT NULL AND (
        s.credentials IS NULL
        OR s.registered_at <> o.used_at
        OR LOWER(s.email) <> LOWER(o.credentials ->> 'email')
    )
"""

# A space that was converted when it was made has a claim without an option.
PASSWORD_WITHOUT_USED = """
    SELECT s.subscriber_number FROM spaces s
    WHERE s.realm = :realm AND s.credentials IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM options o
        WHERE o.realm = s.realm AND o.subscriber_number = s.subscriber_number AND o.used_at IS NOT NULL
    )
    AND NOT EXISTS (
        SELECT 1 FROM email_claims c
        WHERE c.realm = s.realm AND c.email_key = s.email_key AND c.subscriber_number = s.subscriber_number
        AND c.option_id IS NULL
    )
"""

# The activation of a new space ends its session, like every other session of the space.
SESSION_OF_OTHER_ACCESS = """
    SELECT e.subscriber_number FROM sessions e JOIN spaces s USING (realm, subscriber_number)
    WHERE e.realm = :realm AND (e.way IN ('password', 'recovery')) <> (s.credentials IS NOT NULL)
"""

SESSION_WITHOUT_ITS_CERTIFICATE = """
    SELECT COALESCE(subscriber_number, 'of none') FROM sessions
    WHERE realm = :realm AND (way = 'certificate') <> (fingerprint IS NOT NULL)
"""

# Addresses

# A deliberate defect may store the key as it was typed, hence LOWER.
TWO_SPACES_OF_ONE_EMAIL = """
    SELECT MIN(subscriber_number) || ' and ' || MAX(subscriber_number) FROM spaces
    WHERE realm = :realm AND credentials IS NOT NULL
    GROUP BY LOWER(email_key) HAVING COUNT(*) > 1
"""

PASSWORD_SPACE_WITHOUT_CLAIM = """
    SELECT s.subscriber_number FROM spaces s
    WHERE s.realm = :realm AND s.credentials IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM email_claims c
        WHERE c.realm = s.realm AND c.email_key = s.email_key AND c.subscriber_number = s.subscriber_number
    )
"""

LIVE_OPTION_WITHOUT_CLAIM = """
    SELECT subscriber_number || ', option ' || id FROM options
    WHERE realm = :realm AND used_at IS NULL AND replaced_at IS NULL
    AND COALESCE(sent_at, queued_at) + :window >= :now
    AND id NOT IN (SELECT option_id FROM email_claims WHERE realm = :realm AND option_id IS NOT NULL)
"""

# A later option of the same space replaces an option; one of another space does so only after its lapse.
DISPOSSESSED = """
    SELECT o.subscriber_number || ', option ' || o.id FROM options o
    WHERE o.realm = :realm AND o.replaced_at IS NOT NULL AND o.lapse_noted IS FALSE AND NOT EXISTS (
        SELECT 1 FROM options later
        WHERE later.realm = o.realm AND later.subscriber_number = o.subscriber_number
        AND later.queued_at = o.replaced_at AND later.position > o.position
    )
"""

# The space's next option came while this one's 48 hours ran, with the same address.
SECOND_CODE_FOR_ONE_ADDRESS = """
    SELECT o.subscriber_number || ', option ' || o.id
    FROM options o JOIN options later ON later.realm = o.realm
        AND later.subscriber_number = o.subscriber_number AND later.position = o.position + 1
    WHERE o.realm = :realm AND o.lapse_noted IS FALSE
    AND LOWER(o.credentials ->> 'email') = LOWER(later.credentials ->> 'email')
"""

CLAIM_OF_ANOTHER = """
    SELECT c.email_key FROM email_claims c LEFT JOIN options o ON o.realm = c.realm AND o.id = c.option_id
    WHERE c.realm = :realm AND c.option_id IS NOT NULL
    AND (o.id IS NULL OR o.subscriber_number <> c.subscriber_number)
"""

# Codes

CODE_GIVEN_TWICE = """
    SELECT MIN(subscriber_number) || ' and ' || MAX(subscriber_number) FROM options
    WHERE realm = :realm GROUP BY code HAVING COUNT(*) > 1
"""

# Only the browser that activated may see the result.
CODE_USED_IN_TWO_BROWSERS = """
    SELECT option_id FROM results WHERE realm = :realm GROUP BY option_id HAVING COUNT(*) > 1
"""

RESULT_WITHOUT_USE = """
    SELECT r.option_id FROM results r LEFT JOIN options o ON o.realm = r.realm AND o.id = r.option_id
    WHERE r.realm = :realm AND o.used_at IS NULL
"""

SPACE_ACTIVATED_TWICE = """
    SELECT subscriber_number FROM options WHERE realm = :realm AND used_at IS NOT NULL
    GROUP BY subscriber_number HAVING COUNT(*) > 1
"""

USED_LATE = """
    SELECT subscriber_number || ', option ' || id FROM options
    WHERE realm = :realm AND used_at > COALESCE(sent_at, queued_at) + :longest_window
"""

USED_THOUGH_DEAD = """
    SELECT subscriber_number || ', option ' || id FROM options
    WHERE realm = :realm AND used_at IS NOT NULL AND replaced_at IS NOT NULL
"""

EARLIER_OPTION_ALIVE = """
    SELECT o.subscriber_number || ', option ' || o.id FROM options o
    WHERE o.realm = :realm AND o.used_at IS NULL AND o.replaced_at IS NULL AND EXISTS (
        SELECT 1 FROM options later
        WHERE later.realm = o.realm AND later.subscriber_number = o.subscriber_number
        AND later.position > o.position
    )
"""

# Mail

_BEFORE_ID, _, _BEHIND_ID = message_id_of("|").partition("|")
_LETTERS = f"""
    SELECT o.subscriber_number || ', option ' || o.id
    FROM options o
    LEFT JOIN outbox l ON l.realm = o.realm AND l.option_id = o.id
    LEFT JOIN caught c ON c.realm = o.realm AND c.message_id = '{_BEFORE_ID}' || o.id || '{_BEHIND_ID}'
    WHERE o.realm = :realm"""

SENT_AND_NEVER_CAUGHT = f"""{_LETTERS} AND o.sent_at IS NOT NULL AND c.message_id IS NULL
"""

SENT_AND_TO_BE_SENT = f"""{_LETTERS} AND o.sent_at IS NOT NULL AND l.option_id IS NOT NULL
"""

# While the outcome of an attempt is unknown, the letter may have been caught already.
CAUGHT_AND_NOT_SENT = f"""{_LETTERS} AND o.sent_at IS NULL AND c.message_id IS NOT NULL
    AND l.attempt_at IS NULL
"""

# A letter is given up when its option lapses unsent, or when a mail server refuses it for good.
LETTER_LOST = f"""{_LETTERS} AND o.sent_at IS NULL AND l.option_id IS NULL
    AND o.used_at IS NULL AND o.replaced_at IS NULL
    AND o.queued_at + :window >= :now
"""

LETTER_WITHOUT_OPTION = """
    SELECT l.option_id FROM outbox l LEFT JOIN options o ON o.realm = l.realm AND o.id = l.option_id
    WHERE l.realm = :realm AND o.id IS NULL
"""

# Numbers

PERSONA_WITHOUT_SPACE = """
    SELECT p.id || ', ' || p.subscriber_number FROM personas p
    WHERE p.realm = :realm AND p.subscriber_number IS NOT NULL
    AND p.subscriber_number NOT IN (SELECT subscriber_number FROM spaces WHERE realm = :realm)
"""

NUMBER_OF_TWO_PERSONAS = """
    SELECT subscriber_number FROM personas WHERE realm = :realm AND subscriber_number IS NOT NULL
    GROUP BY subscriber_number HAVING COUNT(*) > 1
"""

_TO_BE_CREATED = """
        SELECT subscriber_number FROM options
        WHERE realm = :realm AND founds IS NOT NULL AND used_at IS NULL"""


def _number_of_no_space(table: str) -> str:
    """Find the table's numbers that belong to no space, neither an existing one nor one to be created."""
    return f"""
    SELECT subscriber_number FROM {table}
    WHERE realm = :realm AND subscriber_number IS NOT NULL
    AND subscriber_number NOT IN (SELECT subscriber_number FROM spaces WHERE realm = :realm)
    AND subscriber_number NOT IN ({_TO_BE_CREATED}
    )
"""


CREATED_TOO_EARLY = f"""
    SELECT subscriber_number FROM spaces
    WHERE realm = :realm AND subscriber_number IN ({_TO_BE_CREATED}
    )
"""

# A number is requested once, by the option of a new space, and was never used before.
NUMBER_GIVEN_TWICE = """
    SELECT o.subscriber_number || ', option ' || o.id FROM options o
    WHERE o.realm = :realm AND o.founds IS NOT NULL AND EXISTS (
        SELECT 1 FROM options other
        WHERE other.realm = o.realm AND other.subscriber_number = o.subscriber_number AND other.id <> o.id
    )
"""

CREATED_OTHERWISE = """
    SELECT o.subscriber_number || ', option ' || o.id
    FROM options o JOIN spaces s USING (realm, subscriber_number)
    WHERE o.realm = :realm AND o.founds IS NOT NULL AND o.used_at IS NOT NULL AND (
        o.founds ->> 'subscriber_number' <> s.subscriber_number OR o.founds ->> 'created_on' <> s.created_on
    )
"""

# Certificates

PERSONA_WITHOUT_ITS_CERTIFICATE = """
    SELECT p.id FROM personas p LEFT JOIN certificates c USING (realm, fingerprint)
    WHERE p.realm = :realm AND p.fingerprint IS NOT NULL AND (
        c.fingerprint IS NULL OR COALESCE(c.subscriber_number, '') <> COALESCE(p.subscriber_number, '')
    )
"""

SESSION_OF_OTHER_CERTIFICATE = """
    SELECT e.subscriber_number FROM sessions e LEFT JOIN certificates c USING (realm, fingerprint)
    WHERE e.realm = :realm AND e.fingerprint IS NOT NULL AND (
        c.revoked IS NOT FALSE OR COALESCE(c.subscriber_number, '') <> COALESCE(e.subscriber_number, '')
    )
"""


INVARIANTS: tuple[RealmInvariant, ...] = (
    RealmInvariant(
        "nobody-half-converted",
        "A space is entered by certificate or by password, never by both, and there is no way back.",
        ("ACC-1", "ACC-10", "ACC-11", "POP-3", "SES-1"),
        (
            ("space {}: a password without a registration, or the other way round", HALF_CONVERTED),
            ("space {}: its code is used, and the space not converted", USED_WITHOUT_PASSWORD),
            ("space {}: converted, and no code was used", PASSWORD_WITHOUT_USED),
            ("space {}: a session of the other access is open", SESSION_OF_OTHER_ACCESS),
            (
                "space {}: a session by certificate without it, or the other way round",
                SESSION_WITHOUT_ITS_CERTIFICATE,
            ),
        ),
    ),
    RealmInvariant(
        "one-space-per-email",
        "An address belongs to one space: to the one that activated with it, or awaits its activation.",
        ("CRED-4", "CRED-12", "ACT-7", "ACT-8"),
        (
            ("spaces {}: converted with one address", TWO_SPACES_OF_ONE_EMAIL),
            ("space {}: converted, and its address is not its own", PASSWORD_SPACE_WITHOUT_CLAIM),
            ("space {}: waits, and its address is not its own", LIVE_OPTION_WITHOUT_CLAIM),
            ("space {}: another took its address within its 48 hours", DISPOSSESSED),
            ("space {}: a second code with the same address", SECOND_CODE_FOR_ONE_ADDRESS),
            ("address {}: given to one space by the option of another", CLAIM_OF_ANOTHER),
        ),
    ),
    RealmInvariant(
        "no-code-twice",
        "No code is given twice, and none is used twice.",
        ("ACT-2", "ACT-9", "POP-5"),
        (
            ("spaces {}: one code for both", CODE_GIVEN_TWICE),
            ("option {}: its code was used in two browsers", CODE_USED_IN_TWO_BROWSERS),
            ("option {}: its result may be seen, and its code is not used", RESULT_WITHOUT_USE),
            ("space {}: activated twice", SPACE_ACTIVATED_TWICE),
        ),
    ),
    RealmInvariant(
        "no-dead-code-used",
        "A code works for 48 hours, and dies when another option of its space is accepted.",
        ("ACT-4", "ACT-5", "ACT-6", "ACT-8"),
        (
            ("space {}: used after its 48 hours", USED_LATE),
            ("space {}: used and replaced", USED_THOUGH_DEAD),
            ("space {}: still open beside a later one", EARLIER_OPTION_ALIVE),
        ),
    ),
    RealmInvariant(
        "one-mail-per-option",
        "Every accepted option has one mail: caught once, to be sent, or given up when it lapsed unsent.",
        ("ACT-1", "MAIL-5", "MAIL-6"),
        (
            ("space {}: its letter was sent, and never caught", SENT_AND_NEVER_CAUGHT),
            ("space {}: its letter was sent, and is to be sent again", SENT_AND_TO_BE_SENT),
            ("space {}: its letter was caught, and not recorded as sent", CAUGHT_AND_NOT_SENT),
            ("space {}: its letter is neither sent nor to be sent", LETTER_LOST),
            ("option {}: has a letter, and does not exist", LETTER_WITHOUT_OPTION),
        ),
    ),
    RealmInvariant(
        "numbers-unchanged",
        "Each person keeps their subscriber number; a new space gets one that no space has or had.",
        ("ACC-12", "NEW-2"),
        (
            ("persona {}: its space does not exist", PERSONA_WITHOUT_SPACE),
            ("space {}: has the number of two personas", NUMBER_OF_TWO_PERSONAS),
            ("number {}: belongs to a certificate, and to no space", _number_of_no_space("certificates")),
            ("number {}: belongs to an option, and to no space", _number_of_no_space("options")),
            ("number {}: has an address, and no space", _number_of_no_space("email_claims")),
            ("number {}: belongs to a session, and to no space", _number_of_no_space("sessions")),
            ("number {}: belongs to a space that is still to be created", CREATED_TOO_EARLY),
            ("space {}: requested under a number that another option has", NUMBER_GIVEN_TWICE),
            (
                "space {}: created with another number or day than was requested",
                CREATED_OTHERWISE,
            ),
        ),
    ),
    RealmInvariant(
        "certificates-tied",
        "A certificate opens its own space, and no other; a revoked one opens none.",
        ("ACC-3", "ACC-8", "SES-3"),
        (
            (
                "persona {}: its certificate is missing, or belongs to another space",
                PERSONA_WITHOUT_ITS_CERTIFICATE,
            ),
            ("space {}: has a session of a certificate that does not open it", SESSION_OF_OTHER_CERTIFICATE),
        ),
    ),
)

FILES_UNCHANGED = RealmInvariant(
    "files-unchanged",
    "Every space keeps its holder, its company files and their services.",
    ("ACC-12",),
    (),
)
