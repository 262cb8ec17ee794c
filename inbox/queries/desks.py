"""One open ticket as one person sees it: head, thread, composer, and what can be done with it."""

from dataclasses import dataclass

from accounts.models import User
from inbox.models import Follower, Label, NamedStatus, Priority, Ticket, Visibility
from inbox.queries.composers import Composer, composer_of
from inbox.queries.later import LaterChoice, clock_there, snooze_choices
from inbox.queries.relations import Relations, relations_of
from inbox.queries.rows import with_row
from inbox.queries.saying import may_say
from inbox.queries.threads import ThreadItem, TicketHead, head_of, thread_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take the ticket."""

    pk: int
    name: str
    is_away: bool


@dataclass(frozen=True, slots=True)
class PriorityChoice:
    """A priority that the ticket may get."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """A label of the organization and whether the ticket carries it."""

    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the templates of an open ticket touch."""

    head: TicketHead
    items: list[ThreadItem]
    composer: Composer
    colleagues: tuple[Colleague, ...]
    label_choices: tuple[LabelChoice, ...]
    priority_choices: tuple[PriorityChoice, ...]
    snooze_choices: tuple[LaterChoice, ...]
    status_choices: tuple[NamedStatus, ...]
    follows: bool
    relations: Relations


def open_ticket(number: int, user: User) -> Ticket:
    """Return the ticket with what its pages touch; raises Ticket.DoesNotExist where the user may not see it."""
    return with_row(Ticket.objects.visible_to(user)).get(number=number)


def desk_of(ticket: Ticket, user: User) -> Desk:
    """Return everything about a ticket loaded by `open_ticket`."""
    head = head_of(ticket)
    labels = Label.objects.visible_to(user).order_by("name", "pk").values_list("name", flat=True)[:100]
    return Desk(
        head=head,
        items=thread_of(ticket.pk),
        composer=composer_of(ticket, user),
        colleagues=colleagues_of(ticket, user),
        label_choices=tuple(LabelChoice(name, name in head.labels) for name in labels),
        priority_choices=tuple(PriorityChoice(str(value), str(name)) for value, name in reversed(Priority.choices)),
        snooze_choices=snooze_choices(clock_there(user.organization)),
        relations=relations_of(ticket, user),
        status_choices=tuple(NamedStatus.objects.visible_to(user).in_order()[:100]),
        follows=Follower.objects.filter(ticket=ticket, user=user).exists(),
    )


def colleagues_of(ticket: Ticket, user: User, *, saying: str = Visibility.DIRECT) -> tuple[Colleague, ...]:
    """Return those to whom this person may give the ticket, or a reply that is read by those whom `saying` names."""
    if not user.may("ticket.assign_others"):
        return ()
    team = User.objects.filter(teams=ticket.team_id, is_active=True).exclude(pk=user.pk).order_by("name", "pk")
    able = [person for person in team[:100] if person.may("ticket.change") and may_say(person, saying)]
    return tuple(Colleague(person.pk, person.name, person.away_since is not None) for person in able)
