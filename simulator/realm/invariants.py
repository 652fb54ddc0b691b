"""What always holds in a realm, read off its state: each promise, and who breaks it.

Looks at what is kept, and asks neither the portal nor the journal: a verdict after a load run, or on a state
that somebody brought about by hand, does not lean on the code that it judges. Each check is one query over
all rows, whose answer is the offenders. What a tester changes on purpose (policy, clock) breaks nothing here.
Source: contract.md (`/invariants`), portal.md §2 and §4.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.session import Way
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.store.engine import Store, Transaction
from maquette.simulator.store.realms import get_realm
from maquette.simulator.store.schema import (
    caught,
    certificates,
    email_claims,
    options,
    outbox,
    personas,
    results,
    sessions,
    spaces,
)
from maquette.simulator.store.spaces import list_broken_seals

MOST_OFFENDERS = 100
"""Offenders that are named for each check."""

SEALS_AT_A_TIME = 2000
"""Spaces whose seals are looked at in one go: others are not kept waiting for longer than that takes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an invariant holds: its name, its words, the rules behind it, and who breaks it.

    `offenders` are the first of them, each with what is wrong; `more` is whether there are others.
    """

    name: str
    words: str
    rules: tuple[str, ...]
    offenders: tuple[str, ...]
    more: bool

    @property
    def holds(self) -> bool:
        """Whether nobody breaks it."""
        return not self.offenders


@dataclass(frozen=True, slots=True)
class Scope:
    """The realm that is judged, its instant, and the longest of its policies' windows in seconds.

    That is the window now, or that with which the realm was made: shortening it makes no code late that
    was in time.
    """

    realm: str
    now: datetime
    window: int
    longest_window: int


Query = Callable[[Scope], sa.Select[Any]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A promise; its checks are what an offender does, with `{}` for who, and the query that finds them."""

    name: str
    words: str
    rules: tuple[str, ...]
    checks: tuple[tuple[str, Query], ...]


async def judge_invariants(store: Store, realm: str) -> list[Verdict]:
    """Judge all of them, in a fixed order, letting others go on in between.

    Raises RealmGoneError when there is no such realm.
    """
    verdicts = []
    for invariant in INVARIANTS:
        offenders: list[str] = []
        for told, query in invariant.checks:
            with store.reading(realm) as transaction:
                found = transaction.connection.execute(query(_scope(transaction)).limit(MOST_OFFENDERS + 1))
                offenders += [told.format(who) for who in found.scalars()]
            await asyncio.sleep(0)
        verdicts.append(_verdict(invariant, offenders))
    verdicts.append(_verdict(FILES_UNCHANGED, await _broken_seals(store, realm)))
    return verdicts


def _verdict(invariant: Invariant, offenders: list[str]) -> Verdict:
    return Verdict(
        invariant.name,
        invariant.words,
        invariant.rules,
        tuple(offenders[:MOST_OFFENDERS]),
        more=len(offenders) > MOST_OFFENDERS,
    )


def _scope(transaction: Transaction) -> Scope:
    record = get_realm(transaction)
    window, made = record.policy.activation_window, record.made_policy.activation_window
    return Scope(
        record.name,
        record.clock.now(real_now()),
        int(window.total_seconds()),
        int(max(window, made).total_seconds()),
    )


async def _broken_seals(store: Store, realm: str) -> list[str]:
    broken: list[str] = []
    after: str | None = ""
    while after is not None and len(broken) <= MOST_OFFENDERS:
        with store.reading(realm) as transaction:
            found, after = list_broken_seals(transaction, after=after, most=SEALS_AT_A_TIME)
        broken += [f"space {number}: not as it was made" for number in found]
        await asyncio.sleep(0)
    return broken


# What the queries are made of. An option is named by its space and its id; instants are whole seconds.

_BEFORE_ID, _, _BEHIND_ID = message_id_of("|").partition("|")
_message_id = sa.literal(_BEFORE_ID) + options.c.id + sa.literal(_BEHIND_ID)
_option = options.c.subscriber_number + sa.literal(", option ") + options.c.id
_begun = sa.type_coerce(sa.func.coalesce(options.c.sent_at, options.c.queued_at), sa.BigInteger)
_is_dead = sa.or_(options.c.used_at.is_not(None), options.c.replaced_at.is_not(None))
_is_password_space = spaces.c.credentials.is_not(None)

