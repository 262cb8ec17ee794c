"""Speaks to Twilio for one number, or one messaging service."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha1, sha256
from urllib.parse import parse_qsl

import httpx
import msgspec

from inbox.connectors import http
from inbox.connectors.base import (
    Account,
    BadSignature,
    FileSource,
    News,
    OutgoingReply,
    Receipt,
    WebhookRequest,
)
from inbox.connectors.sms import reading

SIGNATURE = "X-Twilio-Signature"
# Clocks differ a little; Twilio notes whole seconds.
CLOCKS = timedelta(seconds=30)


class _Placed(msgspec.Struct, frozen=True):
    sid: str
    body: str = ""
    date_created: str = ""
    direction: str = ""


class _Listed(msgspec.Struct, frozen=True):
    messages: list[_Placed] = []


class _Account(msgspec.Struct, frozen=True):
    sid: str
    friendly_name: str = ""
    status: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    code: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class SmsConnector:
    """The door to one number; `hook` is where Twilio reports what became of our messages."""

    api: str
    account: str
    auth_token: str
    number: str
    hook: str
    # What Twilio wants to read in answer to a webhook: instructions, and we have none.
    thanks: str = "<Response/>"

    @property
    def keeps_keys(self) -> bool:
        """Return False: Twilio sends twice what is posted twice."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Send the reply; raises Rejected, Unavailable or Uncertain."""
        sender = "MessagingServiceSid" if self.number.startswith("MG") else "From"
        form: dict[str, str | list[str]] = {"To": reply.thread_key, sender: self.number, "StatusCallback": self.hook}
        if reply.text.strip():
            form["Body"] = reply.text
        if reply.files:
            # Twilio fetches them at once, and makes an MMS of them.
            form["MediaUrl"] = [file.address for file in reply.files]
        answer = http.publish("POST", self._address("/Messages.json"), words=_words, data=form, headers=self._headers())
        return Receipt(http.read(answer, _Placed).sid)

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look among the messages of the day to this customer; raises Unavailable.

        One without words can't be told from another.
        """
        if not reply.text.strip():
            return None
        params: dict[str, str | int | list[str]] = {"To": reply.thread_key, "PageSize": 50}
        if reply.created_at:
            params["DateSent>"] = (reply.created_at - CLOCKS).date().isoformat()
        answer = http.ask("GET", self._address("/Messages.json"), words=_words, params=params, headers=self._headers())
        return _find(reply, http.read(answer, _Listed).messages)

    def probe(self) -> Account:
        """Ask who we are; raises AccessDenied or Unavailable."""
        answer = http.ask("GET", self._address(".json"), words=_words, headers=self._headers())
        known = http.read(answer, _Account)
        remarks = () if known.status in ("", "active") else (f"Twilio: {known.status}",)
        return Account(self.number, handle=self.number, name=known.friendly_name, remarks=remarks)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check the signature of the address as Twilio called it and of all that came; raises BadSignature."""
        given = request.headers.get(SIGNATURE.lower(), "")
        expected = sign(request.address, request.body, self.auth_token)
        if not self.auth_token or not hmac.compare_digest(given.encode(), expected.encode()):
            raise BadSignature
        return sha256(request.body).hexdigest()

    def read_webhook(self, body: bytes) -> list[News]:
        """Return the news about this number in a webhook."""
        return reading.read(body, number=self.number)

    def open_file(self, address: str) -> FileSource:
        """Return where a picture is read: with our token where it lies with Twilio."""
        return FileSource(address, self._headers() if address.startswith(f"{self.api}/") else {})

    def _address(self, path: str) -> str:
        return f"{self.api}/2010-04-01/Accounts/{self.account}{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": "Basic " + b64encode(f"{self.account}:{self.auth_token}".encode()).decode()}


def sign(address: str, body: bytes, auth_token: str) -> str:
    """Return what Twilio writes into the header: of the address, then names and values by name."""
    pairs = sorted(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    signed = address + "".join(name + value for name, value in pairs)
    return b64encode(hmac.new(auth_token.encode(), signed.encode(), sha1).digest()).decode()


def _find(reply: OutgoingReply, listed: Sequence[_Placed]) -> Receipt | None:
    """Return the one that is this reply: ours, with its words, made since, and not known yet."""
    for one in listed:
        ours = one.direction.startswith("outbound") and one.sid not in reply.earlier
        if ours and one.body.strip() == reply.text.strip() and _is_since(one.date_created, reply.created_at):
            return Receipt(one.sid)
    return None


def _is_since(told: str, created_at: datetime | None) -> bool:
    return created_at is None or not told or parsedate_to_datetime(told) >= created_at - CLOCKS


def _words(response: httpx.Response) -> str:
    try:
        refusal = msgspec.json.decode(response.content, type=_Refusal)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ""
    return reading.explain(str(refusal.code or ""), refusal.message)
