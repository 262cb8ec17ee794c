"""Links tickets with the published posts that customers answer in them."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from inbox.connectors.registry import root_of
from inbox.models import Message, PostAnswer, PostVariant, Ticket


def link_answers(messages: Sequence[Message], tickets: Mapping[int, Ticket]) -> int:
    """Link the tickets of new messages that answer a post of ours, or stand in a thread below one; part of an action.

    The messages have their channels loaded. Returns how many tickets were linked.
    """
    places = [
        (message.ticket_id, message.channel_id, name) for message in messages for name in _above(message, tickets)
    ]
    if not places:
        return 0
    ours = PostVariant.objects.filter(
        channel__in={channel for _ticket, channel, _name in places}, external_id__in={name for *_place, name in places}
    )
    found = {(variant.channel_id, variant.external_id): variant for variant in ours.only("channel", "external_id")}
    linked = {ticket: found[channel, name] for ticket, channel, name in places if (channel, name) in found}
    now = timezone.now()
    rows = [
        PostAnswer(organization_id=tickets[ticket].organization_id, variant=variant, ticket_id=ticket, at=now)
        for ticket, variant in linked.items()
    ]
    return len(PostAnswer.objects.bulk_create(rows, ignore_conflicts=True)) if rows else 0


def _above(message: Message, tickets: Mapping[int, Ticket]) -> set[str]:
    """Return the network's ids of what a message may stand below: what it answers, and the top of its thread."""
    root = root_of(message.channel.network, tickets[message.ticket_id].thread_key)
    return {name for name in (message.in_reply_to, root) if name}