_later = options.alias("later")


def _of(table: sa.FromClause, scope: Scope) -> sa.ColumnElement[bool]:
    return table.c.realm == scope.realm


def _same(
    left: sa.FromClause, right: sa.FromClause, *columns: str | tuple[str, str]
) -> sa.ColumnElement[bool]:
    """The two rows are of one realm and agree in these columns."""
    pairs = [(column, column) if isinstance(column, str) else column for column in columns]
    return sa.and_(left.c.realm == right.c.realm, *(left.c[mine] == right.c[its] for mine, its in pairs))


def _running(scope: Scope) -> sa.ColumnElement[bool]:
    """The option's 48 hours still run."""
    return _begun + scope.window >= int(scope.now.timestamp())


def _email(table: sa.FromClause) -> sa.ColumnElement[str]:
    """The address that an option or a converted space was given, without regard to case."""
    return sa.func.lower(table.c.credentials["email"].as_string())


def _first_and_last(table: sa.Table) -> sa.ColumnElement[str]:
    """Two of the spaces of a group."""
    number = table.c.subscriber_number
    return sa.func.min(number) + sa.literal(" and ") + sa.func.max(number)


# A space is entered one way


def _half_converted(scope: Scope) -> sa.Select[Any]:
    half = _is_password_space != spaces.c.registered_at.is_not(None)
    return sa.select(spaces.c.subscriber_number).where(_of(spaces, scope), half)


def _used_without_password(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(_option)
        .outerjoin_from(options, spaces, _same(options, spaces, "subscriber_number"))
        .where(
            _of(options, scope),
            options.c.used_at.is_not(None),
            sa.or_(
                spaces.c.credentials.is_(None),
                spaces.c.registered_at != options.c.used_at,
                sa.func.lower(spaces.c.email) != _email(options),
            ),
        )
    )


def _password_without_used(scope: Scope) -> sa.Select[Any]:
    """Born converted is who has a claim without an option."""
    used = sa.exists().where(_same(options, spaces, "subscriber_number"), options.c.used_at.is_not(None))
    claim = _same(email_claims, spaces, "email_key", "subscriber_number")
    born = sa.exists().where(claim, email_claims.c.option_id.is_(None))
    return sa.select(spaces.c.subscriber_number).where(
        _of(spaces, scope), _is_password_space, sa.not_(used), sa.not_(born)
    )


def _session_of_other_access(scope: Scope) -> sa.Select[Any]:
    """A new space's session ends with its activation, as those of every other access do."""
    for_password = sessions.c.way.in_((Way.PASSWORD.value, Way.RECOVERY.value))
    return (
        sa.select(sessions.c.subscriber_number)
        .join_from(sessions, spaces, _same(sessions, spaces, "subscriber_number"))
        .where(_of(sessions, scope), for_password != _is_password_space)
    )


def _session_without_its_certificate(scope: Scope) -> sa.Select[Any]:
    by_certificate = sessions.c.way == Way.CERTIFICATE.value
    number = sa.func.coalesce(sessions.c.subscriber_number, sa.literal("of none"))
    return sa.select(number).where(
        _of(sessions, scope), by_certificate != sessions.c.fingerprint.is_not(None)
    )


# Certificates


def _session_of_other_certificate(scope: Scope) -> sa.Select[Any]:
    tied = _same(sessions, certificates, "fingerprint")
    return (
        sa.select(sessions.c.subscriber_number)
        .outerjoin_from(sessions, certificates, tied)
        .where(
            _of(sessions, scope),
            sessions.c.fingerprint.is_not(None),
            sa.or_(
                certificates.c.revoked.is_not(False),
                certificates.c.subscriber_number.is_distinct_from(sessions.c.subscriber_number),
            ),
        )
    )


def _persona_without_its_certificate(scope: Scope) -> sa.Select[Any]:
    held = _same(personas, certificates, "fingerprint")
    return (
        sa.select(personas.c.id)
        .outerjoin_from(personas, certificates, held)
        .where(
            _of(personas, scope),
            personas.c.fingerprint.is_not(None),
            sa.or_(
                certificates.c.fingerprint.is_(None),
                certificates.c.subscriber_number.is_distinct_from(personas.c.subscriber_number),
            ),
        )
    )


