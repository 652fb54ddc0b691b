"""The operation of the control API that lists the portal's rules. Source: contract.md "Control API"."""

from typing import Literal

from maquette.fixtures.rules import load_rules
from maquette.simulator.console.api.installation import Model
from maquette.simulator.console.dependencies import Call, Operation


class RuleAnswer(Model):
    """A rule: our sentence, the fiche's own in French where it has one, and the fiche's sections.

    `statuses`: F the fiche says or shows it, I it follows from the fiche, A our assumption; more than one
    where parts of the rule stand on different authority, the first part first.
    """

    id: str
    sentence: str
    quote: str | None
    sections: list[str]
    statuses: list[Literal["F", "I", "A"]]


class RuleList(Model):
    """All rules, in the catalogue's order."""

    rules: list[RuleAnswer]


async def list_rules(_call: Call) -> RuleList:
    """The catalogue of rules, the same in every realm."""
    return RuleList.model_validate(
        {
            "rules": [
                {
                    "id": rule.id,
                    "sentence": rule.sentence,
                    "quote": rule.quote,
                    "sections": rule.sections,
                    "statuses": [status.value for status in rule.statuses],
                }
                for rule in load_rules()
            ]
        }
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/api/rules", "The portal's rules", list_rules, RuleList),
)
