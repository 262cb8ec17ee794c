"""WhatsApp, Messenger and Instagram on stage: a simulated Graph, and webhooks signed as Meta signs them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Literal

from accounts.models import Brand, Team
from inbox.models import Ticket
from tests.cast import make_channel
from tests.connectors.meta import simulator
from tests.connectors.meta.simulator import ACCOUNT, APP_SECRET, BUSINESS, NUMBER, PAGE, TOKEN, FakeGraph
from tests.connectors.stage import Fault, Posted, Pushed, PushingStage

SETTINGS = {"token": TOKEN, "app_secret": APP_SECRET}


class GraphStage(PushingStage):
    """What all three have in common."""

    access: dict[str, str]

    def __init__(self, site: str, brand: Brand, team: Team) -> None:
        super().__init__()
        self.graph = FakeGraph()
        self.channel = make_channel(
            brand, team, network=self.network, handle="northline", external=False, webhook_secret="verify me"
        )
        self.channel.keep_access({**SETTINGS, **self.access, "graph": self.graph.address})
        self.at: dict[str, datetime] = {}

    def posts(self) -> list[Posted]:
        return [Posted(post.id, post.text, post.files) for post in self.graph.posted]

    def fail_next(self, fault: Fault) -> None:
        self.graph.fail_next(fault)

    def mend(self) -> None:
        self.graph.expired = False

    def close(self) -> None:
        self.graph.close()

    def close_window(self, external_id: str) -> None:
        Ticket.objects.filter(channel=self.channel).update(last_inbound_at=datetime.now(UTC) - timedelta(days=8))

    def push(self, body: dict) -> None:
        raw = json.dumps(body).encode()
        self.outgoing.append(Pushed(raw, self.graph.sign(raw)))

    def name(self, prefix: str, at: datetime | None = None) -> tuple[str, datetime]:
        at = at or self.graph.tick()
        name = f"{prefix}{len(self.at)}"
        self.at[name] = at
        return name, at


class WhatsAppStage(GraphStage):
    """One phone number."""

    network = "whatsapp"
    access = {"phone_number_id": NUMBER, "business_account_id": BUSINESS}
    lacks = {"album": "An album comes as single messages, with nothing that says that they belong together."}
    longest_question = 4096
    longest_answer = 4096
    numbers = {"robin": "16505551234", "kai": "4915112345678"}

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        name, at = self.name("wamid.in")
        self._tell("messages", author, name, at, type="text", text={"body": text})
        return name

    def edit(self, external_id: str, text: str) -> None:
        name, at = self.name("wamid.edit")
        message = {"type": "text", "text": {"body": text}}
        self._tell(
            "messages", "robin", name, at, type="edit", edit={"original_message_id": external_id, "message": message}
        )

    def remove(self, external_id: str) -> None:
        name, at = self.name("wamid.revoke")
        self._tell("messages", "robin", name, at, type="revoke", revoke={"original_message_id": external_id})

    def say_natively(self, text: str, thread: str) -> str:
        name, at = self.name("wamid.phone", datetime.now(UTC))
        said = {"from": "15550783881", "to": self.numbers["robin"], "id": name, "timestamp": str(int(at.timestamp()))}
        self._value("smb_message_echoes", {"message_echoes": [{**said, "type": "text", "text": {"body": text}}]})
        return name

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        post = next(post for post in self.graph.posted if post.id == external_id)
        told = {
            "id": external_id,
            "status": status,
            "timestamp": str(int(post.at.timestamp())),
            "recipient_id": post.place,
        }
        self._value("messages", {"statuses": [told]})

    def _tell(self, field: str, author: str, name: str, at: datetime, **said: object) -> None:
        number = self.numbers[author]
        message = {"from": number, "id": name, "timestamp": str(int(at.timestamp())), **said}
        contact = {"profile": {"name": author.title()}, "wa_id": number}
        self._value(field, {"contacts": [contact], "messages": [message]})

    def _value(self, field: str, value: dict) -> None:
        metadata = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
        change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        self.push({"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": [change]}]})


class TalkStage(GraphStage):
    """Conversations as Messenger and Instagram have them."""

    kind: str
    us: str
    people = {"robin": "6254012345", "kai": "6254098765"}

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        name, at = self.name("m_in")
        self._event(author, at, message={"mid": name, "text": text})
        return name

    def say_album(self, count: int, *, author: str = "robin") -> None:
        name, at = self.name("m_in")
        address = "https://scontent.example/{}.jpg"
        files = [{"type": "image", "payload": {"url": address.format(number)}} for number in range(count)]
        self._event(author, at, message={"mid": name, "attachments": files})

    def say_natively(self, text: str, thread: str) -> str:
        name, at = self.name("m_native", datetime.now(UTC))
        self._echo(self.people["robin"], at, {"mid": name, "text": text})
        return name

    def edit(self, external_id: str, text: str) -> None:
        self._event("robin", self.graph.tick(), message_edit={"mid": external_id, "text": text, "num_edit": 1})

    def remove(self, external_id: str) -> None:
        self._event("robin", self.graph.tick(), message={"mid": external_id, "is_deleted": True})

    def pump(self, *, backwards: bool = False) -> None:
        """Echo what we posted, as Meta does, before anything else is told."""
        for post in self.graph.posted:
            if post.id not in self.at:
                self.at[post.id] = post.at
                customer = post.body["recipient"]["id"]
                message = {"mid": post.id, "text": post.text, "metadata": post.body["message"]["metadata"]}
                self._echo(customer, post.at, {**message, "app_id": int(simulator.APP_ID)})
        super().pump(backwards=backwards)

    def _echo(self, customer: str, at: datetime, message: dict) -> None:
        event = {"sender": {"id": self.us}, "recipient": {"id": customer}, "timestamp": milliseconds(at)}
        self._entry([{**event, "message": {"is_echo": True, **message}}])

    def _event(self, author: str, at: datetime, **said: object) -> None:
        event = {"sender": {"id": self.people[author]}, "recipient": {"id": self.us}, "timestamp": milliseconds(at)}
        self._entry([{**event, **said}])

    def _entry(self, events: list[dict]) -> None:
        at = milliseconds(self.graph.tick())
        self.push({"object": self.kind, "entry": [{"id": self.us, "time": at, "messaging": events}]})


class FacebookStage(TalkStage):
    """One Page's conversations."""

    network, kind, us, access = "facebook", "page", PAGE, {"page_id": PAGE}
    longest_answer = 2000

    def say(self, text: str, *, author: str = "robin", thread: str = "") -> str:
        """Write to the Page, or below one of its posts."""
        if thread not in {post.id for post in self.graph.posted if post.place == simulator.FEED}:
            return super().say(text, author=author, thread=thread)
        name, at = self.name(f"{thread}_c")
        said = {"item": "comment", "comment_id": name, "parent_id": thread, "post_id": thread, "message": text}
        self._feed(at, **said, **{"from": {"id": self.people[author], "name": author.title()}})
        return name

    def pump(self, *, backwards: bool = False) -> None:
        """Tell the Page of its own posts, too."""
        for post in self.graph.posted:
            if post.place == simulator.FEED and post.id not in self.at:
                self.at[post.id] = post.at
                self._feed(post.at, item="status", post_id=post.id, message=post.text, **{"from": {"id": PAGE}})
        super().pump(backwards=backwards)

    def _feed(self, at: datetime, **value: object) -> None:
        change = {"field": "feed", "value": {"verb": "add", "created_time": int(at.timestamp()), **value}}
        self.push({"object": "page", "entry": [{"id": PAGE, "time": int(at.timestamp()), "changes": [change]}]})

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        post = next(post for post in self.graph.posted if post.id == external_id)
        # By Meta's own clock: the moment of the message itself.
        told = {"watermark": milliseconds(post.at)}
        if status == "read":
            self._event("robin", post.at, read=told)
        else:
            self._event("robin", post.at, delivery={"mids": [external_id], **told})


class InstagramStage(TalkStage):
    """One account's conversations."""

    network, kind, us, access = "instagram", "instagram", ACCOUNT, {"account_id": ACCOUNT}
    longest_question = 1000
    longest_answer = 1000

    def report(self, external_id: str, status: Literal["delivered", "read"]) -> None:
        # Instagram tells what was seen, and nothing of what was delivered.
        if status == "read":
            self._event("robin", datetime.now(UTC), read={"mid": external_id})


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
