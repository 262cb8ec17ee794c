"""What every connector speaks: news from a network, replies to it, receipts, and the errors that count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable
from uuid import UUID

import msgspec
from msgspec import Meta

from inbox.connectors.templates import OutgoingTemplate

ShortText = Annotated[str, Meta(max_length=255)]
Key = Annotated[str, Meta(min_length=1, max_length=255)]
# What is known of a customer, as positions name whom their words are for.
Fact = Annotated[str, Meta(max_length=40)]
Address = Annotated[str, Meta(max_length=1000, pattern=r"^$|^https?://[^\s]+$")]


class Author(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Who wrote a message, as its network knows them; `region` and `audience` as whoever keeps the customers does.

    An empty one changes nothing that is known already.
    """

    external_id: Key
    username: ShortText = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    avatar_url: Address = ""
    followers: Annotated[int, Meta(ge=0, le=2_147_483_647)] | None = None
    region: Fact = ""
    audience: Fact = ""


class IncomingAttachment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A file that came with a message, by its address."""

    url: Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s]+$")]
    type: Annotated[str, Meta(max_length=100)] = ""
    name: ShortText = ""


class IncomingMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One message as it comes in from a network, checked as it is decoded.

    `external_id` is the network's own id, unique in the channel; `thread_key` what the network or the
    connector holds together as one conversation; `sent_at` carries a time zone. `direction` is
    "outbound" for what the brand itself typed on the network. `product` says what the conversation is about.
    """

    external_id: Key
    thread_key: Key
    author: Author
    sent_at: Annotated[datetime, Meta(tz=True)]
    text: Annotated[str, Meta(max_length=100_000)] = ""
    html: Annotated[str, Meta(max_length=500_000)] = ""
    subject: Annotated[str, Meta(max_length=300)] = ""
    product: Fact = ""
    direction: Literal["inbound", "outbound"] = "inbound"
    visibility: Literal["public", "comment", "direct"] = "public"
    in_reply_to: ShortText = ""
    language: Annotated[str, Meta(pattern=r"^$|^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$", max_length=10)] = ""
    attachments: Annotated[tuple[IncomingAttachment, ...], Meta(max_length=20)] = ()
    raw: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The author has changed a message that may have come already; the newest `edited_at` counts."""

    external_id: str
    edited_at: datetime
    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class MessageContinued:
    """More of a message that its network tells of piece by piece, such as the pictures of an album.

    The first piece came as the message itself; which one that was may differ, so that each brings its own words.
    """

    external_id: str
    text: str = ""
    attachments: tuple[IncomingAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRemoved:
    """The author, or the network, has taken a message away; with `erase` its words may not be kept either."""

    external_id: str
    removed_at: datetime
    erase: bool = False


@dataclass(frozen=True, slots=True)
class StatusReported:
    """What became of a reply after it was taken: "sent", "delivered", "read" or "failed", in any order.

    It names the post by `external_id` or by our own `key`; where a network only says "all of this thread
    up to then", `thread_key` and `until` stand instead. With `part`, it is about that post, counted from 1, of a reply
    that went out as several; the last, which stands for the whole, has none.
    """

    status: Literal["sent", "delivered", "read", "failed"]
    external_id: str = ""
    key: UUID | None = None
    thread_key: str = ""
    until: datetime | None = None
    words: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class AccessRevoked:
    """The account's owner, or the network, has taken our permission back."""

    words: str


News: TypeAlias = IncomingMessage | MessageContinued | MessageEdited | MessageRemoved | StatusReported | AccessRevoked


@dataclass(frozen=True, slots=True)
class Recipient:
    """The customer whom a reply goes to, as their network knows them."""

    external_id: str = ""
    username: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes along: what it is by its first bytes, in how many bytes, what it shows in words.

    `read` returns its content; `address` is where a network can fetch it for a week.
    """

    name: str
    type: str
    size: int
    read: Callable[[], bytes]
    address: str
    alt: str = ""

    @property
    def is_picture(self) -> bool:
        """Return whether it is a picture."""
        return self.type.startswith("image/")


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """A reply on its way to its network. `key` and `created_at` are the same for every attempt at it.

    `in_reply_to` is the external id of the message it answers, `earlier` those of the thread, oldest
    first; `heard_at` is when the customer was heard last, by which a reply window is judged.
    With `files`, the text may be empty. Of a reply that goes as several posts, `posted` names those that are there, in
    their order, empty where one is not; `keep_part` stores the name of one, counted from 1, as soon as it is.
    """

    key: UUID
    thread_key: str
    in_reply_to: str
    text: str
    visibility: str
    created_at: datetime | None = None
    subject: str = ""
    recipient: Recipient = field(default_factory=Recipient)
    earlier: tuple[str, ...] = ()
    heard_at: datetime | None = None
    language: str = ""
    files: tuple[OutgoingFile, ...] = ()
    # As what it is sent where the network takes no free answer; its text is what that says.
    template: OutgoingTemplate | None = None
    posted: tuple[str, ...] = ()
    keep_part: Callable[[int, str], None] = lambda _number, _external_id: None


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """A post of the brand's own on its way to its network: it answers nobody, and everybody can read it.

    `key` and `created_at`, the moment of the first attempt, are the same for every attempt at it. With `files`,
    the text may be empty.
    """

    key: UUID
    text: str
    created_at: datetime
    language: str = ""
    files: tuple[OutgoingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that the reply, or the post, is there."""

    external_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who a connector turns out to be when it asks its network."""

    external_id: str
    handle: str = ""
    name: str = ""
    # What a manager should know although it works: a permission that is missing, a token that ends soon.
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some news, oldest first, and the cursor from which to go on; `more` when there is more right now."""

    news: Sequence[News]
    cursor: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What a network pushed, as it came: header names in lower case, the address as the network called it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True)
