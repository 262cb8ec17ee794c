"""Steps that actions on a ticket share: each changes a ticket that its caller has locked, and records it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, Team, User
from inbox import events
from inbox.actions.notifications import Mentions, mentions_in, tell, tell_assigned, tell_of_notes
from inbox.actions.survey_steps import plan_survey
from inbox.custom_fields import FieldAbout
from inbox.models import (
    MOVES,
    CustomField,
    Direction,
    Label,
    Message,
    NamedStatus,
    Priority,
    Reason,
    Status,
    Ticket,
    Visibility,
)

# What has happened when a ticket comes into a category.
_KINDS = {
    Status.OPEN: "ticket.reopened",
    Status.SNOOZED: "ticket.snoozed",
    Status.RESOLVED: "ticket.resolved",
}


class MoveNotAllowed(Exception):
    """The ticket's status does not allow this move."""


class FieldsMissing(MoveNotAllowed):
    """The ticket can't be resolved while fields are empty that the organization asks for; names them."""


class AssigneeCannotSee(Exception):
    """The person chosen does not work in the ticket's team."""


class TicketMerged(Exception):
    """The ticket's conversation goes on in another ticket."""

    def __init__(self) -> None:
        super().__init__(_("This ticket was merged into another. Answer there."))


def may_be_open(ticket: Ticket) -> bool:
    """Return whether it may be unresolved: it is not spam, not merged, and no other speaks for its thread now."""
    if ticket.is_spam:
        return False
    if ticket.merged_into_id is not None or ticket.continues_in_id is not None:
        return ticket.merged_into_id is None
    thread = Ticket.objects.filter(channel=ticket.channel_id, thread_key=ticket.thread_key, continues_in=None)
    return not thread.exclude(pk=ticket.pk).exclude(status=Status.RESOLVED).exists()


def move(
    ticket: Ticket,
    to: Status,
    kind: str,
    *,
    by: User | ApiKey | None,
    until: datetime | None = None,
    named: NamedStatus | None = None,
) -> Ticket:
    """Walk the table: change the ticket's status, to what it is plainly or as `named`.

    Raises MoveNotAllowed; FieldsMissing is one where it would be resolved.
    """
    if to not in MOVES[ticket.status]:
        names = {"now": ticket.get_status_display().lower(), "to": to.label.lower()}
        raise MoveNotAllowed(_("A ticket that is %(now)s can't become %(to)s.") % names)
    if to == Status.RESOLVED:
        require_fields(ticket)
    was = events.state_of(ticket)
    ticket.status, ticket.named_status = to, named
    ticket.snoozed_until = until
    ticket.resolved_at = timezone.now() if to == Status.RESOLVED else None
    ticket.save(update_fields=["status", "named_status", "snoozed_until", "resolved_at"])
    events.record(ticket, kind, by=by, facts={**_status_facts(ticket), **_move_facts(was, ticket)})
    if to == Status.RESOLVED:
        plan_survey(ticket, by=by)
    return ticket


def set_status(
    ticket: Ticket, to: Status, named: NamedStatus | None, *, by: User | ApiKey | None, until: datetime | None = None
) -> Ticket:
    """Give the ticket a status of any category, until then where it waits; raises MoveNotAllowed."""
    if ticket.status != to:
        if to == Status.OPEN:
            require_may_be_open(ticket)
        return move(ticket, to, _KINDS[to], by=by, until=until, named=named)
    if (ticket.named_status_id, ticket.snoozed_until) == (named.pk if named else None, until):
        return ticket
    was = events.state_of(ticket)
    ticket.named_status, ticket.snoozed_until = named, until
    ticket.save(update_fields=["named_status", "snoozed_until"])
    events.record(ticket, "ticket.status_named", by=by, facts={**_status_facts(ticket), **_move_facts(was, ticket)})
    return ticket


def require_may_be_open(ticket: Ticket) -> None:
    """Raise MoveNotAllowed where the ticket was merged into another or is spam, or a newer one goes on with it."""
    if ticket.merged_into_id is not None:
        raise MoveNotAllowed(_("This ticket was merged into another. Undo that, and it opens again."))
    if ticket.is_spam:
        raise MoveNotAllowed(_("Say first that it is not spam."))
    if not may_be_open(ticket):
        raise MoveNotAllowed(_("The conversation goes on in a newer ticket."))


