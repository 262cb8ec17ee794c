"""The writer of the log. Actions call it inside their transaction; after commit every page hears of it.

Intake alone writes its events itself, in the statement that stores what they are about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from accounts.models import ApiKey, User
from inbox import batches, outbox
from inbox.models import Message, Ticket

Scalar: TypeAlias = str | int | float | bool | None
Facts: TypeAlias = Mapping[str, Scalar | Mapping[str, Scalar] | Sequence[Scalar]]

# The order of the input is the order of the ids, so that a reader of ids reads the story.
_INSERT = """
INSERT INTO inbox_event (
    actor_id, key_id, organization_id, team_id, ticket_id, message_id, kind, facts, created_at)
SELECT %(actor)s::bigint, %(key)s::bigint, new.organization, new.team, new.ticket, new.message, new.kind, new.facts,
       now()
FROM ROWS FROM (jsonb_to_recordset(%(rows)s::jsonb)
    AS (organization bigint, team bigint, ticket bigint, message bigint, kind text, facts jsonb))
    WITH ORDINALITY AS new(organization, team, ticket, message, kind, facts, position)
ORDER BY new.position
RETURNING id
"""


class Written(NamedTuple):
    """An event that intake wrote in the same statement as its rows."""

    pk: int
    kind: str
    team_id: int
    ticket_id: int
    assignee_id: int | None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be written by a set-based action."""

    kind: str
    organization_id: int
    team_id: int | None = None
    ticket_id: int | None = None
    message_id: int | None = None
    facts: Facts = field(default_factory=dict)
    # Who hears of it beside the team: the assignees before and after.
    people: tuple[int, ...] = ()
    # False where another event of the same transaction tells the pages of this one's ticket, too.
    told: bool = True


def state_of(ticket: Ticket) -> dict[str, Scalar]:
    """Return what decides in which views a ticket stands; an event that moves one carries it before and after."""
    return {
        "status": ticket.status,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
        "brand": ticket.brand_id,
        "priority": ticket.priority,
        "due": ticket.due_stage,
        "spam": ticket.is_spam,
    }


def record(
    ticket: Ticket,
    kind: str,
    *,
    by: User | ApiKey | None = None,
    message: Message | None = None,
    facts: Facts | None = None,
) -> int:
    """Write one event about a ticket, tell the pages after commit, and return its id."""
    return record_many([about(ticket, kind, facts or {}, message)], by=by)[0]


def about(ticket: Ticket, kind: str, facts: Facts, message: Message | None = None) -> NewEvent:
    """Return an event about a ticket, for those who write several at once."""
    return NewEvent(
        kind=kind,
        organization_id=ticket.organization_id,
        team_id=ticket.team_id,
        ticket_id=ticket.pk,
        message_id=message.pk if message else None,
        facts=facts,
        people=_people(ticket.assignee_id, facts),
    )


def record_about_organization(organization_id: int, kind: str, *, by: User | ApiKey | None = None, facts: Facts) -> int:
    """Write one event that belongs to no ticket (a position was signed, a channel was connected)."""
    return record_many([NewEvent(kind, organization_id, facts=facts)], by=by)[0]


def record_many(news: Sequence[NewEvent], *, by: User | ApiKey | None = None) -> list[int]:
    """Write events in one statement and tell the pages once, after commit."""
    actor = by.pk if isinstance(by, User) else None
    key = by.pk if isinstance(by, ApiKey) else None
    ids = _insert(news, actor, key)
    if any(map(_may_be_given, news)):
        outbox.nudge(outbox.ASSIGN)
    outbox.announce([_hint(new, pk) for new, pk in zip(news, ids, strict=True) if new.told])
    return ids


def announce_written(organization_id: int, news: Sequence[Written]) -> None:
    """Tell the pages, after commit, what intake wrote to the log in the same statement as its rows."""
    outbox.announce(
        [
            {
                "event": new.pk,
                "kind": new.kind,
                "organization": organization_id,
                "team": new.team_id,
                "ticket": new.ticket_id,
                "people": [new.assignee_id] if new.assignee_id else [],
            }
            for new in news
        ]
    )


def _insert(news: Sequence[NewEvent], actor: int | None, key: int | None) -> list[int]:
    rows = [
        {
            "organization": new.organization_id,
            "team": new.team_id,
            "ticket": new.ticket_id,
            "message": new.message_id,
            "kind": new.kind,
            "facts": new.facts,
        }
        for new in news
    ]
    return [pk for (pk,) in batches.run(_INSERT, rows, actor=actor, key=key)]


def _team_before(facts: Facts) -> int | None:
    """Return the team that an event took its ticket from, whose pages are to hear of it too."""
    was, now = facts.get("was"), facts.get("now")
    if not isinstance(was, Mapping) or not isinstance(now, Mapping) or was.get("team") == now.get("team"):
        return None
    team = was.get("team")
    return team if isinstance(team, int) else None


def _people(assignee: int | None, facts: Facts) -> tuple[int, ...]:
    was = facts.get("was")
    before = was.get("assignee") if isinstance(was, Mapping) else None
    return tuple(pk for pk in {assignee, before} if isinstance(pk, int))


def _may_be_given(new: NewEvent) -> bool:
    """Return whether somebody may have room after this, or a ticket that waits may fit somebody else."""
    was, now = new.facts.get("was"), new.facts.get("now")
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return any(was.get(name) != now.get(name) for name in ("status", "assignee", "team", "priority"))
    return new.kind in {"message.enriched", "ticket.labelled"}


def _hint(new: NewEvent, pk: int) -> dict[str, Scalar | list[int]]:
    """Return what goes over the layer: ids and the kind, nothing that a stranger could read from it."""
    return {
        "event": pk,
        "kind": new.kind,
        "organization": new.organization_id,
        "team": new.team_id,
        "team_before": _team_before(new.facts),
        "ticket": new.ticket_id,
        "people": list(new.people),
    }
