"""The operation of the control API that judges a realm's state. Source: contract.md "Control API"."""

from maquette.simulator.console.api.installation import OF_REALM, REALM, Model
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.realm.invariants import judge_invariants


class InvariantAnswer(Model):
    """Whether an invariant holds, in words, with the rules behind it.

    `offenders` says who breaks it, and how; `more` is true when there are others.
    """

    name: str
    words: str
    rules: list[str]
    holds: bool
    offenders: list[str]
    more: bool


class InvariantList(Model):
    """All invariants, in a fixed order; `hold` is whether all of them do."""

    hold: bool
    invariants: list[InvariantAnswer]


async def show_invariants(call: Call) -> InvariantList:
    """Judge the realm's state as it is now."""
    verdicts = await judge_invariants(call.parts.store, call.realm.name)
    return InvariantList(
        hold=all(verdict.holds for verdict in verdicts),
        invariants=[
            InvariantAnswer(
                name=verdict.name,
                words=verdict.words,
                rules=list(verdict.rules),
                holds=verdict.holds,
                offenders=list(verdict.offenders),
                more=verdict.more,
            )
            for verdict in verdicts
        ],
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", f"{REALM}/invariants", "What always holds, and who breaks it", show_invariants, InvariantList,
        problems=OF_REALM,
    ),
)  # fmt: skip