def require_fields(ticket: Ticket) -> None:
    """Raise FieldsMissing where a field is empty that the organization wants to know before a ticket is resolved."""
    fields = CustomField.objects.filter(organization=ticket.organization_id, required=True).in_use()
    lacking = [
        field.name
        for field in fields
        if field.key not in (ticket.fields if field.about == FieldAbout.TICKET else ticket.contact.fields)
    ]
    if lacking:
        raise FieldsMissing(_("Before it is resolved, fill in: %(names)s.") % {"names": ", ".join(lacking)})


def assign(ticket: Ticket, to: User | None, *, by: User | ApiKey | None, why: str = "") -> Ticket:
    """Give the ticket to a person who may see it, or to nobody; raises AssigneeCannotSee."""
    if to is not None and not may_take(ticket, to):
        raise AssigneeCannotSee(to.name)
    if ticket.assignee_id == (to.pk if to else None):
        return ticket
    was = events.state_of(ticket)
    ticket.assignee = to
    ticket.save(update_fields=["assignee"])
    kind = "ticket.assigned" if to else "ticket.unassigned"
    reason = {"why": why} if why else {}
    events.record(ticket, kind, by=by, facts={"assignee": ticket.assignee_id, **reason, **_move_facts(was, ticket)})
    if to:
        tell(ticket, Reason.ASSIGNED, [to.pk], by=by, text=ticket.preview)
    return ticket


def give_to_team(tickets: Sequence[Ticket], team: Team) -> list[Ticket]:
    """Move locked tickets to another team, in a number of statements that does not grow with them.

    Whoever has one and can't see it there has it no more. Return those that were elsewhere.
    """
    moved = [ticket for ticket in tickets if ticket.team_id != team.pk]
    holding = {ticket.assignee_id for ticket in moved if ticket.assignee_id}
    staying = _seeing(holding, team) if holding else set()
    news = [event for ticket in moved for event in _put_into(team, ticket, staying)]
    if moved:
        Ticket.objects.bulk_update(moved, ["team", "assignee"])
        events.record_many(news)
    return moved


def _put_into(team: Team, ticket: Ticket, staying: Collection[int]) -> Iterator[events.NewEvent]:
    was = events.state_of(ticket)
    ticket.team = team
    yield events.about(ticket, "ticket.moved_to_team", {"team": team.name, **_move_facts(was, ticket)})
    if ticket.assignee_id and ticket.assignee_id not in staying:
        was = events.state_of(ticket)
        ticket.assignee = None
        yield events.about(ticket, "ticket.unassigned", {"assignee": None, **_move_facts(was, ticket)})


def _seeing(people: Collection[int], team: Team) -> set[int]:
    """Return those of these people who work on tickets of this team."""
    found = User.objects.filter(pk__in=people, organization=team.organization_id).prefetch_related("teams")
    return {person.pk for person in found if person.may("ticket.change") and _sees(person, team.pk)}


def _sees(person: User, team_id: int) -> bool:
    return person.may("ticket.view_all") or any(team.pk == team_id for team in person.teams.all())


def assign_each(tickets: Sequence[Ticket], to: User | None, *, by: User | ApiKey | None, why: str) -> None:
    """Give tickets that somebody else has to a person who may see them, or to nobody, in a few statements."""
    was = {ticket.pk: events.state_of(ticket) for ticket in tickets}
    for ticket in tickets:
        ticket.assignee = to
    Ticket.objects.bulk_update(tickets, ["assignee"])
    kind, said = ("ticket.assigned" if to else "ticket.unassigned"), {"assignee": to.pk if to else None, "why": why}
    news = [events.about(ticket, kind, {**said, **_move_facts(was[ticket.pk], ticket)}) for ticket in tickets]
    events.record_many(news, by=by)
    tell_assigned(tickets, by=by)


