"""Bluesky on stage: a simulated server, asked as the real one is."""

from accounts.models import Brand, Team
from inbox.actions.cursors import open_cursor
from tests.cast import make_channel
from tests.connectors.bluesky.simulator import BRAND, HANDLE, PASSWORD, BlueskyServer, did
from tests.connectors.stage import AskedStage, Fault, Posted


class BlueskyStage(AskedStage):
    """One account, with the customers who write to it."""

    network = "bluesky"
    lacks = {
        "edit": "Posts on Bluesky can't be changed; who wants other words deletes and writes anew.",
        "statuses": "Bluesky reports nothing of a post after it is published.",
        "window": "Bluesky takes answers at any time.",
    }
    longest_question = 300
    longest_answer = 300

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        self.server = BlueskyServer()
        self.channel = make_channel(brand, team, network="bluesky", handle=HANDLE, external=False)
        self.channel.keep_access({"service": self.server.address, "identifier": HANDLE, "password": PASSWORD})
        open_cursor(self.channel)

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        reason = "reply" if thread else "mention"
        return self.server.publish(did(author), text, parent=thread, reason=reason)

    def say_album(self, count: int, *, author: str = "robin") -> None:
        images = [{"alt": f"Picture {number}", "image": {"$type": "blob"}} for number in range(count)]
        embed = {"$type": "app.bsky.embed.images", "images": images}
        self.server.publish(did(author), "Look at this", reason="mention", embed=embed)

    def say_natively(self, text: str, thread: str) -> str:
        return self.server.publish(BRAND, text, parent=thread)

    def remove(self, external_id: str) -> None:
        self.server.delete(external_id)

    def posts(self) -> list[Posted]:
        return [Posted(uri, text, self.server.pictures_of(uri)) for uri, text in self.server.of_brand()]

    def fail_next(self, fault: Fault) -> None:
        self.server.fail_next(fault)

    def mend(self) -> None:
        self.server.expired = False

    def close(self) -> None:
        self.server.close()
