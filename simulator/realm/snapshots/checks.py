"""Checks that the entries of a document agree with one another.

It refuses what the procedure never allows: two spaces with one number, two password spaces with one address,
an option without a space, two open options with one address, a space that is half converted, an instant in
the future. Source: rules ACC-1, CRED-4, ACT-7, ACT-8.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from maquette.simulator.realm.snapshots.document import OptionEntry, SnapshotDocument, SpaceEntry

MOST_NAMED = 20
"""Disagreements that the message names; there may be thousands."""


class DisagreementError(ValueError):
    """The document's entries contradict one another; the message says where."""


def check(document: SnapshotDocument, email_key: Callable[[str], str]) -> None:
    """Raise DisagreementError when no realm can be as the document says.

    `email_key` returns the same key for two addresses that count as one.
    """
    found = [
        *_twice(document, email_key),
        *_personas(document),
        *_options(document),
        *_addresses(document, email_key),
        *_mail(document),
        *(f"{where}: {at.isoformat()} is after what the clock shows" for where, at in _to_come(document)),
    ]
    if found:
        more = [f"and {len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else []
        raise DisagreementError("; ".join(found[:MOST_NAMED] + more))


def latest_instant(document: SnapshotDocument) -> datetime | None:
    """Return the latest instant at which something happened in the realm: a clock cannot begin before it."""
    return max((at for _, at in _events(document)), default=None)


def _twice(document: SnapshotDocument, email_key: Callable[[str], str]) -> Iterator[str]:
    """Find values that may occur only once, and occur more often."""
    by_password = [each for each in document.spaces if each.credentials is not None]
    subjects: dict[str, Iterable[Hashable]] = {
        "personas: one id": (each.id for each in document.personas),
        "personas: one place": (each.place for each in document.personas),
        "spaces: one subscriber_number": (each.subscriber_number for each in document.spaces),
        "spaces: one e-mail of password spaces": (email_key(each.email) for each in by_password),
        "options: one id": (each.id for each in document.options),
        "options: one code": (each.code for each in document.options),
        "caught: one mail": document.caught,
        "turned_away: one mail": (each.mail for each in document.turned_away),
    }
    for subject, values in subjects.items():
        for value, times in Counter(values).items():
            if times > 1:
                named = "" if "code" in subject else f": {value}"
                yield f"{subject} occurs {times} times{named}"


def _personas(document: SnapshotDocument) -> Iterator[str]:
    numbers = {each.subscriber_number for each in document.spaces}
    stores = {each.id: each.store_with for each in document.personas}
    for place, persona in enumerate(document.personas):
        if persona.subscriber_number is not None and persona.subscriber_number not in numbers:
            yield f"personas.{place}.subscriber_number: no such space"
        for other in persona.store_with:
            if other == persona.id or persona.id not in stores.get(other, ()):
                yield f"personas.{place}.store_with: {other} is not another one that names {persona.id}"


def _options(document: SnapshotDocument) -> Iterator[str]:
    """Check each option by itself, and the options of each space together."""
    spaces = {each.subscriber_number: each for each in document.spaces}
    of_space: defaultdict[str, list[tuple[str, OptionEntry]]] = defaultdict(list)
    for place, option in enumerate(document.options):
        where = f"options.{place}"
        of_space[option.subscriber_number].append((where, option))
        if option.founds is None and option.subscriber_number not in spaces:
            yield f"{where}.subscriber_number: no such space"
        for name in ("sent_at", "replaced_at", "used_at"):
            at: datetime | None = getattr(option, name)
            if at is not None and at < option.queued_at:
                yield f"{where}.{name}: before queued_at"
        if option.used_at is not None and option.replaced_at is not None:
            yield f"{where}: used and replaced"
        if option.letter is not None and option.sent_at is not None:
            yield f"{where}.letter: was sent already"
    for number, story in of_space.items():
        yield from _story(spaces.get(number), story)


def _story(space: SpaceEntry | None, story: list[tuple[str, OptionEntry]]) -> Iterator[str]:
    """Check the options of one space, in their order."""
    for (where, earlier), (_, later) in pairwise(story):
        if earlier.replaced_at is None:
            yield f"{where}.replaced_at: missing, as the space has a later option"
        if later.queued_at < earlier.queued_at:
            yield f"{where}.queued_at: after that of the space's next option"
    where, last = story[-1]
    if any(option.founds is not None for _, option in story):
        yield from _founding(space, story)
    if space is None:
        return
    if last.used_at is None:
        if space.credentials is not None:
            yield f"{where}.used_at: missing, as the space is converted"
    elif not _converts(last, space):
        yield f"{where}.used_at: the space is not converted by it, with these credentials, at that instant"


def _founding(space: SpaceEntry | None, story: list[tuple[str, OptionEntry]]) -> Iterator[str]:
    """Check that a new space has one option, and exists if that option is used."""
    (where, option), *others = story
    if others:
        yield f"{where}.founds: the space has other options"
    if (space is None) is not (option.used_at is None):
        yield f"{where}.founds: the space is there if the option is used, and only then"
    elif space is not None and option.founds is not None and space.created_on != option.founds.created_on:
        yield f"{where}.founds.created_on: the space was created on another day"


def _converts(option: OptionEntry, space: SpaceEntry) -> bool:
    """Whether the space is as the option made it; its password may have been replaced since (PWD-4)."""
    chosen, has = option.credentials, space.credentials
    return (
        space.registered_at == option.used_at
        and has is not None
        and (has.email, has.question, has.answer) == (chosen.email, chosen.question, chosen.answer)
    )


def _addresses(document: SnapshotDocument, email_key: Callable[[str], str]) -> Iterator[str]:
    """Check that an address belongs to one option, or to one space that was converted from the start."""
    opted = {each.subscriber_number for each in document.options}
    owner = {
        email_key(each.email): f"space {each.subscriber_number}"
        for each in document.spaces
        if each.credentials is not None and each.subscriber_number not in opted
    }
    born = set(owner)
    for place, option in enumerate(document.options):
        key, where = email_key(option.credentials.email), f"options.{place}"
        if key in born or (option.replaced_at is None and key in owner):
            yield f"{where}.credentials.email: is that of {owner[key]}"
        elif option.replaced_at is None:
            owner[key] = where


def _mail(document: SnapshotDocument) -> Iterator[str]:
    for place, late in enumerate(document.in_transit):
        if late.arrives_at < late.taken_at:
            yield f"in_transit.{place}.arrives_at: before taken_at"
    for place, lost in enumerate(document.undelivered):
        if lost.mails_before > len(document.mail):
            yield f"undelivered.{place}.mails_before: there are {len(document.mail)} mails"


def _to_come(document: SnapshotDocument) -> Iterator[tuple[str, datetime]]:
    now = document.realm.clock.now
    return ((where, at) for where, at in _events(document) if at > now)


def _events(document: SnapshotDocument) -> Iterator[tuple[str, datetime]]:
    """All instants at which something happened, with their places in the document.

    The conversion of a space that was converted from the start is not an event, whatever its instant.
    """
    for place, option in enumerate(document.options):
        for name in ("queued_at", "sent_at", "replaced_at", "used_at"):
            if (at := getattr(option, name)) is not None:
                yield f"options.{place}.{name}", at
        if option.letter is not None and option.letter.attempt_at is not None:
            yield f"options.{place}.letter.attempt_at", option.letter.attempt_at
    for kind, name in _DATED.items():
        for place, entry in enumerate(getattr(document, kind)):
            yield f"{kind}.{place}.{name}", getattr(entry, name)


_DATED = {
    "wrong_tries": "at",
    "mail": "received_at",
    "in_transit": "taken_at",
    "undelivered": "at",
    "helpdesk": "at",
}
