"""Answers visitors: a reply becomes a line of their conversation, where the widget finds it; and holds their files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    Account,
    BadSignature,
    FileSource,
    News,
    NotThere,
    OutgoingReply,
    Receipt,
    Rejected,
    Unavailable,
    Uncertain,
    WebhookRequest,
)
from inbox.connectors.webchat import lines, reading


@dataclass(frozen=True, slots=True)
class WebchatConnector:
    """The chat of one channel. Its network is our own database."""

    channel: int
    # What stands among the allowed origins and is none.
    mistakes: Sequence[str] = ()

    @property
    def keeps_keys(self) -> bool:
        """Return True: a conversation has one line for each key."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Put the reply, with its files, where the visitor's widget hears it; raises Rejected or Uncertain."""
        visitor = _visitor_of(reply)
        files = [lines.NewFile(file.name, file.type, file.read(), file.alt) for file in reply.files]
        said = lines.new_line(reply.key, reply.text, ours=True, at=timezone.now())
        try:
            with _sorted(Uncertain):
                lines.add_line(self.channel, visitor, said, files=files)
        except lines.NotOfThisChannel:
            raise Rejected(_("This conversation belongs to the chat of another website.")) from None
        return Receipt(reading.name_of(visitor, reply.key))

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look for the reply in the visitor's conversation; raises Rejected or Unavailable."""
        visitor = _visitor_of(reply)
        with _sorted(Unavailable):
            found = lines.find_line(self.channel, visitor, reply.key)
        return Receipt(reading.name_of(visitor, reply.key)) if found else None

    def probe(self) -> Account:
        """Say which allowed websites can't be read; raises Rejected."""
        if self.mistakes:
            raise Rejected(
                _("“%(word)s” is no website's address: write https://www.example.com, without a path.")
                % {"word": self.mistakes[0]}
            )
        return Account(str(self.channel))

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Raise BadSignature: what visitors say comes through the chat's own door, by their tokens."""
        raise BadSignature

    def read_webhook(self, body: bytes) -> list[News]:
        """Turn what was kept of a visitor's line into a message."""
        return [reading.read(body)]

    def open_file(self, address: str) -> FileSource:
        """Return a file of a visitor's line; raises NotThere, Rejected or Unavailable."""
        try:
            file = UUID(address.removeprefix(reading.FILES))
        except ValueError:
            raise Rejected(_("No address of a file.")) from None
        with _sorted(Unavailable):
            content = lines.read_file(self.channel, file)
        if content is None:
            raise NotThere(_("The chat no longer has it."))
        return FileSource(content=content)


def _visitor_of(reply: OutgoingReply) -> UUID:
    try:
        return UUID(reply.thread_key)
    except ValueError:
        raise Rejected(_("Nobody wrote this in the website chat, so nobody would see an answer there.")) from None


@contextmanager
def _sorted(meant: type[Uncertain] | type[Unavailable]) -> Iterator[None]:
    """Say what a failing database means for a reply."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise meant(_("The database did not answer: %s") % type(error).__name__) from error
