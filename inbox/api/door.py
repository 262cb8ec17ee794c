"""What all views of the REST API share: the key, its scope, its limit, and problem documents for every refusal."""

from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec
from django.http import HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import ApiKey
from inbox.api import throttling
from inbox.api.authentication import KeyAuthentication, held_key, require_scope
from inbox.api.intake import MOST_BYTES, Submission, require_json
from inbox.api.problems import Problem, answer_problem, not_found
from inbox.api.sentences import Shape, convert, decode
from inbox.models import Channel
from inbox.queries.connectors import channel_for

Handler = Callable[[Exception, dict[str, object]], HttpResponse]


class OnlyJson(BaseContentNegotiation):
    """Answers JSON whatever the client says it accepts; there is nothing else."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Return the one parser."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the one renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class Door(APIView):
    """A view for keys with `scope`, or for every key; requests count against the key's own limit."""

    scope: ClassVar[str] = ""
    key: ApiKey
    authentication_classes = [KeyAuthentication]
    permission_classes = []
    content_negotiation_class = OnlyJson
    http_method_names = ["get", "head", "post"]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Let the request in; raises a problem."""
        super().initial(request, *args, **kwargs)
        self.key = held_key(request)
        if self.scope:
            require_scope(self.key, self.scope)
        self.count()

    def count(self) -> None:
        """Count the request; raises a 429 problem."""
        throttling.require_room(self.key, self.key.per_minute)

    def get_exception_handler(self) -> Handler:
        """Return what turns errors into problem documents."""
        return answer_problem


class ChannelDoor(Door):
    """A view of one channel, `self.channel`; requests count against the key's limit there."""

    channel: Channel
    limit: int

    def count(self) -> None:
        """Find the channel and count the request there; raises a 404 or a 429 problem."""
        found = channel_for(self.key, self.kwargs["channel_id"])
        if found is None:
            raise not_found()
        self.channel, self.limit = found
        self.count_in_channel()

    def count_in_channel(self) -> None:
        """Count the request; raises a 429 problem."""
        throttling.require_room(self.key, self.limit, channel_id=self.channel.pk)


def query_of(request: Request, shape: type[Shape]) -> Shape:
    """Return the query string as `shape`; raises a 422 problem."""
    return convert(request.query_params.dict(), shape)


def body_of(request: Request, shape: type[Shape]) -> Shape:
    """Return the body as `shape`; raises a 400, 413, 415 or 422 problem."""
    submission = submission_of(request)
    require_json(submission)
    return decode(submission.body, shape)


def submission_of(request: Request) -> Submission:
    """Return the request's body, read past Django's own limit on bodies but not past ours."""
    told = request.META
    body = request._request.read(MOST_BYTES + 1)
    return Submission(body, told.get("CONTENT_TYPE", ""), told.get("HTTP_IDEMPOTENCY_KEY", ""))


def json_answer(content: bytes, status: int = 200) -> HttpResponse:
    """Return a JSON document as it is."""
    return HttpResponse(content, status=status, content_type="application/json")


def encoded(content: object, status: int = 200) -> HttpResponse:
    """Return structs as a JSON document."""
    return json_answer(msgspec.json.encode(content), status)


class NotHere(Door):
    """Answers at every address below /api/v1/ that isn't one."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse; raises a 401 or a 404 problem."""
        super().initial(request, *args, **kwargs)
        raise Problem(404, "There is no such address; /api/v1/docs/ lists all there are.")
