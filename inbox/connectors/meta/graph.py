"""The Graph API: how a request is made, and what its error codes mean for a reply."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors import http
from inbox.connectors.base import AccessDenied, NotThere, OutgoingFile, RateLimited, Rejected, Unavailable

DEFAULT = "https://graph.facebook.com/v23.0"
# The token has ended, was taken back, or was never one; the app may no longer do this.
_NO_ACCESS = frozenset({102, 190, 463, 467, 131005})
# Of the app, the user, the Page, the business account and the phone number.
_TOO_MANY = frozenset({4, 17, 32, 613, 80001, 80002, 80004, 80006, 80007, 80008, 130429, 131048, 133016})
# Too many to this one customer: nobody else has to wait.
_PAIR_LIMIT, _PAIR_PAUSE = 131056, 6.0
# Meta says itself that it did nothing and that this passes.
_PASSING = frozenset({2, 131016, 131057})
_CLOSED_SUBCODES = frozenset({2018278, 2534022})

Shape = TypeVar("Shape")


class GraphError(msgspec.Struct, frozen=True):
    """What Graph says of a refusal."""

    message: str = ""
    code: int = 0
    error_subcode: int = 0
    is_transient: bool = False
    error_data: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Refusal(msgspec.Struct, frozen=True):
    error: GraphError


class _Details(msgspec.Struct, frozen=True):
    details: str = ""


class _Usage(msgspec.Struct, frozen=True):
    estimated_time_to_regain_access: float = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """Graph as one account may use it."""

    address: str
    token: str
    app_secret: str

    def get(self, path: str, shape: type[Shape], **params: str) -> Shape:
        """Ask for something; raises what http.ask does."""
        asked = {**params, **self._proof()}
        answer = http.ask(
            "GET", f"{self.address}/{path}", words=words, means=meaning, params=asked, headers=self.headers()
        )
        return http.read(answer, shape)

    def post(self, path: str, body: Mapping[str, object], shape: type[Shape]) -> Shape:
        """Publish something; raises what http.publish does."""
        answer = http.publish(
            "POST",
            f"{self.address}/{path}",
            words=words,
            means=meaning,
            params=self._proof(),
            json=body,
            headers=self.headers(),
        )
        return http.read(answer, shape)

    def keep_file(
        self, path: str, file: OutgoingFile, form: Mapping[str, str | list[str]], name: str, shape: type[Shape]
    ) -> Shape:
        """Hand over a file that nobody sees before a message names it; raises what http.ask does."""
        answer = http.ask(
            "POST",
            f"{self.address}/{path}",
            words=words,
            means=meaning,
            params=self._proof(),
            data=form,
            files={name: (file.name, file.read(), file.type)},
            headers=self.headers(),
            timeout=http.FILE_TIMEOUT,
        )
        return http.read_asked(answer, shape)

    def headers(self) -> dict[str, str]:
        """Return what opens the account."""
        return {"Authorization": f"Bearer {self.token}"}

    def _proof(self) -> dict[str, str]:
        """Return the proof that whoever uses the token knows the app's secret, which Meta can be told to insist on."""
        if not self.app_secret:
            return {}
        return {"appsecret_proof": hmac.new(self.app_secret.encode(), self.token.encode(), sha256).hexdigest()}


def words(response: httpx.Response) -> str:
    """Return Graph's words about a refusal, the more precise ones where there are any."""
    error = _error_of(response)
    return explain(error.code, error.error_subcode, _details(error) or error.message) if error else ""


def meaning(response: httpx.Response, said: str) -> Exception | None:
    """Return what a refusal means by its code: most come as 400, whatever they are about."""
    error = _error_of(response)
    if error is None:
        return None
    if error.code in _NO_ACCESS:
        return AccessDenied(said)
    if error.code in _TOO_MANY:
        return RateLimited(said, _pause_of(response))
    if error.code == _PAIR_LIMIT:
        return Unavailable(said, _PAIR_PAUSE)
    if error.code in _PASSING or error.is_transient:
        return Unavailable(said)
    return NotThere(said) if (error.code, error.error_subcode) == (100, 33) else Rejected(said)


def explain(code: int, subcode: int, said: str) -> str:
    """Return an agent's words for the codes that say little to one, with Meta's own after them."""
    if code == 131047 or subcode in _CLOSED_SUBCODES:
        ours = _("The customer wrote too long ago: the network takes no free answer any more.")
    elif code == 131026:
        ours = _("The message can't be delivered to this customer, who may not use the app or accept its terms.")
    elif code == 10900:
        ours = _("This comment was answered privately before; the network allows that once.")
    elif code in (10, 200, 299):
        ours = _("The app lacks a permission for this.")
    else:
        return f"{said} [{code}]" if code else said
    return f"{ours} {said} [{code}]"


def _error_of(response: httpx.Response) -> GraphError | None:
    try:
        return msgspec.json.decode(response.content, type=_Refusal, strict=False).error
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _details(error: GraphError) -> str:
    # Some errors carry a sentence here, others an object of another shape.
    try:
        return msgspec.json.decode(error.error_data, type=_Details).details
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ""


def _pause_of(response: httpx.Response) -> float | None:
    """Return how long to wait: Graph says so in minutes, in a header of its own."""
    told = response.headers.get("X-Business-Use-Case-Usage", "")
    try:
        usages = msgspec.json.decode(told, type=dict[str, list[_Usage]], strict=False) if told else {}
    except (msgspec.DecodeError, msgspec.ValidationError):
        usages = {}
    minutes = max((usage.estimated_time_to_regain_access for each in usages.values() for usage in each), default=0)
    return minutes * 60 or http.pause_of(response)