# Addresses


def _two_spaces_of_one_email(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(_first_and_last(spaces))
        .where(_of(spaces, scope), _is_password_space)
        .group_by(sa.func.lower(spaces.c.email_key))  # a defect may keep the key as it was typed
        .having(sa.func.count() > 1)
    )


def _password_space_without_claim(scope: Scope) -> sa.Select[Any]:
    claimed = _same(spaces, email_claims, "email_key", "subscriber_number")
    return (
        sa.select(spaces.c.subscriber_number)
        .outerjoin_from(spaces, email_claims, claimed)
        .where(_of(spaces, scope), _is_password_space, email_claims.c.email_key.is_(None))
    )


def _live_option_without_claim(scope: Scope) -> sa.Select[Any]:
    claiming = sa.select(email_claims.c.option_id).where(
        _of(email_claims, scope), email_claims.c.option_id.is_not(None)
    )
    return sa.select(_option).where(
        _of(options, scope), sa.not_(_is_dead), _running(scope), options.c.id.not_in(claiming)
    )


def _dispossessed(scope: Scope) -> sa.Select[Any]:
    """An option dies of its own space's next one; of another's only when it was seen to have lapsed."""
    own = sa.exists().where(
        _same(options, _later, "subscriber_number", ("replaced_at", "queued_at")),
        _later.c.position > options.c.position,
    )
    return sa.select(_option).where(
        _of(options, scope),
        options.c.replaced_at.is_not(None),
        options.c.lapse_noted.is_(False),
        sa.not_(own),
    )


def _second_code_for_one_address(scope: Scope) -> sa.Select[Any]:
    """The space's next option came while this one's 48 hours ran, with the same address."""
    following = sa.and_(
        _same(options, _later, "subscriber_number"), _later.c.position == options.c.position + 1
    )
    return (
        sa.select(_option)
        .join_from(options, _later, following)
        .where(_of(options, scope), options.c.lapse_noted.is_(False), _email(options) == _email(_later))
    )


def _claim_of_another(scope: Scope) -> sa.Select[Any]:
    asked = _same(email_claims, options, ("option_id", "id"))
    return (
        sa.select(email_claims.c.email_key)
        .outerjoin_from(email_claims, options, asked)
        .where(
            _of(email_claims, scope),
            email_claims.c.option_id.is_not(None),
            options.c.subscriber_number.is_distinct_from(email_claims.c.subscriber_number),
        )
    )


# Codes


def _code_given_twice(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(_first_and_last(options))
        .where(_of(options, scope))
        .group_by(options.c.code)
        .having(sa.func.count() > 1)
    )


def _code_used_in_two_browsers(scope: Scope) -> sa.Select[Any]:
    """Whoever activates gets the right to see the result; nobody else ever does."""
    return (
        sa.select(results.c.option_id)
        .where(_of(results, scope))
        .group_by(results.c.option_id)
        .having(sa.func.count() > 1)
    )


def _result_without_use(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(results.c.option_id)
        .outerjoin_from(results, options, _same(results, options, ("option_id", "id")))
        .where(_of(results, scope), options.c.used_at.is_(None))
    )


def _space_activated_twice(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(options.c.subscriber_number)
        .where(_of(options, scope), options.c.used_at.is_not(None))
        .group_by(options.c.subscriber_number)
        .having(sa.func.count() > 1)
    )


def _used_late(scope: Scope) -> sa.Select[Any]:
    used_at = sa.type_coerce(options.c.used_at, sa.BigInteger)
    return sa.select(_option).where(_of(options, scope), used_at > _begun + scope.longest_window)


def _used_though_dead(scope: Scope) -> sa.Select[Any]:
    return sa.select(_option).where(
        _of(options, scope), options.c.used_at.is_not(None), options.c.replaced_at.is_not(None)
    )


def _earlier_option_alive(scope: Scope) -> sa.Select[Any]:
    later = sa.exists().where(
        _same(_later, options, "subscriber_number"), _later.c.position > options.c.position
    )
    return sa.select(_option).where(_of(options, scope), sa.not_(_is_dead), later)


