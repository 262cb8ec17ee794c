"""Takes files that somebody wants to send, keeps them with the draft, and forgets those that nobody sends."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from brandvoice import guard
from brandvoice.file_types import HEIC, ZIP, FileType, sniff
from inbox import pictures
from inbox.actions.attachments import NewFile
from inbox.actions.replies import NewReply
from inbox.actions.sending_files import FilesNotTaken, refusal_of_files
from inbox.actions.ticket_steps import TicketMerged
from inbox.connectors import file_rules
from inbox.models import Attachment, Draft, DraftKind, Message, Ticket, Upload
from inbox.models.uploads import LONGEST_ALT
from inbox.queries.relations import address_of

# What nobody has sent by then is deleted.
KEPT_FOR = timedelta(days=1)
MOST_SWEPT = 200
# Documents of office programs are ZIP files with names of their own.
_OFFICE = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
# Control characters, and those that turn the direction of writing: "exe.gpj" read backwards.
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@transaction.atomic(durable=True)
def add_upload(
    ticket: Ticket, file: NewFile, *, by: User | ApiKey, kind: str = DraftKind.REPLY, visibility: str = ""
) -> Upload:
    """Keep a file with the person's draft, or for a program's reply, without what it tells of its maker.

    Raises FilesNotTaken where it could not be sent.
    """
    found, content = look_at(file)
    # Whoever sends holds it, too: a file comes before that or is a draft of its own.
    if Ticket.objects.lock(ticket.pk).merged_into_id is not None and kind == DraftKind.REPLY:
        raise FilesNotTaken(str(TicketMerged()))
    draft = _draft_of(ticket, by, kind) if isinstance(by, User) else None
    upload = Upload(
        organization_id=ticket.organization_id,
        ticket=ticket,
        draft=draft,
        key=by if isinstance(by, ApiKey) else None,
        name=clean_name(file.name, found),
        content_type=found.mime,
        size=len(content),
        created_at=timezone.now(),
    )
    rules = file_rules.NOTES if kind == DraftKind.NOTE else rules_at(address_of(ticket), visibility)
    others = list(draft.files.filter(dropped=False)) if draft else []
    if problem := file_rules.problem_with([*others, upload], rules):
        raise FilesNotTaken(problem)
    upload.file.save(f"{ticket.organization_id}/out/{uuid4()}.{found.endings[0]}", ContentFile(content), save=False)
    upload.save(force_insert=True)
    return upload


@transaction.atomic(durable=True)
def describe_upload(upload: Upload, alt: str) -> None:
    """Say what is to be seen on a picture."""
    Upload.objects.filter(pk=upload.pk).update(alt=alt.strip()[:LONGEST_ALT])


@transaction.atomic(durable=True)
def drop_upload(upload: Upload) -> None:
    """Take a file out of its draft; an earlier version of the draft may bring it back."""
    Upload.objects.filter(pk=upload.pk).update(dropped=True)


@transaction.atomic(durable=True)
def sweep_uploads(now: datetime | None = None) -> int:
    """Delete files that stand in no draft and that no program has sent within a day; return how many."""
    before = (now or timezone.now()) - KEPT_FOR
    loose = Upload.objects.filter(draft=None, created_at__lt=before).order_by("pk")
    swept = list(loose.select_for_update(skip_locked=True)[:MOST_SWEPT])
    Upload.objects.filter(pk__in=[upload.pk for upload in swept]).delete()

    def forget() -> None:
        for upload in swept:
            upload.file.delete(save=False)

    transaction.on_commit(forget, robust=True)
    return len(swept)


def rules_at(address: Ticket, visibility: str) -> file_rules.FileRules:
    """Return what is taken beside a reply into this ticket's thread; `visibility` empty where the customer wrote."""
    visibility = visibility or address.visibility
    channel = address.channel
    return file_rules.rules_for(channel.network, visibility, address.visibility, external=channel.external)


