"""The API's operations on deliberate defects: the catalogue, and those of a realm."""

from pydantic import Field

from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.api.realms import Defects
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.operations import defects
from maquette.simulator.defects.catalogue import DEFECTS

operations = Operations()


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


@operations.add("GET", "/api/defects")
async def list_defects(_call: Call) -> DefectList:
    """The deliberate defects that there are."""
    return DefectList.model_validate({"defects": list(DEFECTS.values())})


@operations.add("GET", f"{REALM}/defects")
async def show_defects(call: Call) -> RealmDefectsAnswer:
    """The realm's deliberate defects."""
    return RealmDefectsAnswer(defects=call.realm.defects, installation=call.parts.installed_defects)


@operations.add("PUT", f"{REALM}/defects", Problem.DEFECT_UNKNOWN)
async def set_defects(call: Call, body: DefectNames) -> RealmDefectsAnswer:
    """Set the realm's deliberate defects; earlier events do not change."""
    names = defects.set_defects(call.context, call.realm.name, body.defects)
    return RealmDefectsAnswer(defects=names, installation=call.parts.installed_defects)
