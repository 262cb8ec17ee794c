"""Matrix on stage, played by a simulated homeserver that serves HTTP."""

from typing import Literal

from accounts.models import Brand, Team
from inbox.actions.cursors import open_cursor
from inbox.connectors import http
from tests.cast import make_channel
from tests.connectors.matrix.simulator import BRAND, TOKEN, Homeserver
from tests.connectors.stage import AskedStage, Fault, Posted

LACKS = {
    "album": "On Matrix, each picture is a message of its own.",
    "window": "A room takes answers at any time.",
}


class MatrixStage(AskedStage):
    """One account of a homeserver, in rooms with customers."""

    network = "matrix"
    lacks = LACKS
    longest_question = 8000
    longest_answer = 8000

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        self.home = Homeserver()
        self.channel = make_channel(brand, team, network="matrix", handle=BRAND, external=False)
        self.channel.keep_access({"server": self.home.address, "token": TOKEN, "account": BRAND})
        open_cursor(self.channel)
        self.rooms: dict[str, str] = {}

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        room = self.rooms.get(thread) or f"!room-{len(self.rooms)}:brand.test"
        said = self.home.say(room, f"@{author}:shop.test", text)
        self.rooms[said] = room
        return said

    def say_natively(self, text: str, thread: str) -> str:
        return self.home.say(self.rooms[thread], BRAND, text)

    def edit(self, external_id: str, text: str) -> None:
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": external_id}
        self.home.say(
            self.rooms[external_id], "@robin:shop.test", f"* {text}", **{"m.new_content": new, "m.relates_to": relation}
        )

    def remove(self, external_id: str) -> None:
        self.home.add(self.rooms[external_id], "@robin:shop.test", {"redacts": external_id}, kind="m.room.redaction")

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        if status == "read":
            room = next(room for room, event in self.home.events if event["event_id"] == external_id)
            self.home.read(room, "@robin:shop.test", external_id)

    def posts(self) -> list[Posted]:
        ours = [event for _, event in self.home.events if "onevoice.key" in event["content"]]
        return [_posted(event, self.home.media) for event in ours]

    def pump(self, *, backwards: bool = False) -> None:
        self.home.backwards = backwards
        super().pump()

    def fail_next(self, fault: Fault) -> None:
        if fault == "expired_token":
            self.home.token = "another one"
        else:
            http.client().timeout = 0.5 if fault == "timeout_after_send" else http.TIMEOUT
            self.home.faults.append(fault)

    def mend(self) -> None:
        self.home.token = TOKEN

    def close(self) -> None:
        http.client().timeout = http.TIMEOUT
        self.home.close()


def _posted(event: dict, media: dict[str, bytes]) -> Posted:
    content = event["content"]
    if content["msgtype"] == "m.text":
        return Posted(event["event_id"], content["body"])
    assert media[content["url"]].startswith(b"\x89PNG")
    return Posted(event["event_id"], "", 1)