def problem_of_files(
    ticket: Ticket, reply: NewReply, context: guard.GuardContext, *, by: User | ApiKey, address: Ticket
) -> str:
    """Return why the files of a reply could not go out now, in words for people; an empty text where they could.

    The reply is written in `ticket` and goes to the thread of `address`.
    """
    if not reply.files:
        return ""
    found = (
        Upload.objects.of(by).filter(pk__in=[file.id for file in reply.files], dropped=False).select_related("draft")
    )
    alts = {file.id: file.alt for file in reply.files}
    uploads = [upload for upload in found.order_by("pk") if upload.place_id == ticket.pk]
    for upload in uploads:
        alt = alts[upload.pk]
        upload.alt = upload.alt if alt is None else alt
    refusal = refusal_of_files(uploads, reply.text, rules_at(address, context.visibility), context)
    return str(refusal) if refusal else ""


def move_files(source: Message | Draft, draft: Draft) -> list[str]:
    """Let the files of a draft go on in another one, or copies of those of a message; part of an action.

    Return the names of those that are gone from where files are kept.
    """
    if isinstance(source, Draft):
        source.files.update(draft=draft)
        return []
    kept = source.attachments.exclude(file="").order_by("pk")
    return [attachment.name for attachment in kept if not _copy(attachment, source, draft)]


def words_about_gone(names: Sequence[str]) -> str:
    """Return which files are gone, for people."""
    return " ".join(_("The file “%(name)s” is gone.") % {"name": name} for name in names)


def _copy(attachment: Attachment, source: Message, draft: Draft) -> bool:
    """Put a copy of a message's file beside a draft; return whether the file was there."""
    upload = Upload(
        organization_id=source.organization_id,
        ticket_id=source.ticket_id,
        draft=draft,
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size or 0,
        alt=attachment.alt,
        created_at=timezone.now(),
    )
    ending = str(attachment.file).rpartition(".")[2]
    try:
        with attachment.file.open("rb") as content:
            upload.file.save(f"{source.organization_id}/out/{uuid4()}.{ending}", content, save=False)
    except FileNotFoundError:
        return False
    upload.save(force_insert=True)
    return True


def clean_name(name: str, kind: FileType) -> str:
    """Return a name without folders and hidden characters, whose ending says what the file is."""
    name = _HIDDEN.sub("", name.replace("\\", "/").rpartition("/")[2]).strip(" .")[-120:]
    stem, _dot, ending = name.rpartition(".")
    fits = (*kind.endings, *_OFFICE) if kind == ZIP else kind.endings
    if stem and ending.lower() in fits:
        return name
    return f"{name or _('file')}.{kind.endings[0]}"


def refuse_too_large(name: str, size: int) -> None:
    """Raise FilesNotTaken for a file that has more bytes than any may have; before it is read into memory."""
    most = settings.ATTACHMENT_MEGABYTES
    if size > most * file_rules.MB:
        raise FilesNotTaken(_("“%(name)s” is larger than %(most)s.") % {"name": name, "most": f"{most} MB"})


def look_at(file: NewFile) -> tuple[FileType, bytes]:
    """Return what a file is by its first bytes, and what of it may leave; raises FilesNotTaken."""
    named = {"name": file.name}
    refuse_too_large(file.name, len(file.content))
    found = sniff(file.content) if file.content else None
    if found is None:
        raise FilesNotTaken(_("“%(name)s” is empty, or of a kind that is not sent.") % named)
    if found == HEIC:
        raise FilesNotTaken(_("“%(name)s” is a HEIC picture, which few can open. Save it as JPEG.") % named)
    try:
        return found, pictures.cleaned(file.content, found.mime)
    except pictures.NoPicture:
        raise FilesNotTaken(_("“%(name)s” is damaged: it begins like a picture and is none.") % named) from None


def _draft_of(ticket: Ticket, by: User, kind: str) -> Draft:
    """Return the person's draft, locked, begun now if they have written nothing yet."""
    begun = {"organization_id": ticket.organization_id, "visibility": ticket.visibility, "updated_at": timezone.now()}
    mine = Draft.objects.select_for_update(no_key=True)
    return mine.get_or_create(ticket=ticket, user=by, kind=kind, defaults=begun)[0]
