"""The operation of the control API on the messages left with the helpdesk's form (HELP-2)."""

from datetime import datetime

from maquette.simulator.console.api.operation import REALM, Model, operation
from maquette.simulator.console.dependencies import Call
from maquette.simulator.store.helpdesk import list_helpdesk_messages


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


async def show_helpdesk(call: Call) -> HelpdeskList:
    with call.parts.store.reading(call.realm.name) as transaction:
        return HelpdeskList.model_validate({"messages": list_helpdesk_messages(transaction)})


OPERATIONS = (operation("GET", f"{REALM}/helpdesk", "Messages left with the helpdesk", show_helpdesk),)
