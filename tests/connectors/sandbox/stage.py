"""The make-believe network on stage: itself, over real HTTP, with its own signature on what it pushes."""

import json
import time
from datetime import UTC, datetime

from accounts.models import Brand, Team
from inbox.connectors import http, registry
from inbox.connectors.sandbox import network
from inbox.connectors.sandbox.models import Account, Post
from tests.cast import make_channel
from tests.connectors.stage import Fault, Posted, Pushed, PushingStage, fetched

SECRET = "a secret that both sides know"


class SandboxStage(PushingStage):
    """One account of the make-believe network."""

    network = "sandbox"
    lacks = {
        "album": "The sandbox's posts have no pictures.",
        "edit": "Posts on the sandbox can't be changed.",
        "delete": "Posts on the sandbox can't be taken away.",
        "statuses": "The sandbox says nothing of a post after it is published.",
        "window": "The sandbox takes answers at any time.",
    }

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        super().__init__()
        self.channel = make_channel(
            brand, team, network="sandbox", handle="northline", external=False, webhook_secret=SECRET
        )
        registry.connect(self.channel)
        self.account = Account.objects.get(handle="northline")
        self._patched: list[tuple[str, object]] = []

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        said = network.say(
            self.account, author=author, name=author.title(), text=text, visibility="public", thread=thread
        )
        return str(said.pk)

    def say_natively(self, text: str, thread: str) -> str:
        post = network._new_post(self.account, thread=thread, text=text, visibility="public")
        post.save(force_insert=True)
        return str(post.pk)

    def posts(self) -> list[Posted]:
        ours = Post.objects.filter(author="", key__isnull=False).order_by("created_at", "pk")
        return [Posted(str(post.pk), post.text, sum(fetched(file["url"]) for file in post.files)) for post in ours]

    def pump(self, *, backwards: bool = False) -> None:
        for post in Post.objects.filter(told_at=None).order_by("created_at", "pk"):
            body = json.dumps({"posts": [network._announcement(post)]}).encode()
            headers = {network.SIGNATURE: network.sign(body, SECRET), network.DELIVERY: str(post.pk)}
            self.outgoing.append(Pushed(body, headers))
        Post.objects.filter(told_at=None).update(told_at=datetime.now(UTC))
        super().pump(backwards=backwards)

    def fail_next(self, fault: Fault) -> None:
        if fault == "expired_token":
            self._set_secret("another one")
        elif fault == "timeout_after_send":
            http.client().timeout = 0.4
            self._once("_wake", lambda: time.sleep(1.0))
        else:
            status = 429 if fault == "rate_limit" else 500
            refusal = network.Refused("Not now.", status=status, retry_after=5 if status == 429 else None)
            self._once("_refuse_by_magic", _raising(refusal))

    def mend(self) -> None:
        self._set_secret(SECRET)

    def close(self) -> None:
        http.client().timeout = http.TIMEOUT
        for name, original in self._patched:
            setattr(network, name, original)

    def _set_secret(self, secret: str) -> None:
        self.channel.refresh_from_db()
        self.channel.webhook_secret = secret
        self.channel.save(update_fields=["webhook_secret"])

    def _once(self, name: str, instead: object) -> None:
        original = getattr(network, name)
        self._patched.append((name, original))

        def once(*said: object) -> object:
            setattr(network, name, original)
            return instead(*said)

        setattr(network, name, once)


def _raising(error: Exception):
    def refuse(*_said: object) -> None:
        raise error

    return refuse
