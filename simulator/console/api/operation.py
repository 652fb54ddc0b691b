"""The operations of the control API: path, handler, and what OpenAPI says of each.

A handler takes the call and, where the operation has them, a `query` and a `body`: pydantic models that the
request was read into. The models of query, body and answer are taken from the handler's signature.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from maquette.simulator.console.door.problems import Problem

REALM = "/api/realms/{realm}"
PEM = "application/x-pem-file"

Handle = Callable[..., Awaitable[BaseModel | web.StreamResponse]]
Handler = TypeVar("Handler", bound=Handle)

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

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, hide_input_in_errors=True)

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
    comes with the status 200, or with one of `also`. `problems` are those that it may answer with, beside
    those of its path. `needs_token` is False for the few that need none.
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


class Operations(list[Operation]):
    """The operations of a module, in its order: a decorator of each handler adds them."""

    def add(
        self,
        method: str,
        path: str,
        *problems: Problem,
        summary: str | None = None,
        name: str | None = None,
        answer: type[BaseModel] | str | None = None,
        needs_token: bool = True,
        also: tuple[int, ...] = (),
    ) -> Callable[[Handler], Handler]:
        """Add the operation that the decorated handler serves.

        Its name is the handler's, and its summary is the docstring up to a semicolon, unless they are given.
        `answer` is given when the handler's signature does not say it.
        """

        def add(handle: Handler) -> Handler:
            signature: dict[str, Any] = get_type_hints(handle)
            of_path = (problem for part, problem in NOT_FOUND.items() if f"{{{part}}}" in path)
            self.append(
                Operation(
                    method,
                    path,
                    summary or (handle.__doc__ or "").partition(";")[0].rstrip("."),
                    name or handle.__name__,
                    handle,
                    answer=answer or signature["return"],
                    query=signature.get("query"),
                    body=signature.get("body"),
                    problems=(*of_path, *problems),
                    needs_token=needs_token,
                    also=also,
                )
            )
            return handle

        return add


def download(body: bytes, media_type: str, file_name: str) -> web.Response:
    """Answer with a file to be saved under that name."""
    return web.Response(
        body=body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
