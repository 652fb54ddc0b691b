"""Reading a request's query and body into the models of an operation's handler."""

import json
from collections import Counter

from aiohttp import web
from pydantic import BaseModel, ValidationError

from maquette.simulator.base.api_types import describe_errors
from maquette.simulator.console.api.operation import Operation
from maquette.simulator.console.door.problems import Problem, ProblemError


async def read_arguments(operation: Operation, request: web.Request) -> dict[str, BaseModel]:
    """The `query` and the `body` that the operation's handler takes. Raises ProblemError."""
    given = {"query": _read_query(operation, request), "body": await _read_body(operation, request)}
    return {name: model for name, model in given.items() if model is not None}


def _read_query(operation: Operation, request: web.Request) -> BaseModel | None:
    given = request.query
    if repeated := sorted({name for name in given if len(given.getall(name)) > 1}):
        raise ProblemError(Problem.QUERY_INVALID, f"given more than once: {', '.join(repeated)}")
    if operation.query is None:
        if given:
            raise ProblemError(Problem.QUERY_INVALID, f"unknown: {', '.join(sorted(given))}")
        return None
    try:
        return operation.query.model_validate(dict(given))
    except ValidationError as error:
        raise ProblemError(Problem.QUERY_INVALID, describe_errors(error)) from None


async def _read_body(operation: Operation, request: web.Request) -> BaseModel | None:
    if operation.body is None:
        if operation.method != "GET" and (await _whole_body(request)).strip() not in {b"", b"{}"}:
            raise ProblemError(Problem.BODY_INVALID, "this call takes no body")
        return None
    given = await _whole_body(request)
    try:
        body = operation.body.model_validate_json(given)
    except ValidationError as error:
        raise ProblemError(Problem.BODY_INVALID, describe_errors(error)) from None
    if given.lstrip().startswith((b"{", b"[")):
        json.loads(given, object_pairs_hook=_once_each, parse_int=str)
    return body


async def _whole_body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except ConnectionError:
        raise ProblemError(Problem.BODY_INVALID, "the connection ended before the body did") from None
    except web.RequestPayloadError:
        raise ProblemError(Problem.BODY_INVALID, "the body is not packed as its headers say") from None


def _once_each(pairs: list[tuple[str, object]]) -> None:
    """Refuse a key that is given twice: JSON does not say which of its values holds."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        repeated = sorted(name for name, times in Counter(names).items() if times > 1)
        raise ProblemError(Problem.BODY_INVALID, f"given more than once: {', '.join(repeated)}")
