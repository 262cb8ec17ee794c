"""Splits messages off into a ticket of their own; merging that back into the first takes the split back."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Case, Max, Min, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import events
from inbox.actions import regrouping_steps as steps
from inbox.actions.branches import branch_of
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.models import Direction, Message, Regrouping, RegroupingKind, Status, Ticket


@transaction.atomic(durable=True)
def split_ticket(source: Ticket, message_ids: Collection[int], *, by: User | ApiKey) -> Ticket:
    """Put these messages of a ticket into a new one of the same customer, and return that.

    What the customer writes next in the thread goes to where their newest message is. Raises RegroupingNotAllowed.
    """
    source, homes = steps.lock_with_homes(source)
    chosen = list(Message.objects.filter(ticket=source.pk, pk__in=message_ids).in_order())
    _require_splittable(source, chosen, message_ids)
    asked = [message for message in chosen if message.direction == Direction.INBOUND][-1]
    home = homes[asked.origin_id]
    speaker = _speaker(home)
    target = _opened(source, home, chosen, by)
    regrouping = Regrouping(
        organization_id=source.organization_id,
        kind=RegroupingKind.SPLIT,
        source=source,
        target=target,
        by=by if isinstance(by, User) else None,
    )
    regrouping.save()
    if speaker == source.pk and _is_newest(asked, source, home):
        _lead_thread(home, source, target)
    else:
        target.continues_in_id = speaker
        target.save(update_fields=["continues_in"])
    target.status = Status.OPEN
    target.resolved_at = None
    target.save(update_fields=["status", "resolved_at"])
    steps.move_messages(regrouping, [(message.pk, message.home_id) for message in chosen])
    for ticket in (source, target):
        steps.bring_up_to_date(ticket)
        steps.wait_since(ticket, ticket.waiting_since)
    steps.count_deadlines_again(source, target)
    _record(regrouping, source, target, by)
    return target


def _require_splittable(source: Ticket, chosen: Collection[Message], wanted: Collection[int]) -> None:
    if source.merged_into_id is not None or source.is_spam:
        words = _("#%(number)s was merged into another already, or is spam.")
        raise RegroupingNotAllowed(words % {"number": source.number})
    if len(chosen) != len(set(wanted)):
        raise RegroupingNotAllowed(_("These tickets have just changed. Look again."))
    if not any(message.direction == Direction.INBOUND for message in chosen):
        raise RegroupingNotAllowed(_("Choose at least one message of the customer."))
    said = Message.objects.filter(ticket=source.pk).exclude(direction=Direction.NOTE)
    if not said.exclude(pk__in=[message.pk for message in chosen]).exists():
        raise RegroupingNotAllowed(_("At least one message stays behind."))


def _speaker(home: Ticket) -> int:
    """Return the ticket in which intake would store what comes next in a thread."""
    thread = Ticket.objects.filter(channel=home.channel_id, thread_key=home.thread_key)
    done_last = Case(When(~Q(status=Status.RESOLVED) & Q(continues_in=None), then=Value(0)), default=Value(1))
    found = thread.order_by(done_last, "-pk").values_list("continues_in", "pk").first()
    return (found and (found[0] or found[1])) or home.pk


def _is_newest(asked: Message, source: Ticket, home: Ticket) -> bool:
    """Return whether the customer has said nothing after this message in the same thread, as far as it is read here."""
    same = Q(home__channel=home.channel_id, home__thread_key=home.thread_key)
    if (source.channel_id, source.thread_key) == (home.channel_id, home.thread_key):
        same |= Q(home=None)
    later = Q(sent_at__gt=asked.sent_at) | Q(sent_at=asked.sent_at, pk__gt=asked.pk)
    return not Message.objects.filter(same, later, ticket=source.pk, direction=Direction.INBOUND).exists()


def _lead_thread(home: Ticket, source: Ticket, target: Ticket) -> None:
    """Let what comes next in the thread be read in the new ticket."""
    thread = Ticket.objects.filter(channel=home.channel_id, thread_key=home.thread_key).exclude(pk=target.pk)
    thread.filter(Q(pk=source.pk) | Q(continues_in=source.pk)).update(continues_in=target.pk)
    source.refresh_from_db(fields=["continues_in"])


def _opened(source: Ticket, home: Ticket, chosen: Collection[Message], by: User | ApiKey) -> Ticket:
    """Make the new ticket, resolved until it is known which ticket speaks for the thread."""
    inbound = Message.objects.filter(pk__in=[one.pk for one in chosen], direction=Direction.INBOUND)
    times = inbound.aggregate(heard=Min("created_at"), last=Max("sent_at"))
    new = branch_of(source, thread=home, by=by)
    new.priority, new.status = source.priority, Status.RESOLVED
    new.waiting_since, new.last_message_at = times["heard"], times["last"]
    new.last_inbound_at = times["last"]
    new.save(force_insert=True)
    return new


def _record(regrouping: Regrouping, source: Ticket, target: Ticket, by: User | ApiKey) -> None:
    # The new ticket is of the same team: whoever may see one may see the other.
    events.record(target, "ticket.created", by=by, facts={"was": None, "now": events.state_of(target)})
    about = {"regrouping": regrouping.pk}
    events.record(target, "ticket.split_off", by=by, facts={**about, "number": source.number})
    events.record(source, "ticket.split", by=by, facts={**about, "number": target.number})
