"""The files of messages and of replies to come, as the REST API shows them."""

import msgspec

from inbox.models import Attachment, Direction, FileState, Message, Post
from inbox.queries.sent_files import address_of, address_of_post_file


class File(msgspec.Struct, frozen=True):
    """A file of a message; `alt` says what is to be seen on it.

    Where we sent it, its address is good for a week.
    """

    url: str
    type: str
    name: str
    alt: str = ""

    @classmethod
    def of(cls, row: Attachment, direction: str) -> "File":
        """Return the document of a row; the files of notes have no address for programs."""
        ours = direction == Direction.OUTBOUND and row.state == FileState.KEPT and not row.url
        return cls(address_of(row.pk) if ours else row.url, row.content_type, row.name, row.alt)


class Uploaded(msgspec.Struct, frozen=True):
    """A file that a reply may name by its id, as it will be sent; its type is known by its first bytes."""

    id: int
    name: str
    type: str
    size: int


def post_files_of(row: Post) -> list[File]:
    """Return the files of a planned post that was loaded with them, in their order."""
    files = sorted(row.files.all(), key=lambda each: each.pk)
    return [File(address_of_post_file(file.pk), file.content_type, file.name, file.alt) for file in files]


def files_of(row: Message) -> list[File]:
    """Return the files of a message that was loaded with them, in their order."""
    return [File.of(file, row.direction) for file in sorted(row.attachments.all(), key=lambda each: each.pk)]
