"""Makes, resets and deletes realms, and adds subscribers to them.

A realm's making sets its clock, its policy, its personas and their spaces. It also sets the validity of each
certificate, relative to the realm's start; moving the clock does not change it. `certificates` issues them
later.
"""

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from maquette.fixtures.personas import Persona, load_personas
from maquette.fixtures.subscriber_generator import FIRST_SEQUENCE, MOST, generate, load_pools, subscriber_id
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import PARIS, Clock, ClockMode
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.realm import is_realm_name
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Credentials, Space
from maquette.simulator.pki.certificate_cases import validity
from maquette.simulator.procedure.passwords import hash_password
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.personas import (
    PersonaRecord,
    add_persona_records,
    last_position,
    list_personas,
    remove_personas,
    set_password,
)
from maquette.simulator.store.realms import (
    RealmRecord,
    add_realm,
    clear_realm,
    count_realms,
    find_realm,
    get_realm,
    save_realm,
)
from maquette.simulator.store.spaces import add_spaces, put_claim

MOST_REALMS = 1000

AT_A_TIME = 50
"""Subscribers that one transaction adds: other requests wait no longer than one transaction takes."""


class UnusableValueError(ValueError):
    """No realm can begin with this name, clock or people; the message says why."""


class RealmExistsError(Exception):
    """A realm of that name exists already."""


class TooManyRealmsError(Exception):
    """The installation has as many realms as it may have."""


class TooManySubscribersError(Exception):
    """The realm has no room for so many subscribers."""


@dataclass(frozen=True, slots=True)
class SubscriberRange:
    """The ids of the first and the last added subscriber, and the position before the first one."""

    first: str
    last: str
    behind: int


def new_realm_name() -> str:
    """Return a random name for a new realm."""
    return f"realm-{secrets.token_hex(6)}"


def make_realm(
    store: Store,
    rules: Rules,
    name: str,
    *,
    clock: datetime | None = None,
    policy: Mapping[str, object] | None = None,
    defects: tuple[str, ...] = (),
) -> RealmRecord:
    """Make a realm with the packaged personas, in one transaction.

    Its clock runs, from `clock` or from the real now. `policy` has the public keys of
    docs/reference/policy.md. Raises PolicyError, and what `add_new_realm` raises.
    """
    now = real_now()
    made_policy = Policy().changed(policy or {})
    running = Clock(ClockMode.RUNNING, clock or now, now)
    record = RealmRecord(name, running, made_policy, clock, made_policy, defects)
    start = record.clock.now(now)
    with store.writing(name) as transaction:
        add_new_realm(transaction, record, now)
        add_personas(transaction, rules, record.policy, load_personas(start), start)
    return record


def add_new_realm(transaction: Transaction, record: RealmRecord, real_now: datetime) -> None:
    """Store a new realm without people.

    Raises UnusableValueError for an invalid name, RealmExistsError for one that is taken, TooManyRealmsError.
    """
    if not is_realm_name(name := record.name):
        raise UnusableValueError(
            f"not a realm's name: {name!r} (lower-case letters, digits and hyphens, 48 at most)"
        )
    if find_realm(transaction) is not None:
        raise RealmExistsError(f"the realm {name!r} exists already")
    if count_realms(transaction) >= MOST_REALMS:
        raise TooManyRealmsError(f"there are {MOST_REALMS} realms already: delete some")
    add_realm(transaction, record, real_now)


def reset_realm(store: Store, rules: Rules, name: str) -> RealmRecord:
    """Restore the realm as it was made, in one transaction: people, clock and policy.

    Delivery rules, deliberate defects and added subscribers are deleted. The journal and the certificates of
    the first personas stay, so that nobody must import them again. Raises RealmGoneError when there is no
    such realm.
    """
    now = real_now()
    with store.writing(name) as transaction:
        record = get_realm(transaction)
        record = replace(
            record,
            clock=Clock(ClockMode.RUNNING, record.made_clock or now, now),
            policy=record.made_policy,
            defects=(),
        )
        save_realm(transaction, record)
        remove_personas(transaction, after=FIRST_SEQUENCE)
        held = {persona.id: persona.password for persona in list_personas(transaction)}
        clear_realm(transaction, keep=KEPT_BY_RESET)
        people = [each for each in load_personas(record.clock.now(now)) if each.id in held]
        for persona in people:
            if held[persona.id] != (password := _published_password(persona)):
                set_password(transaction, persona.id, password)
        _add_spaces(transaction, rules, record.policy, people)
    return record


