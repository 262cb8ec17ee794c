"""Steps that merging, splitting and undoing share: locks in one order, messages moved, tickets brought up to date."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import BigIntegerField, Max, Min, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from inbox.actions.reading_rows import show_on_tickets
from inbox.actions.reply_rows import preview_of
from inbox.models import Direction, Message, MovedMessage, Regrouping, Ticket, TicketClock
from inbox.models.deliveries import CAME_TO_NOTHING

# In the order in which intake takes them: whoever stores a message of these threads comes before us or after.
_HOLD = """
SELECT count(pg_advisory_xact_lock(name)) FROM (
    SELECT DISTINCT hashtextextended('thread:' || key, channel) AS name
    FROM unnest(%s::text[], %s::bigint[]) AS thread(key, channel) ORDER BY name
) AS names
"""


class RegroupingNotAllowed(Exception):
    """These messages can't go there, or not back; the words say why."""


def hold_threads(tickets: Iterable[Ticket]) -> None:
    """Wait for those who store messages of these tickets' threads, and have the next ones wait for us."""
    threads = [(ticket.thread_key, ticket.channel_id) for ticket in tickets]
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [[key for key, _channel in threads], [channel for _key, channel in threads]])


def lock(ids: Collection[int]) -> dict[int, Ticket]:
    """Lock tickets in the order of their ids, and return them as they are now."""
    rows = Ticket.objects.filter(pk__in=ids).order_by("pk")
    return {ticket.pk: ticket for ticket in rows.select_for_update(no_key=True, of=("self",))}


def lock_with_homes(ticket: Ticket) -> tuple[Ticket, dict[int, Ticket]]:
    """Lock a ticket and those to whose threads its messages belong; return it, and all of them by their ids.

    Always threads first, then tickets by their ids: two such actions at once, and intake, wait in one order. Raises
    RegroupingNotAllowed.
    """
    homes = Message.objects.filter(ticket=ticket.pk, home__isnull=False).values_list("home", flat=True).distinct()
    ids = {ticket.pk, *homes}
    hold_threads(Ticket.objects.filter(pk__in=ids))
    locked = lock(ids)
    if set(homes.all()) - ids:
        raise RegroupingNotAllowed(_("These tickets have just changed. Look again."))
    return locked[ticket.pk], locked


def move_messages(regrouping: Regrouping, messages: Iterable[tuple[int, int | None]]) -> None:
    """Move messages, each given with its home, to the target; each keeps the thread to which it belongs."""
    moved = [MovedMessage(regrouping=regrouping, message_id=pk, home_id=home) for pk, home in messages]
    MovedMessage.objects.bulk_create(moved)
    mine = Message.objects.filter(pk__in=[one.message_id for one in moved])
    source, target = (Value(pk, BigIntegerField()) for pk in (regrouping.source_id, regrouping.target_id))
    thread = Coalesce("home", source, output_field=BigIntegerField())
    mine.update(ticket=regrouping.target_id, home=NullIf(thread, target, output_field=BigIntegerField()))


def move_messages_back(regrouping: Regrouping) -> None:
    """Put messages back to where they were before, each with the home that it had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_message m SET ticket_id = %s, home_id = moved.home_id FROM inbox_movedmessage moved"
            " WHERE moved.regrouping_id = %s AND m.id = moved.message_id",
            [regrouping.source_id, regrouping.pk],
        )


def are_all_in(regrouping: Regrouping, ticket: Ticket) -> bool:
    """Return whether all that was moved is in this ticket now."""
    moved = MovedMessage.objects.filter(regrouping=regrouping).values("message")
    return not Message.objects.filter(pk__in=moved).exclude(ticket=ticket.pk).exists()


def lead(routes: Mapping[int, int | None], to: int) -> dict[str, int | None]:
    """Let what comes next in the threads of these tickets be read in another; return what undoing needs."""
    Ticket.objects.filter(pk__in=routes).exclude(pk=to).update(continues_in=to)
    # After the others: of an open thread only one ticket speaks for itself at any moment.
    Ticket.objects.filter(pk=to, pk__in=routes).update(continues_in=None)
    return {str(pk): before for pk, before in routes.items()}


def lead_back(kept: Mapping[str, int | None], was: int) -> None:
    """Lead threads to where they went before, as far as they still go to `was`."""
    if str(was) in kept:
        Ticket.objects.filter(pk=was, continues_in=None).update(continues_in=kept[str(was)])
    for pk, before in kept.items():
        Ticket.objects.filter(pk=int(pk), continues_in=was).update(continues_in=before)


def bring_up_to_date(ticket: Ticket) -> None:
    """Let a locked ticket's columns say what the messages in it say; one without any stays as it is."""
    said = Message.objects.filter(ticket=ticket.pk).exclude(direction=Direction.NOTE).without_surveys()
    newest = said.in_order().last()
    if newest is None:
        return
    arrived = said.exclude(delivery__state__in=CAME_TO_NOTHING)
    last = arrived.in_order().last()
    outbound = Q(direction=Direction.OUTBOUND)
    moments = arrived.aggregate(last=Max("sent_at"), replied=Min("sent_at", filter=outbound))
    ticket.preview = preview_of(newest.text, newest.attachments.order_by("pk").values_list("name", flat=True))
    ticket.visibility = newest.visibility
    ticket.awaiting_reply = last is not None and last.direction == Direction.INBOUND
    ticket.last_message_at = moments["last"] or newest.sent_at
    ticket.first_replied_at = moments["replied"]
    ticket.save(update_fields=["preview", "visibility", "awaiting_reply", "last_message_at", "first_replied_at"])
    show_on_tickets([ticket.pk])


def wait_since(ticket: Ticket, at: datetime) -> None:
    """Let a locked ticket wait since then, or since the first message that nothing answers, if that is later."""
    arrived = Message.objects.filter(ticket=ticket.pk).exclude(delivery__state__in=CAME_TO_NOTHING)
    answered = arrived.answers().aggregate(at=Max("sent_at"))["at"]
    asked = arrived.filter(direction=Direction.INBOUND)
    if answered:
        asked = asked.filter(sent_at__gt=answered)
    first = asked.aggregate(at=Min("created_at"))["at"]
    ticket.waiting_since = max(at, first or at)
    ticket.save(update_fields=["waiting_since"])


def count_deadlines_again(*tickets: Ticket) -> None:
    """Have the clocks of these tickets read their whole logs again: messages count where they are now."""
    TicketClock.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).update(plan="")
