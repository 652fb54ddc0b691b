"""« Défauts volontaires »: the deliberate defects of a realm, chosen from the whole catalogue.

A form for another list of defects than the realm's present one changes nothing. The installation's defects
are shown, and cannot be switched off here.
"""

from itertools import groupby

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.operations.defects import set_defects
from maquette.simulator.console.pages.page import go_to_message, read_code, read_form, realm_page
from maquette.simulator.console.pages.texts import words
from maquette.simulator.defects.catalogue import DEFECTS

DONE = ("enregistrer", "aucun", "entre-temps")
"""The values of the query that say what was done."""


async def show_defects(call: Call) -> web.StreamResponse:
    """Show the catalogue, and which defects are on in the realm."""
    groups = [
        (words(prefix, "rule-groups"), list(found))
        for prefix, found in groupby(DEFECTS.values(), key=lambda each: each.rule.partition("-")[0])
    ]
    return realm_page(
        call,
        "defects.html",
        groups=groups,
        own=call.realm.defects,
        installed=call.parts.installed_defects,
        mark=_mark(call),
        done=read_code(call, "fait", DONE),
    )


async def change(call: Call) -> web.StreamResponse:
    """Switch on the ticked defects, or nothing when the form is outdated."""
    form = await read_form(call)
    pressed, mark = form.pop("geste", ""), form.pop("etat", None)
    if pressed not in ("enregistrer", "aucun") or not form.keys() <= DEFECTS.keys():
        raise ProblemError(Problem.BODY_INVALID, "geste: no such button, or no such defect")
    if mark != _mark(call):
        return go_to_message(call, "defauts", fait="entre-temps")
    set_defects(call.context, call.realm.name, [*form] if pressed == "enregistrer" else [])
    return go_to_message(call, "defauts", fait=pressed)


def _mark(call: Call) -> str:
    """Return a mark of the realm's defects: a form with another mark is outdated."""
    return " ".join(call.realm.defects)
