"""Every refusal of the REST API is a problem document (RFC 9457); they are all made here."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException, ParseError, Throttled

from inbox.actions.incidents import IncidentIsOver
from inbox.actions.links import LinkNotAllowed
from inbox.actions.post_rows import PostMoved, PostMoveNotAllowed, PostUnready
from inbox.actions.posts import PostStopped
from inbox.actions.regrouping import CustomersDiffer
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.spam import BlockNotAllowed
from inbox.actions.ticket_steps import AssigneeCannotSee, FieldsMissing, MoveNotAllowed, TicketMerged
from inbox.actions.tickets import BadSnooze
from inbox.queries.keyset import BadCursor

MEDIA_TYPE = "application/problem+json"

# What the actions refuse, and with which status this door says so.
REFUSALS: dict[type[Exception], tuple[int, str]] = {
    MoveNotAllowed: (409, "move-not-allowed"),
    FieldsMissing: (409, "fields-missing"),
    AssigneeCannotSee: (422, "assignee-cannot-see"),
    LinkNotAllowed: (409, "link-not-allowed"),
    BlockNotAllowed: (409, "block-not-allowed"),
    RegroupingNotAllowed: (409, "regrouping-not-allowed"),
    CustomersDiffer: (409, "customers-differ"),
    TicketMerged: (409, "ticket-merged"),
    BadSnooze: (422, "bad-snooze"),
    PostUnready: (422, "post-unready"),
    PostStopped: (422, "post-stopped"),
    PostMoved: (409, "post-moved"),
    PostMoveNotAllowed: (409, "post-move-not-allowed"),
    IncidentIsOver: (409, "incident-is-over"),
    BadCursor: (422, "bad-cursor"),
}

logger = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal on its way to the client; `members` are what its kind adds to the document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.headers = dict(headers or {})
        self.members = members

    def body(self) -> bytes:
        """Return the document."""
        return msgspec.json.encode(
            {
                "type": f"urn:onevoice:problem:{self.kind}" if self.kind else "about:blank",
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "detail": self.detail,
                **self.members,
            }
        )


def not_found() -> Problem:
    """Return the answer to whatever isn't there, or isn't there for this key."""
    return Problem(404, "There is nothing here that this key may see.")


def broken() -> Problem:
    """Return the answer to a mistake of ours."""
    return Problem(500, "Something went wrong here. It has been logged; sending the same again is safe.")


def unavailable() -> Problem:
    """Return the answer while the database can't be reached."""
    return Problem(503, "Nothing was stored. Send the same again in a moment.", headers={"Retry-After": "1"})


def answer_problem(error: Exception, context: Mapping[str, object]) -> HttpResponse:
    """Turn whatever a view raised into a problem document; Django REST framework calls this."""
    problem = problem_of(error)
    if problem.status == 500:
        logger.error("The REST API failed", exc_info=error)
    return HttpResponse(problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def problem_of(error: Exception) -> Problem:
    """Return the problem that stands for an error."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return Problem(403, str(error) or "This is not allowed.")
    if isinstance(error, APIException):
        return _of_framework(error)
    if isinstance(error, OperationalError):
        return unavailable()
    if type(error) in REFUSALS:
        status, kind = REFUSALS[type(error)]
        return Problem(status, str(error), kind=kind)
    return broken()


def _of_framework(error: APIException) -> Problem:
    """Return the problem for what Django REST framework refuses: methods, media types, bodies."""
    if isinstance(error, ParseError):
        return Problem(400, "The body is not well-formed JSON.", kind="malformed")
    wait = getattr(error, "wait", None) if isinstance(error, Throttled) else None
    return Problem(error.status_code, str(error.detail), headers={"Retry-After": str(wait)} if wait else None)
