"""Speaks to LINE's Messaging API for one official account."""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors import http
from inbox.connectors.base import (
    Account,
    BadSignature,
    FileSource,
    News,
    NotThere,
    OutgoingReply,
    Receipt,
    Rejected,
    WebhookRequest,
)
from inbox.connectors.line import reading

SIGNATURE = "X-Line-Signature"


class _Sent(msgspec.Struct, frozen=True):
    id: str


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    sent_messages: list[_Sent] = []


class _Detail(msgspec.Struct, frozen=True):
    message: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    message: str = ""
    details: list[_Detail] = []


class _Bot(msgspec.Struct, frozen=True, rename="camel"):
    user_id: str
    basic_id: str = ""
    display_name: str = ""


class _Hook(msgspec.Struct, frozen=True):
    endpoint: str = ""
    active: bool = False


class _AlreadySent(Exception):
    """LINE has taken this very reply before."""

    def __init__(self, answer: _Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class LineConnector:
    """The door to one account; `hook` is where LINE should push what people write to it."""

    api: str
    files: str
    token: str
    channel_secret: str
    hook: str

    @property
    def keeps_keys(self) -> bool:
        """Return True: LINE sends once for each retry key, for a day."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Push the reply; raises Rejected, Unavailable or Uncertain.

        LINE's free replies need a token that lives for a minute; people take longer.
        """
        headers = {**self._headers(), "X-Line-Retry-Key": str(reply.key)}
        body = {"to": reply.thread_key, "messages": list(_messages(reply))}
        address = f"{self.api}/v2/bot/message/push"
        try:
            response = http.publish("POST", address, words=_words, means=_meaning, json=body, headers=headers)
            answer = http.read(response, _Answer)
        except _AlreadySent as known:
            answer = known.answer
        # Where LINE names no message, our own key does.
        return Receipt(answer.sent_messages[0].id if answer.sent_messages else f"key:{reply.key}")

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Return None: posting once more with the same key says what became of the first."""
        return None

    def probe(self) -> Account:
        """Ask who we are, and have events pushed to us where they are not; raises AccessDenied or Unavailable."""
        bot = http.read(self._ask("/v2/bot/info"), _Bot)
        hook = self._hook()
        if hook.endpoint != self.hook:
            address = f"{self.api}/v2/bot/channel/webhook/endpoint"
            http.ask("PUT", address, words=_words, json={"endpoint": self.hook}, headers=self._headers())
            hook = self._hook()
        remarks = () if hook.active else (_("“Use webhook” is off in the LINE Developers Console."),)
        return Account(bot.user_id, handle=bot.basic_id, name=bot.display_name, remarks=remarks)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check the signature of the raw bytes and return a key for them; raises BadSignature."""
        given = request.headers.get(SIGNATURE.lower(), "")
        if not self.channel_secret or not hmac.compare_digest(given.encode(), sign(request.body, self.channel_secret)):
            raise BadSignature
        return sha256(request.body).hexdigest()

    def read_webhook(self, body: bytes) -> list[News]:
        """Return the news in a webhook."""
        return reading.read(body, files=self.files)

    def open_file(self, address: str) -> FileSource:
        """Return where a file is read: LINE's own with our token, one that lies elsewhere as it is."""
        if address.startswith(f"{self.files}/"):
            return FileSource(address, self._headers())
        return FileSource(address)

    def _hook(self) -> _Hook:
        try:
            return http.read(self._ask("/v2/bot/channel/webhook/endpoint"), _Hook)
        except NotThere:
            return _Hook()

    def _ask(self, path: str) -> httpx.Response:
        return http.ask("GET", f"{self.api}{path}", words=_words, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def _messages(reply: OutgoingReply) -> Iterator[dict[str, str]]:
    """Yield words and pictures as LINE takes them together in one push; it fetches pictures itself, by HTTPS only."""
    if reply.text.strip():
        yield {"type": "text", "text": reply.text}
    for file in reply.files:
        if not file.address.startswith("https://"):
            raise Rejected(_("LINE fetches pictures by HTTPS, which this installation does not speak."))
        yield {"type": "image", "originalContentUrl": file.address, "previewImageUrl": file.address}


def sign(body: bytes, secret: str) -> bytes:
    """Return what LINE writes into the header of a body."""
    return b64encode(hmac.new(secret.encode(), body, sha256).digest())


def _refusal(response: httpx.Response) -> _Refusal:
    try:
        return msgspec.json.decode(response.content, type=_Refusal)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _Refusal()


def _words(response: httpx.Response) -> str:
    refusal = _refusal(response)
    return " ".join(word for word in (refusal.message, *(detail.message for detail in refusal.details)) if word)


def _meaning(response: httpx.Response, said: str) -> Exception | None:
    if response.status_code == 409:
        return _AlreadySent(http.read(response, _Answer))
    # The plan's messages are used up: no patience helps before next month.
    if response.status_code == 429 and "monthly limit" in said:
        return Rejected(said)
    return None
