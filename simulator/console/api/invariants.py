"""The operation of the control API that judges a realm's state."""

from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.realm.invariants import judge_invariants

operations = Operations()


class InvariantAnswer(Model):
    """Whether an invariant holds: its sentence, and the rules behind it.

    `offenders` says what breaks it, and how; `more` is true when there are others.
    """

    name: str
    words: str
    rules: list[str]
    holds: bool
    offenders: list[str]
    more: bool


class InvariantList(Model):
    """All invariants, in a fixed order; `hold` is true when all of them hold."""

    hold: bool
    invariants: list[InvariantAnswer]


@operations.add("GET", f"{REALM}/invariants")
async def show_invariants(call: Call) -> InvariantList:
    """What always holds, and who breaks it."""
    verdicts = await judge_invariants(call.parts.store, call.realm.name)
    hold = all(verdict.holds for verdict in verdicts)
    return InvariantList.model_validate({"hold": hold, "invariants": verdicts})