class FileSource:
    """Where a file of a message is read: an address with the headers that open it, or the content itself."""

    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests a network allows one account within how long."""

    requests: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """For how long after a customer was heard a network lets us answer freely; `final` where a person may still."""

    free: timedelta
    final: timedelta | None = None
    # The visibilities to which it applies; a public comment often stays open.
    visibilities: frozenset[str] = frozenset({"direct"})


class Rejected(Exception):
    """The network said no; its words are the message. Trying again unchanged is pointless."""


class NotThere(Rejected):
    """What was asked for is not, or no longer, on the network."""


class Unavailable(Exception):
    """Nothing was sent: try again later, after `retry_after` seconds where the network named them."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AccessDenied(Unavailable):
    """Nothing was sent, since the network no longer knows our credentials: a manager must connect it again."""


class RateLimited(Unavailable):
    """Nothing was sent: the whole account has to wait."""


class Postponed(Unavailable):
    """Nothing was tried, since a limit of our own says to wait; it counts as no attempt."""


class Uncertain(Exception):
    """It was sent, but no answer came: it may be public already. Look, or ask a person; never send again blindly."""


class BadSignature(Exception):
    """A webhook body was not signed by its network."""


class Connector(Protocol):
    """One network's door for one channel. It speaks HTTP and dataclasses, and knows nothing of tickets."""

    @property
    def keeps_keys(self) -> bool:
        """Return whether the network recognises a repeat by its key, so that posting once more is safe."""

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply; raises Rejected, Unavailable (RateLimited, AccessDenied) or Uncertain."""

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look on the network for an earlier attempt at this reply; raises Unavailable."""

    def probe(self) -> Account:
        """Ask the network who we are; raises AccessDenied or Unavailable."""


@runtime_checkable
class Publishes(Protocol):
    """A connector that can post what answers nobody; its network's profile says `publishes`."""

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish the post; raises Rejected, Unavailable (RateLimited, AccessDenied) or Uncertain."""

    def find_post(self, post: OutgoingPost) -> Receipt | None:
        """Look on the network for an earlier attempt at this post; raises Unavailable."""


@runtime_checkable
class HearsWebhooks(Protocol):
    """A connector whose network pushes what happens."""

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check the signature of a raw webhook body and return its delivery key; raises BadSignature."""

    def read_webhook(self, body: bytes) -> Sequence[News]:
        """Turn a verified webhook body into news; what it does not know is left out."""


@runtime_checkable
class Subscribes(Protocol):
    """A connector that can make its network push, once that can reach us."""

    def subscribe(self) -> None:
        """Make the network push what it does not push yet; raises Rejected, Unavailable or Uncertain.

        The network may ask our address at once, so that no transaction may be open.
        """


@runtime_checkable
class Charges(Protocol):
    """A connector whose network charges for what it pushes."""

    def charges_for(self, body: bytes) -> Mapping[str, int]:
        """Return what a verified webhook body is charged as, by the names of the network's prices."""


@runtime_checkable
class ShakesHands(Protocol):
    """A connector whose network wants to see, before it pushes anything, that the address is ours."""

    def answer_handshake(self, query: Mapping[str, str]) -> str:
        """Return what the network wants to hear; raises BadSignature."""


@runtime_checkable
class Polls(Protocol):
    """A connector that asks for what is new."""

    # Between two looks while nothing comes.
    pause: ClassVar[timedelta]

    def fetch(self, cursor: str) -> Page:
        """Return what came after `cursor`; an empty one means from now on, or as far back as is sensible.

        The same cursor may be asked for twice. Raises Unavailable (RateLimited, AccessDenied).
        """


@runtime_checkable
class Listens(Protocol):
    """A polling connector whose network can say when there is something to fetch."""

    def listen(self, cursor: str, *, seconds: float) -> bool:
        """Wait until something is new, for that long at most; return whether to look. Raises Unavailable.

        Losing the connection loses nothing: what counts is what `fetch` finds.
        """


@runtime_checkable
class HoldsFiles(Protocol):
    """A connector whose network keeps the files of messages behind its own door."""

    def open_file(self, address: str) -> FileSource:
        """Return where the file of this address is read; raises NotThere, Rejected or Unavailable.

        The address is the one that the message came with; it names the file, and need not lead anywhere.
        """
