"""Mastodon on stage: a simulated server, asked as the real ones are."""

from accounts.models import Brand, Team
from inbox.actions.cursors import open_cursor
from tests.cast import make_channel
from tests.connectors.mastodon.simulator import BRAND, TOKEN, MastodonServer
from tests.connectors.stage import AskedStage, Fault, Posted


class MastodonStage(AskedStage):
    """One account, with the people who mention it."""

    network = "mastodon"
    lacks = {
        "statuses": "Mastodon reports nothing of a status after it is published.",
        "window": "Mastodon takes answers at any time.",
    }
    longest_question = 500
    # “@robin@shop.test ” is put before it, and counts without its server.
    longest_answer = 493

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        self.server = MastodonServer()
        self.channel = make_channel(brand, team, network="mastodon", handle="northline", external=False)
        self.channel.keep_access({"server": self.server.address, "token": TOKEN})
        open_cursor(self.channel)

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        status = self.server.write(author, text, parent=thread)
        self.server.mention(status)
        return status

    def say_album(self, count: int, *, author: str = "robin") -> None:
        pictures = [{"type": "image", "url": f"https://files.test/{n}.png", "description": None} for n in range(count)]
        self.server.mention(self.server.write(author, "Look at this", media_attachments=pictures))

    def say_natively(self, text: str, thread: str) -> str:
        return self.server.write(BRAND, text, parent=thread)

    def edit(self, external_id: str, text: str) -> None:
        self.server.edit(external_id, text)

    def remove(self, external_id: str) -> None:
        self.server.delete(external_id)

    def posts(self) -> list[Posted]:
        return [
            Posted(one["id"], one["source"].removeprefix("@robin@shop.test").strip(), len(one["media_attachments"]))
            for one in self.server.of_brand()
        ]

    def fail_next(self, fault: Fault) -> None:
        self.server.fail_next(fault)

    def mend(self) -> None:
        self.server.expired = False

    def close(self) -> None:
        self.server.close()
