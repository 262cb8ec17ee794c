"""Merges tickets into one, and takes that back: every message keeps its own thread, and knows where it came from."""

from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField, Max, Min, Value
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import events
from inbox.actions import regrouping_companions as companions
from inbox.actions import regrouping_steps as steps
from inbox.actions.actors import person
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.ticket_steps import may_be_open
from inbox.models import Direction, Message, MovedMessage, NamedStatus, Regrouping, RegroupingKind, Status, Ticket
from inbox.models.messages import MessageQuerySet


class CustomersDiffer(Exception):
    """The tickets are of different customers: somebody must say that they are to be one all the same."""


@transaction.atomic(durable=True)
def merge_tickets(source: Ticket, target: Ticket, *, by: User | ApiKey, confirmed: bool = False) -> Ticket:
    """Put all of `source` into `target` and return that; later messages of its threads go there, too.

    Raises RegroupingNotAllowed, and CustomersDiffer where the customers do and nobody has `confirmed` it.
    """
    source, target, routes = _lock_for_merge(source, target)
    _require_mergeable(source, target, confirmed)
    was, waits_since = events.state_of(source), _longest_wait(source, target)
    regrouping = Regrouping(
        organization_id=source.organization_id, kind=RegroupingKind.MERGE, source=source, target=target, by=person(by)
    )
    regrouping.kept = {
        "status": source.status,
        "named_status": source.named_status_id,
        "snoozed_until": _said(source.snoozed_until),
        "resolved_at": _said(source.resolved_at),
        "target_waited": _said(target.waiting_since),
        "waits": _said(waits_since),
        "splits": _undo_splits(source, target),
        "newest": target.messages.aggregate(pk=Max("pk"))["pk"],
        "routes": steps.lead(routes, target.pk),
        **companions.bring(source, target),
    }
    regrouping.save()
    steps.move_messages(regrouping, Message.objects.filter(ticket=source.pk).values_list("pk", "home_id"))
    source.merged_into, source.status, source.snoozed_until = target, Status.RESOLVED, None
    source.named_status = None
    source.resolved_at = source.resolved_at or timezone.now()
    source.save(update_fields=["merged_into", "status", "named_status", "snoozed_until", "resolved_at"])
    steps.bring_up_to_date(target)
    target.waiting_since = waits_since
    target.save(update_fields=["waiting_since"])
    steps.count_deadlines_again(source, target)
    _record(regrouping, source, target, ("ticket.merged", "ticket.absorbed"), was, by)
    return target


@transaction.atomic(durable=True)
def undo_merge(regrouping: Regrouping, *, by: User | ApiKey) -> Ticket:
    """Take a merge back and return the ticket that was merged; raises RegroupingNotAllowed.

    What has come in its threads since goes along, and so do the replies to it; notes written since stay.
    """
    source, target, _routes = _lock_for_merge(regrouping.source, regrouping.target)
    regrouping = Regrouping.objects.get(pk=regrouping.pk)
    _require_undoable(regrouping, target)
    was = events.state_of(source)
    late = _late(regrouping, target)
    steps.move_messages_back(regrouping)
    heard_at = late.filter(direction=Direction.INBOUND).aggregate(at=Min("created_at"))["at"]
    here = NullIf("home", Value(source.pk, BigIntegerField()), output_field=BigIntegerField())
    came = late.update(ticket=source.pk, home=here)
    steps.lead_back(regrouping.kept["routes"], target.pk)
    companions.bring_back(regrouping.kept, source, target)
    _restore(source, regrouping, heard=heard_at is not None)
    if came:
        was_done = regrouping.kept["status"] == Status.RESOLVED
        steps.bring_up_to_date(source)
        steps.wait_since(source, heard_at if heard_at and was_done else source.waiting_since)
    steps.bring_up_to_date(target)
    _wait_as_before(target, regrouping)
    steps.count_deadlines_again(source, target)
    Regrouping.objects.filter(pk=regrouping.pk).update(undone_at=timezone.now())
    Regrouping.objects.filter(pk__in=regrouping.kept.get("splits", [])).update(undone_at=None)
    _record(regrouping, source, target, ("ticket.unmerged", "ticket.released"), was, by)
    if source.status != regrouping.kept["status"]:
        events.record(source, "ticket.reopened" if source.status == Status.OPEN else "ticket.resolved")
    return source


def _lock_for_merge(source: Ticket, target: Ticket) -> tuple[Ticket, Ticket, dict[int, int | None]]:
    """Lock both tickets and the threads that are read in the source; return how these are led.

    Always threads first, then tickets by their ids: two merges at once, and intake, wait for each other in one order.
    """
    led = {ticket.pk: ticket for ticket in Ticket.objects.filter(continues_in=source.pk)} | {source.pk: source}
    steps.hold_threads(led.values())
    locked = steps.lock({*led, target.pk})
    source, target = locked[source.pk], locked[target.pk]
    now = {*Ticket.objects.filter(continues_in=source.pk).values_list("pk", flat=True), source.pk}
    if now != set(led):
        raise RegroupingNotAllowed(_("These tickets have just changed. Look again."))
    routes: dict[int, int | None] = {pk: source.pk for pk in led if pk != source.pk}
    if source.continues_in_id is None:
        routes[source.pk] = None
    return source, target, routes


