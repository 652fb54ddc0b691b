"""The API's operations on deliberate defects: the catalogue, and those of a realm."""

from pydantic import Field

from maquette.simulator.console.api.operation import REALM, Model, operation
from maquette.simulator.console.api.realms import Defects
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations import defects
from maquette.simulator.console.problems import Problem
from maquette.simulator.defects.catalogue import DEFECTS


class DefectAnswer(Model):
    """A deliberate defect: the rule that it breaks, what it does, and why that matters."""

    name: str
    rule: str
    title: str = Field(validation_alias="title_en")
    title_fr: str
    why: str = Field(validation_alias="why_en")
    why_fr: str


class DefectList(Model):
    """All deliberate defects, in the order of the rules."""

    defects: list[DefectAnswer]


class DefectNames(Model):
    """The deliberate defects that the realm shall have, in any order; an empty list switches all off."""

    defects: Defects


class RealmDefectsAnswer(Model):
    """The realm's own deliberate defects, and those that every realm of the installation has."""

    defects: tuple[str, ...]
    installation: tuple[str, ...]


async def list_defects(_call: Call) -> DefectList:
    """The catalogue of deliberate defects."""
    return DefectList.model_validate({"defects": list(DEFECTS.values())})


async def show_defects(call: Call) -> RealmDefectsAnswer:
    """The deliberate defects that are on in the realm."""
    return RealmDefectsAnswer(defects=call.realm.defects, installation=call.parts.installed_defects)


async def set_defects(call: Call, body: DefectNames) -> RealmDefectsAnswer:
    """Switch on exactly these defects of the realm's own; earlier events do not change."""
    names = defects.set_defects(call.context, call.realm.name, body.defects)
    return RealmDefectsAnswer(defects=names, installation=call.parts.installed_defects)


OPERATIONS = (
    operation("GET", "/api/defects", "The deliberate defects that there are", list_defects),
    operation("GET", f"{REALM}/defects", "The realm's deliberate defects", show_defects),
    operation(
        "PUT", f"{REALM}/defects", "Set the realm's deliberate defects", set_defects, Problem.DEFECT_UNKNOWN
    ),
)
