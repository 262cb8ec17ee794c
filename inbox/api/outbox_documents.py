"""What the outbox answers: replies and posts, and what became of reports on them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from inbox.api.documents import DeliveryDocument
from inbox.api.file_documents import File, files_of, post_files_of
from inbox.api.sentences import Fault
from inbox.models import Delivery, PostVariant, Visibility


class LeasedTemplate(msgspec.Struct, frozen=True):
    """The template that a reply is sent as: its values by their blanks' names, in their order."""

    name: str
    language: str
    named: bool
    values: list[tuple[str, str]]


class Leased(msgspec.Struct, frozen=True):
    """A reply to post, or a planned post to publish, which has no ticket, no thread, and answers nobody.

    `key` is the same at every attempt: give it to the network where it knows repeats by a key. Where there are
    files, the text may be empty. With a `template`, the text is what that says.
    """

    id: int
    key: UUID
    kind: Literal["reply", "post"]
    ticket: int | None
    thread_key: str
    in_reply_to: str
    text: str
    visibility: Visibility
    attempts: int
    created_at: datetime
    lease_until: datetime
    files: list[File]
    template: LeasedTemplate | None

    @classmethod
    def of(cls, row: Delivery, text: str) -> "Leased":
        """Return the document of a row that was leased just now, with what it says."""
        if row.variant:
            return cls._of_post(row, row.variant)
        return cls(
            id=row.pk,
            key=row.idempotency_key,
            kind="reply",
            ticket=row.thread.number,
            thread_key=row.thread.thread_key,
            in_reply_to=row.reply.in_reply_to,
            text=text,
            visibility=Visibility(row.reply.visibility),
            attempts=row.attempt_count,
            created_at=row.created_at,
            lease_until=row.due_at,
            files=files_of(row.reply),
            template=msgspec.convert(row.reply.template, LeasedTemplate | None),
        )

    @classmethod
    def _of_post(cls, row: Delivery, variant: PostVariant) -> "Leased":
        return cls(
            id=row.pk,
            key=row.idempotency_key,
            kind="post",
            ticket=None,
            thread_key="",
            in_reply_to="",
            text=variant.words,
            visibility=Visibility.PUBLIC,
            attempts=row.attempt_count,
            created_at=variant.post.publish_at or row.created_at,
            lease_until=row.due_at,
            files=post_files_of(variant.post),
            template=None,
        )


class Outbox(msgspec.Struct, frozen=True):
    """Replies and planned posts to put on the network now, oldest first; never two of one ticket at a time."""

    deliveries: list[Leased]


class Reported(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one report: `noted`, with where its reply stands, `unknown` to this channel, or `invalid`."""

    index: int
    status: Literal["noted", "unknown", "invalid"]
    delivery: DeliveryDocument | None = None
    errors: list[Fault] = []


class ReportsAnswer(msgspec.Struct, frozen=True):
    """What became of the reports of one request, in their order."""

    noted: int
    unknown: int
    invalid: int
    results: list[Reported]
