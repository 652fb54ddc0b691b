"""A realm's personas: searching them, their certificates, and adding more subscribers.

A search finds the personas that match all its words. A word matches a part of the id, the name, the number or
the address on file, without regard to case and accents.
"""

import json
import unicodedata
from dataclasses import dataclass

from maquette.fixtures.subscriber_generator import FIRST_SEQUENCE
from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.space import Space
from maquette.simulator.pki.authority import Authority, KeyPair
from maquette.simulator.realm.certificates import get_or_issue_certificate
from maquette.simulator.realm.lifecycle import SubscriberRange, add_subscribers
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.personas import (
    PersonaName,
    PersonaRecord,
    count_personas,
    find_persona,
    last_position,
    list_persona_names,
    list_personas,
)
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.spaces import list_spaces


class PersonaNotFoundError(LookupError):
    """The realm has no such persona."""

    def __init__(self, persona: str, realm: str) -> None:
        super().__init__(f"persona {persona!r} in realm {realm!r}")


@dataclass(frozen=True, slots=True)
class PersonaWithSpace:
    """A persona, and its space where it has one."""

    persona: PersonaRecord
    space: Space | None


def get_persona(transaction: Transaction, persona_id: str) -> PersonaRecord:
    """The persona of that id. Raises PersonaNotFoundError."""
    persona = find_persona(transaction, persona_id)
    if persona is None:
        raise PersonaNotFoundError(persona_id, transaction.realm)
    return persona


def with_spaces(transaction: Transaction, personas: list[PersonaRecord]) -> list[PersonaWithSpace]:
    """These personas with their spaces."""
    numbers = [each.subscriber_number for each in personas if each.subscriber_number is not None]
    spaces = list_spaces(transaction, numbers)
    return [PersonaWithSpace(each, spaces.get(each.subscriber_number or "")) for each in personas]


def get_certificate(
    store: Store, authority: Authority, realm: str, persona_id: str
) -> tuple[PersonaRecord, KeyPair]:
    """The persona and its certificate, issued now if this is the first request for it.

    Raises PersonaNotFoundError.
    """
    found = get_or_issue_certificate(store, authority, realm, persona_id)
    if found is None:
        raise PersonaNotFoundError(persona_id, realm)
    return found


async def add_more_subscribers(
    context: OperationContext, realm: RealmRecord, count: int, seed: int
) -> SubscriberRange:
    """Add generated subscribers to the realm. Raises TooManySubscribersError and RealmGoneError."""
    parts = context.parts
    async with parts.timekeeper.moving(realm.name):
        added = await add_subscribers(parts.store, parts.rules, realm.name, count, seed)
    context.note(realm, Kind.SUBSCRIBERS_ADDED, count=count, seed=seed, first=added.first, last=added.last)
    return added


def search_people(
    transaction: Transaction, looked_for: str, *, skip: int, most: int
) -> tuple[list[PersonaRecord], int]:
    """Return at most `most` of the personas found, in their order, after the first `skip`; and their number.

    An empty search finds all personas.
    """
    words = _plain(looked_for).split()
    if not words:
        return list_personas(transaction, skip=skip, most=most), count_personas(transaction)
    found = [each.id for each in list_persona_names(transaction) if _has_all(words, each)]
    records = [find_persona(transaction, persona_id) for persona_id in found[skip : skip + most]]
    return [record for record in records if record is not None], len(found)


def count_added(transaction: Transaction) -> int:
    """Return how many subscribers were added to the realm's first people."""
    return max(last_position(transaction) - FIRST_SEQUENCE, 0)


def count_added_in(document: str) -> int:
    """Return how many of a document's personas were added."""
    return sum(persona["place"] > FIRST_SEQUENCE for persona in json.loads(document)["personas"])


def _has_all(words: list[str], persona: PersonaName) -> bool:
    text = _plain(" ".join((persona.id, persona.name, persona.subscriber_number or "", persona.email or "")))
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """The text without case and accents, œ as oe."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in plain if not unicodedata.combining(character))
