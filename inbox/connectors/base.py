"""What every connector speaks: incoming messages, outgoing replies, receipts, and three errors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import UUID

import msgspec
from msgspec import Meta

ShortText = Annotated[str, Meta(max_length=255)]
Key = Annotated[str, Meta(min_length=1, max_length=255)]
Address = Annotated[str, Meta(max_length=1000, pattern=r"^$|^https?://[^\s]+$")]


class Author(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wrote a message, as its network knows them."""

    external_id: Key
    username: ShortText = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    avatar_url: Address = ""
    followers: Annotated[int, Meta(ge=0, le=2_147_483_647)] | None = None


class IncomingAttachment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that came with a message, by its address."""

    url: Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s]+$")]
    type: Annotated[str, Meta(max_length=100)] = ""
    name: ShortText = ""


class IncomingMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message as it comes in from a network, checked as it is decoded.

    `external_id` is the network's own id, unique in the channel; `thread_key` what the network or the
    connector holds together as one conversation; `sent_at` carries a time zone. `direction` is
    "outbound" for what the brand itself typed on the network.
    """

    external_id: Key
    thread_key: Key
    author: Author
    sent_at: Annotated[datetime, Meta(tz=True)]
    text: Annotated[str, Meta(max_length=100_000)] = ""
    html: Annotated[str, Meta(max_length=500_000)] = ""
    subject: Annotated[str, Meta(max_length=300)] = ""
    direction: Literal["inbound", "outbound"] = "inbound"
    visibility: Literal["public", "comment", "direct"] = "public"
    in_reply_to: ShortText = ""
    language: Annotated[str, Meta(pattern=r"^$|^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$", max_length=10)] = ""
    attachments: Annotated[tuple[IncomingAttachment, ...], Meta(max_length=20)] = ()
    raw: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """A reply on its way to its network. `key` is the same for every attempt at it."""

    key: UUID
    thread_key: str
    in_reply_to: str
    text: str
    visibility: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that the reply is there."""

    external_id: str
    url: str = ""


class Rejected(Exception):
    """The network said no; its words are the message. Trying again unchanged is pointless."""


class Unavailable(Exception):
    """Nothing was sent: try again later, after `retry_after` seconds where the network named them."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Uncertain(Exception):
    """It was sent, but no answer came: it may be public already. Look, or ask a person; never send again blindly."""


class BadSignature(Exception):
    """A webhook body was not signed by its network."""


class Connector(Protocol):
    """One network's door. It speaks HTTP and dataclasses, and knows nothing of tickets."""

    @property
    def keeps_keys(self) -> bool:
        """Return whether the network recognises a repeat by its key, so that posting once more is safe."""

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply; raises Rejected, Unavailable or Uncertain."""

    def find_reply(self, key: UUID) -> Receipt | None:
        """Look on the network for a reply posted under `key`; raises Unavailable."""

    def verify_webhook(self, body: bytes, headers: dict[str, str]) -> str:
        """Check the signature of a raw webhook body and return its delivery key; raises BadSignature."""

    def read_webhook(self, body: bytes) -> list[IncomingMessage]:
        """Turn a verified webhook body into messages."""
