"""Calls X's API for one account, with a token that ends after two hours and is renewed with another that works once."""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar, Unpack

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors import http
from inbox.connectors.base import AccessDenied, RateLimited, Rejected, Unavailable

Shape = TypeVar("Shape")

# A token that ends within so many seconds is renewed before it is used.
EARLY = 60.0
# Whoever has no credits left is asked again after so many seconds.
NO_CREDITS = 1800.0
_DENIED = ("/client-forbidden", "/oauth1-permissions", "/oauth2-permissions", "/unsupported-authentication")
_DAILY = ("x-user-limit-24hour", "x-app-limit-24hour")


class StaleToken(AccessDenied):
    """The access token has ended; another may be had."""


class Duplicate(Rejected):
    """X has the very same words of ours already."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What X knows us by; `by` is the fingerprint of what a manager entered when it began."""

    by: str
    refresh: str
    access: str = ""
    ends_at: float = 0.0
    account: str = ""


class Tokens(msgspec.Struct, frozen=True):
    """What X gives for a refresh token, or for a code."""

    access_token: str
    refresh_token: str = ""
    expires_in: float = 7200.0


class _Message(msgspec.Struct, frozen=True):
    message: str = ""


class _Problem(msgspec.Struct, frozen=True):
    type: str = ""
    title: str = ""
    detail: str = ""
    error_description: str = ""
    errors: list[_Message] = []


@dataclass(frozen=True, slots=True)
class Api:
    """The way to one account: what a manager entered, and where the session is kept."""

    address: str
    client_id: str
    client_secret: str
    refresh_token: str
    recall: Callable[[], Mapping[str, str]]
    keep: Callable[[Mapping[str, str]], None]
    renewing: Callable[[], AbstractContextManager[Mapping[str, str]]]

    def ask(self, path: str, shape: type[Shape], **params: str | int) -> Shape:
        """Ask for something; raises NotThere, Rejected or Unavailable."""
        asked = {name.replace("__", "."): value for name, value in params.items() if value}

        def call(token: str) -> httpx.Response:
            return http.ask("GET", self.address + path, params=asked, headers=bearer(token), words=words, means=means)

        return http.read_asked(self._with_token(call), shape)

    def publish(self, path: str, body: Mapping[str, object], shape: type[Shape]) -> Shape:
        """Make something that others see; raises what `ask` does, and Uncertain."""

        def call(token: str) -> httpx.Response:
            return http.publish("POST", self.address + path, json=body, headers=bearer(token), words=words, means=means)

        return http.read(self._with_token(call), shape)

    def hand_over(self, path: str, shape: type[Shape], **said: Unpack[http.Request]) -> Shape:
        """Hand something over that nobody sees before a post names it; raises what `ask` does."""

        def call(token: str) -> httpx.Response:
            request: http.Request = {**said, "headers": bearer(token)}
            return http.ask("POST", self.address + path, words=words, means=means, **request)

        return http.read_asked(self._with_token(call), shape)

    def session(self) -> Session:
        """Return the session that is kept, or one that has yet to begin."""
        return self._session_in(self.recall())

    def keep_account(self, account: str) -> None:
        """Remember whose session it is."""
        with self.renewing() as stored:
            self._keep(msgspec.structs.replace(self._session_in(stored), account=account))

    def token(self) -> str:
        """Return a token that works for a while; raises AccessDenied or Unavailable."""
        session = self.session()
        fresh = session.access and session.ends_at - EARLY > time.time()
        return session.access if fresh else self._renew(session.access)

    def _with_token(self, call: Callable[[str], httpx.Response]) -> httpx.Response:
        token = self.token()
        try:
            return call(token)
        except StaleToken:
            return call(self._renew(token))

    def _renew(self, stale: str) -> str:
        """Exchange the refresh token, which works once: one worker does it, and keeps the new one before using any."""
        with self.renewing() as stored:
            session = self._session_in(stored)
            if session.access not in ("", stale):
                # Another worker was quicker.
                return session.access
            if not session.refresh:
                raise AccessDenied(_("The account has yet to allow the app."))
            form = {"grant_type": "refresh_token", "refresh_token": session.refresh}
            tokens = token_for(self.address, self.client_id, self.client_secret, form)
            self._keep(
                msgspec.structs.replace(
                    session,
                    access=tokens.access_token,
                    refresh=tokens.refresh_token or session.refresh,
                    ends_at=time.time() + tokens.expires_in,
                )
            )
            return tokens.access_token

    def _session_in(self, stored: Mapping[str, str]) -> Session:
        by = sha256("\n".join((self.address, self.client_id, self.refresh_token)).encode()).hexdigest()[:32]
        try:
            kept = msgspec.json.decode(stored.get("session", ""), type=Session)
        except (msgspec.DecodeError, msgspec.ValidationError):
            kept = None
        # What a manager has entered since belongs to another account, or to another app.
        return kept if kept and kept.by == by else Session(by=by, refresh=self.refresh_token)

    def _keep(self, session: Session) -> None:
        self.keep({"session": msgspec.json.encode(session).decode()})


def token_for(address: str, client_id: str, client_secret: str, form: Mapping[str, str]) -> Tokens:
    """Exchange a refresh token, or the code of a consent; raises AccessDenied or Unavailable."""
    headers = {}
    if client_secret:
        headers["Authorization"] = f"Basic {b64encode(f'{client_id}:{client_secret}'.encode()).decode()}"
    answer = http.ask(
        "POST",
        f"{address}/2/oauth2/token",
        data={**form, "client_id": client_id},
        headers=headers,
        words=words,
        means=_refused,
    )
    return http.read_asked(answer, Tokens)


def bearer(token: str) -> dict[str, str]:
    """Return what opens the account."""
    return {"Authorization": f"Bearer {token}"}


def _problem(response: httpx.Response) -> _Problem:
    try:
        return msgspec.json.decode(response.content, type=_Problem)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _Problem()


def words(response: httpx.Response) -> str:
    """Return X's words about a refusal."""
    said = _problem(response)
    first = said.errors[0].message if said.errors else ""
    return said.detail or first or said.error_description or said.title


def means(response: httpx.Response, said: str) -> Exception | None:
    """Return what a refusal means where X's own words say more than the status."""
    problem = _problem(response)
    if response.status_code == 401:
        return StaleToken(said)
    if response.status_code == 402:
        return Unavailable(_("X takes no more requests until the app has credits again: %s") % said, NO_CREDITS)
    if response.status_code == 429:
        return RateLimited(said, _pause_of(response))
    if response.status_code != 403:
        return None
    if "duplicate content" in problem.detail:
        return Duplicate(said)
    if problem.type.endswith(_DENIED):
        return AccessDenied(said)
    if "not been mentioned" in problem.detail or "Reply to this conversation is not allowed" in problem.detail:
        return Rejected(
            _("X lets an app answer only who mentioned or quoted the account, unless its plan allows more: %s") % said
        )
    return None


def _refused(response: httpx.Response, said: str) -> Exception | None:
    """Return what it means that no token is given: the one that was kept has ended, been used, or been taken back."""
    ended = response.status_code in (400, 401, 403)
    return AccessDenied(_("X gives no token any more: %s") % said) if ended else None


def _pause_of(response: httpx.Response) -> float | None:
    """Return how long to wait: till the quarter of an hour is over, or the day where that is used up."""
    for name in _DAILY:
        if response.headers.get(f"{name}-remaining") == "0":
            told = {"Retry-After": response.headers.get(f"{name}-reset", "")}
            return http.pause_of(httpx.Response(429, headers=told))
    return http.pause_of(response)
