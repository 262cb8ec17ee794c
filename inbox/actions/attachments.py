"""Notes what became of the files of messages: kept, refused, or to be tried again."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from inbox import events
from inbox.models import Attachment, FileState

# Longer than a fetch takes.
CLAIM = timedelta(minutes=3)
# Tried again after one minute, four, sixteen …; then the address is all that is left.
MOST_ATTEMPTS = 6


@transaction.atomic(durable=True)
def claim_due_attachments(*, limit: int, now: datetime | None = None) -> list[Attachment]:
    """Take files that should be fetched, those longest due first."""
    now = now or timezone.now()
    due = Attachment.objects.filter(state=FileState.WAITING, due_at__lte=now).order_by("due_at", "pk")
    related = due.select_related("message__channel", "message__ticket")
    attachments = list(related.select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit])
    for attachment in attachments:
        attachment.due_at, attachment.attempt_count = now + CLAIM, attachment.attempt_count + 1
    Attachment.objects.bulk_update(attachments, ["due_at", "attempt_count"])
    return attachments


@transaction.atomic(durable=True)
def keep_attachment(attachment: Attachment, content: ContentFile[bytes], mime: str) -> None:
    """Keep a file; every page that shows its message then shows it."""
    attachment.file.save(content.name or "", content, save=False)
    attachment.state, attachment.error = FileState.KEPT, ""
    attachment.content_type, attachment.size = mime, content.size
    attachment.save(update_fields=["file", "state", "error", "content_type", "size"])
    _tell(attachment)


@transaction.atomic(durable=True)
def refuse_attachment(attachment: Attachment, words: str) -> None:
    """Note that a file will not be kept, and why."""
    attachment.state, attachment.error = FileState.REFUSED, words
    attachment.save(update_fields=["state", "error"])
    _tell(attachment)


def postpone_attachment(attachment: Attachment, words: str) -> None:
    """Try a file again later, ever later; it is given up after a while."""
    if attachment.attempt_count >= MOST_ATTEMPTS:
        refuse_attachment(attachment, words)
        return
    pause = timedelta(minutes=4 ** (attachment.attempt_count - 1))
    Attachment.objects.filter(pk=attachment.pk).update(due_at=timezone.now() + pause, error=words)


def _tell(attachment: Attachment) -> None:
    message = attachment.message
    events.record(message.ticket, "message.file_fetched", message=message, facts={"attachment": attachment.pk})
