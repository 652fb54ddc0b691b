"""« Messages à l'assistance »: what people wrote with the helpdesk's form on the portal (HELP-2)."""

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.pages.page import realm_page
from maquette.simulator.store.helpdesk import list_helpdesk_messages


async def show_helpdesk(call: Call) -> web.StreamResponse:
    """The messages left with the helpdesk's form, newest first."""
    with call.parts.store.reading(call.realm.name) as transaction:
        messages = list_helpdesk_messages(transaction)[::-1]
    return realm_page(call, "helpdesk.html", messages=messages)
