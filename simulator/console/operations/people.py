"""Finding people among a realm's personas, of whom there may be thousands, and counting who was added.

Decides what a search means: each of its words stands somewhere in the id, the name, the number or the address
on file, whatever case or accent. It must not know who asks.
"""

import json
import unicodedata

from maquette.fixtures.subscriber_generator import FIRST_SEQUENCE
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.personas import (
    PersonaName,
    PersonaRecord,
    count_personas,
    find_persona,
    last_position,
    list_persona_names,
    list_personas,
)


def search_people(
    transaction: Transaction, looked_for: str, *, skip: int, most: int
) -> tuple[list[PersonaRecord], int]:
    """At most `most` of those looked for, in their order, less the first `skip`; and how many they all are.

    An empty search is for everybody.
    """
    words = _plain(looked_for).split()
    if not words:
        return list_personas(transaction, skip=skip, most=most), count_personas(transaction)
    found = [known.id for known in list_persona_names(transaction) if _has_all(words, known)]
    records = [find_persona(transaction, persona_id) for persona_id in found[skip : skip + most]]
    return [record for record in records if record is not None], len(found)


def _has_all(words: list[str], known: PersonaName) -> bool:
    text = _plain(" ".join((known.id, known.name, known.subscriber_number or "", known.email or "")))
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """What is compared: without case and accents, œ as oe."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def count_added(transaction: Transaction) -> int:
    """How many subscribers the realm has been given beside its first people."""
    return max(last_position(transaction) - FIRST_SEQUENCE, 0)


def count_added_in(document: str) -> int:
    """How many of them a snapshot's document has."""
    return sum(persona["place"] > FIRST_SEQUENCE for persona in json.loads(document)["personas"])
