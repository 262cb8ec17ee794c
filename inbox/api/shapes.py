"""What the REST API takes: each shape defined once, for the check, the words about a mistake and the schema."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from inbox.connectors.base import Address, Fact, ShortText

Id: TypeAlias = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Email: TypeAlias = Annotated[str, Meta(max_length=254)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
PageSize: TypeAlias = Annotated[int, Meta(ge=1, le=100)]
Cursor: TypeAlias = Annotated[str, Meta(max_length=60, description="`next` of the page before.")]
StatusName: TypeAlias = Literal["open", "snoozed", "resolved"]
LinkName: TypeAlias = Literal["related", "duplicate", "caused_by", "follow_up"]
PriorityName: TypeAlias = Literal["low", "normal", "high", "urgent"]
SentimentName: TypeAlias = Literal["negative", "neutral", "positive"]
FieldValue: TypeAlias = str | int | float | bool | list[str] | None
VisibilityName: TypeAlias = Literal["public", "comment", "direct"]


class Taken(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Something that the API takes; a field that it does not know is a mistake."""


class Nothing(Taken):
    """An empty body, or `{}`."""


class TicketsQuery(Taken):
    """Which tickets to list."""

    status: StatusName | None = None
    assignee: Annotated[str, Meta(max_length=254, description="A colleague's e-mail address, or `none`.")] = ""
    channel: Id | None = None
    updated_since: (
        Annotated[datetime, Meta(tz=True, description="Only tickets in which something was said since then.")] | None
    ) = None
    cursor: Cursor = ""
    limit: PageSize = 50


class MessagesQuery(Taken):
    """Which messages of a ticket to show."""

    cursor: Cursor = ""
    limit: PageSize = 50


class OutboxQuery(Taken):
    """How many replies to lease, and for how long."""

    limit: PageSize = 20
    lease: Annotated[int, Meta(ge=5, le=3600, description="Seconds until it can be leased again.")] = 60


class SuggestQueryString(Taken):
    """What a customer wrote, and where the answer would go."""

    # Cut to what fits into an address, however many bytes each character takes.
    text: Annotated[str, Meta(min_length=1, max_length=1_000)]
    channel: Id
    language: Annotated[str, Meta(max_length=10, description="The customer's language, such as `de`.")] = ""
    # What is known of the customer: words for some only are left out where it is not.
    region: Fact = ""
    audience: Fact = ""
    product: Fact = ""
    purpose: Annotated[
        str, Meta(max_length=20, description="The key of what the answer is for: what serves others comes last.")
    ] = ""


class Report(Taken):
    """What became of a reply on its network; `reason` is the network's own words about a failure."""

    status: Literal["sent", "delivered", "read", "failed"]
    external_id: ShortText = ""
    url: Address = ""
    reason: Annotated[str, Meta(max_length=2_000)] = ""


class ReportOn(Report, kw_only=True):
    """What became of one of several replies; `delivery` is its id in the outbox."""

    delivery: Id


class Reports(Taken):
    """Reports on several replies, 1 to 500; each is read by itself."""

    reports: Annotated[tuple[msgspec.Raw, ...], Meta(min_length=1, max_length=500)]


class HeldWords(Taken):
    """Characters `start` to `end` of the text are the signed wording `wording`."""

    wording: Id
    start: Annotated[int, Meta(ge=0, le=100_000)]
    end: Annotated[int, Meta(ge=1, le=100_000)]


class SentFile(Taken):
    """A file that was uploaded to the ticket before; `alt` says what is to be seen on it, for those who can't."""

    id: Id
    alt: Annotated[str, Meta(max_length=1500)] = ""


class SentTemplate(Taken):
    """A template of the ticket's channel, by its id, and what stands in its blanks, by their names."""

    id: Id
    values: Annotated[dict[str, Annotated[str, Meta(max_length=1000)]], Meta(max_length=50)] = msgspec.field(
        default_factory=dict
    )


class Reply(Taken):
    """A reply to the customer. `seen` is the ticket's `seen` when its writer last looked.

    The text may be empty where there are files; where there is a `template`, what that says is sent in its place.
    """

    seen: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    text: Annotated[str, Meta(max_length=100_000)] = ""
    template: SentTemplate | None = None
    visibility: VisibilityName | None = None
    purpose: Annotated[str, Meta(pattern="^[a-z0-9_]{1,20}$")] | None = None
    spans: Annotated[tuple[HeldWords, ...], Meta(max_length=50)] = ()
    files: Annotated[tuple[SentFile, ...], Meta(max_length=20)] = ()
    send_at: (
        Annotated[datetime, Meta(tz=True, description="When it goes out, up to 90 days ahead; without it, now.")] | None
    ) = None
    confirm_stale: bool = False


class Snooze(Taken):
    """When the ticket comes back."""

    until: Moment


class Merge(Taken):
    """The ticket that takes the messages; `confirm` where the customers differ and it is meant all the same."""

    into: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    confirm: bool = False


class Split(Taken):
    """The messages that go into the new ticket, by their ids."""

    messages: Annotated[list[Annotated[int, Meta(ge=1, le=2**63 - 1)]], Meta(min_length=1, max_length=500)]


class NewBlock(Taken):
    """Why an account is blocked, and until when; without `until`, for good."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    until: Moment | None = None


class NewStatus(Taken):
    """`open`, `waiting`, `resolved`, or a name that the organization has given; and until when a ticket waits."""

    status: Annotated[str, Meta(min_length=1, max_length=40)]
    until: Moment | None = None


class LinkTo(Taken):
    """The other ticket."""

    to: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class NewLink(LinkTo):
    """The other ticket, and what this one is to it."""

    kind: LinkName = "related"


class NewPriority(Taken):
    """How soon somebody should look."""

    priority: PriorityName


class NewLabels(Taken):
    """Exactly these labels."""

    labels: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=50)]


class NewFields(Taken):
    """What fields of the organization's own are to hold; those that are not named stay.

    By key: a text, a number, a day as 2026-10-01, true or false, a choice, or a list of choices; null empties one.
    """

    fields: Annotated[dict[str, FieldValue], Meta(max_length=100)]


class NewAssignee(Taken):
    """A colleague's e-mail address, or null for nobody."""

    assignee: Email | None