def _require_mergeable(source: Ticket, target: Ticket, confirmed: bool) -> None:
    if source.pk == target.pk:
        raise RegroupingNotAllowed(_("A ticket can’t be merged into itself."))
    for ticket in (source, target):
        if ticket.merged_into_id is not None or ticket.is_spam:
            words = _("#%(number)s was merged into another already, or is spam.")
            raise RegroupingNotAllowed(words % {"number": ticket.number})
    if target.status != Status.OPEN:
        raise RegroupingNotAllowed(_("#%(number)s is not open. Open it, then merge.") % {"number": target.number})
    if source.contact_id == target.contact_id:
        return
    if source.visibility != target.visibility:
        raise RegroupingNotAllowed(_("These tickets are of different customers, and one of them is private."))
    if not confirmed:
        raise CustomersDiffer(_("These tickets are of different customers."))


def _require_undoable(regrouping: Regrouping, target: Ticket) -> None:
    if regrouping.undone_at:
        raise RegroupingNotAllowed(_("That was undone already."))
    if target.merged_into_id is not None or not steps.are_all_in(regrouping, target):
        raise RegroupingNotAllowed(_("Its messages have gone on to another ticket since. Undo that first."))


def _undo_splits(source: Ticket, target: Ticket) -> list[int]:
    """Note that what was split off the target comes back with this merge; return the splits that stand no longer."""
    splits = Regrouping.objects.standing().filter(kind=RegroupingKind.SPLIT, source=target, target=source)
    ids = list(splits.values_list("pk", flat=True))
    splits.filter(pk__in=ids).update(undone_at=timezone.now())
    return ids


def _longest_wait(source: Ticket, target: Ticket) -> datetime:
    """Return since when the customer of two tickets waits; where none of them does, since when one last did."""
    waiting = [one.waiting_since for one in (source, target) if one.awaiting_reply and one.status != Status.RESOLVED]
    return min(waiting, default=target.waiting_since)


def _wait_as_before(target: Ticket, regrouping: Regrouping) -> None:
    """Let the target wait since when it did before the merge, or since what was asked in it since."""
    kept = regrouping.kept
    before = _moment(kept.get("target_waited"))
    if before is None:
        return
    if target.messages.exclude(direction=Direction.NOTE).filter(pk__gt=kept["newest"] or 0).exists():
        steps.wait_since(target, before)
    elif _said(target.waiting_since) == kept["waits"]:
        target.waiting_since = before
        target.save(update_fields=["waiting_since"])


def _late(regrouping: Regrouping, target: Ticket) -> MessageQuerySet:
    """Return what was said in the merged threads since, both ways."""
    moved = MovedMessage.objects.filter(regrouping=regrouping).values("message")
    threads = [int(pk) for pk in regrouping.kept["routes"]]
    late = Message.objects.filter(ticket=target.pk, home__in=[*threads, regrouping.source_id])
    return late.exclude(pk__in=moved)


def _restore(source: Ticket, regrouping: Regrouping, *, heard: bool) -> None:
    """Give the ticket the state that it had; it opens where the customer has written since."""
    source.refresh_from_db(fields=["continues_in"])
    source.merged_into = None
    source.status = Status.OPEN if heard else Status(regrouping.kept["status"])
    if source.status != Status.RESOLVED and not may_be_open(source):
        source.status = Status.RESOLVED
    named = regrouping.kept.get("named_status") if source.status == regrouping.kept["status"] else None
    source.named_status = NamedStatus.objects.filter(pk=named).first() if named else None
    kept = {name: _moment(regrouping.kept[name]) for name in ("snoozed_until", "resolved_at")}
    source.snoozed_until = kept["snoozed_until"] if source.status == Status.SNOOZED else None
    source.resolved_at = (kept["resolved_at"] or timezone.now()) if source.status == Status.RESOLVED else None
    source.save(update_fields=["merged_into", "status", "named_status", "snoozed_until", "resolved_at"])


def _record(
    regrouping: Regrouping,
    source: Ticket,
    target: Ticket,
    kinds: tuple[str, str],
    was: dict[str, events.Scalar],
    by: User | ApiKey,
) -> None:
    # Both are named where whoever may see one may see the other.
    is_open = source.team_id == target.team_id
    to, of = (target.number, source.number) if is_open else (None, None)
    facts: events.Facts = {"regrouping": regrouping.pk, "number": to, "was": was, "now": events.state_of(source)}
    events.record(source, kinds[0], by=by, facts=facts)
    events.record(target, kinds[1], by=by, facts={"regrouping": regrouping.pk, "number": of})


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
