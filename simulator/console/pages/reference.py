"""« Interface »: the reference of the control API without a network: the OpenAPI document as tables.

The tables are in English, as the API is; the page around them is in French.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.pages.page import page

Schema = dict[str, Any]


DOCUMENT: web.AppKey[Callable[[], Schema]] = web.AppKey("document")
"""The type of the function that returns the OpenAPI document."""

_REF = "#/components/schemas/"
_LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "minLength": "characters at least",
    "maxLength": "characters at most",
    "minItems": "entries at least",
    "maxItems": "entries at most",
    "pattern": "pattern",
    "default": "default",
}


@dataclass(frozen=True, slots=True)
class FieldText:
    """A parameter, or a field of a body; `models` are the models in its type."""

    name: str
    type: str
    models: tuple[str, ...]
    required: bool
    notes: str


@dataclass(frozen=True, slots=True)
class OperationText:
    """An operation: how it is called, and the names of the models in its request and answer."""

    id: str
    method: str
    path: str
    summary: str
    parameters: tuple[FieldText, ...]
    takes: str
    gives: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelText:
    """A body of requests or answers."""

    name: str
    description: str
    fields: tuple[FieldText, ...]


async def show_reference(call: Call) -> web.StreamResponse:
    """All operations and bodies of the control API."""
    described = call.request.app[DOCUMENT]()
    return page(
        "reference.html",
        operations=list_operations(described),
        models=list_models(described),
        description=described["info"]["description"],
    )


def list_operations(described: Schema) -> list[OperationText]:
    """All operations, in the order of the OpenAPI document."""
    return [
        _operation(path, method, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def list_models(described: Schema) -> list[ModelText]:
    """Return all bodies of requests and answers, by name."""
    return [_model(name, schema) for name, schema in sorted(described["components"]["schemas"].items())]


def _operation(path: str, method: str, described: Schema) -> OperationText:
    answers = described["responses"]
    problems = [each for each in answers.values() if "application/problem+json" in each["content"]]
    return OperationText(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        parameters=tuple(
            _field(each["name"], each["schema"], required=each["required"])
            for each in described["parameters"]
        ),
        takes=_content(described.get("requestBody", {})),
        gives=_content(answers["200"]),
        problems=tuple(dict.fromkeys(code for each in problems for code in each["description"].split(", "))),
    )


def _content(part: Schema) -> str:
    """Return the model of a body, or its media type if it is not one of our models; empty for none."""
    for media_type, content in part.get("content", {}).items():
        name: str = content["schema"].get("$ref", "").removeprefix(_REF)
        return name or media_type
    return ""


def _model(name: str, schema: Schema) -> ModelText:
    required = schema.get("required", [])
    fields = [_field(each, part, required=each in required) for each, part in _properties(schema)]
    return ModelText(name, schema.get("description", ""), tuple(fields))


def _properties(schema: Schema) -> list[tuple[str, Schema]]:
    """Return the fields of an object; any other schema is one line of its own."""
    if "properties" in schema:
        return list(schema["properties"].items())
    return [("", schema)]


def _field(name: str, schema: Schema, *, required: bool) -> FieldText:
    models: list[str] = []
    words = _type(schema, models)
    notes = [
        f"{said} {schema[key]}" if key in {"pattern", "default"} or "than" in said or said.startswith("at ")
        else f"{schema[key]} {said}"
        for key, said in _LIMITS.items()
        if key in schema and schema[key] is not None
    ]  # fmt: skip
    if name and "description" in schema:
        notes.insert(0, schema["description"])
    return FieldText(name, words, tuple(models), required, "; ".join(notes))


def _type(schema: Schema, models: list[str]) -> str:
    """Return a type in words; the models in it are added to `models`."""
    if "$ref" in schema:
        name: str = schema["$ref"].removeprefix(_REF)
        models.append(name)
        return name
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(each, models) for each in schema[several])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}), models)}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'], models)}"
    return str(schema.get("format") or schema.get("type") or "anything")