# Mail


def _mail_query(scope: Scope, *wrong: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The options of which all that holds, with their letters still to be sent and those that were taken."""
    return (
        sa.select(_option)
        .outerjoin_from(options, outbox, _same(options, outbox, ("id", "option_id")))
        .outerjoin(caught, sa.and_(caught.c.realm == options.c.realm, caught.c.message_id == _message_id))
        .where(_of(options, scope), *wrong)
    )


_is_sent, _is_caught = options.c.sent_at.is_not(None), caught.c.message_id.is_not(None)
_to_be_sent = outbox.c.option_id.is_not(None)


def _sent_and_never_caught(scope: Scope) -> sa.Select[Any]:
    return _mail_query(scope, _is_sent, sa.not_(_is_caught))


def _sent_and_to_be_sent(scope: Scope) -> sa.Select[Any]:
    return _mail_query(scope, _is_sent, _to_be_sent)


def _caught_and_not_sent(scope: Scope) -> sa.Select[Any]:
    """While an attempt's outcome is unknown, the letter may have been caught already."""
    return _mail_query(scope, sa.not_(_is_sent), _is_caught, outbox.c.attempt_at.is_(None))


def _letter_lost(scope: Scope) -> sa.Select[Any]:
    """One whose option has lapsed unsent is given up, as is a letter that a mail server refuses for good."""
    return _mail_query(scope, sa.not_(_is_sent), sa.not_(_to_be_sent), sa.not_(_is_dead), _running(scope))


def _letter_without_option(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(outbox.c.option_id)
        .outerjoin_from(outbox, options, _same(outbox, options, ("option_id", "id")))
        .where(_of(outbox, scope), options.c.id.is_(None))
    )


# Numbers


def _persona_without_space(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(personas.c.id + sa.literal(", ") + personas.c.subscriber_number)
        .outerjoin_from(personas, spaces, _same(personas, spaces, "subscriber_number"))
        .where(
            _of(personas, scope),
            personas.c.subscriber_number.is_not(None),
            spaces.c.subscriber_number.is_(None),
        )
    )


def _number_of_two_personas(scope: Scope) -> sa.Select[Any]:
    return (
        sa.select(personas.c.subscriber_number)
        .where(_of(personas, scope), personas.c.subscriber_number.is_not(None))
        .group_by(personas.c.subscriber_number)
        .having(sa.func.count() > 1)
    )


def _number_of_no_space(table: sa.Table) -> Query:
    """A number may also be that of a space which an option is to create."""

    def query(scope: Scope) -> sa.Select[Any]:
        return (
            sa.select(table.c.subscriber_number)
            .outerjoin_from(table, spaces, _same(table, spaces, "subscriber_number"))
            .where(
                _of(table, scope),
                table.c.subscriber_number.is_not(None),
                spaces.c.subscriber_number.is_(None),
                table.c.subscriber_number.not_in(_to_be_created(scope)),
            )
        )

    return query


def _to_be_created(scope: Scope) -> sa.Select[Any]:
    founding = options.alias("founding")
    return sa.select(founding.c.subscriber_number).where(
        _of(founding, scope), founding.c.founds.is_not(None), founding.c.used_at.is_(None)
    )


def _created_too_early(scope: Scope) -> sa.Select[Any]:
    return sa.select(spaces.c.subscriber_number).where(
        _of(spaces, scope), spaces.c.subscriber_number.in_(_to_be_created(scope))
    )


def _number_given_twice(scope: Scope) -> sa.Select[Any]:
    """A space is asked for once under a number, and nobody had that number before."""
    other = sa.exists().where(_same(_later, options, "subscriber_number"), _later.c.id != options.c.id)
    return sa.select(_option).where(_of(options, scope), options.c.founds.is_not(None), other)


def _created_otherwise(scope: Scope) -> sa.Select[Any]:
    """A created space is the one that was asked for."""
    founded = [options.c.founds[name].as_string() for name in ("subscriber_number", "created_on")]
    return (
        sa.select(_option)
        .join_from(options, spaces, _same(options, spaces, "subscriber_number"))
        .where(
            _of(options, scope),
            options.c.founds.is_not(None),
            options.c.used_at.is_not(None),
            sa.or_(founded[0] != spaces.c.subscriber_number, founded[1] != spaces.c.created_on),
        )
    )


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "nobody-half-converted",
        "A space is entered by certificate or by password, never by both, and there is no way back.",
        ("ACC-1", "ACC-10", "ACC-11", "POP-3", "SES-1"),
        (
            ("space {}: a password without a registration, or the other way round", _half_converted),
            ("space {}: its code is used, and the space not converted", _used_without_password),
            ("space {}: converted, and no code was used", _password_without_used),
            ("space {}: a session of the other access is open", _session_of_other_access),
            (
                "space {}: a session by certificate without it, or the other way round",
                _session_without_its_certificate,
            ),
        ),
    ),
    Invariant(
        "one-space-per-email",
        "An address belongs to one space: to the one that activated with it, or awaits its activation.",
        ("CRED-4", "CRED-12", "ACT-7", "ACT-8"),
        (
            ("spaces {}: converted with one address", _two_spaces_of_one_email),
            ("space {}: converted, and its address is not its own", _password_space_without_claim),
            ("space {}: waits, and its address is not its own", _live_option_without_claim),
            ("space {}: another took its address within its 48 hours", _dispossessed),
            ("space {}: a second code with the same address", _second_code_for_one_address),
            ("address {}: given to one space by the option of another", _claim_of_another),
        ),
    ),
    Invariant(
        "no-code-twice",
        "No code is given twice, and none is used twice.",
        ("ACT-2", "ACT-9", "POP-5"),
        (
            ("spaces {}: one code for both", _code_given_twice),
            ("option {}: its code was used in two browsers", _code_used_in_two_browsers),
            ("option {}: its result may be seen, and its code is not used", _result_without_use),
            ("space {}: activated twice", _space_activated_twice),
        ),
    ),
    Invariant(
        "no-dead-code-used",
        "A code works for 48 hours, and dies when another option of its space is accepted.",
        ("ACT-4", "ACT-5", "ACT-6", "ACT-8"),
        (
            ("space {}: used after its 48 hours", _used_late),
            ("space {}: used and replaced", _used_though_dead),
            ("space {}: alive beside a later one", _earlier_option_alive),
        ),
    ),
    Invariant(
        "one-mail-per-option",
        "Every accepted option has one mail: caught once, to be sent, or given up when it lapsed unsent.",
        ("ACT-1", "MAIL-5", "MAIL-6"),
        (
            ("space {}: its letter was sent, and never caught", _sent_and_never_caught),
            ("space {}: its letter was sent, and is to be sent again", _sent_and_to_be_sent),
            ("space {}: its letter was caught, and not noted as sent", _caught_and_not_sent),
            ("space {}: its letter is neither sent nor to be sent", _letter_lost),
            ("option {}: there is a letter for it, and no option", _letter_without_option),
        ),
    ),
    Invariant(
        "numbers-unchanged",
        "Everybody keeps their subscriber number; a new space gets one that nobody has or had.",
        ("ACC-12", "NEW-2"),
        (
            ("persona {}: there is no such space", _persona_without_space),
            ("space {}: the number of two personas", _number_of_two_personas),
            ("number {}: of a certificate, and of no space", _number_of_no_space(certificates)),
            ("number {}: of an option, and of no space", _number_of_no_space(options)),
            ("number {}: has an address, and no space", _number_of_no_space(email_claims)),
            ("number {}: of a session, and of no space", _number_of_no_space(sessions)),
            ("number {}: of a space that is still to be created", _created_too_early),
            ("space {}: asked for under a number that another option has", _number_given_twice),
            (
                "space {}: not created under the number or on the day of what was asked for",
                _created_otherwise,
            ),
        ),
    ),
    Invariant(
        "certificates-tied",
        "A certificate opens its own space, and no other; a revoked one opens none.",
        ("ACC-3", "ACC-8", "SES-3"),
        (
            ("persona {}: its certificate is gone, or another space's", _persona_without_its_certificate),
            ("space {}: a session of a certificate that does not open it", _session_of_other_certificate),
        ),
    ),
)

FILES_UNCHANGED = Invariant(
    "files-unchanged",
    "Every space keeps its holder, its company files and their services.",
    ("ACC-12",),
    (),
)
