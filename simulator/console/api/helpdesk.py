"""The operation of the control API on the messages left with the helpdesk's form (HELP-2)."""

from datetime import datetime

from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.store.helpdesk import list_helpdesk_messages

operations = Operations()


class HelpdeskMessageAnswer(Model):
    """A message left with the helpdesk's form."""

    id: int
    at: datetime
    name: str
    email: str
    message: str


class HelpdeskList(Model):
    """The messages left with the helpdesk, oldest first."""

    messages: list[HelpdeskMessageAnswer]


@operations.add("GET", f"{REALM}/helpdesk")
async def show_helpdesk(call: Call) -> HelpdeskList:
    """Messages left with the helpdesk."""
    with call.parts.store.reading(call.realm.name) as transaction:
        return HelpdeskList.model_validate({"messages": list_helpdesk_messages(transaction)})
