"""The operations of the control API on deliberate defects: the catalogue, and those of a realm.

Decides nothing: what a defect is stands in `simulator/defects/`. Source: contract.md (`/defects`).
"""

from dataclasses import replace

from maquette.simulator.console.api.installation import REALM, Model
from maquette.simulator.console.api.realms import Defects, known_defects
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.problems import Problem
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.realms import get_realm, save_realm


class DefectAnswer(Model):
    """A deliberate defect: the rule that it breaks, what it does, and why that matters."""

    name: str
    rule: str
    title: str
    title_fr: str
    why: str
    why_fr: str


class DefectList(Model):
    """All deliberate defects, in the order of the rules."""

    defects: list[DefectAnswer]


class DefectNames(Model):
    """The deliberate defects that a realm is to have, in any order; none for an empty list."""

    defects: Defects


class RealmDefects(Model):
    """The realm's own deliberate defects, and those that every realm of the installation has."""

    defects: list[str]
    installation: list[str]


async def list_defects(_call: Call) -> DefectList:
    """The catalogue of deliberate defects."""
    return DefectList(
        defects=[
            DefectAnswer(
                name=each.name,
                rule=each.rule,
                title=each.title_en,
                title_fr=each.title_fr,
                why=each.why_en,
                why_fr=each.why_fr,
            )
            for each in DEFECTS.values()
        ]
    )


async def show_defects(call: Call) -> RealmDefects:
    """The deliberate defects that are on in the realm."""
    return _answer(call, call.realm.defects)


async def set_defects(call: Call) -> RealmDefects:
    """Switch on exactly these defects of the realm's own; what has happened already stays as it is."""
    body: DefectNames = call.body
    names = known_defects(body.defects)
    change_defects(call, names)
    return _answer(call, names)


def change_defects(call: Call, names: tuple[str, ...]) -> None:
    """Keep the realm's defects, and note them in its journal. Raises RealmGoneError."""
    with call.parts.store.writing(call.realm.name) as transaction:
        realm = replace(get_realm(transaction), defects=names)
        save_realm(transaction, realm)
    call.note(realm, Kind.DEFECTS_CHANGED, defects=names)
    call.parts.timekeeper.wake()


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/api/defects", "The deliberate defects that there are", list_defects, DefectList),
    Operation(
        "GET", f"{REALM}/defects", "The realm's deliberate defects", show_defects, RealmDefects,
        problems=(Problem.REALM_UNKNOWN,),
    ),
    Operation(
        "PUT", f"{REALM}/defects", "Set the realm's deliberate defects", set_defects, RealmDefects,
        body=DefectNames, problems=(Problem.REALM_UNKNOWN, Problem.DEFECT_UNKNOWN),
    ),
)  # fmt: skip


def _answer(call: Call, names: tuple[str, ...]) -> RealmDefects:
    return RealmDefects(defects=list(names), installation=list(call.parts.installed_defects))
