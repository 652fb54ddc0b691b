"""The control API's OpenAPI document, made from the table of operations that also serves it."""

import re
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from maquette.simulator.console.parts import Operation
from maquette.simulator.console.problems import Problem

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


def openapi_document(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """The document, as OpenAPI 3.1 has it."""
    models = {
        model
        for operation in operations
        for model in (operation.answer, operation.body)
        if isinstance(model, type)
    }
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema(
        [(model, "serialization") for model in ordered], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Maquette: control API", "version": version("maquette")},
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Problem": PROBLEM_SCHEMA},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    problems = list(operation.problems)
    if operation.needs_token:
        problems.append(Problem.TOKEN_MISSING)
    if operation.query is not None:
        problems.append(Problem.QUERY_INVALID)
    if operation.body is not None:
        problems.append(Problem.BODY_INVALID)
    described: dict[str, Any] = {
        "operationId": operation.handle.__name__,
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation.query)],
        "responses": {"200": {"description": operation.summary, "content": _content(operation.answer)}},
        "security": [{"bearer": []}, {"basic": []}] if operation.needs_token else [],
    }
    for problem in problems:
        codes = [each.code for each in problems if each.status == problem.status]
        described["responses"][str(problem.status)] = {
            "description": ", ".join(codes),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _content(answer: type[BaseModel] | str) -> dict[str, Any]:
    if isinstance(answer, str):
        return {answer: {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(query: type[BaseModel] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    properties: dict[str, Any] = query.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]
