"""Calls an account's own server over XRPC, with a session that is kept, renewed, and begun anew where it must be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from inbox.connectors import http
from inbox.connectors.base import AccessDenied, NotThere

Shape = TypeVar("Shape")
Params: TypeAlias = str | int | list[str]

_DENIED = {"AuthenticationRequired", "AuthMissing", "AuthFactorTokenRequired", "AccountTakedown", "AccountDeactivated"}
_STALE = {"ExpiredToken", "InvalidToken"}
_GONE = {"RecordNotFound", "NotFound"}
# Of an account that is gone, or that its owner has put to rest, servers say only this.
_GONE_WORDS = ("Could not find repo", "Could not locate record")


class StaleToken(AccessDenied):
    """The access token has ended; another may be had."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What the server knows us by; `by` is the fingerprint of what was entered when it began."""

    by: str
    did: str
    handle: str
    host: str
    access: str
    refresh: str


class _Service(msgspec.Struct):
    id: str = ""
    serviceEndpoint: str | dict[str, str] = ""  # noqa: N815 - as the network names it


class _DidDocument(msgspec.Struct):
    service: list[_Service] = []


class _Tokens(msgspec.Struct, rename="camel"):
    did: str
    access_jwt: str
    refresh_jwt: str
    handle: str = ""
    did_doc: _DidDocument | None = None


class _Kept(msgspec.Struct):
    blob: msgspec.Raw


class _Refusal(msgspec.Struct):
    error: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """The way to one account: where it lives, what opens it, and where the session is kept."""

    service: str
    identifier: str
    password: str
    recall: Callable[[], str]
    keep: Callable[[str], None]

    def ask(self, name: str, shape: type[Shape], **params: Params) -> Shape:
        """Make a query; raises NotThere, Rejected or Unavailable."""

        def call(session: Session) -> httpx.Response:
            return http.ask(
                "GET",
                _address(session.host, name),
                params=params,
                headers=_bearer(session.access),
                words=_words,
                means=_meaning,
            )

        return http.read_asked(self._with_session(call), shape)

    def publish(self, name: str, body: Mapping[str, object], shape: type[Shape]) -> Shape:
        """Make a call that others see the outcome of; raises what `ask` does, and Uncertain."""

        def call(session: Session) -> httpx.Response:
            return http.publish(
                "POST",
                _address(session.host, name),
                json=body,
                headers=_bearer(session.access),
                words=_words,
                means=_meaning,
            )

        return http.read(self._with_session(call), shape)

    def keep_file(self, content: bytes, mime: str) -> msgspec.Raw:
        """Hand a file to the server, where nobody sees it before a post names it; return what names it.

        Raises what `ask` does. One that no post names is deleted by the server.
        """

        def call(session: Session) -> httpx.Response:
            return http.ask(
                "POST",
                _address(session.host, "com.atproto.repo.uploadBlob"),
                content=content,
                headers={**_bearer(session.access), "Content-Type": mime},
                words=_words,
                means=_meaning,
                timeout=http.FILE_TIMEOUT,
            )

        return http.read_asked(self._with_session(call), _Kept).blob

    def session(self) -> Session:
        """Return the session that is kept, or begin one; raises AccessDenied or Unavailable."""
        return self._kept() or self._begin()

    def _with_session(self, call: Callable[[Session], httpx.Response]) -> httpx.Response:
        session = self.session()
        try:
            return call(session)
        except StaleToken:
            return call(self._renew(session))

    def _kept(self) -> Session | None:
        try:
            session = msgspec.json.decode(self.recall(), type=Session)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None
        # What a manager has entered since belongs to another account, or to another password.
        return session if session.by == self._fingerprint() else None

    def _renew(self, stale: Session) -> Session:
        """Exchange the refresh token; begin anew only where that has ended, too."""
        kept = self._kept()
        if kept and kept.access != stale.access:
            # Another worker was quicker.
            return kept
        address = _address(stale.host, "com.atproto.server.refreshSession")
        try:
            answer = http.ask("POST", address, headers=_bearer(stale.refresh), words=_words, means=_meaning)
        except AccessDenied:
            return self._begin()
        return self._keep(http.read_asked(answer, _Tokens))

    def _begin(self) -> Session:
        """Begin a session with the password; networks allow this a few times within minutes only."""
        body = {"identifier": self.identifier, "password": self.password}
        address = _address(self.service, "com.atproto.server.createSession")
        return self._keep(http.read_asked(http.ask("POST", address, json=body, words=_words, means=_meaning), _Tokens))

    def _keep(self, tokens: _Tokens) -> Session:
        session = Session(
            by=self._fingerprint(),
            did=tokens.did,
            handle=tokens.handle,
            host=self._host(tokens),
            access=tokens.access_jwt,
            refresh=tokens.refresh_jwt,
        )
        self.keep(msgspec.json.encode(session).decode())
        return session

    def _host(self, tokens: _Tokens) -> str:
        """Return where the account really lives: large services hand it on to one of many servers."""
        for service in tokens.did_doc.service if tokens.did_doc else ():
            address = service.serviceEndpoint
            if service.id.endswith("#atproto_pds") and isinstance(address, str) and urlsplit(address).scheme == "https":
                return address.rstrip("/")
        return self.service

    def _fingerprint(self) -> str:
        return sha256("\n".join((self.service, self.identifier, self.password)).encode()).hexdigest()[:32]


def _address(host: str, name: str) -> str:
    return f"{host}/xrpc/{name}"


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _refusal(response: httpx.Response) -> _Refusal:
    try:
        return msgspec.json.decode(response.content, type=_Refusal)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _Refusal()


def _words(response: httpx.Response) -> str:
    said = _refusal(response)
    return said.message or said.error


def _meaning(response: httpx.Response, said: str) -> Exception | None:
    """Return what the network's own name of an error means: it answers 400 to many that others have a status for."""
    refusal = _refusal(response)
    if refusal.error in _STALE:
        return StaleToken(said)
    if refusal.error in _DENIED:
        return AccessDenied(said)
    if refusal.error in _GONE or refusal.message.startswith(_GONE_WORDS):
        return NotThere(said)
    return None
