"""One operation of the control API: its path, its handler, and what OpenAPI says of it.

A handler takes the call and, where the operation has them, a `query` and a `body`: pydantic models that the
request was read into. The models of query, body and answer are taken from the handler's signature.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from maquette.simulator.console.problems import Problem

REALM = "/api/realms/{realm}"
PEM = "application/x-pem-file"

Handle = Callable[..., Awaitable[BaseModel | web.StreamResponse]]

NOT_FOUND = {
    "realm": Problem.REALM_UNKNOWN,
    "persona": Problem.PERSONA_UNKNOWN,
    "number": Problem.SPACE_UNKNOWN,
    "snapshot": Problem.SNAPSHOT_UNKNOWN,
    "mail": Problem.MAIL_UNKNOWN,
}
"""The problem where a part of a path names nothing that there is."""


class Model(BaseModel):
    """A query, a body or an answer of the API. An answer may be made from an object with its attributes."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    @classmethod
    def of(cls, *sources: object, **more: object) -> Self:
        """The model with `more`; its other fields are attributes of the sources, the first source first."""
        found = {
            name: getattr(source, name)
            for source in reversed(sources)
            for name in cls.model_fields
            if hasattr(source, name)
        }
        return cls.model_validate(found | more)


@dataclass(frozen=True, slots=True)
class Operation:
    """One route of the control API, as it is served and as OpenAPI describes it.

    `name` is its operationId. `answer` is the model of a JSON answer, or the media type of any other; it
    comes with the status 200, or with one of `also`. `needs_token` is False for the few that need none.
    """

    method: str
    path: str
    summary: str
    name: str
    handle: Handle
    answer: type[BaseModel] | str
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    problems: tuple[Problem, ...]
    needs_token: bool
    also: tuple[int, ...]


def operation(
    method: str,
    path: str,
    summary: str,
    handle: Handle,
    *problems: Problem,
    name: str | None = None,
    answer: type[BaseModel] | str | None = None,
    needs_token: bool = True,
    also: tuple[int, ...] = (),
) -> Operation:
    """Make an operation with this handler, under the handler's name unless another is given.

    `answer` is given when the handler's signature does not say it. `problems` are those that the operation
    may answer with, beside those of its path.
    """
    signature: dict[str, Any] = get_type_hints(handle)
    of_path = (problem for part, problem in NOT_FOUND.items() if f"{{{part}}}" in path)
    return Operation(
        method,
        path,
        summary,
        name or handle.__name__,
        handle,
        answer=answer or signature["return"],
        query=signature.get("query"),
        body=signature.get("body"),
        problems=(*of_path, *problems),
        needs_token=needs_token,
        also=also,
    )


def download(body: bytes, media_type: str, file_name: str) -> web.Response:
    """Answer with a file to be saved under that name."""
    return web.Response(
        body=body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
