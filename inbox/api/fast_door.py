"""What the bare ASGI doors of the REST API share: the key, its scope, and problem documents for every refusal."""

import abc
import logging
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from asgiref.typing import HTTPScope
from django.db import OperationalError

from accounts.models import ApiKey
from accounts.queries.keys import known_key, touch_key
from inbox.api import problems
from inbox.api.authentication import require_key, require_scope, secret_in
from inbox.api.intake import MOST_BYTES, Outcome, Submission
from inbox.api.problems import Problem
from inbox.lean import Answer, Asked, LeanDoor, Place, header

logger = logging.getLogger(__name__)

W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Held(Generic[W]):
    """A key, and one of the things that it may be used for."""

    key: ApiKey
    what: W


class FastDoor(LeanDoor[Held[W]]):
    """Lets in keys that have `scope`; answers what is no problem with `status`."""

    most_bytes = MOST_BYTES
    scope: ClassVar[str]
    status: ClassVar[int] = 200

    @abc.abstractmethod
    def purpose_of(self, request: HTTPScope, number: int) -> Hashable:
        """Return what tells apart the lines of one key."""

    @abc.abstractmethod
    def permit(self, key: ApiKey, request: HTTPScope, number: int) -> W:
        """Return what the key may be used for there; raises a problem. Runs in a thread."""

    @abc.abstractmethod
    def outcomes(self, key: ApiKey, what: W, group: Sequence[Asked]) -> list[Outcome]:
        """Return what became of each request of a group, and raise nothing. Runs in a thread."""

    def name_of(self, request: HTTPScope, number: int) -> Hashable | None:
        """Return the key's id and the purpose; raises a 401 or 403 problem."""
        key = known_key(secret_in(header(request, b"authorization")))
        if key is None:
            return None
        require_scope(key, self.scope)
        return key.pk, self.purpose_of(request, number)

    def look_up(self, request: HTTPScope, number: int) -> Place[Held[W]]:
        """Return the key and what it may be used for; raises a 401, 403 or 404 problem."""
        key = require_key(header(request, b"authorization"))
        require_scope(key, self.scope)
        return Place((key.pk, self.purpose_of(request, number)), Held(key, self.permit(key, request, number)))

    def store(self, what: Held[W], group: Sequence[Asked]) -> list[Answer]:
        """Return the answer to each request, and note that the key was used."""
        with suppress(OperationalError):
            touch_key(what.key)
        return [self._answer(outcome) for outcome in self.outcomes(what.key, what.what, group)]

    def answer_to(self, error: Exception) -> Answer:
        """Return the problem document that stands for an error, and log what is no refusal."""
        if not isinstance(error, Problem):
            logger.error("%s failed", type(self).__name__, exc_info=error)
        return self._answer(problems.problem_of(error))

    def _answer(self, outcome: Outcome) -> Answer:
        if isinstance(outcome, Problem):
            return Answer(outcome.status, outcome.body(), problems.MEDIA_TYPE, outcome.headers)
        return Answer(self.status, outcome, "application/json")


def submission_of(asked: Asked) -> Submission:
    """Return the request as the core of an endpoint takes it."""
    return Submission(asked.body, header(asked.request, b"content-type"), header(asked.request, b"idempotency-key"))
