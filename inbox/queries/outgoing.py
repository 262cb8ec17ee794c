"""What a connector needs to know of replies and planned posts that it is to put on its network."""

from collections.abc import Sequence

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from inbox.connectors.base import OutgoingFile, OutgoingPost, OutgoingReply, Recipient, Rejected
from inbox.connectors.templates import OutgoingTemplate
from inbox.models import Attachment, Attempt, Delivery, Identity, PostFile
from inbox.queries.sent_files import address_of, address_of_post_file
from inbox.queries.surveys import sent_texts

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
    """Return the replies of deliveries that are loaded with message and ticket, by id; a few queries for all."""
    deliveries = [delivery for delivery in deliveries if not delivery.variant_id]
    if not deliveries:
        return {}
    identities = Identity.objects.in_bulk({delivery.thread.identity_id for delivery in deliveries})
    files: dict[int, list[Attachment]] = {}
    for attachment in Attachment.objects.filter(message__in=[each.message_id for each in deliveries]).order_by("pk"):
        files.setdefault(attachment.message_id, []).append(attachment)
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [list({delivery.thread.pk for delivery in deliveries})])
        earlier: dict[int, list[str]] = dict(cursor.fetchall())
    texts = sent_texts([each.reply for each in deliveries])
    return {
        each.pk: _reply(
            each,
            texts[each.reply.pk],
            identities[each.thread.identity_id],
            earlier[each.thread.pk],
            files.get(each.reply.pk, ()),
        )
        for each in deliveries
    }


def outgoing_posts(deliveries: Sequence[Delivery]) -> dict[int, OutgoingPost]:
    """Return the planned posts of deliveries that are loaded with variant, channel and brand, by id; two queries."""
    planned = [(delivery, delivery.variant) for delivery in deliveries if delivery.variant]
    if not planned:
        return {}
    files: dict[int, list[PostFile]] = {}
    for file in PostFile.objects.filter(post__in={variant.post_id for _each, variant in planned}).order_by("pk"):
        files.setdefault(file.post_id, []).append(file)
    # Whatever it is planned for later, earlier attempts are looked for from the first on.
    first = Attempt.objects.filter(delivery__in=[delivery.pk for delivery, _variant in planned], number=1)
    begun = dict(first.values_list("delivery", "started_at"))
    return {
        delivery.pk: OutgoingPost(
            key=delivery.idempotency_key,
            text=variant.words,
            created_at=begun.get(delivery.pk, delivery.created_at),
            language=variant.post.language or variant.channel.brand.language,
            files=tuple(_file(file, address_of_post_file(file.pk)) for file in files.get(variant.post_id, ())),
        )
        for delivery, variant in planned
    }


def _reply(
    delivery: Delivery, text: str, identity: Identity, earlier: Sequence[str], files: Sequence[Attachment]
) -> OutgoingReply:
    message, ticket = delivery.reply, delivery.thread
    return OutgoingReply(
        key=delivery.idempotency_key,
        thread_key=ticket.thread_key,
        in_reply_to=message.in_reply_to,
        text=text,
        visibility=message.visibility,
        created_at=delivery.created_at,
        subject=ticket.subject,
        recipient=Recipient(identity.external_id, identity.username, identity.name),
        earlier=tuple(name for name in earlier if name != message.external_id),
        heard_at=ticket.last_inbound_at,
        language=ticket.language,
        files=tuple(_file(attachment, address_of(attachment.pk)) for attachment in files),
        template=_template(message.template),
        posted=tuple(delivery.posted),
    )


def _template(kept: dict[str, object] | None) -> OutgoingTemplate | None:
    return msgspec.convert(kept, OutgoingTemplate) if kept else None


def _file(attachment: Attachment | PostFile, address: str) -> OutgoingFile:
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
        address=address,
        alt=attachment.alt,
    )
