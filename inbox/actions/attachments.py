"""Notes what became of the files of messages: kept, refused, or to be tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandvoice.file_types import FileType, sniff
from inbox import events
from inbox.models import Attachment, FileState, Message

# Longer than a fetch takes.
CLAIM = timedelta(minutes=3)
# Tried again after one minute, four, sixteen …; then the address is all that is left.
MOST_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was sent to us itself, under its sender's name for it."""

    name: str
    content: bytes


@transaction.atomic(durable=True)
def add_files(message_id: int, files: Sequence[NewFile]) -> None:
    """Store the files of a message; one that has files already is left alone, since it was sent twice."""
    related = Message.objects.select_for_update(no_key=True, of=("self",)).select_related("ticket")
    message = related.get(pk=message_id)
    if message.removed_at or message.attachments.exists():
        return
    for file in files:
        attachment = Attachment(organization_id=message.organization_id, message=message, name=file.name[:255])
        attachment.state = FileState.REFUSED
        attachment.error, kind = _refusal_of(file.content)
        attachment.save(force_insert=True)
        if kind and not attachment.error:
            _keep(attachment, ContentFile(file.content, name=stored_name(attachment, kind)), kind.mime)
        _tell(attachment)


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
    _keep(attachment, content, mime)
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


def stored_name(attachment: Attachment, kind: FileType) -> str:
    """Return the name a file is kept under: never the sender's, which could lead out of the folder."""
    return f"{attachment.organization_id}/{attachment.pk}.{kind.endings[0]}"


def _keep(attachment: Attachment, content: ContentFile[bytes], mime: str) -> None:
    attachment.file.save(content.name or "", content, save=False)
    attachment.state, attachment.error = FileState.KEPT, ""
    attachment.content_type, attachment.size = mime, content.size
    attachment.save(update_fields=["file", "state", "error", "content_type", "size"])


def _refusal_of(content: bytes) -> tuple[str, FileType | None]:
    """Return why a file is not kept, or an empty text and what it is."""
    if len(content) > settings.ATTACHMENT_MEGABYTES * 1_000_000:
        return _("It is larger than %(most)d MB.") % {"most": settings.ATTACHMENT_MEGABYTES}, None
    kind = sniff(content) if content else None
    return ("", kind) if kind else (_("It is empty, or of a kind that is not kept."), None)


def _tell(attachment: Attachment) -> None:
    message = attachment.message
    events.record(message.ticket, "message.file_fetched", message=message, facts={"attachment": attachment.pk})
