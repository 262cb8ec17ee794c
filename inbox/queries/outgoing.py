"""What a connector needs to know of replies that it is to post."""

from collections.abc import Sequence

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from inbox.connectors.base import OutgoingFile, OutgoingReply, Recipient, Rejected
from inbox.connectors.templates import OutgoingTemplate
from inbox.models import Attachment, Delivery, Identity
from inbox.queries.sent_files import address_of

# The newest of a thread, oldest first, by which mail programs hold a conversation together.
_EARLIER = """
SELECT ticket, ARRAY(
    SELECT external_id FROM (
        SELECT external_id, sent_at, id FROM inbox_message
        WHERE coalesce(home_id, ticket_id) = ticket AND (home_id = ticket OR ticket_id = ticket)
        AND external_id IS NOT NULL AND direction <> 'note'
        ORDER BY sent_at DESC, id DESC LIMIT 20) AS newest
    ORDER BY sent_at, id)
FROM unnest(%s::bigint[]) AS ticket
"""


def outgoing_replies(deliveries: Sequence[Delivery]) -> dict[int, OutgoingReply]:
    """Return the replies of deliveries that are loaded with message and ticket, by id; three queries for all."""
    identities = Identity.objects.in_bulk({delivery.ticket.identity_id for delivery in deliveries})
    files: dict[int, list[Attachment]] = {}
    for attachment in Attachment.objects.filter(message__in=[each.message_id for each in deliveries]).order_by("pk"):
        files.setdefault(attachment.message_id, []).append(attachment)
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [list({delivery.ticket_id for delivery in deliveries})])
        earlier: dict[int, list[str]] = dict(cursor.fetchall())
    return {
        each.pk: _reply(
            each, identities[each.ticket.identity_id], earlier[each.ticket_id], files.get(each.message_id, ())
        )
        for each in deliveries
    }


def _reply(
    delivery: Delivery, identity: Identity, earlier: Sequence[str], files: Sequence[Attachment]
) -> OutgoingReply:
    message, ticket = delivery.message, delivery.ticket
    return OutgoingReply(
        key=delivery.idempotency_key,
        thread_key=ticket.thread_key,
        in_reply_to=message.in_reply_to,
        text=message.text,
        visibility=message.visibility,
        created_at=delivery.created_at,
        subject=ticket.subject,
        recipient=Recipient(identity.external_id, identity.username, identity.name),
        earlier=tuple(name for name in earlier if name != message.external_id),
        heard_at=ticket.last_inbound_at,
        language=ticket.language,
        files=tuple(_file(attachment) for attachment in files),
        template=_template(message.template),
        posted=tuple(delivery.posted),
    )


def _template(kept: dict[str, object] | None) -> OutgoingTemplate | None:
    return msgspec.convert(kept, OutgoingTemplate) if kept else None


def _file(attachment: Attachment) -> OutgoingFile:
    def read() -> bytes:
        # Opened anew each time: a reply that is tried again reads its files again.
        try:
            with attachment.file.storage.open(str(attachment.file)) as content:
                found: bytes = content.read()
                return found
        except FileNotFoundError as error:
            raise Rejected(_("The file “%(name)s” is gone.") % {"name": attachment.name}) from error

    return OutgoingFile(
        name=attachment.name,
        type=attachment.content_type,
        size=attachment.size or 0,
        read=read,
        address=address_of(attachment.pk),
        alt=attachment.alt,
    )
