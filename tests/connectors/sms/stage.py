"""A number on stage: simulated Twilio, and webhooks as Twilio signs them."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from email.utils import format_datetime
from hmac import digest
from itertools import count
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from accounts.models import Brand, Team
from brandvoice.limits import sms_parts
from tests.cast import make_channel
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault, Posted, Pushed, PushingStage, fetched

SID, AUTH_TOKEN, NUMBER = "AC2a0747eba6abf96b7e3c3ff0b4530f6e", "an auth token", "+15557122661"


class FakeTwilio(FakeNetwork):
    """Twilio for one account."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict] = []
        self.stopped: set[str] = set()
        self.numbers = count(1)

    def handle(self, call: Call) -> Answer:
        scheme, _space, told = call.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(told).decode() != f"{SID}:{AUTH_TOKEN}":
            return self.refuse("expired_token")
        root = f"/2010-04-01/Accounts/{SID}"
        if call.path == f"{root}.json":
            return Answer({"sid": SID, "friendly_name": "Northline", "status": "active"})
        if call.path != f"{root}/Messages.json":
            return refused(404, 20404, "The requested resource was not found")
        if call.method == "POST":
            return self._send(call.form(), [url for name, url in parse_qsl(call.body.decode()) if name == "MediaUrl"])
        found = [one for one in self.messages if one["to"] == call.query["To"]]
        return Answer({"messages": found[::-1], "page_size": 50})

    def refuse(self, fault: Fault) -> Answer:
        if fault == "expired_token":
            return refused(401, 20003, "Authenticate")
        return refused(429, 20429, "Too Many Requests")

    def _send(self, form: dict[str, str], media: list[str]) -> Answer:
        form = {"Body": "", **form}
        if not (form["Body"] or media) or len(media) > 10 or not all(map(fetched, media)):
            return refused(400, 21602, "Message body is required")
        if form["To"] in self.stopped:
            return refused(400, 21610, "Attempt to send to unsubscribed recipient")
        if len(form["Body"]) > 1600 or sms_parts(form["Body"]) > 10:
            return refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        now = format_datetime(datetime.now(UTC))
        message = {"sid": f"SM{next(self.numbers):032x}", "to": form["To"], "body": form["Body"], "status": "queued"}
        self.messages.append(
            {
                **message,
                "direction": "outbound-api",
                "date_created": now,
                "hook": form["StatusCallback"],
                "files": len(media),
            }
        )
        return Answer(message, 201)


def refused(status: int, code: int, words: str) -> Answer:
    return Answer({"code": code, "message": words, "status": status}, status)


class SmsStage(PushingStage):
    """One number."""

    network = "sms"
    lacks = {
        "out of order": "Twilio does not say when a message was sent: it counts as it comes.",
        "edit": "Text messages can't be changed.",
        "delete": "Text messages can't be taken away.",
        "echo": "Twilio does not tell what was sent from elsewhere with the same number.",
        "window": "A customer may be written to until they send STOP.",
    }
    longest_question = 1500
    longest_answer = 1500
    people = {"robin": "+14017122661", "kai": "+4915112345678"}

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        super().__init__()
        self.fake = FakeTwilio()
        self.channel = make_channel(brand, team, network="sms", external=False, webhook_secret="unused")
        access = {"account_sid": SID, "auth_token": AUTH_TOKEN, "number": NUMBER, "api": self.fake.address}
        self.channel.keep_access(access)
        self.hook = f"{site}/webhooks/{self.channel.pk}/"

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        return self._say(author, Body=text, NumMedia="0")

    def say_album(self, count: int, *, author: str = "robin") -> None:
        media = {f"MediaUrl{one}": f"{self.fake.address}/media/{one}" for one in range(count)}
        self._say(author, Body="", NumMedia=str(count), **media)

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        self._push_form(MessageSid=external_id, MessageStatus=status, To=self.people["robin"], From=NUMBER)

    def posts(self) -> list[Posted]:
        return [Posted(one["sid"], one["body"], one["files"]) for one in self.fake.messages]

    def fail_next(self, fault: Fault) -> None:
        self.fake.fail_next(fault)

    def mend(self) -> None:
        self.fake.expired = False

    def close(self) -> None:
        self.fake.close()

    def _say(self, author: str, **said: str) -> str:
        sid = f"SM{next(self.fake.numbers):032x}"
        self._push_form(MessageSid=sid, SmsStatus="received", From=self.people[author], To=NUMBER, **said)
        return sid

    def _push_form(self, **form: str) -> None:
        signed = self.hook + "".join(name + form[name] for name in sorted(form))
        signature = b64encode(digest(AUTH_TOKEN.encode(), signed.encode(), "sha1")).decode()
        headers = {"X-Twilio-Signature": signature}
        kind = "application/x-www-form-urlencoded"
        self.outgoing.append(Pushed(urlencode(form).encode(), headers, content_type=kind))
