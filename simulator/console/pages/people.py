"""« Personnes et certificats »: a realm's people, their certificates, and the state of each space.

A page shows a part of them and searches all, because a realm may have thousands.
"""

from urllib.parse import urlencode

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.code_status import list_code_statuses
from maquette.simulator.console.operations.people import search_people
from maquette.simulator.console.operations.spaces import find_space_now
from maquette.simulator.console.pages.page import read_number, read_search, realm_page
from maquette.simulator.console.pages.why_refused import code_in_words
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.pki.authority import BUNDLE_PASSWORD
from maquette.simulator.store.personas import count_personas

PERSONAS_PER_PAGE = 50


async def show_people(call: Call) -> web.StreamResponse:
    """Show the realm's personas, all or those found, and the state of their spaces."""
    realm, now = call.realm, call.now
    looked_for = read_search(call)
    number = max(1, read_number(call, "page", 1))
    call.parts.journal.write()
    with call.parts.store.reading(realm.name) as transaction:
        skip = (number - 1) * PERSONAS_PER_PAGE
        found, total = search_people(transaction, looked_for, skip=skip, most=PERSONAS_PER_PAGE)
        people = [
            (
                persona,
                find_space_now(transaction, realm, persona.subscriber_number, now)
                if persona.subscriber_number
                else None,
            )
            for persona in found
        ]
        pending = [space.pending for _, space in people if space and space.pending]
        statuses = list_code_statuses(transaction, realm, pending, now)
        everybody = count_personas(transaction)
    return realm_page(
        call,
        "realm.html",
        people=people,
        looked_for=looked_for,
        total=total,
        searchable=everybody > PERSONAS_PER_PAGE or bool(looked_for),
        per_page=PERSONAS_PER_PAGE,
        pages=max(1, -(-total // PERSONAS_PER_PAGE)),
        page_number=number,
        links={each: _link(realm.name, looked_for, each) for each in (number - 1, number + 1)},
        trails={option: code_in_words(status, now) for option, status in statuses.items()},
        now=now,
        clock=realm.clock.mode.value,
        portal=call.parts.doors["portal"] + realm_prefix(realm.name),
        bundle_password=BUNDLE_PASSWORD,
    )


def _link(realm: str, looked_for: str, number: int) -> str:
    query = {"qui": looked_for} if looked_for else {}
    query |= {"page": str(number)} if number > 1 else {}
    return f"/realms/{realm}" + (f"?{urlencode(query)}" if query else "")
