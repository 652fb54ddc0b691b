"""The control API's OpenAPI document, made from the table of operations that also serves it."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from maquette.simulator.base.request_log import CORRELATION
from maquette.simulator.console.api.operation import Operation
from maquette.simulator.console.door.access import COOKIE
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.door.streams import CURSOR, EVENTS, LAST_EVENT
from maquette.simulator.domain.realm import DEFAULT_REALM, REALM_NAME

Mode = Literal["validation", "serialization"]
Schemas = Mapping[Any, dict[str, Any]]
"""References into the document, by model and mode."""

DESCRIPTION = (
    "Errors are RFC 9457 problem details, with a stable `code`. Besides those that an operation names, any "
    f"path may answer `{Problem.ROUTE_UNKNOWN.code}` (404), `{Problem.METHOD_UNKNOWN.code}` (405, with "
    f"`Allow`) and `{Problem.INTERNAL.code}` (500)."
)

NAME = {"type": "string", "minLength": 1}

PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "realm": {"schema": {"type": "string", "pattern": f"^{REALM_NAME}$"}, "example": DEFAULT_REALM},
    "persona": {"schema": NAME, "example": "lila"},
    "number": {"schema": {"type": "string", "pattern": "^[0-9]{14}$"}, "example": "20111710000303"},
    "snapshot": {"schema": {"type": "string", "pattern": "^[0-9]{1,15}$"}, "example": "1"},
    "mail": {"schema": {"type": "string", "pattern": "^[0-9]{1,15}$"}, "example": "1"},
}
"""The part of a path that `{name}` stands for."""

RESUMING = {
    "name": LAST_EVENT,
    "in": "header",
    "required": False,
    "description": "Where to go on: an event's id. It goes before `after`.",
    "schema": {"type": "string", "pattern": CURSOR},
}

HEADERS = {
    "X-Maquette-Version": {
        "description": "The version that answers.",
        "required": True,
        "schema": {"type": "string"},
    },
    CORRELATION: {
        "description": "Names the request, as the journal and the log do.",
        "required": True,
        "schema": {"type": "string"},
    },
}

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": [problem.code for problem in Problem]},
    },
}

PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def openapi_document(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these operations."""
    bodies = {operation.body for operation in operations if operation.body is not None}
    answers = {operation.answer for operation in operations if isinstance(operation.answer, type)}
    models: list[tuple[type[BaseModel], Mode]] = [
        *((model, "validation") for model in sorted(bodies, key=_name)),
        *((model, "serialization") for model in sorted(answers, key=_name)),
    ]
    schemas, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Maquette: control API",
            "version": version("maquette"),
            "description": DESCRIPTION,
        },
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": PROBLEM_SCHEMA},
            "headers": HEADERS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    problems = [*operation.problems, Problem.QUERY_INVALID, Problem.HOST_UNKNOWN]
    if operation.needs_token:
        problems += [Problem.TOKEN_MISSING, Problem.ORIGIN_FOREIGN]
    if operation.method != "GET":
        problems += [Problem.BODY_INVALID, Problem.TOO_LARGE]
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            *_path_parameters(operation.path),
            *_query_parameters(operation.query),
            *([RESUMING] if operation.answer == EVENTS else []),
        ],
        "responses": {},
        "security": [{"bearer": []}, {"basic": []}, {"cookie": []}] if operation.needs_token else [],
    }
    for status in (200, *operation.also):
        content = _content(operation.answer, "serialization", schemas)
        described["responses"][str(status)] = _response(operation.summary, content)
    for status in sorted({problem.status for problem in problems}):
        codes = ", ".join(each.code for each in problems if each.status == status)
        described["responses"][str(status)] = _response(codes, PROBLEM_CONTENT)
    if operation.body is not None:
        content = _content(operation.body, "validation", schemas)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _response(description: str, content: dict[str, Any]) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
    return {"description": description, "headers": headers, "content": content}


def _content(answer: type[BaseModel] | str, mode: Mode, schemas: Schemas) -> dict[str, Any]:
    if isinstance(answer, str):
        return {answer: {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": schemas[answer, mode]}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, **PATH_PARAMETERS.get(name, {"schema": NAME})}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(query: type[BaseModel] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    described = query.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": _without_null(_written_out(schema, described)),
        }
        for name, schema in described["properties"].items()
    ]


def _written_out(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """The schema with its references replaced: a parameter stands outside of the model."""
    if "$ref" in schema:
        found: dict[str, Any] = described["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    either = [_written_out(each, described) for each in schema.get("anyOf", ())]
    return {**schema, "anyOf": either} if either else schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without null: a parameter may be missing, but a query has no null."""
    kept = {key: value for key, value in schema.items() if key != "default" or value is not None}
    if "anyOf" in kept:
        kept["anyOf"] = [each for each in kept["anyOf"] if each.get("type") != "null"]
    return kept
