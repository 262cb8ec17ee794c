"""Who may ask: websites that a manager has allowed, and nobody too often. No cookies are involved."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from inbox import budgets
from inbox.connectors.base import Budget
from inbox.connectors.webchat.origins import origin_of, origins_in
from inbox.connectors.webchat.tokens import visitor_in
from inbox.models import Channel, Network

# Of the page without scripts; it holds the visitor's token.
COOKIE = "chat"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "7200",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one visitor may ask for something, and how often all those behind one address."""

    visitor: Budget
    address: Budget


START = Pace(Budget(30, MINUTE), Budget(60, MINUTE))
SAY = Pace(Budget(20, MINUTE), Budget(120, MINUTE))
SEND = Pace(Budget(20, HOUR), Budget(100, HOUR))
HEAR = Pace(Budget(120, MINUTE), Budget(3000, MINUTE))

# Called with the request, the channel or None, the channel's number, and what else stands in the address.
View = Callable[..., HttpResponseBase]


class TooOften(Exception):
    """The visitor, or the address, has to wait; `seconds` says how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = math.ceil(seconds)


def open_chat(channel_id: int) -> Channel | None:
    """Return the channel whose chat this is, if Onevoice itself speaks for it."""
    ours = Channel.objects.filter(network=Network.WEBCHAT, active=True, external=False)
    return ours.select_related("brand").defer("webhook_secret").filter(pk=channel_id).first()


def keep_pace(request: HttpRequest, what: str, pace: Pace, visitor: UUID | None = None) -> None:
    """Count one request of the visitor and of the address that they come from; raises TooOften."""
    asked = [(f"chat.{what}.{budgets.visitor_address(request.META.get('REMOTE_ADDR', ''))}", pace.address)]
    if visitor:
        asked.insert(0, (f"chat.{what}.{visitor}", pace.visitor))
    for account, budget in asked:
        if seconds := budgets.take(account, budget):
            raise TooOften(seconds)


def visitor_of(request: HttpRequest, channel_id: int) -> UUID | None:
    """Return who asks, by the token that was made for them on this channel."""
    return visitor_in(request.headers.get("Authorization", "").removeprefix("Bearer "), channel_id)


def visitor_by_cookie(request: HttpRequest, channel_id: int) -> UUID | None:
    """Return who looks at the page without scripts, by the cookie that it has set."""
    return visitor_in(request.COOKIES.get(COOKIE, ""), channel_id)


def for_sites(*methods: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Let a view be asked from the websites that its channel allows; it gets the channel, or None."""

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @csrf_exempt  # nothing here depends on a cookie: visitors show their token
        @wraps(view)
        def answered(request: HttpRequest, channel_id: int, **names: object) -> HttpResponseBase:
            channel = open_chat(channel_id)
            origin = request.headers.get("Origin", "")
            if origin and not (channel and _may_ask(channel, origin)):
                return problem("This website may not show the chat.", 403)
            if request.method == "OPTIONS":
                answer: HttpResponseBase = HttpResponse(status=204, headers=PREFLIGHT)
            elif request.method not in methods:
                answer = problem("Not so.", 405)
            else:
                answer = _answer(partial(view, **names), request, channel, channel_id)
            return _open_to(answer, origin)

        return answered

    return decorate


def problem(words: str, status: int, retry_after: int = 0, **more: str) -> JsonResponse:
    """Return why something was not done; `more` is for the widget, which says it in words of its own."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return JsonResponse({"error": words, **more}, status=status, headers=headers)


def nobody(visitor: UUID | None) -> JsonResponse:
    """Return what is said to a visitor who asks for what is not theirs, or to somebody who is no visitor yet."""
    return problem("There is no chat here.", 404) if visitor else problem("Start first.", 401)


def _answer(view: View, request: HttpRequest, channel: Channel | None, channel_id: int) -> HttpResponseBase:
    try:
        answer = view(request, channel, channel_id)
    except TooOften as refusal:
        answer = problem("Too often.", 429, refusal.seconds)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_ask(channel: Channel, origin: str) -> bool:
    return origin == origin_of(settings.SITE_URL) or origin in origins_in(channel.access())


def _open_to(answer: HttpResponseBase, origin: str) -> HttpResponseBase:
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    patch_vary_headers(answer, ["Origin"])
    return answer