def delete_realm(store: Store, name: str) -> None:
    """Delete the realm and all its data, if there are any."""
    with store.writing(name) as transaction:
        clear_realm(transaction, keep=frozenset())


KEPT_BY_RESET = frozenset({"realms", "personas", "certificates", "journal", "snapshots"})


async def add_subscribers(store: Store, rules: Rules, name: str, count: int, seed: int) -> SubscriberRange:
    """Generate that many subscribers, and add them after the present ones, in several transactions.

    The same seed, position and date always generate the same people. After a crash the first of them stay.
    Raises ValueError for a count below 1, TooManySubscribersError, and RealmGoneError.
    """
    if count < 1:
        raise ValueError(f"at least one subscriber can be added, not {count}")
    await asyncio.to_thread(load_pools)
    with store.reading(name) as transaction:
        start = get_realm(transaction).clock.now(real_now())
        behind = max(last_position(transaction), FIRST_SEQUENCE)
    first = behind - FIRST_SEQUENCE + 1
    if first + count - 1 > MOST:
        raise TooManySubscribersError(
            f"the realm has {first - 1} of {MOST} subscribers: no room for {count} more"
        )
    people: list[Persona] = []
    for place in range(first, first + count, AT_A_TIME):
        people = list(generate(min(AT_A_TIME, first + count - place), seed, start, first=place))
        with store.writing(name) as transaction:
            policy = get_realm(transaction).policy
            add_personas(transaction, rules, policy, people, start, first=FIRST_SEQUENCE + place)
        await asyncio.sleep(0)
    return SubscriberRange(subscriber_id(first), people[-1].id, behind)


def add_personas(
    transaction: Transaction,
    rules: Rules,
    policy: Policy,
    people: Iterable[Persona],
    start: datetime,
    *,
    first: int = 0,
) -> None:
    """Add people with their spaces to the realm, from the position `first` on.

    People whose space is converted already have their credentials. No certificate is issued yet.
    """
    people = tuple(people)
    add_persona_records(
        transaction, [_record(persona, place, start) for place, persona in enumerate(people, first)]
    )
    _add_spaces(transaction, rules, policy, people)


def _record(persona: Persona, position: int, start: datetime) -> PersonaRecord:
    ends = persona.certificate_ends
    not_before, not_after = validity(
        persona.case, start, datetime.combine(ends, time(23, 59, 59), PARIS) if ends else None
    )
    return PersonaRecord(
        id=persona.id,
        position=position,
        title=persona.title,
        name=persona.common_name,
        case=persona.case,
        subscriber_number=persona.space.subscriber_number if persona.space else None,
        certificate_not_before=not_before,
        certificate_not_after=not_after,
        store_with=persona.store_with,
        password=_published_password(persona),
    )


def _published_password(persona: Persona) -> str | None:
    return persona.conversion.password if persona.conversion else None


def _add_spaces(transaction: Transaction, rules: Rules, policy: Policy, people: Iterable[Persona]) -> None:
    spaces: list[tuple[Space, str]] = []
    for persona in people:
        space, conversion = persona.space, persona.conversion
        if space is None:
            continue
        key = rules.credentials.claim_key(space.email)
        if conversion is not None:
            hashed = hash_password(conversion.password, policy.password_hash_cost)
            credentials = Credentials(space.email, hashed, conversion.question, conversion.answer)
            space = rules.space.converted(space, credentials, conversion.registered_at)
            put_claim(transaction, key, space.subscriber_number, None)
        spaces.append((space, key))
    add_spaces(transaction, spaces)
