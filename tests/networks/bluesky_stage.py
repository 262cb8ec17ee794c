"""Bluesky on stage, played by its own developers' servers; a door of ours in front of them makes the trouble."""

import struct
import time
import uuid
import zlib
from datetime import UTC, datetime

import httpx

from accounts.models import Brand, Team
from inbox.actions.cursors import open_cursor
from tests.cast import make_channel
from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.fake import Answer, Call
from tests.connectors.stage import Fault, Posted
from tests.networks.doorway import Doorway

POST = "app.bsky.feed.post"
PASSWORD = "a password"
# What the view of all posts may lag behind on a busy machine.
PATIENCE = 30.0


class BlueskyDoorway(Doorway):
    """Stands before Bluesky's server."""

    def is_post(self, call: Call) -> bool:
        return call.path.endswith("repo.createRecord")

    def refuse(self, fault: Fault) -> Answer:
        if fault == "rate_limit":
            return Answer({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, {"Retry-After": "286"})
        return Answer({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)


class Person:
    """Somebody with an account."""

    def __init__(self, server: str, name: str) -> None:
        self.server = server
        self.handle = f"{name}-{uuid.uuid4().hex[:6]}.test"
        account = {"handle": self.handle, "email": f"{uuid.uuid4().hex}@shop.test", "password": PASSWORD}
        made = httpx.post(f"{server}/xrpc/com.atproto.server.createAccount", json=account, timeout=30)
        assert made.is_success, made.text
        self.did, self.token = made.json()["did"], made.json()["accessJwt"]

    def call(self, method: str, name: str, **said: object):
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, f"{self.server}/xrpc/{name}", headers=headers, timeout=30, **said)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, text: str, **more: object) -> dict:
        record = {"$type": POST, "text": text, "createdAt": datetime.now(UTC).isoformat(), **more}
        body = {"repo": self.did, "collection": POST, "record": record}
        return self.call("POST", "com.atproto.repo.createRecord", json=body)

    def block(self, did: str) -> None:
        record = {"$type": "app.bsky.graph.block", "subject": did, "createdAt": datetime.now(UTC).isoformat()}
        body = {"repo": self.did, "collection": "app.bsky.graph.block", "record": record}
        self.call("POST", "com.atproto.repo.createRecord", json=body)

    def await_notification(self) -> dict:
        """Return the newest thing that this person is told of, when there is one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if told := self.call("GET", "app.bsky.notification.listNotifications")["notifications"]:
                return told[0]
            time.sleep(0.1)
        raise AssertionError(f"{self.handle} was told nothing.")

    def upload(self, content: bytes) -> dict:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "image/png"}
        address = f"{self.server}/xrpc/com.atproto.repo.uploadBlob"
        return httpx.post(address, content=content, headers=headers, timeout=30).json()["blob"]


class RealBlueskyStage(BlueskyStage):
    """One account on the real server, with customers of its own."""

    def __init__(self, server: str, brand: Brand, team: Team) -> None:
        self.real = server
        self.server = BlueskyDoorway(server)
        self.account = Person(server, "northline")
        self.people: dict[str, Person] = {}
        self.expected: dict[str, bool] = {}
        self.refs: dict[str, dict] = {}
        self.channel = make_channel(brand, team, network="bluesky", handle=self.account.handle, external=False)
        entered = {"service": self.server.address, "identifier": self.account.handle, "password": PASSWORD}
        self.channel.keep_access(entered)
        open_cursor(self.channel)

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        if thread:
            return self._placed(author, text, **self._reply(thread))
        return self._placed(author, text, facets=[self._mention()])

    def say_album(self, count: int, *, author: str = "robin") -> None:
        person = self._person(author)
        images = [{"alt": f"Picture {number}", "image": person.upload(_png(number))} for number in range(count)]
        embed = {"$type": "app.bsky.embed.images", "images": images}
        self._placed(author, "Look at this", facets=[self._mention()], embed=embed)

    def say_natively(self, text: str, thread: str) -> str:
        return self.account.post(text, **self._reply(thread))["uri"]

    def remove(self, external_id: str) -> None:
        person = next(one for one in self.people.values() if one.did in external_id)
        gone = {"repo": person.did, "collection": POST, "rkey": external_id.rsplit("/", 1)[-1]}
        person.call("POST", "com.atproto.repo.deleteRecord", json=gone)
        self.expected[external_id] = False

    def posts(self) -> list[Posted]:
        asked = {"repo": self.account.did, "collection": POST, "reverse": True}
        listed = self.account.call("GET", "com.atproto.repo.listRecords", params=asked)["records"]
        return [
            Posted(one["uri"], one["value"]["text"], len(one["value"].get("embed", {}).get("images", ())))
            for one in listed
        ]

    def pump(self, *, backwards: bool = False) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._is_shown():
            assert time.monotonic() < deadline, "The view of all posts never caught up."
            time.sleep(0.1)
        super().pump(backwards=backwards)

    def _is_shown(self) -> bool:
        """Return whether the view of all posts has caught up with what was said and taken away."""
        listed = self.account.call("GET", "app.bsky.notification.listNotifications", params={"limit": 100})
        there = {one["uri"] for one in listed["notifications"]}
        return all((uri in there) == wanted for uri, wanted in self.expected.items())

    def _placed(self, author: str, text: str, **more: object) -> str:
        placed = self._person(author).post(text, **more)
        uri = placed["uri"]
        self.expected[uri] = True
        parent = {"uri": uri, "cid": placed["cid"]}
        self.refs[uri] = {"root": more["reply"]["root"] if "reply" in more else parent, "parent": parent}
        return uri

    def _reply(self, thread: str) -> dict:
        """Return what makes a post an answer in a thread; the account is told of it by a mention, as people do."""
        return {"reply": self.refs[thread], "facets": [self._mention()]}

    def _mention(self) -> dict:
        mention = {"$type": "app.bsky.richtext.facet#mention", "did": self.account.did}
        return {"index": {"byteStart": 0, "byteEnd": 1}, "features": [mention]}

    def _person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(self.real, name)
        return self.people[name]


def _png(number: int) -> bytes:
    """Return a picture of one colour, eight by eight."""
    rows = (b"\0" + bytes((number * 40 % 256, 120, 200)) * 8) * 8
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
