"""Fetches the files of messages after their text is stored; no transaction is open while a network is asked."""

import time

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from brandvoice.file_types import sniff
from inbox import outside
from inbox.actions.attachments import (
    claim_due_attachments,
    keep_attachment,
    postpone_attachment,
    refuse_attachment,
    stored_name,
)
from inbox.connectors.base import FileSource, HoldsFiles, NotThere, Rejected, Unavailable, Uncertain
from inbox.connectors.registry import NoConnector, connector_for
from inbox.models import Attachment

BATCH = 5
WORK_SECONDS = 120.0


def fetch_due() -> int:
    """Fetch every file that is due, oldest first; return how many were tried."""
    stop_at = time.monotonic() + WORK_SECONDS
    tried = 0
    while time.monotonic() < stop_at and (attachments := claim_due_attachments(limit=BATCH)):
        for attachment in attachments:
            fetch(attachment)
        tried += len(attachments)
    return tried


def fetch(attachment: Attachment) -> None:
    """Fetch one claimed file: keep it, refuse it for good, or try again later."""
    try:
        content = _content(_source(attachment))
        kind = sniff(content)
        if not content or kind is None:
            raise outside.Forbidden(_("It is empty, or of a kind that is not kept."))
    except (outside.Forbidden, NotThere, Rejected) as refusal:
        refuse_attachment(attachment, str(refusal))
    except (httpx.HTTPError, Unavailable, Uncertain) as trouble:
        postpone_attachment(attachment, str(trouble) if isinstance(trouble, Unavailable) else type(trouble).__name__)
    else:
        keep_attachment(attachment, ContentFile(content, name=stored_name(attachment, kind)), kind.mime)


def _source(attachment: Attachment) -> FileSource:
    """Ask the connector where the file is really read, for networks that keep files behind a token."""
    channel = attachment.message.channel
    if not channel.external:
        try:
            connector = connector_for(channel)
        except NoConnector:
            return FileSource(attachment.url)
        if isinstance(connector, HoldsFiles):
            return connector.open_file(attachment.url)
    return FileSource(attachment.url)


def _content(source: FileSource) -> bytes:
    most = settings.ATTACHMENT_MEGABYTES * 1_000_000
    if source.content is not None:
        if len(source.content) > most:
            raise outside.Forbidden(_("It is larger than %(most)d MB.") % {"most": settings.ATTACHMENT_MEGABYTES})
        return source.content
    answer = outside.fetch(source.address, headers=source.headers, most=most)
    if answer.status >= 500 or answer.status == 429:
        raise Unavailable(f"({answer.status})")
    if not 200 <= answer.status < 300:
        raise Rejected(_("It can't be had any more (%(status)d).") % {"status": answer.status})
    return answer.content
