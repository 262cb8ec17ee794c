"""The addresses below a conversation's messages: what was said, saying it, reporting on it, taking it away."""

from collections.abc import Sequence
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.ids import named_id
from accounts.models.keys import Scope
from inbox.actions.attachments import NewFile, add_files
from inbox.actions.changes import edit_messages, remove_messages
from inbox.actions.deliveries import report_status
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, NothingToSay, ReplyStopped, TicketMovedOn, send_reply, write_note
from inbox.actions.sending_files import FilesNotTaken, PickedFile
from inbox.actions.taking_back import TakeBackNotAllowed, cancel_reply
from inbox.actions.told_replies import take_echo
from inbox.actions.uploads import add_upload
from inbox.api.authentication import require_scope
from inbox.api.chatwoot.conversations import InConversation
from inbox.api.chatwoot.doors import sent
from inbox.api.chatwoot.reading import Around, MessageReport, NewMessage, sent_as, sent_with_files
from inbox.api.door import encoded, query_of
from inbox.api.problems import Problem, not_found
from inbox.api.sentences import Fault, invalid
from inbox.connectors.base import Author, IncomingMessage, MessageEdited, MessageRemoved
from inbox.models import Channel, Direction, DraftKind, Message, Ticket
from inbox.queries import chatwoot as showing
from inbox.queries.connectors import message_in, messages_among, messages_around, newest_message

PAGE, PAGE_ON = 20, 100


