"""The API's operations on a realm's delivery rules (MAIL-5)."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from maquette.simulator.base.api_types import DeliveryRuleBody
from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.delivery import set_rules
from maquette.simulator.domain.delivery import MOST_RULES
from maquette.simulator.store.delivery_queue import list_rules

operations = Operations()


class DeliveryRules(Model):
    """A realm's delivery rules, in their order: the first rule that applies to a recipient counts."""

    rules: Annotated[list[DeliveryRuleBody], Field(max_length=MOST_RULES)]


@operations.add("GET", f"{REALM}/delivery")
async def show_delivery(call: Call) -> DeliveryRules:
    """The realm's delivery rules."""
    with call.parts.store.reading(call.realm.name) as transaction:
        rules = list_rules(transaction)
    return DeliveryRules(rules=[DeliveryRuleBody(**asdict(rule)) for rule in rules])


@operations.add("PUT", f"{REALM}/delivery")
async def set_delivery(call: Call, body: DeliveryRules) -> DeliveryRules:
    """Set the realm's delivery rules; mail that is already in transit keeps its old rules."""
    set_rules(call.context, call.realm.name, tuple(body.rules))
    return body
