"""X on stage: its API simulated, and its Activity API pushing signed events."""

from datetime import UTC, datetime
from itertools import count

from accounts.models import Brand, Team
from tests.cast import make_channel
from tests.connectors.stage import Fault, Posted, Pushed, PushingStage
from tests.connectors.x.simulator import BRAND, CLIENT, PEOPLE, REFRESH, SECRET, FakeX, envelope, stamp, user


class XStage(PushingStage):
    """One account, with the people who answer its posts."""

    network = "x"
    lacks = {
        "delete": "X tells an app when the account's own posts are deleted, and of nobody else's.",
        "statuses": "Of a post X reports nothing; that a direct message was read is tried in test_connector.",
        "window": "X takes answers at any time.",
    }
    longest_question = 4000

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        super().__init__()
        self.server = FakeX()
        self.channel = make_channel(brand, team, network="x", handle="NorthlineRail", external=False)
        entered = {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": REFRESH}
        self.channel.keep_access({**entered, "api": self.server.address})
        # Which conversation a post is in, and what is in each post.
        self.threads: dict[str, str] = {}
        self.said: dict[str, dict] = {}
        self._events = count(1)
        self._echoed: set[str] = set()

    def say(self, text: str, *, author: str = "robin", thread: str = "", **more: object) -> str:
        at = self.server.tick()
        name = self.server.id_at(at)
        self.threads[name] = self.threads.get(thread) or self.server.id_at(at)
        post = {
            "id": name,
            "author_id": PEOPLE[author],
            "text": f"@NorthlineRail {text}",
            "created_at": stamp(at),
            "conversation_id": self.threads[name],
            "in_reply_to_tweet_id": thread or self.threads[name],
            "in_reply_to_user_id": BRAND,
            "edit_history_tweet_ids": [name],
            "lang": "und",
            **more,
        }
        if len(text) > 200:
            # X cuts what is longer, and tells the whole of it beside.
            post |= {"text": f"{post['text'][:200]}…", "note_tweet": {"text": post["text"]}}
        self.said[name] = post
        self._push_event("post.reply.create", post, {"users": [user(author)], **self._media_of(post)})
        return name

    def say_album(self, count: int, *, author: str = "robin") -> None:
        keys = [f"3_{number}" for number in range(count)]
        link = {"url": "https://t.co/pic", "display_url": "pic.x.com/pic", "media_key": keys[0]}
        more = {"attachments": {"media_keys": keys}, "entities": {"urls": [link]}}
        self.say("Look https://t.co/pic", author=author, **more)

    def say_natively(self, text: str, thread: str) -> str:
        return self._tell_of_own(self.server.id_at(datetime.now(UTC)), text, thread)

    def edit(self, external_id: str, text: str) -> None:
        post, at = self.said[external_id], self.server.tick()
        name = self.server.id_at(at)
        history = [*post["edit_history_tweet_ids"], name]
        edited = {"id": name, "text": text, "created_at": stamp(at), "edit_history_tweet_ids": history}
        self._push_event("post.reply.create", post | edited, {})

    def posts(self) -> list[Posted]:
        return [
            Posted(post.id, post.text, len(post.body.get("media", {}).get("media_ids", [])))
            for post in self.server.posted
        ]

    def pump(self, *, backwards: bool = False) -> None:
        """Tell of what the brand has posted, as X does for post.create, before anything else."""
        for post in self.server.posted:
            if post.id not in self._echoed:
                self._tell_of_own(post.id, post.text, post.to)
        super().pump(backwards=backwards)

    def fail_next(self, fault: Fault) -> None:
        self.server.fail_next(fault)

    def mend(self) -> None:
        self.server.expired = False

    def close(self) -> None:
        self.server.close()

    def _tell_of_own(self, name: str, text: str, thread: str) -> str:
        self._echoed.add(name)
        if not thread:
            self.threads[name] = name
            self._push_event("post.create", {"id": name, "text": text, "conversation_id": name, "author_id": BRAND}, {})
            return name
        self.threads[name] = self.threads[thread]
        told = {"author_id": BRAND, "in_reply_to_tweet_id": thread, "in_reply_to_user_id": PEOPLE["robin"]}
        post = {"id": name, "text": f"@robin {text}", "conversation_id": self.threads[thread], **told}
        self._push_event("post.create", post, {})
        return name

    def _media_of(self, post: dict) -> dict:
        keys = post.get("attachments", {}).get("media_keys", [])
        pictures = [{"media_key": key, "type": "photo", "url": f"https://pbs.twimg.com/{key}.jpg"} for key in keys]
        return {"media": pictures} if pictures else {}

    def _push_event(self, kind: str, payload: dict, includes: dict) -> None:
        body = envelope(kind, payload, uuid=str(next(self._events)), includes=includes)
        self.outgoing.append(Pushed(body, self.server.sign(body)))
