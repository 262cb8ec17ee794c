"""Tells people what concerns them, and takes note that they have seen it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey, Team, User
from inbox import outbox
from inbox.actions.pushes import queue_pushes
from inbox.models import Follower, Message, Notification, Reason, Ticket

EXCERPT = 160
MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a note names: the people, and the names as they stand in it."""

    people: frozenset[int]
    names: tuple[str, ...]


def mentions_in(text: str, ticket: Ticket) -> Mentions:
    """Return the colleagues and teams that a text names by @ and who may see the ticket; the longest name counts."""
    if "@" not in text:
        return Mentions(frozenset(), ())
    called: dict[str, set[int]] = {}
    people = User.objects.filter(organization=ticket.organization_id, is_active=True)
    for person in people.prefetch_related("teams")[:MOST_NAMES]:
        if person.may("ticket.view_all") or any(team.pk == ticket.team_id for team in person.teams.all()):
            called.setdefault(person.name.lower(), set()).add(person.pk)
    team = Team.objects.get(pk=ticket.team_id)
    members = team.members.filter(is_active=True).values_list("pk", flat=True)
    called.setdefault(team.name.lower(), set()).update(members)
    longest_first = sorted(filter(None, called), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    found = list(pattern.finditer(text))
    named = set().union(*(called[match[1].lower()] for match in found))
    return Mentions(frozenset(named), tuple(dict.fromkeys(match[0] for match in found)))


def tell(ticket: Ticket, reason: Reason, people: Iterable[int], *, by: User | ApiKey | None, text: str = "") -> None:
    """Notify these people, but not whoever did it; part of an action."""
    actor = by if isinstance(by, User) else None
    told = {pk for pk in people if actor is None or pk != actor.pk}
    excerpt, now = " ".join(text.split())[:EXCERPT], timezone.now()
    place = {"organization_id": ticket.organization_id, "ticket_id": ticket.pk, "reason": reason, "actor": actor}
    rows = [Notification(user_id=pk, excerpt=excerpt, created_at=now, **place) for pk in sorted(told)]
    store_notifications(rows)


def store_notifications(rows: Sequence[Notification]) -> None:
    """Store what people are told at one moment, have it pushed, and ring their bells; part of an action."""
    if not rows:
        return
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    people = {row.user_id for row in rows}
    queue_pushes(people, rows[0].created_at)
    announce_notified(people)


def tell_assigned(tickets: Sequence[Ticket]) -> None:
    """Notify those to whom no person gave these tickets; part of an action, in one statement."""
    now = timezone.now()
    rows = [
        Notification(
            organization_id=ticket.organization_id,
            user_id=ticket.assignee_id,
            ticket_id=ticket.pk,
            reason=Reason.ASSIGNED,
            excerpt=ticket.preview[:EXCERPT],
            created_at=now,
        )
        for ticket in tickets
        if ticket.assignee_id
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    announce_notified({row.user_id for row in rows})


def announce_notified(people: Collection[int]) -> None:
    """Let the open pages of these people look at what they are told, after commit."""

    def publish_notified() -> None:
        outbox.publish({"notified": sorted(people)})

    transaction.on_commit(publish_notified, robust=True)


def tell_of_note(ticket: Ticket, note: Message, mentions: Mentions, *, by: User | ApiKey | None) -> None:
    """Notify those whom a note names, who follow the ticket from now on, and those who follow it; part of an action."""
    follow = [
        Follower(organization_id=ticket.organization_id, ticket=ticket, user_id=pk) for pk in sorted(mentions.people)
    ]
    Follower.objects.bulk_create(follow, ignore_conflicts=True)
    tell(ticket, Reason.MENTIONED, mentions.people, by=by, text=note.text)
    others = set(ticket.followers.values_list("user", flat=True)) - mentions.people
    tell(ticket, Reason.NOTED, others, by=by, text=note.text)


def tell_followers(messages: Collection[Message]) -> None:
    """Notify those who follow the tickets of customers' messages; part of an action, in three statements."""
    said = {message.ticket_id: message for message in messages}
    now = timezone.now()
    rows = [
        Notification(
            organization_id=follower.organization_id,
            user_id=follower.user_id,
            ticket_id=follower.ticket_id,
            reason=Reason.CUSTOMER_WROTE,
            excerpt=" ".join(said[follower.ticket_id].text.split())[:EXCERPT],
            created_at=now,
        )
        for follower in Follower.objects.filter(ticket__in=said).order_by("user", "ticket")
    ]
    store_notifications(rows)


@transaction.atomic(durable=True)
def follow_ticket(ticket: Ticket, *, by: User) -> None:
    """Have the person told what happens in this ticket."""
    place = {"ticket": ticket, "user": by}
    Follower.objects.get_or_create(**place, defaults={"organization_id": ticket.organization_id})


@transaction.atomic(durable=True)
def unfollow_ticket(ticket: Ticket, *, by: User) -> None:
    """Have the person told no more."""
    Follower.objects.filter(ticket=ticket, user=by).delete()


@transaction.atomic(durable=True)
def see_notifications(*, by: User, ticket: Ticket | None = None) -> int:
    """Note that the person has seen what they were told, of one ticket or of all; return how many."""
    unseen = Notification.objects.filter(user=by, seen_at=None)
    if ticket is not None:
        unseen = unseen.filter(ticket=ticket)
    seen = unseen.update(seen_at=timezone.now())
    if seen:
        announce_notified([by.pk])
    return seen