class MessagesDoor(InConversation):
    """Reads and takes what is said."""

    def get(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Answer with the newest messages, with those before one, or with those after one; oldest first."""
        ticket, query = self.ticket(number), query_of(request, Around)
        limit = PAGE if query.after is None else PAGE_ON
        messages = messages_around(ticket, before=query.before, after=query.after, limit=limit)
        return encoded({"meta": {}, "payload": [showing.message(each, ticket) for each in messages]})

    def post(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Store what was said on the network, write a note, or send a reply; answer with it."""
        ticket, (new, files) = self.ticket(number), sent_with_files(sent(request), NewMessage)
        if not new.text.strip() and not files:
            raise invalid(Fault("content", "Is required: a text, or a file beside it."))
        on_network = not new.private and (new.message_type == "incoming" or new.source_id)
        if on_network:
            pk = self.receive(ticket, new, files)
        else:
            pk = self.note(ticket, new, files) if new.private else self.reply(ticket, new, files)
        said = messages_among(self.key, [pk])[pk]
        return encoded(showing.message(said, said.ticket))

    def receive(self, ticket: Ticket, new: NewMessage, files: Sequence[NewFile]) -> int:
        """Store what was said on the network, once by its `source_id`; return the message's id."""
        require_scope(self.key, Scope.MESSAGES_WRITE)
        channel = self.channel(ticket.channel_id)
        inbound = new.message_type == "incoming"
        if new.source_id and not inbound and (ours := take_echo(ticket, new.text, new.source_id, by=self.key)):
            return ours
        incoming = IncomingMessage(
            external_id=new.source_id or f"chatwoot:{uuid4()}",
            thread_key=ticket.thread_key,
            author=Author(external_id=ticket.identity.external_id),
            sent_at=timezone.now(),
            text=new.text,
            direction="inbound" if inbound else "outbound",
            visibility="direct",
            in_reply_to=_answered(ticket, new),
        )
        received = receive_messages(channel, [incoming], by=self.key)[0]
        if received.status == "duplicate":
            _edit(channel, received.message_id, new)
        add_files(received.message_id, files)
        return received.message_id

    def note(self, ticket: Ticket, new: NewMessage, files: Sequence[NewFile]) -> int:
        """Write a note for colleagues; return its id. Raises a 422 problem."""
        require_scope(self.key, Scope.TICKETS_WRITE)
        picked = self.upload(ticket, files, DraftKind.NOTE)
        return write_note(ticket, new.text, by=self.key, external_id=new.source_id or "", files=picked).pk

    def upload(self, ticket: Ticket, files: Sequence[NewFile], kind: DraftKind) -> list[PickedFile]:
        """Keep the files that will go along; raises a 422 problem."""
        try:
            uploads = [add_upload(ticket, file, by=self.key, kind=kind) for file in files]
        except FilesNotTaken as refusal:
            raise invalid(Fault("attachments", str(refusal))) from refusal
        return [PickedFile(upload.pk) for upload in uploads]

    def reply(self, ticket: Ticket, new: NewMessage, files: Sequence[NewFile]) -> int:
        """Send a reply by the guard; return its id. Raises a 409 or a 422 problem."""
        require_scope(self.key, Scope.TICKETS_WRITE)
        picked = self.upload(ticket, files, DraftKind.REPLY)
        reply = NewReply(new.text, "", seen=newest_message(ticket), files=picked)
        try:
            return send_reply(ticket, reply, by=self.key).pk
        except FilesNotTaken as refusal:
            raise invalid(Fault("attachments", str(refusal))) from refusal
        except NothingToSay as refusal:
            raise invalid(Fault("content", "Is required: a text.")) from refusal
        except TicketMovedOn as refusal:
            raise Problem(409, str(refusal), kind="ticket-moved-on") from refusal
        except ReplyStopped as refusal:
            raise Problem(422, f"The guard does not let this text out: {refusal}", kind="reply-stopped") from refusal


class MessageDoor(InConversation):
    """One message: what became of it, and taking it away."""

    http_method_names = ["get", "head", "patch", "delete"]

    def message(self, number: int, pk: int) -> tuple[Ticket, Message]:
        """Return the conversation and its message; raises a 404 problem."""
        ticket = self.ticket(number)
        said = message_in(ticket, pk)
        if said is None:
            raise not_found()
        return ticket, said

    def get(self, request: Request, account_id: int, number: int, message_id: int) -> HttpResponse:
        """Answer with it."""
        ticket, said = self.message(number, message_id)
        return encoded(showing.message(said, ticket))

    def patch(self, request: Request, account_id: int, number: int, message_id: int) -> HttpResponse:
        """Note what became of a reply on the network; answer with it. Raises a 422 problem."""
        require_scope(self.key, Scope.OUTBOX)
        _ticket, said = self.message(number, message_id)
        report = sent_as(sent(request), MessageReport)
        if not hasattr(said, "delivery"):
            raise Problem(422, "This message is no reply that is to be posted.", kind="no-reply")
        words, named = report.external_error or "", report.source_id or ""
        report_status(said.delivery, report.status, external_id=named, words=words, by=self.key)
        return self.get(request, account_id, number, message_id)

    def delete(self, request: Request, account_id: int, number: int, message_id: int) -> HttpResponse:
        """Note that it was taken away on the network, or take back a reply; answer with it. Raises a 422 problem."""
        ticket, said = self.message(number, message_id)
        if hasattr(said, "delivery"):
            self.take_back(said)
        elif said.direction == Direction.NOTE or said.external_id is None:
            raise Problem(422, "Notes stay.", kind="not-removed")
        else:
            require_scope(self.key, Scope.MESSAGES_WRITE)
            removal = MessageRemoved(said.external_id, timezone.now())
            remove_messages(self.channel(ticket.channel_id), [removal])
        return self.get(request, account_id, number, message_id)

    def take_back(self, said: Message) -> None:
        """Cancel a reply that has not gone out; raises a 422 problem."""
        require_scope(self.key, Scope.TICKETS_WRITE)
        try:
            cancel_reply(said.delivery, by=self.key)
        except TakeBackNotAllowed as refusal:
            raise Problem(422, str(refusal), kind="not-removed") from refusal


def _answered(ticket: Ticket, new: NewMessage) -> str:
    """Return the network's id of the message that this one answers, or an empty text."""
    ours, theirs = new.answers
    said = message_in(ticket, pk) if (pk := named_id(ours)) else None
    return (said.external_id if said else "") or theirs


def _edit(channel: Channel, message_id: int, new: NewMessage) -> None:
    """Take the same `source_id` with other words for an edit; what we sent ourselves stays as it was sent."""
    known = Message.objects.filter(pk=message_id, delivery=None).first()
    if known and known.external_id and new.text and new.text != known.text:
        edit_messages(channel, [MessageEdited(known.external_id, timezone.now(), new.text)])
