"""The operations of the control API on a realm's delivery rules: what becomes of its mail on the way.

Source: contract.md (`/delivery`), rule MAIL-5.
"""

from typing import Annotated

from pydantic import Field

from maquette.simulator.base.api_types import DeliveryRuleBody
from maquette.simulator.console.api.installation import REALM, Model
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.problems import Problem
from maquette.simulator.domain.delivery import MOST_RULES, DeliveryRule
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.delivery_queue import list_rules, put_rules
from maquette.simulator.store.realms import get_realm


class DeliveryRules(Model):
    """A realm's delivery rules, in their order: the first that is for a recipient counts."""

    rules: Annotated[list[DeliveryRuleBody], Field(max_length=MOST_RULES)]


async def show_delivery(call: Call) -> DeliveryRules:
    """The realm's delivery rules."""
    with call.parts.store.reading(call.realm.name) as transaction:
        return _answer(list_rules(transaction))


async def set_delivery(call: Call) -> DeliveryRules:
    """Put these rules in the place of the realm's; mail that is on its way already goes on as it was."""
    body: DeliveryRules = call.body
    rules = tuple(each.rule() for each in body.rules)
    change_delivery(call, rules)
    return _answer(rules)


def change_delivery(call: Call, rules: tuple[DeliveryRule, ...]) -> None:
    """Keep the rules, and note it in the realm's journal. Raises RealmGoneError."""
    with call.parts.store.writing(call.realm.name) as transaction:
        realm = get_realm(transaction)
        put_rules(transaction, rules)
    call.note(realm, Kind.DELIVERY_CHANGED, rules=len(rules))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", f"{REALM}/delivery", "The realm's delivery rules", show_delivery, DeliveryRules,
        problems=(Problem.REALM_UNKNOWN,),
    ),
    Operation(
        "PUT", f"{REALM}/delivery", "Set the realm's delivery rules", set_delivery, DeliveryRules,
        body=DeliveryRules, problems=(Problem.REALM_UNKNOWN,),
    ),
)  # fmt: skip


def _answer(rules: tuple[DeliveryRule, ...]) -> DeliveryRules:
    return DeliveryRules(rules=[DeliveryRuleBody.of(rule) for rule in rules])
