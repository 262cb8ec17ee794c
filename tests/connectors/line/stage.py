"""An official account on stage: a simulated Messaging API, and events as LINE signs and pushes them."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hmac import digest
from itertools import count
from uuid import UUID

from django.conf import settings

from accounts.models import Brand, Team
from tests.cast import make_channel
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Fault, Posted, Pushed, PushingStage, fetched

TOKEN, CHANNEL_SECRET = "line-token", "8c570fa6dd201bb328f1c1eac23a96d8"

BOT, MODES = "U0a1b2c3d4e5f60718293a4b5c6d7e8f9", {"chatMode": "bot", "markAsReadMode": "auto"}


class FakeLine(FakeNetwork):
    """The Messaging API for one account."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Posted] = []
        self.keys: dict[str, str] = {}
        self.hook: str | None = None
        self.numbers = count(461230966842064897)

    def handle(self, call: Call) -> Answer:
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.refuse("expired_token")
        if call.path == "/v2/bot/message/push":
            return self._push(call)
        if call.path == "/v2/bot/channel/webhook/endpoint":
            if call.method == "PUT":
                self.hook = call.json()["endpoint"]
                return Answer({})
            known = {"endpoint": self.hook, "active": True}
            return Answer(known) if self.hook else Answer({"message": "Not found"}, 404)
        return Answer({"userId": BOT, "basicId": "@northline", "displayName": "Northline", **MODES})

    def refuse(self, fault: Fault) -> Answer:
        if fault == "expired_token":
            return Answer({"message": "Authentication failed due to the expired access token"}, 401)
        return Answer({"message": "The API rate limit has been exceeded. Try again later."}, 429)

    def is_post(self, call: Call) -> bool:
        return call.path == "/v2/bot/message/push"

    def _push(self, call: Call) -> Answer:
        key, body = str(UUID(call.headers["x-line-retry-key"])), call.json()
        if key in self.keys:
            sent = [{"id": self.keys[key]}]
            return Answer({"message": "The retry key is already accepted", "sentMessages": sent}, 409)
        texts = [one["text"] for one in body["messages"] if one["type"] == "text"]
        pictures = [one for one in body["messages"] if one["type"] == "image"]
        if not 1 <= len(body["messages"]) <= 5 or not all(fetched(one["previewImageUrl"]) for one in pictures):
            return Answer({"message": "The request body has 1 error(s)", "details": []}, 400)
        if any(len(text.encode("utf-16-le")) // 2 > 5000 for text in texts):
            details = [{"message": "Length must be between 0 and 5000", "property": "messages[0].text"}]
            return Answer({"message": "The request body has 1 error(s)", "details": details}, 400)
        self.keys[key] = str(next(self.numbers))
        self.posted.append(Posted(self.keys[key], "".join(texts), len(pictures)))
        return Answer({"sentMessages": [{"id": self.keys[key], "quoteToken": "q"}]})


class LineStage(PushingStage):
    """One official account."""

    network = "line"
    lacks = {
        "edit": "Messages on LINE can't be changed.",
        "echo": "LINE does not tell an account what it has said itself.",
        "statuses": "LINE does not tell what was delivered or read.",
        "window": "An account may push to whoever has added it at any time.",
    }
    longest_question = 5000
    longest_answer = 5000
    people = {"robin": "U4af4980629b36f5c1a1d8e7c1f0b2a3d", "kai": "U5b8c1f037796c2d4e8a0b1c3d5f7e9a1b"}

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        super().__init__()
        self.fake = FakeLine()
        # LINE fetches pictures by HTTPS only.
        settings.SITE_URL = "https://care.northline.example"
        self.channel = make_channel(brand, team, network="line", external=False, webhook_secret="unused")
        access = {"token": TOKEN, "channel_secret": CHANNEL_SECRET, "api": self.fake.address}
        self.channel.keep_access(access)
        self._began = datetime.now(UTC) - timedelta(minutes=10)

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        return self._say(author, type="text", text=text)

    def say_album(self, count: int, *, author: str = "robin") -> None:
        for number in range(count):
            together = {"id": "E005D41A", "index": number + 1, "total": count}
            self._say(author, type="image", contentProvider={"type": "line"}, imageSet=together)

    def remove(self, external_id: str) -> None:
        self._event("robin", type="unsend", unsend={"messageId": external_id})

    def posts(self) -> list[Posted]:
        return list(self.fake.posted)

    def fail_next(self, fault: Fault) -> None:
        self.fake.fail_next(fault)

    def mend(self) -> None:
        self.fake.expired = False

    def close(self) -> None:
        self.fake.close()

    def _say(self, author: str, **said: object) -> str:
        name = str(next(self.fake.numbers))
        self._event(author, type="message", message={"id": name, **said})
        return name

    def _event(self, author: str, **said: object) -> None:
        self._began += timedelta(seconds=1)
        told = {"timestamp": int(self._began.timestamp() * 1000), "mode": "active", **said}
        source = {"type": "user", "userId": self.people[author]}
        context = {"webhookEventId": f"01H{len(self.outgoing)}", "deliveryContext": {"isRedelivery": False}}
        body = json.dumps({"destination": BOT, "events": [{**told, "source": source, **context}]}).encode()
        signature = b64encode(digest(CHANNEL_SECRET.encode(), body, "sha256")).decode()
        self.outgoing.append(Pushed(body, {"x-line-signature": signature}))
