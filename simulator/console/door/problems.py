"""The problems in the console's answers (RFC 9457), and the problem of each error of an operation."""

from enum import Enum

from aiohttp import web

from maquette.simulator.console.operations.mail import MailNotFoundError
from maquette.simulator.console.operations.people import PersonaNotFoundError
from maquette.simulator.console.operations.realms import DefaultRealmError
from maquette.simulator.console.operations.snapshots import SnapshotNotFoundError, TooManySnapshotsError
from maquette.simulator.console.operations.spaces import SpaceNotFoundError
from maquette.simulator.defects.catalogue import DefectUnknownError
from maquette.simulator.domain.policy import PolicyError
from maquette.simulator.realm.clock import ClockRefusedError
from maquette.simulator.realm.lifecycle import (
    RealmExistsError,
    TooManyRealmsError,
    TooManySubscribersError,
    UnusableValueError,
)
from maquette.simulator.realm.named_points import NamedPointError
from maquette.simulator.realm.snapshots.capture import SnapshotRefusedError, SnapshotTooLargeError
from maquette.simulator.realm.snapshots.checks import DisagreementError
from maquette.simulator.store.realms import RealmGoneError


class Problem(Enum):
    """A kind of problem: status, code, title. The codes are public."""

    HOST_UNKNOWN = (421, "host-unknown", "The console does not answer to this Host")
    ORIGIN_FOREIGN = (403, "origin-foreign", "A page of another origin may not call the console")
    TOKEN_MISSING = (401, "token-missing", "The token is missing or wrong")
    LINK_USED = (403, "link-used", "The one-time link is used up or too old")
    ROUTE_UNKNOWN = (404, "route-unknown", "There is no such route")
    METHOD_UNKNOWN = (405, "method-unknown", "The route has no such method")
    QUERY_INVALID = (422, "query-invalid", "The query cannot be read")
    BODY_INVALID = (422, "body-invalid", "The body cannot be read")
    DEFECT_UNKNOWN = (422, "defect-unknown", "There is no such deliberate defect")
    REALM_UNKNOWN = (404, "realm-unknown", "There is no realm of that name")
    PERSONA_UNKNOWN = (404, "persona-unknown", "The realm has no such persona")
    SPACE_UNKNOWN = (404, "space-unknown", "The realm has no such space")
    MAIL_UNKNOWN = (404, "mail-unknown", "The realm has no such mail")
    REALM_EXISTS = (409, "realm-exists", "There is a realm of that name already")
    REALM_DEFAULT = (409, "realm-default", "The default realm cannot be deleted")
    REALMS_TOO_MANY = (409, "realms-too-many", "There are as many realms as there may be")
    SUBSCRIBERS_TOO_MANY = (409, "subscribers-too-many", "The realm cannot take so many subscribers")
    SNAPSHOT_UNKNOWN = (404, "snapshot-unknown", "There is no such snapshot")
    SNAPSHOTS_TOO_MANY = (409, "snapshots-too-many", "The realm has as many snapshots as it may have")
    SNAPSHOT_TOO_LARGE = (409, "snapshot-too-large", "The realm is too large for a snapshot")
    SNAPSHOT_REFUSED = (409, "snapshot-refused", "The realm holds something that no snapshot can")
    POINT_REFUSED = (409, "point-refused", "A persona cannot be brought to that point")
    CLOCK_REFUSED = (409, "clock-refused", "The clock cannot be moved there")
    TOO_LARGE = (413, "too-large", "The body is too large")
    STREAMS_TOO_MANY = (503, "streams-too-many", "There are as many open streams as there may be")
    DATABASE_UNAVAILABLE = (503, "database-unavailable", "The database does not answer: try again later")
    INTERNAL = (500, "internal", "The simulator made a mistake")

    def __init__(self, status: int, code: str, title: str) -> None:
        self.status = status
        self.code = code
        self.title = title


PROBLEM_OF: dict[type[Exception], Problem] = {
    UnusableValueError: Problem.BODY_INVALID,
    PolicyError: Problem.BODY_INVALID,
    DisagreementError: Problem.BODY_INVALID,
    DefectUnknownError: Problem.DEFECT_UNKNOWN,
    RealmGoneError: Problem.REALM_UNKNOWN,
    RealmExistsError: Problem.REALM_EXISTS,
    DefaultRealmError: Problem.REALM_DEFAULT,
    TooManyRealmsError: Problem.REALMS_TOO_MANY,
    NamedPointError: Problem.POINT_REFUSED,
    ClockRefusedError: Problem.CLOCK_REFUSED,
    PersonaNotFoundError: Problem.PERSONA_UNKNOWN,
    TooManySubscribersError: Problem.SUBSCRIBERS_TOO_MANY,
    SpaceNotFoundError: Problem.SPACE_UNKNOWN,
    MailNotFoundError: Problem.MAIL_UNKNOWN,
    SnapshotNotFoundError: Problem.SNAPSHOT_UNKNOWN,
    TooManySnapshotsError: Problem.SNAPSHOTS_TOO_MANY,
    SnapshotTooLargeError: Problem.SNAPSHOT_TOO_LARGE,
    SnapshotRefusedError: Problem.SNAPSHOT_REFUSED,
}
"""The problem of each error of an operation; the error's message is the problem's detail."""


class ProblemError(Exception):
    """A handler raises it to answer with a problem; `detail` says exactly what was wrong."""

    def __init__(self, problem: Problem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


def problem_response(problem: Problem, detail: str) -> web.Response:
    """Return the problem document."""
    headers = {"WWW-Authenticate": 'Basic realm="maquette"'} if problem is Problem.TOKEN_MISSING else {}
    return web.json_response(
        {
            "type": f"urn:maquette:problem:{problem.code}",
            "title": problem.title,
            "status": problem.status,
            "detail": detail,
            "code": problem.code,
        },
        status=problem.status,
        content_type="application/problem+json",
        headers=headers,
    )
