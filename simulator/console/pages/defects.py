"""« Défauts volontaires »: what goes wrong on purpose in a realm, to be chosen from the whole catalogue.

A form that was made for other defects than there are changes nothing. Those of the installation are shown and
cannot be switched off here. Source: contract.md (`/defects`).
"""

from itertools import groupby

from aiohttp import web

from maquette.simulator.console.api.defects import change_defects
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.forms import Route, go_to, read_form, realm_page
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.defects.catalogue import DEFECTS

GROUPS = {
    "ACC": "L'accès et le certificat",
    "SES": "Les sessions",
    "HOME": "L'espace",
    "OPT": "L'avertissement",
    "CRED": "Les identifiants",
    "ACT": "Le code et l'activation",
    "POP": "La fenêtre du résultat",
    "REG": "Le résultat et le récapitulatif",
    "PWD": "L'accès par mot de passe",
    "HELP": "L'assistance",
    "OUT": "Hors espace",
    "NEW": "La création d'un espace",
    "MAIL": "Le courriel",
}
"""The groups of portal.md's rules, in French."""

DONE = ("enregistrer", "aucun", "entre-temps")
"""What the page's query may say that has been done."""


async def show_defects(call: Call) -> web.StreamResponse:
    """The catalogue, and what is on in the realm."""
    done = call.request.query.get("fait")
    groups = [
        (GROUPS[prefix], list(found))
        for prefix, found in groupby(DEFECTS.values(), key=lambda each: each.rule.partition("-")[0])
    ]
    return realm_page(
        call,
        "defects.html",
        groups=groups,
        own=call.realm.defects,
        installed=call.parts.installed_defects,
        mark=_mark(call),
        done=done if done in DONE else None,
    )


async def change(call: Call) -> web.StreamResponse:
    """Switch on what is ticked, or nothing."""
    form = await read_form(call)
    pressed, mark = form.pop("geste", ""), form.pop("etat", None)
    if pressed not in ("enregistrer", "aucun") or not form.keys() <= DEFECTS.keys():
        raise ProblemError(Problem.BODY_INVALID, "geste: no such button, or no such defect")
    if mark != _mark(call):
        return go_to(f"{_path(call)}?fait=entre-temps#message")
    change_defects(call, tuple(name for name in DEFECTS if name in form and pressed == "enregistrer"))
    return go_to(f"{_path(call)}?fait={pressed}#message")


DEFECTS_PAGES: tuple[Route, ...] = (
    ("GET", "/realms/{realm}/defauts", show_defects),
    ("POST", "/realms/{realm}/defauts", change),
)


def _mark(call: Call) -> str:
    """What tells these defects from others: a form that carries another one was made for other defects."""
    return " ".join(call.realm.defects)


def _path(call: Call) -> str:
    return f"/realms/{call.realm.name}/defauts"
