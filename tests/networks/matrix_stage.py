"""Matrix on stage, played by Synapse; a door of ours before it makes the trouble."""

import hmac
import json
from functools import cache
from typing import ClassVar, Literal
from urllib.parse import quote
from uuid import uuid4

import httpx

from accounts.models import Brand, Team
from inbox.actions.cursors import open_cursor
from tests.cast import make_channel
from tests.connectors.fake import Answer, Call
from tests.connectors.matrix.stage import LACKS
from tests.connectors.stage import AskedStage, Fault, Posted
from tests.networks.doorway import Doorway

PASSWORD = "a password"
# Where Synapse pushes to, and the names by which the two know each other: registration.yaml.
PUSH_PORT, SERVICE, SERVICE_TOKEN, SERVER_TOKEN = 25009, "onevoice", "as-token-of-tests", "hs-token-of-tests"
# What the server and its administrator share: homeserver.yaml.
SHARED_SECRET = b"a secret of tests"


class MatrixDoorway(Doorway):
    """Stands before the homeserver, and can tell of what happened in the wrong order."""

    backwards = False

    def is_post(self, call: Call) -> bool:
        return call.method == "PUT" and "/send/" in call.path

    def refuse(self, fault: Fault) -> Answer:
        if fault == "rate_limit":
            said = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 4133}
            return Answer(said, 429, {"Retry-After": "5"})
        return Answer({"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed."}, 401)

    def handle(self, call: Call) -> Answer:
        answer = super().handle(call)
        if self.backwards and call.path.endswith("/sync") and isinstance(answer.body, bytes):
            told = json.loads(answer.body)
            for room in told.get("rooms", {}).get("join", {}).values():
                room["timeline"]["events"].reverse()
            return Answer(told)
        return answer


class PushDoorway(Doorway):
    """Where the homeserver pushes to: hands it on to our webhook, as a proxy of an operator's would."""

    port: ClassVar[int] = PUSH_PORT

    def refuse(self, fault: Fault) -> Answer:
        return Answer({}, 503)


