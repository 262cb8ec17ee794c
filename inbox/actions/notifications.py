"""Tells people what concerns them, and takes note that they have seen it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey, Team, User
from inbox import outbox
from inbox.actions.pushes import queue_pushes
from inbox.models import Follower, Message, Notification, Post, Reason, Ticket

EXCERPT = 160
MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a note names: the people, and the names as they stand in it."""

    people: frozenset[int]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What one person is told of one ticket; `text` is shortened."""

    ticket: Ticket
    person: int
    text: str


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
    tell_each([News(ticket, pk, text) for pk in sorted(set(people))], reason, by=by)


def tell_each(news: Iterable[News], reason: Reason, *, by: User | ApiKey | None = None) -> None:
    """Notify each person of their ticket, but not whoever did it; part of an action, in a few statements."""
    actor, now = by if isinstance(by, User) else None, timezone.now()
    rows = [
        Notification(
            organization_id=one.ticket.organization_id,
            user_id=one.person,
            ticket_id=one.ticket.pk,
            reason=reason,
            actor=actor,
            excerpt=" ".join(one.text.split())[:EXCERPT],
            created_at=now,
        )
        for one in news
        if actor is None or one.person != actor.pk
    ]
    store_notifications(rows)


def store_notifications(rows: Sequence[Notification]) -> None:
    """Store what people are told at one moment, have it pushed, and ring their bells; part of an action."""
    if not rows:
        return
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    people = {row.user_id for row in rows}
    queue_pushes(people, rows[0].created_at)
    announce_notified(people)


def tell_assigned(tickets: Iterable[Ticket], *, by: User | ApiKey | None = None) -> None:
    """Notify those who have these tickets now, but not whoever gave them; part of an action."""
    news = [News(ticket, ticket.assignee_id, ticket.preview) for ticket in tickets if ticket.assignee_id]
    tell_each(news, Reason.ASSIGNED, by=by)


def announce_notified(people: Collection[int]) -> None:
    """Let the open pages of these people look at what they are told, after commit."""

    def publish_notified() -> None:
        outbox.publish({"notified": sorted(people)})

    transaction.on_commit(publish_notified, robust=True)


def tell_of_notes(notes: Sequence[tuple[Ticket, Message, Mentions]], *, by: User | ApiKey | None) -> None:
    """Notify those whom notes name, who follow the tickets from now on, and those who follow them; part of an action.

    In a fixed number of statements; no two of the notes are in one ticket.
    """
    follow = [
        Follower(organization_id=ticket.organization_id, ticket=ticket, user_id=pk)
        for ticket, _note, mentions in notes
        for pk in sorted(mentions.people)
    ]
    Follower.objects.bulk_create(follow, ignore_conflicts=True)
    called = [News(ticket, pk, note.text) for ticket, note, said in notes for pk in sorted(said.people)]
    tell_each(called, Reason.MENTIONED, by=by)
    in_ticket = {ticket.pk: (ticket, note.text, said.people) for ticket, note, said in notes}
    following = Follower.objects.filter(ticket__in=in_ticket).order_by("user", "ticket").values_list("ticket", "user")
    others = [(*in_ticket[pk], user) for pk, user in following]
    noted = [News(ticket, user, text) for ticket, text, called_there, user in others if user not in called_there]
    tell_each(noted, Reason.NOTED, by=by)


def tell_followers(messages: Collection[Message]) -> None:
    """Notify those who follow the tickets of customers' messages; part of an action, in a few statements."""
    said = {message.ticket_id: message for message in messages}
    following = Follower.objects.filter(ticket__in=said).order_by("user", "ticket").select_related("ticket")
    news = [News(one.ticket, one.user_id, said[one.ticket_id].text) for one in following]
    tell_each(news, Reason.CUSTOMER_WROTE)


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
def see_notifications(*, by: User, ticket: Ticket | None = None, post: Post | None = None) -> int:
    """Note that the person has seen what they were told, of one ticket or post or of all; return how many."""
    unseen = Notification.objects.filter(user=by, seen_at=None)
    if ticket is not None:
        unseen = unseen.filter(ticket=ticket)
    if post is not None:
        unseen = unseen.filter(post=post)
    seen = unseen.update(seen_at=timezone.now())
    if seen:
        announce_notified([by.pk])
    return seen
