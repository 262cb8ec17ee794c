"""What a connector needs to know of replies that it is to post."""

from collections.abc import Sequence

from django.db import connection

from inbox.connectors.base import OutgoingReply, Recipient
from inbox.models import Delivery, Identity

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
    """Return the replies of deliveries that are loaded with message and ticket, by id; two queries for all."""
    identities = Identity.objects.in_bulk({delivery.ticket.identity_id for delivery in deliveries})
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [list({delivery.ticket_id for delivery in deliveries})])
        earlier: dict[int, list[str]] = dict(cursor.fetchall())
    return {each.pk: _reply(each, identities[each.ticket.identity_id], earlier[each.ticket_id]) for each in deliveries}


def _reply(delivery: Delivery, identity: Identity, earlier: Sequence[str]) -> OutgoingReply:
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
    )
