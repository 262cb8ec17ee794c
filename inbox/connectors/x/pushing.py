"""Has X push to us: registers our address with the app, and subscribes the account to what we read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from inbox.connectors import http
from inbox.connectors.base import AccessDenied, Rejected
from inbox.connectors.x.api import Api, bearer, means, words

Shape = TypeVar("Shape")

EVENTS = (
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "dm.received",
    "dm.sent",
    "dm.read",
)
# What the account does itself.
OWN_EVENTS = ("post.create", "post.delete")
MOST = 1000


class _Hook(msgspec.Struct, frozen=True):
    id: str
    url: str = ""
    valid: bool = False


class _Hooks(msgspec.Struct, frozen=True):
    data: list[_Hook] = []


class _OneHook(msgspec.Struct, frozen=True):
    data: _Hook


class _Filter(msgspec.Struct, frozen=True):
    user_id: str = ""


class _Subscription(msgspec.Struct, frozen=True):
    subscription_id: str
    event_type: str = ""
    filter: _Filter = _Filter()
    webhook_id: str = ""


class _Subscriptions(msgspec.Struct, frozen=True):
    data: list[_Subscription] = []


class _Anything(msgspec.Struct, frozen=True):
    """An answer of which only the status counts."""


@dataclass(frozen=True, slots=True)
class Pushing:
    """What X is to push, and where to; the app's own token registers the address."""

    app_token: str
    address: str
    own: bool = False

    def subscribe(self, api: Api, account: str) -> None:
        """Make X push what it does not push to us yet; raises Rejected, Unavailable or Uncertain."""
        hook = self._hook(api)
        here = {
            one.event_type: one
            for one in self._app(api, "GET", f"/2/activity/subscriptions?max_results={MOST}", _Subscriptions).data
            if one.filter.user_id == account
        }
        for kind in self._wanted():
            known = here.get(kind)
            if known is None:
                told = {"event_type": kind, "filter": {"user_id": account}, "webhook_id": hook}
                api.publish("/2/activity/subscriptions", told, _Anything)
            elif known.webhook_id != hook:
                place = f"/2/activity/subscriptions/{known.subscription_id}"
                self._app(api, "PUT", place, _Anything, {"webhook_id": hook})

    def _hook(self, api: Api) -> str:
        """Return X's id of our address; X asks it at once whether it is ours."""
        known = next(
            (one for one in self._app(api, "GET", "/2/webhooks", _Hooks).data if one.url == self.address), None
        )
        if known is None:
            return self._app(api, "POST", "/2/webhooks", _OneHook, {"url": self.address}).data.id
        if not known.valid:
            self._app(api, "PUT", f"/2/webhooks/{known.id}", _Anything)
        return known.id

    def _wanted(self) -> Iterable[str]:
        return (*EVENTS, *OWN_EVENTS) if self.own else EVENTS

    def _app(
        self, api: Api, method: str, path: str, shape: type[Shape], body: Mapping[str, object] | None = None
    ) -> Shape:
        try:
            answer = http.ask(
                method, api.address + path, json=body, headers=bearer(self.app_token), words=words, means=means
            )
        except AccessDenied as refusal:
            # Of the app's token, and not of the account's: replies still go.
            raise Rejected(str(refusal)) from refusal
        return http.read(answer, shape)
