"""What nobody has to deal with: tickets marked as spam, and accounts whose messages make no work."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import events
from inbox.actions import hearing
from inbox.actions import ticket_steps as steps
from inbox.actions.regrouping_steps import RegroupingNotAllowed, lock_with_homes
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.models import Block, Direction, Identity, NamedStatus, Status, Ticket
from inbox.models.contacts import FOR_GOOD


class BlockNotAllowed(Exception):
    """The account is blocked already, or not; or the time lies in the past."""


@transaction.atomic(durable=True)
def mark_spam(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Resolve the ticket and keep it apart; what comes in its thread later stays there. Raises MoveNotAllowed."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.is_spam or ticket.merged_into_id is not None:
        raise MoveNotAllowed(_("This ticket is spam already, or part of another."))
    was = events.state_of(ticket)
    kept = {
        "until": ticket.snoozed_until.isoformat() if ticket.snoozed_until else None,
        "named_status": ticket.named_status_id,
    }
    ticket.is_spam, ticket.status, ticket.snoozed_until = True, Status.RESOLVED, None
    ticket.named_status = None
    ticket.resolved_at = ticket.resolved_at or timezone.now()
    ticket.save(update_fields=["is_spam", "status", "named_status", "snoozed_until", "resolved_at"])
    events.record(ticket, "ticket.marked_spam", by=by, facts={**kept, "was": was, "now": events.state_of(ticket)})
    return ticket


@transaction.atomic(durable=True)
def unmark_spam(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Bring the ticket back as it was before it was marked; what came meanwhile is heard. Raises MoveNotAllowed."""
    ticket = _lock_with_homes(ticket)
    if not ticket.is_spam:
        raise MoveNotAllowed(_("This ticket is not marked as spam."))
    was, since, facts = events.state_of(ticket), *_marked(ticket)
    messages = hearing.kept_since(ticket, since, with_blocked=ticket.spam_by_block)
    before = _status_before(facts)
    _restore(ticket, facts, is_heard=any(message.direction == Direction.INBOUND for message in messages))
    if messages:
        hearing.bring_up_to_date(ticket, messages, was_waiting=before != Status.RESOLVED and ticket.awaiting_reply)
    events.record(ticket, "ticket.unmarked_spam", by=by, facts={"was": was, "now": events.state_of(ticket)})
    if ticket.status == Status.OPEN != before:
        events.record(ticket, "ticket.reopened", by=by)
    if messages:
        hearing.tell(ticket, messages, by=by)
    return ticket


@transaction.atomic(durable=True)
def block_account(
    identity: Identity, reason: str, *, until: datetime | None, by: User | ApiKey, ticket: Ticket | None = None
) -> Block:
    """Let an account's messages make no work until then, or for good; they are stored all the same.

    The event stands in `ticket`, where it was done there. Raises BlockNotAllowed.
    """
    account = Identity.objects.select_for_update(no_key=True, of=("self",)).get(pk=identity.pk)
    if until is not None and until <= timezone.now():
        raise BlockNotAllowed(_("Choose a time in the future."))
    if account.is_blocked:
        raise BlockNotAllowed(_("This account is blocked already."))
    # One that has run out makes room.
    Block.objects.filter(identity=account, lifted_at=None).update(lifted_at=timezone.now())
    block = Block.objects.create(
        organization_id=account.organization_id,
        identity=account,
        reason=reason.strip(),
        until=until,
        by=by if isinstance(by, User) else None,
    )
    account.blocked_until = until or FOR_GOOD
    account.save(update_fields=["blocked_until"])
    _record(account, "customer.blocked", ticket, by, {"until": until.isoformat() if until else None})
    return block


@transaction.atomic(durable=True)
def lift_block(identity: Identity, *, by: User | ApiKey, ticket: Ticket | None = None) -> None:
    """Let an account's messages make tickets again; raises BlockNotAllowed."""
    account = Identity.objects.select_for_update(no_key=True, of=("self",)).get(pk=identity.pk)
    if not account.is_blocked:
        raise BlockNotAllowed(_("This account is not blocked."))
    person = by if isinstance(by, User) else None
    Block.objects.filter(identity=account, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=person)
    account.blocked_until = None
    account.save(update_fields=["blocked_until"])
    _record(account, "customer.unblocked", ticket, by, {})


def _lock_with_homes(ticket: Ticket) -> Ticket:
    """Lock the ticket, and those whose threads are read in it: their customers are heard as well."""
    try:
        return lock_with_homes(ticket)[0]
    except RegroupingNotAllowed as changed:
        raise MoveNotAllowed(str(changed)) from changed


def _marked(ticket: Ticket) -> tuple[int, events.Facts]:
    """Return the event that marked the ticket with what it says of the state before; one born as spam has none."""
    marked = ticket.events.filter(kind="ticket.marked_spam").order_by("-pk").values_list("pk", "facts").first()
    return (0, {}) if marked is None or ticket.spam_by_block else marked


def _status_before(facts: events.Facts) -> Status:
    before = facts.get("was")
    return Status(str(before["status"])) if isinstance(before, Mapping) else Status.OPEN


def _restore(ticket: Ticket, facts: events.Facts, *, is_heard: bool) -> None:
    """Give the ticket the state that it had, or open it where the customer has written since."""
    before = _status_before(facts)
    wanted = Status.OPEN if is_heard else before
    ticket.is_spam = ticket.spam_by_block = False
    if wanted != Status.RESOLVED and steps.may_be_open(ticket):
        ticket.status, ticket.resolved_at = wanted, None
        until = parse_datetime(str(facts.get("until") or ""))
        ticket.snoozed_until = until if wanted == Status.SNOOZED else None
    if ticket.status == before and (named := facts.get("named_status")):
        ticket.named_status = NamedStatus.objects.filter(pk=str(named), category=before).first()
    changed = ["is_spam", "spam_by_block", "status", "named_status", "snoozed_until", "resolved_at"]
    ticket.save(update_fields=changed)


def _record(
    account: Identity, kind: str, ticket: Ticket | None, by: User | ApiKey, facts: Mapping[str, events.Scalar]
) -> None:
    told = {"identity": account.pk, **facts}
    if ticket:
        events.record(ticket, kind, by=by, facts=told)
    else:
        events.record_about_organization(account.organization_id, kind, by=by, facts=told)
