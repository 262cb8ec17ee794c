"""Calls the server of a brand's account, and waits for it to speak up."""

import time
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors import http
from inbox.connectors.base import AccessDenied, OutgoingFile, Unavailable, Uncertain

Shape = TypeVar("Shape")

# Servers send a sign of life every fifteen seconds.
SILENCE = 30.0
# For so long a server may work on a film before the reply is tried again.
PATIENCE = 10.0
_NEWS = ("notification", "status.update", "delete", "notifications_merged")
# What servers say with 403 where the access token is good for less than this needs.
_DENIED = ("outside the authorized scopes", "Your login is")


class _Medium(msgspec.Struct):
    id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """One server, and the token that opens the account on it."""

    address: str
    token: str

    def ask(self, path: str, shape: type[Shape], **params: str | int | list[str]) -> Shape:
        """Ask for something; raises NotThere, Rejected or Unavailable."""
        address = self.address + path
        said = {name.replace("__", "[]"): value for name, value in params.items()}
        answer = http.ask("GET", address, params=said, headers=self._headers(), words=_words, means=_meaning)
        try:
            return http.read(answer, shape)
        except Uncertain as error:
            raise Unavailable(str(error)) from error

    def publish(self, path: str, body: object, shape: type[Shape], *, key: str) -> Shape:
        """Make something that others see, once for each key; raises what `ask` does, and Uncertain."""
        headers = {**self._headers(), "Idempotency-Key": key}
        answer = http.publish("POST", self.address + path, json=body, headers=headers, words=_words, means=_meaning)
        return http.read(answer, shape)

    def keep_file(self, file: OutgoingFile) -> str:
        """Hand a file to the server, where nobody sees it before a status names it, and return its id.

        Raises what `ask` does. One that no status names is deleted by the server.
        """
        answer = http.ask(
            "POST",
            f"{self.address}/api/v2/media",
            data={"description": file.alt} if file.alt else {},
            files={"file": (file.name, file.read(), file.type)},
            headers=self._headers(),
            words=_words,
            means=_meaning,
            timeout=http.FILE_TIMEOUT,
        )
        medium = http.read_asked(answer, _Medium)
        until = time.monotonic() + PATIENCE
        # Films are worked on before they can be shown; a status that names one earlier is refused.
        while answer.status_code in (202, 206) and not medium.url:
            if time.monotonic() > until:
                raise Unavailable(_("The server is still working on “%(name)s”.") % {"name": file.name}, 30.0)
            time.sleep(1.0)
            address = f"{self.address}/api/v1/media/{medium.id}"
            answer = http.ask("GET", address, headers=self._headers(), words=_words, means=_meaning)
            medium = http.read_asked(answer, _Medium)
        return medium.id

    def stream_at(self, told: str) -> str:
        """Return where news is said, from where the server tells sockets to go: the same place speaks plain HTTP."""
        parts = urlsplit(told)
        safe = parts.scheme in ("wss", "https") or parts.netloc == urlsplit(self.address).netloc
        if not parts.netloc or not safe:
            return self.address
        scheme = "https" if parts.scheme in ("wss", "https") else "http"
        return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    def await_news(self, stream: str, seconds: float) -> bool:
        """Wait until the server says that there is something; raises Unavailable."""
        deadline = time.monotonic() + seconds
        patience = httpx.Timeout(10.0, read=max(0.1, min(seconds, SILENCE)))
        address = f"{stream}/api/v1/streaming/user/notification"
        try:
            with http.client().stream("GET", address, headers=self._headers(), timeout=patience) as answer:
                if not answer.is_success:
                    answer.read()
                    http.raise_for(answer, _words, _meaning)
                for line in answer.iter_lines():
                    name, _colon, value = line.partition(":")
                    if name == "event" and value.strip() in _NEWS:
                        return True
                    if time.monotonic() > deadline:
                        break
        except httpx.ReadTimeout:
            pass
        except httpx.HTTPError as error:
            raise Unavailable(_("The network stopped speaking: %s") % type(error).__name__) from error
        return False

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class _Refusal(msgspec.Struct):
    error: str = ""


def _words(response: httpx.Response) -> str:
    return msgspec.json.decode(response.content, type=_Refusal).error


def _meaning(response: httpx.Response, said: str) -> Exception | None:
    """Return what a refusal means that a manager can mend."""
    if response.status_code == 403 and any(words in said for words in _DENIED):
        return AccessDenied(said)
    return None
