"""Speaks to Telegram's Bot API for one bot."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors import http
from inbox.connectors.base import (
    AccessDenied,
    Account,
    BadSignature,
    FileSource,
    News,
    NotThere,
    OutgoingReply,
    RateLimited,
    Receipt,
    Uncertain,
    WebhookRequest,
)
from inbox.connectors.parts import post_parts
from inbox.connectors.telegram import reading

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_UPDATES = ["message", "edited_message"]
LONGEST_CAPTION = 1024
# What Telegram shows by itself, up to a size; everything else is a document.
SHOWN = {"image/jpeg": "photo", "image/png": "photo", "video/mp4": "video"}
LARGEST_SHOWN = 10_000_000

Shape = TypeVar("Shape")


class _Parameters(msgspec.Struct, frozen=True):
    retry_after: float | None = None


class _Refusal(msgspec.Struct, frozen=True):
    description: str = ""
    parameters: _Parameters = _Parameters()


class _Chat(msgspec.Struct, frozen=True):
    id: int


class _Placed(msgspec.Struct, frozen=True):
    message_id: int
    chat: _Chat


class _Bot(msgspec.Struct, frozen=True):
    id: int
    first_name: str = ""
    username: str = ""


class _Hook(msgspec.Struct, frozen=True):
    url: str = ""
    last_error_message: str = ""


class _File(msgspec.Struct, frozen=True):
    file_path: str = ""


class _Answer(msgspec.Struct, frozen=True):
    result: msgspec.Raw


@dataclass(frozen=True, slots=True)
class TelegramConnector:
    """The door to one bot; `hook` is where Telegram should push what people write to it."""

    api: str
    token: str
    secret: str
    hook: str

    @property
    def keeps_keys(self) -> bool:
        """Return False: Telegram sends twice what is posted twice."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Send the reply: words with files beside them as one; raises Rejected, Unavailable or Uncertain."""
        if not reply.files:
            return self._send_words(reply)
        # A caption holds less than a message: what is longer goes before the files.
        if _length(reply.text) > LONGEST_CAPTION:
            return post_parts(reply, [lambda: self._send_words(reply), lambda: self._send_files(reply, "")])
        return self._send_files(reply, reply.text)

    def _send_words(self, reply: OutgoingReply) -> Receipt:
        body = {"chat_id": int(reply.thread_key), "text": reply.text}
        answer = http.publish("POST", self._address("sendMessage"), words=_words, means=_meaning, json=body)
        return _receipt(_result(answer, _Placed))

    def _send_files(self, reply: OutgoingReply, caption: str) -> Receipt:
        """Send one file, or several as an album, which takes no mixture of pictures and documents."""
        shown = all(file.type in SHOWN and file.size <= LARGEST_SHOWN for file in reply.files)
        parts = {f"file{n}": (file.name, file.read(), file.type) for n, file in enumerate(reply.files)}
        kinds = [SHOWN[file.type] if shown else "document" for file in reply.files]
        form: dict[str, str | list[str]] = {"chat_id": reply.thread_key}
        if len(kinds) == 1:
            form |= {"caption": caption, kinds[0]: "attach://file0"}
            return _receipt(_result(self._publish_files(f"send{kinds[0].capitalize()}", form, parts), _Placed))
        album: list[dict[str, str]] = [{"type": kind, "media": f"attach://file{n}"} for n, kind in enumerate(kinds)]
        # Below an album of documents, words stand under the last; above one of pictures, with the first.
        album[0 if shown else -1]["caption"] = caption
        form["media"] = msgspec.json.encode(album).decode()
        return _receipt(_result(self._publish_files("sendMediaGroup", form, parts), list[_Placed])[0])

    def _publish_files(
        self, method: str, form: Mapping[str, str | list[str]], files: Mapping[str, tuple[str, bytes, str]]
    ) -> httpx.Response:
        return http.publish(
            "POST",
            self._address(method),
            words=_words,
            means=_meaning,
            data=form,
            files=files,
            timeout=http.FILE_TIMEOUT,
        )

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Return None: a bot can't look into its conversations."""
        return None

    def probe(self) -> Account:
        """Ask who we are, and have updates pushed to us where they are not; raises AccessDenied or Unavailable."""
        bot = self._ask("getMe", _Bot)
        hook = self._ask("getWebhookInfo", _Hook)
        if hook.url != self.hook:
            wanted = {"url": self.hook, "secret_token": self.secret, "allowed_updates": _UPDATES}
            http.ask("POST", self._address("setWebhook"), words=_words, means=_meaning, json=wanted)
        trouble = hook.last_error_message if hook.url == self.hook else ""
        remarks = (_("Telegram's last call to us failed: %(words)s") % {"words": trouble},) if trouble else ()
        return Account(str(bot.id), handle=f"@{bot.username}", name=bot.first_name, remarks=remarks)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check that the caller knows our secret and return the update's key; raises BadSignature."""
        given = request.headers.get(SECRET.lower(), "")
        if not self.secret or not hmac.compare_digest(given.encode(), self.secret.encode()):
            raise BadSignature
        return reading.delivery_key(request.body)

    def read_webhook(self, body: bytes) -> list[News]:
        """Return the news in an update."""
        return reading.read(body, files=self._files)

    def open_file(self, address: str) -> FileSource:
        """Return where a file lies for the next hour; the address holds the token, and is shown to nobody."""
        here, _slash, file_id = address.rpartition("/")
        if here != self._files or not file_id:
            raise NotThere(_("This is no file of Telegram's."))
        found = self._ask("getFile", _File, file_id=file_id)
        return FileSource(f"{self.api}/file/bot{self.token}/{found.file_path}")

    @property
    def _files(self) -> str:
        return f"{self.api}/files"

    def _address(self, method: str) -> str:
        return f"{self.api}/bot{self.token}/{method}"

    def _ask(self, method: str, shape: type[Shape], **params: str) -> Shape:
        answer = http.ask("GET", self._address(method), words=_words, means=_meaning, params=params)
        return _result(answer, shape)


def _receipt(placed: _Placed) -> Receipt:
    return Receipt(f"{placed.chat.id}:{placed.message_id}")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _result(answer: httpx.Response, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(http.read(answer, _Answer).result, type=shape)
    except msgspec.ValidationError as error:
        raise Uncertain(_("Telegram's answer could not be read: %s") % error) from error


def _refusal(response: httpx.Response) -> _Refusal:
    try:
        return msgspec.json.decode(response.content, type=_Refusal)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _Refusal()


def _words(response: httpx.Response) -> str:
    return _refusal(response).description


def _meaning(response: httpx.Response, said: str) -> Exception | None:
    if response.status_code == 429:
        return RateLimited(said, _refusal(response).parameters.retry_after)
    # A token that is none makes an address that is none.
    return AccessDenied(said) if response.status_code in (401, 404) else None
