"""Reads what these programs send: JSON or a form, in parts or not, with numbers as words."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from django.http import HttpRequest, QueryDict
from msgspec import Meta

from inbox.actions.attachments import NewFile
from inbox.api.forms import form_of
from inbox.api.intake import MOST_BYTES
from inbox.api.problems import Problem
from inbox.api.sentences import MALFORMED, Fault, convert, invalid
from inbox.api.shapes import Id
from inbox.connectors.base import Address, Key, ShortText

Shape = TypeVar("Shape", bound=msgspec.Struct)


class ApiChannel(msgspec.Struct):
    """What is told of the replies of a new inbox."""

    webhook_url: Annotated[str, Meta(max_length=1000)] | None = None
    type: Literal["api"] = "api"


class NewInbox(msgspec.Struct):
    """An inbox, with the brand and the team it is for where there are several; those two are ours."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    channel: ApiChannel = msgspec.field(default_factory=ApiChannel)
    brand_id: Id | None = None
    team_id: Id | None = None


class NewContact(msgspec.Struct):
    """A customer, and the inbox that they write to."""

    inbox_id: Id
    name: Annotated[str, Meta(max_length=200)] | None = None
    identifier: ShortText | None = None
    source_id: ShortText | None = None
    phone_number: ShortText | None = None
    email: ShortText | None = None
    avatar_url: Address | None = None


class ContactChange(msgspec.Struct):
    """What is new about a customer; what is left out stays."""

    name: Annotated[str, Meta(max_length=200)] | None = None
    identifier: ShortText | None = None
    phone_number: ShortText | None = None
    email: ShortText | None = None
    avatar_url: Address | None = None


class NewConversation(msgspec.Struct):
    """A conversation of a customer in an inbox."""

    contact_id: Id
    inbox_id: Id


class NewMessage(msgspec.Struct):
    """Something said: by the customer, to the customer, or among colleagues."""

    content: Annotated[str, Meta(max_length=100_000)] | None = None
    message_type: Literal["incoming", "outgoing"] = "outgoing"
    source_id: Key | None = None
    source_reply_id: ShortText | None = None
    # A JSON object, which comes as a text in a form.
    content_attributes: Any = None
    private: bool = False

    @property
    def text(self) -> str:
        """Return the words, if there are any."""
        return self.content or ""

    @property
    def answers(self) -> tuple[str, str]:
        """Return what this answers: our id of the message, and the network's, each empty where it is not said."""
        said = self.content_attributes
        if isinstance(said, str):
            with suppress(ValueError, RecursionError):
                said = json.loads(said)
        said = said if isinstance(said, dict) else {}
        ours = self.source_reply_id or said.get("in_reply_to") or ""
        theirs = str(said.get("in_reply_to_external_id") or "")
        return str(ours), theirs.replace("\x00", "")[:255]


class MessageReport(msgspec.Struct):
    """What became of a reply on the network."""

    status: Literal["sent", "delivered", "read", "failed"]
    external_error: Annotated[str, Meta(max_length=2000)] | None = None
    source_id: Key | None = None


class Around(msgspec.Struct):
    """Which messages are wanted, by the ids of others."""

    before: Id | None = None
    after: Id | None = None


class NewStatus(msgspec.Struct):
    """Where a conversation shall stand; without it, the other way than now."""

    status: Literal["open", "resolved", "pending"] | None = None


class Condition(msgspec.Struct):
    """What a customer's field must be; conditions are joined by “or”."""

    attribute_key: Literal["phone_number", "identifier", "email"]
    values: Annotated[list[ShortText], Meta(max_length=50)]
    filter_operator: Literal["equal_to"] = "equal_to"

    @property
    def names(self) -> list[str]:
        """Return what the field may hold; a phone number may be asked for without its plus."""
        plus = "+" if self.attribute_key == "phone_number" else ""
        return [plus + value.removeprefix(plus) for value in self.values]


class Conditions(msgspec.Struct):
    """What customers are looked for by."""

    payload: Annotated[list[Condition], Meta(min_length=1, max_length=20)]


def sent_as(request: HttpRequest, shape: type[Shape]) -> Shape:
    """Return the body as `shape`; fields that are none of it are left alone. Raises a 400, 413 or 422 problem."""
    sent, files = sent_with_files(request, shape)
    if files:
        raise invalid(Fault("attachments", "Files belong to messages only."))
    return sent


def sent_with_files(request: HttpRequest, shape: type[Shape]) -> tuple[Shape, Sequence[NewFile]]:
    """Return the body as `shape`, and the files in it; raises a 400, 413 or 422 problem."""
    body, kind = request.read(MOST_BYTES + 1), request.META.get("CONTENT_TYPE", "")
    if len(body) > MOST_BYTES:
        raise Problem(413, f"The body may hold {MOST_BYTES} bytes at most.", kind="too-large")
    if kind.startswith("multipart/form-data"):
        fields, files = form_of(request, body)
        return convert(fields, shape), files
    return convert(_fields(body, kind), shape), ()


def _fields(body: bytes, kind: str) -> Mapping[str, object]:
    if kind.startswith("application/x-www-form-urlencoded"):
        return QueryDict(body, encoding="utf-8").dict()
    try:
        return msgspec.json.decode(body or b"{}", type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, MALFORMED, kind="malformed") from error
