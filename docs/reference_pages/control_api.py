"""The control API: every operation, its parameters, bodies and problems, as the OpenAPI document has them."""

import re
from collections.abc import Iterable
from itertools import groupby

from maquette.simulator.console.api.table import document
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.pages.reference import FieldText, OperationText, list_models, list_operations
from reference_pages.markdown import code, page, table

HEADINGS = {
    "installation": "The installation",
    "realms": "Realms",
    "personas": "People and their certificates",
    "certificates": "People and their certificates",
    "spaces": "Spaces",
    "helpdesk": "Spaces",
    "clock": "Clock",
    "policy": "Policy",
    "defects": "Deliberate defects",
    "delivery": "Delivery rules",
    "mail": "Mail",
    "journal": "Journal",
    "snapshots": "Snapshots and forks",
    "fork": "Snapshots and forks",
    "invariants": "Invariants",
    "mailpit": "Mailpit",
}
"""The sections of the page in their order, by the part of the path that leads to each."""

EVERY_CALL = (Problem.HOST_UNKNOWN, Problem.QUERY_INVALID)
NEEDS_TOKEN = (Problem.TOKEN_MISSING, Problem.ORIGIN_FOREIGN)
CHANGES = (Problem.BODY_INVALID, Problem.TOO_LARGE)


def control_api() -> str:
    """All operations by subject, then all bodies."""
    operations = list_operations(document())
    order = list(dict.fromkeys(HEADINGS.values()))
    ordered = sorted(operations, key=lambda each: order.index(HEADINGS[_subject(each.path)]))
    parts = []
    for heading, group in groupby(ordered, key=lambda each: HEADINGS[_subject(each.path)]):
        head = ("call", "what it does", "query", "body", "answer", "problems")
        parts += [f"## {heading}", table(head, map(_operation, group))]
    open_calls = [code(each.path) for each in operations if NEEDS_TOKEN[0].code not in each.problems]
    models = list_models(document())
    parts += ["## Bodies", "A field with * is required."]
    for model in models:
        rows = map(_field, model.fields)
        described = " ".join(model.description.split())
        parts += [f"### {model.name}", described, table(("field", "type", "notes"), rows)]
    return page(
        "Control API",
        "the OpenAPI document",
        "[The guide](../control-api.md) shows how to call it. A running server has the complete description "
        "at `/api/openapi.json`, and the same as a page at `/interface` on the console. "
        "[Refusals](refusals.md#from-the-control-api) explains the problems. Besides those that are listed, "
        f"every call may answer {_codes(EVERY_CALL)}. A call that needs the token may answer "
        f"{_codes(NEEDS_TOKEN)}, and a call other than `GET` {_codes(CHANGES)}. "
        f"{', '.join(open_calls)} need no token.",
        *parts,
    )


def _subject(path: str) -> str:
    """What the path is about: the part behind the realm, or what stands in its place."""
    if path.startswith(("/api/v1/", "/view/")):
        return "mailpit"
    if of_realm := re.match(r"/api/realms/\{realm\}/(\w+)", path):
        return "realms" if of_realm[1] == "reset" else of_realm[1]
    return "realms" if path.startswith("/api/realms") else "installation"


def _operation(operation: OperationText) -> tuple[str, ...]:
    common = {each.code for each in EVERY_CALL + NEEDS_TOKEN}
    if operation.method != "GET":
        common |= {each.code for each in CHANGES}
    return (
        code(f"{operation.method} {operation.path}"),
        operation.summary,
        ", ".join(
            _parameter(each) for each in operation.parameters if f"{{{each.name}}}" not in operation.path
        ),
        _body(operation.takes),
        _body(operation.gives),
        ", ".join(code(each) for each in operation.problems if each not in common),
    )


def _parameter(parameter: FieldText) -> str:
    """The parameter with its limits; long lists of values and patterns are left to the OpenAPI document."""
    values = [parameter.type] if 1 <= parameter.type.count(" | ") <= 3 else []
    limits = [each for each in parameter.notes.split("; ") if each and not each.startswith("pattern")]
    said = "; ".join(values + limits)
    return f"{code(parameter.name)} ({said})" if said else code(parameter.name)


def _field(field: FieldText) -> tuple[str, ...]:
    required = " *" if field.required else ""
    of_type = field.type
    for model in field.models:
        of_type = re.sub(rf"\b{model}\b", _body(model), of_type)
    notes = re.sub(r"(?<=pattern )(\S+?)(?=;|$)", r"`\1`", field.notes)
    return code(field.name or "(value)") + required, of_type, notes


def _body(name: str) -> str:
    """A link to the body's section, or the media type of an answer that is no JSON."""
    return code(name) if "/" in name or not name else f"[{name}](#{name.lower()})"


def _codes(problems: Iterable[Problem]) -> str:
    return ", ".join(code(each.code) for each in problems)


def everything() -> Iterable[tuple[str, str]]:
    """The page, by file name."""
    yield "control-api.md", control_api()
