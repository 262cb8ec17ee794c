"""Follows what authors do to their messages afterwards: what an agent saw is kept, what must be erased is not."""

from collections.abc import Sequence

from django.db import transaction

from inbox import events, outbox
from inbox.actions.messages import plain, shown_html
from inbox.actions.reply_rows import preview_of
from inbox.connectors.base import MessageContinued, MessageEdited, MessageRemoved
from inbox.models import Attachment, Channel, Direction, Message, Opening, RawMessage, Revision, Ticket
from inbox.queries.surveys import without_keys


@transaction.atomic(durable=True)
def edit_messages(channel: Channel, edits: Sequence[MessageEdited]) -> list[MessageEdited]:
    """Give messages their new words and keep the old ones; return the edits of messages that are not here.

    An edit that is older than what is here, or says the same, changes nothing.
    """
    found = _lock(channel, [edit.external_id for edit in edits])
    news = []
    for edit in sorted(edits, key=lambda edit: edit.edited_at):
        message = found.get(edit.external_id)
        if message is not None and _edit(message, edit):
            news.append(_event(message, "message.edited"))
    if news:
        events.record_many(news)
        outbox.nudge(outbox.ENRICH)
    return [edit for edit in edits if edit.external_id not in found]


@transaction.atomic(durable=True)
def continue_messages(channel: Channel, pieces: Sequence[MessageContinued]) -> list[MessageContinued]:
    """Add pieces to their messages, each once; return those of messages that are not here."""
    found = _lock(channel, [piece.external_id for piece in pieces])
    grown = {}
    for piece in pieces:
        message = found.get(piece.external_id)
        if message is not None and message.removed_at is None and _continue(message, piece):
            grown[message.pk] = message
    if grown:
        events.record_many([_event(message, "message.continued") for message in grown.values()])
        outbox.nudge(outbox.ENRICH)
    return [piece for piece in pieces if piece.external_id not in found]


@transaction.atomic(durable=True)
def remove_messages(channel: Channel, removals: Sequence[MessageRemoved]) -> list[MessageRemoved]:
    """Mark messages as taken away, and erase what may not be kept; return the removals of messages not here."""
    found = _lock(channel, [removal.external_id for removal in removals])
    news = []
    for removal in removals:
        message = found.get(removal.external_id)
        if message is not None and message.removed_at is None:
            _remove(message, removal)
            news.append(_event(message, "message.removed"))
    if news:
        events.record_many(news)
    return [removal for removal in removals if removal.external_id not in found]


def _lock(channel: Channel, external_ids: Sequence[str]) -> dict[str | None, Message]:
    mine = Message.objects.filter(channel=channel.pk, external_id__in=external_ids).order_by("pk")
    return {message.external_id: message for message in mine.select_for_update(no_key=True, of=("self",))}


def _continue(message: Message, piece: MessageContinued) -> bool:
    """Add a piece; return False where all of it is there already."""
    here = set(message.attachments.values_list("url", flat=True))
    files = [file for file in piece.attachments if file.url not in here]
    for file in files:
        Attachment.objects.create(
            organization_id=message.organization_id,
            message=message,
            url=file.url,
            content_type=file.type,
            name=file.name,
        )
    if not piece.text or message.text:
        return bool(files)
    message.text, message.enriched_at = without_keys(piece.text), None
    message.save(update_fields=["text", "enriched_at"])
    _renew_preview(message)
    return True


def _edit(message: Message, edit: MessageEdited) -> bool:
    """Write an edit; return False where it says nothing new."""
    text, html = without_keys(plain(edit.text, edit.html)), shown_html(edit.html)
    old = message.edited_at is not None and edit.edited_at < message.edited_at
    if old or message.removed_at or (message.text, message.html) == (text, html):
        return False
    Revision.objects.create(message=message, text=message.text, html=message.html, until=edit.edited_at)
    message.text, message.html, message.edited_at = text, html, edit.edited_at
    # What was read off the old words may no longer hold.
    message.enriched_at = None
    message.save(update_fields=["text", "html", "edited_at", "enriched_at"])
    message.translations.all().delete()
    _renew_preview(message)
    return True


def _remove(message: Message, removal: MessageRemoved) -> None:
    message.removed_at = removal.removed_at
    if removal.erase:
        message.text = message.html = ""
        message.revisions.all().delete()
        message.translations.all().delete()
        message.attachments.all().delete()
        RawMessage.objects.filter(message=message).delete()
        Opening.objects.of(Message.objects.filter(pk=message.pk)).delete()
    message.save(update_fields=["text", "html", "removed_at"])
    if removal.erase:
        _renew_preview(message)


def _renew_preview(message: Message) -> None:
    """Let the list show the new words where the message is the last of its ticket."""
    said = Message.objects.filter(ticket=message.ticket_id).exclude(direction=Direction.NOTE).without_surveys()
    newest = said.in_order().last()
    if newest is not None and newest.pk == message.pk:
        names = message.attachments.order_by("pk").values_list("name", flat=True)
        Ticket.objects.filter(pk=message.ticket_id).update(preview=preview_of(message.text, names))


def _event(message: Message, kind: str) -> events.NewEvent:
    ticket = Ticket.objects.only("team", "assignee").get(pk=message.ticket_id)
    return events.NewEvent(
        kind,
        message.organization_id,
        ticket.team_id,
        message.ticket_id,
        message.pk,
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )
