"""Reads what these programs send: JSON or a form, in parts or not, with numbers as words."""

from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Literal, TypeVar

import msgspec
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from msgspec import Meta

from inbox.api.intake import MOST_BYTES
from inbox.api.problems import Problem
from inbox.api.sentences import MALFORMED, Fault, convert, invalid
from inbox.api.shapes import Id
from inbox.connectors.base import Address, Key, ShortText

Shape = TypeVar("Shape", bound=msgspec.Struct)


class NewContact(msgspec.Struct):
    """A customer, and the inbox that they write to."""

    inbox_id: Id
    name: Annotated[str, Meta(max_length=200)] | None = None
    identifier: ShortText | None = None
    source_id: ShortText | None = None
    phone_number: ShortText | None = None
    email: ShortText | None = None
    avatar_url: Address | None = None


class NewConversation(msgspec.Struct):
    """A conversation of a customer in an inbox."""

    contact_id: Id
    inbox_id: Id


class NewMessage(msgspec.Struct):
    """Something said: by the customer, or to the customer."""

    content: Annotated[str, Meta(max_length=100_000, min_length=1)]
    message_type: Literal["incoming", "outgoing"] = "outgoing"
    source_id: Key | None = None
    source_reply_id: ShortText | None = None
    private: bool = False


class NewStatus(msgspec.Struct):
    """Where a conversation shall stand; without it, the other way than now."""

    status: Literal["open", "resolved", "pending"] | None = None


class Condition(msgspec.Struct):
    """What a customer's field must be; conditions are joined by “or”."""

    attribute_key: Literal["phone_number", "identifier", "email"]
    values: Annotated[list[ShortText], Meta(max_length=50)]
    filter_operator: Literal["equal_to"] = "equal_to"


class Conditions(msgspec.Struct):
    """What customers are looked for by."""

    payload: Annotated[list[Condition], Meta(min_length=1, max_length=20)]


def sent_as(request: HttpRequest, shape: type[Shape]) -> Shape:
    """Return the body as `shape`; fields that are none of it are left alone. Raises a 400, 413 or 422 problem."""
    return convert(_fields(request), shape)


def _fields(request: HttpRequest) -> Mapping[str, object]:
    """Return the fields of a body; a file is a 422 problem, for a message must not come without what it held."""
    body, kind = request.read(MOST_BYTES + 1), request.META.get("CONTENT_TYPE", "")
    if len(body) > MOST_BYTES:
        raise Problem(413, f"The body may hold {MOST_BYTES} bytes at most.", kind="too-large")
    if kind.startswith("multipart/form-data"):
        return _form(request, body)
    if kind.startswith("application/x-www-form-urlencoded"):
        return QueryDict(body, encoding="utf-8").dict()
    try:
        return msgspec.json.decode(body or b"{}", type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, MALFORMED, kind="malformed") from error


def _form(request: HttpRequest, body: bytes) -> Mapping[str, object]:
    """Return the fields of a form in parts, with the length that it has.

    A form that comes in chunks has no Content-Length, and Django takes it for an empty one.
    """
    meta = {**request.META, "CONTENT_LENGTH": str(len(body))}
    try:
        fields, files = MultiPartParser(meta, BytesIO(body), [MemoryFileUploadHandler(request)], "utf-8").parse()
    except MultiPartParserError as error:
        raise Problem(400, "The form is not well-formed.", kind="malformed") from error
    if files:
        raise invalid(Fault("attachments", "Files are not taken here; send them by their address over REST."))
    return fields.dict()
