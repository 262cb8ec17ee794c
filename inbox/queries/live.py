"""Reads what the live room needs: who may hear what, the newest event, and the words of an event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils import translation

from accounts.models import User
from inbox.models import Event, Ticket
from inbox.queries import fragments


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may hear: the topics of their teams, or of the whole organization."""

    user_id: int
    organization_id: int
    language: str
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class EventWords:
    """An event as the pages get it, in one language; it holds nothing that depends on who looks."""

    event_id: int
    kind: str
    organization_id: int
    team_id: int | None
    ticket_id: int
    number: int
    was: Mapping[str, object] | None
    now: Mapping[str, object]
    row: str
    announce: str


@dataclass(frozen=True, slots=True)
class ThreadWords:
    """What an event changed in its ticket's conversation, in one language."""

    items: str
    head: str


def access_of(user_id: int) -> Access | None:
    """Return what the person may hear, or None when they may not sign in any more."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or user.organization_id is None:
        return None
    if user.may("ticket.view_all"):
        topics = frozenset({organization_topic(user.organization_id)})
    else:
        topics = frozenset(team_topic(pk) for pk in user.teams.values_list("pk", flat=True))
    return Access(user.pk, user.organization_id, user.language, topics | {user_topic(user.pk)})


def watchable_ticket(user_id: int, number: int) -> int | None:
    """Return the id of the ticket with this number if the person may see it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    return Ticket.objects.visible_to(user).filter(number=number).values_list("pk", flat=True).first()


def still_watchable(user_id: int, ticket_id: int | None) -> int | None:
    """Return the ticket's id while the person may see it."""
    if ticket_id is None:
        return None
    user = User.objects.get(pk=user_id)
    return Ticket.objects.visible_to(user).filter(pk=ticket_id).values_list("pk", flat=True).first()


def newest_events(topics: Iterable[str]) -> dict[str, int]:
    """Return the id of the newest event of each team or organization topic; each is one look into an index."""
    wanted = [[*topic.split("."), topic] for topic in topics if not topic.startswith("user.")]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [[w[2] for w in wanted], [w[0] for w in wanted], [int(w[1]) for w in wanted]])
        return dict(cursor.fetchall())


_NEWEST = """
SELECT topic, coalesce(CASE kind
    WHEN 'team' THEN (SELECT id FROM inbox_event WHERE team_id = pk ORDER BY id DESC LIMIT 1)
    ELSE (SELECT id FROM inbox_event WHERE organization_id = pk ORDER BY id DESC LIMIT 1) END, 0)
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS t(topic, kind, pk)
"""


def words_of(event_id: int, language: str) -> EventWords | None:
    """Return the event's words for the pages, rendered in `language`; None when the ticket is gone."""
    event = Event.objects.select_related("ticket", "message__identity").filter(pk=event_id).first()
    if event is None or event.ticket is None:
        return None
    with translation.override(language):
        return EventWords(
            event_id=event.pk,
            kind=event.kind,
            organization_id=event.organization_id,
            team_id=event.team_id,
            ticket_id=event.ticket.pk,
            number=event.ticket.number,
            was=event.facts.get("was", _state(event.ticket)),
            now=event.facts.get("now", _state(event.ticket)),
            row=fragments.row_html(event.ticket.pk),
            announce=_announcement(event),
        )


def thread_words_of(event_id: int, ticket_id: int, language: str) -> ThreadWords:
    """Return what the event changed in the conversation, for the pages that have the ticket open."""
    with translation.override(language):
        return ThreadWords(items=fragments.items_html(event_id), head=fragments.head_html(ticket_id))


def _state(ticket: Ticket) -> dict[str, object]:
    return {
        "status": ticket.status,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
        "brand": ticket.brand_id,
        "priority": ticket.priority,
    }


def _announcement(event: Event) -> str:
    """Return what a screen reader says about the event; silence for all but customers' messages."""
    if event.kind != "message.received" or event.message is None or event.message.identity is None:
        return ""
    return translation.gettext("New message from %(name)s") % {"name": event.message.identity.shown_name}


def organization_topic(pk: int) -> str:
    """Return the topic of everything in an organization."""
    return f"organization.{pk}"


def team_topic(pk: int) -> str:
    """Return the topic of a team's tickets."""
    return f"team.{pk}"


def user_topic(pk: int) -> str:
    """Return the topic of what concerns one person."""
    return f"user.{pk}"
