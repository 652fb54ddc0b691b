"""The operation of the control API that lists the portal's rules."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from maquette.fixtures.rules import Status, load_rules
from maquette.simulator.console.api.operation import Model, Operations
from maquette.simulator.console.door.call import Call

operations = Operations()

StatusLetter = Annotated[
    Literal["F", "I", "A"],
    BeforeValidator(lambda status: status.value if isinstance(status, Status) else status),
]


class RuleAnswer(Model):
    """A rule: our sentence, the fiche's own in French where it has one, and the fiche's sections.

    `statuses`: F the fiche says or shows it, I it follows from the fiche, A our assumption. A rule whose
    parts differ has several, the status of its first part first.
    """

    id: str
    sentence: str
    quote: str | None
    sections: list[str]
    statuses: list[StatusLetter]


class RuleList(Model):
    """All rules, in the catalogue's order."""

    rules: list[RuleAnswer]


@operations.add("GET", "/api/rules")
async def list_rules(_call: Call) -> RuleList:
    """The portal's rules."""
    return RuleList.model_validate({"rules": load_rules()})
