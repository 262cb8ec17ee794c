"""Reads what the live room needs: who may hear what, the newest event, and the words of an event."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone, translation

from accounts.models import User
from brandvoice.queries.successors import overtaken_everywhere
from inbox.models import Event, Ticket
from inbox.presence import Place
from inbox.queries import fragments
from inbox.queries.rows import TicketRow, first_of, rows_of
from inbox.queries.saved_views import views_holding

# Of an event: what it was, and at the end who wrote, by the best name we have.
_TOLD = (
    "pk",
    "kind",
    "ticket_id",
    "facts",
    "message__identity__name",
    "message__identity__username",
    "message__identity__external_id",
)

# A position's words have ceased to be usable.
OVERTAKING = frozenset({"position.superseded", "position.withdrawn", "position.expired"})
# A position's words can be used from now on.
BEGINNING = "position.begun"
# An incident changes what may go out.
CRISES = frozenset({"incident.declared", "incident.changed", "incident.ended"})
CRISES |= {"spike.found", "spike.resumed", "spike.ended", "spike.dismissed"}


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may hear: the topics of their teams, or of the whole organization."""

    user_id: int
    name: str
    organization_id: int
    language: str
    topics: frozenset[str]
    teams: frozenset[int]
    # Whether the person sees all tickets, and the saved views of every team.
    sees_all: bool
    shares_views: bool
    # The brand to which the person has narrowed their lists: where it changes, their pages look again.
    brand: int | None = None


@dataclass(frozen=True, slots=True)
class EventWords:
    """An event as the pages get it, in one language; it holds nothing that depends on who looks."""

    event_id: int
    kind: str
    ticket_id: int
    number: int
    was: Mapping[str, object] | None
    now: Mapping[str, object]
    row: str
    announce: str
    # The saved views in which the ticket stood when it was last judged.
    views: Sequence[int]

    @property
    def message(self) -> dict[str, object]:
        """Return the event as it goes over the socket."""
        return {
            "type": "event",
            "event": self.event_id,
            "kind": self.kind,
            "ticket": self.number,
            "was": self.was,
            "now": self.now,
            "row": self.row,
            "announce": self.announce,
            "views": self.views,
        }


@dataclass(frozen=True, slots=True)
class ThreadWords:
    """What an event changed in its ticket's conversation, in one language."""

    items: str
    head: str

    def message(self, words: EventWords) -> dict[str, object]:
        """Return the part as it goes over the socket."""
        return {
            "type": "items",
            "event": words.event_id,
            "ticket": words.number,
            "html": self.items,
            "head": self.head,
        }


def access_of(user_id: int) -> Access | None:
    """Return what the person may hear, or None when they may not sign in any more."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or user.organization_id is None:
        return None
    teams, sees_all = frozenset(user.teams.values_list("pk", flat=True)), user.may("ticket.view_all")
    topics = {organization_topic(user.organization_id)} if sees_all else {team_topic(pk) for pk in teams}
    return Access(
        user_id=user.pk,
        name=user.name,
        organization_id=user.organization_id,
        language=user.language,
        topics=frozenset(topics | {user_topic(user.pk)}),
        teams=teams,
        sees_all=sees_all,
        shares_views=user.may("view.share"),
        brand=user.shown_brand_id,
    )


def watchable_ticket(user_id: int, number: int) -> Place | None:
    """Return the ticket with this number if the person may see it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    ticket = Ticket.objects.visible_to(user).filter(number=number).only("organization", "team", "assignee").first()
    if ticket is None:
        return None
    people = (ticket.assignee_id,) if ticket.assignee_id else ()
    return Place(ticket.organization_id, ticket.team_id, people, ticket.pk, number)


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


def words_of(event_ids: Collection[int], language: str) -> list[EventWords]:
    """Return the words of events for the pages in this language, oldest first; a ticket that is gone has none."""
    events = Event.objects.filter(pk__in=event_ids).order_by("pk").values_list(*_TOLD, named=True)
    with translation.override(language):
        tickets = {event.ticket_id for event in events}
        rows = {row.pk: row for row in rows_of(Ticket.objects.filter(pk__in=tickets))}
        held = views_holding(tickets)
        return [
            EventWords(
                event_id=event.pk,
                kind=event.kind,
                ticket_id=row.pk,
                number=row.number,
                was=event.facts.get("was", _state(row)),
                now=event.facts.get("now", _state(row)),
                row=fragments.html_of(row),
                announce=_announcement(event.kind, event[-3:]),
                views=held.get(row.pk, ()),
            )
            for event in events
            if (row := rows.get(event.ticket_id))
        ]


def thread_words_of(told: Iterable[EventWords], language: str) -> dict[int, ThreadWords]:
    """Return what events changed in their conversations, by event, for the pages that have them open."""
    with translation.override(language):
        return {
            words.event_id: ThreadWords(fragments.items_html(words.event_id), fragments.head_html(words.ticket_id))
            for words in told
        }


def overtaken_words_of(event_id: int, language: str) -> str:
    """Return the banners for the words that this event took out of use, with where each may be shown."""
    event = Event.objects.get(pk=event_id)
    found = overtaken_everywhere(event.organization_id, event.facts["version"], now=timezone.now())
    with translation.override(language):
        return fragments.overtaken_html(found)


def _state(row: TicketRow) -> dict[str, object]:
    return {
        "status": row.status,
        "assignee": row.assignee_id,
        "team": row.team_id,
        "brand": row.brand_id,
        "priority": row.priority,
        "due": row.due.stage if row.due else 0,
        "spam": row.is_spam,
    }


def _announcement(kind: str, author: Iterable[str | None]) -> str:
    """Return what a screen reader says about the event; silence for all but customers' messages."""
    if kind != "message.received":
        return ""
    return translation.gettext("New message from %(name)s") % {"name": first_of(*author)}


def organization_topic(pk: int) -> str:
    """Return the topic of everything in an organization."""
    return f"organization.{pk}"


def team_topic(pk: int) -> str:
    """Return the topic of a team's tickets."""
    return f"team.{pk}"


def user_topic(pk: int) -> str:
    """Return the topic of what concerns one person."""
    return f"user.{pk}"