class Person:
    """Somebody with an account on the server."""

    def __init__(self, server: str, name: str) -> None:
        self.server = server
        self.name = f"{name}-{uuid4().hex[:6]}"
        account = {"username": self.name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
        made = self._ask("POST", "/register", json=account)
        self.id, self.token = made["user_id"], made["access_token"]
        self.lift_limit()

    def call(self, method: str, path: str, **said: object) -> dict:
        """Ask the server for something, as this person."""
        return self._ask(method, path, headers={"Authorization": f"Bearer {self.token}"}, **said)

    def lift_limit(self) -> None:
        """Let them say as much as they like."""
        self._limit("POST", json={"messages_per_second": 0, "burst_count": 0})

    def set_limit(self) -> None:
        """Let them say as much as Synapse lets everybody."""
        self._limit("DELETE")

    def sign_out(self) -> None:
        self.call("POST", "/logout", json={})

    def sign_in(self) -> None:
        said = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": self.name}}
        self.token = self._ask("POST", "/login", json={**said, "password": PASSWORD})["access_token"]

    def open_room(self, invited: str) -> str:
        asked = {"preset": "trusted_private_chat", "is_direct": True, "invite": [invited]}
        return self.call("POST", "/createRoom", json=asked)["room_id"]

    def send(self, room: str, content: dict, *, kind: str = "m.room.message") -> str:
        path = f"/rooms/{quote(room)}/send/{kind}/{uuid4().hex}"
        return self.call("PUT", path, json=content)["event_id"]

    def say(self, room: str, text: str) -> str:
        return self.send(room, {"msgtype": "m.text", "body": text})

    def edit(self, room: str, event: str, text: str) -> str:
        relation = {"rel_type": "m.replace", "event_id": event}
        new = {"msgtype": "m.text", "body": text}
        return self.send(room, {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation})

    def take_away(self, room: str, event: str) -> None:
        self.call("PUT", f"/rooms/{quote(room)}/redact/{quote(event)}/{uuid4().hex}", json={})

    def read(self, room: str, event: str) -> None:
        self.call("POST", f"/rooms/{quote(room)}/receipt/m.read/{quote(event)}", json={})

    def history(self, room: str) -> list[dict]:
        """Return what happened in a room, oldest first."""
        return self.call("GET", f"/rooms/{quote(room)}/messages?dir=b&limit=500")["chunk"][::-1]

    def upload(self, content: bytes, mime: str) -> str:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": mime}
        answer = httpx.post(f"{self.server}/_matrix/media/v3/upload", content=content, headers=headers, timeout=30)
        return answer.json()["content_uri"]

    def _limit(self, method: str, **said: object) -> None:
        address = f"{self.server}/_synapse/admin/v1/users/{self.id}/override_ratelimit"
        headers = {"Authorization": f"Bearer {administrator(self.server)}"}
        answer = httpx.request(method, address, headers=headers, timeout=30, **said)
        assert answer.is_success, answer.text

    def _ask(self, method: str, path: str, **said: object) -> dict:
        answer = httpx.request(method, f"{self.server}/_matrix/client/v3{path}", timeout=30, **said)
        assert answer.is_success, answer.text
        return answer.json()


@cache
def administrator(server: str) -> str:
    """Make an administrator, and return their token."""
    address = f"{server}/_synapse/admin/v1/register"
    nonce, name = httpx.get(address, timeout=30).json()["nonce"], f"admin-{uuid4().hex[:6]}"
    signed = "\0".join((nonce, name, PASSWORD, "admin")).encode()
    mac = hmac.new(SHARED_SECRET, signed, "sha1").hexdigest()
    said = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": True, "mac": mac}
    return httpx.post(address, json=said, timeout=30).json()["access_token"]


class RealMatrixStage(AskedStage):
    """One account on the real server, in rooms with customers of its own."""

    network = "matrix"
    lacks = LACKS
    longest_question = 8000
    longest_answer = 8000

    def __init__(self, server: str, brand: Brand, team: Team) -> None:
        self.real = server
        self.door = MatrixDoorway(server)
        self.account = Person(server, "care")
        self.people: dict[str, Person] = {}
        # Who is in which room, and in which room an event is.
        self.rooms: dict[str, str] = {}
        self.owners: dict[str, Person] = {}
        self.channel = make_channel(brand, team, network="matrix", handle=self.account.id, external=False)
        entered = {"server": self.door.address, "token": self.account.token, "account": self.account.id}
        self.channel.keep_access(entered)
        open_cursor(self.channel)

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(self.real, name)
        return self.people[name]

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        person = self.person(author)
        room = self.rooms.get(thread) or self.open_room(person)
        return self._noted(room, person.say(room, text))

    def open_room(self, person: Person) -> str:
        """Let somebody open a room with the brand, which it enters when it looks."""
        room = person.open_room(self.account.id)
        self.owners[room] = person
        return room

    def say_natively(self, text: str, thread: str) -> str:
        return self._noted(self.rooms[thread], self.account.say(self.rooms[thread], text))

    def edit(self, external_id: str, text: str) -> None:
        room = self.rooms[external_id]
        self.owners[room].edit(room, external_id, text)

    def remove(self, external_id: str) -> None:
        room = self.rooms[external_id]
        self.owners[room].take_away(room, external_id)

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        if status == "read":
            (room,) = self.owners
            self.owners[room].read(room, external_id)

    def posts(self) -> list[Posted]:
        told = [event for room, person in self.owners.items() for event in person.history(room)]
        ours = [event for event in told if "onevoice.key" in event["content"]]
        return [self._posted(event) for event in ours]

    def _posted(self, event: dict) -> Posted:
        content = event["content"]
        if content["msgtype"] == "m.text":
            return Posted(event["event_id"], content["body"])
        address = f"{self.real}/_matrix/client/v1/media/download/{content['url'].removeprefix('mxc://')}"
        kept = httpx.get(address, headers={"Authorization": f"Bearer {self.account.token}"}, timeout=30)
        assert kept.content.startswith(b"\x89PNG")
        return Posted(event["event_id"], "", 1)

    def pump(self, *, backwards: bool = False) -> None:
        self.door.backwards = backwards
        super().pump()

    def fail_next(self, fault: Fault) -> None:
        if fault == "expired_token":
            self.account.sign_out()
        else:
            self.door.fail_next(fault)

    def mend(self) -> None:
        self.account.sign_in()
        self.channel.keep_access({"token": self.account.token})

    def close(self) -> None:
        self.door.close()

    def _noted(self, room: str, event: str) -> str:
        self.rooms[event] = room
        return event