def prioritise(ticket: Ticket, priority: Priority, *, by: User | ApiKey | None) -> Ticket:
    """Say how soon somebody should look."""
    if ticket.priority == priority:
        return ticket
    was = events.state_of(ticket)
    ticket.priority = priority
    ticket.save(update_fields=["priority"])
    events.record(ticket, "ticket.prioritised", by=by, facts=_move_facts(was, ticket))
    return ticket


def label(ticket: Ticket, names: Collection[str], *, by: User | ApiKey | None) -> Ticket:
    """Put exactly these labels on the ticket; a new word becomes a label of the organization."""
    wanted = _labels_named(ticket.organization_id, names)
    before = set(ticket.labels.values_list("name", flat=True))
    after = {one.name for one in wanted}
    if before == after:
        return ticket
    ticket.labels.set(wanted)
    facts = {"added": sorted(after - before), "removed": sorted(before - after)}
    events.record(ticket, "ticket.labelled", by=by, facts=facts)
    return ticket


def note(
    ticket: Ticket, text: str, *, by: User | ApiKey | None, client_uuid: UUID | None = None, external_id: str = ""
) -> Message:
    """Write a note for colleagues, and tell those whom it names and those who follow the ticket."""
    mentions = mentions_in(text, ticket)
    message = _new_note(ticket, text, mentions, by)
    message.external_id, message.client_uuid = external_id or None, client_uuid
    message.save(force_insert=True)
    events.record(ticket, "note.written", by=by, message=message)
    tell_of_notes([(ticket, message, mentions)], by=by)
    return message


def note_each(tickets: Sequence[Ticket], text: str, *, by: User | ApiKey | None) -> None:
    """Write the same note in each ticket, in a number of statements that only their teams add to."""
    by_team = {ticket.team_id: ticket for ticket in tickets}
    named = {team: mentions_in(text, ticket) for team, ticket in by_team.items()}
    notes = Message.objects.bulk_create([_new_note(ticket, text, named[ticket.team_id], by) for ticket in tickets])
    written = list(zip(tickets, notes, strict=True))
    events.record_many([events.about(ticket, "note.written", {}, message) for ticket, message in written], by=by)
    tell_of_notes([(ticket, message, named[ticket.team_id]) for ticket, message in written], by=by)


def _new_note(ticket: Ticket, text: str, mentions: Mentions, by: User | ApiKey | None) -> Message:
    return Message(
        organization_id=ticket.organization_id,
        ticket=ticket,
        channel_id=ticket.channel_id,
        direction=Direction.NOTE,
        visibility=Visibility.DIRECT,
        user=by if isinstance(by, User) else None,
        text=text,
        mentions=list(mentions.names) or None,
        language=ticket.language,
        sent_at=timezone.now(),
    )


def _labels_named(organization_id: int, names: Collection[str]) -> Sequence[Label]:
    cleaned = {" ".join(name.split())[:60] for name in names} - {""}
    Label.objects.bulk_create(
        [Label(organization_id=organization_id, name=name) for name in sorted(cleaned)], ignore_conflicts=True
    )
    return list(Label.objects.filter(organization=organization_id, name__in=cleaned))


def may_take(ticket: Ticket, person: User) -> bool:
    """Return whether the person works on tickets, and sees this one in its team."""
    if person.organization_id != ticket.organization_id or not person.may("ticket.change"):
        return False
    return _sees(person, ticket.team_id)


def first_not_for(tickets: Sequence[Ticket], person: User) -> Ticket | None:
    """Return the first of these tickets that the person may not have, or None; in one query."""
    prefetch_related_objects([person], "teams")
    return next((ticket for ticket in tickets if not may_take(ticket, person)), None)


def _status_facts(ticket: Ticket) -> events.Facts:
    """Return what the log says of a status beside its category."""
    until = {"until": ticket.snoozed_until.isoformat()} if ticket.snoozed_until else {}
    return until | ({"named": ticket.named_status.name} if ticket.named_status else {})


def _move_facts(was: dict[str, events.Scalar], ticket: Ticket) -> dict[str, dict[str, events.Scalar]]:
    return {"was": was, "now": events.state_of(ticket)}
