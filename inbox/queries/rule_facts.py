"""Reads what automation rules go by: tickets as conditions ask of them, and the events that rules answer to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.queries.hours import working_weeks
from inbox.models import Direction, Event, Label, Message, RuleRun, Survey, Ticket, TicketRule
from inbox.ticket_rules import Facts

_COLUMNS = {
    "language": "language",
    "sentiment": "sentiment",
    "urgency": "urgency",
    "topic": "topic",
    "brand": "brand_id",
    "channel": "channel_id",
    "network": "channel__network",
    "visibility": "visibility",
    "team": "team_id",
    "assignee": "assignee_id",
    "priority": "priority",
    "status": "status",
    "named_status": "named_status_id",
    "awaiting": "awaiting_reply",
    "vip": "contact__is_vip",
    "audience": "contact__audience",
    "region": "contact__region",
    "product": "product",
    "followers": "identity__followers",
    "fields": "fields",
    "customer_fields": "contact__fields",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a ticket to which rules may answer; `text` is that of its message, or None."""

    pk: int
    kind: str
    organization_id: int
    ticket_id: int
    message_id: int | None
    created_at: datetime
    facts: Mapping[str, object]
    text: str | None


def load_events(event_ids: Collection[int], *, ruled: bool = False) -> dict[int, Happened]:
    """Return these events of tickets, or where `ruled` those of organizations with rules at work; one query."""
    columns = ("pk", "kind", "organization_id", "ticket_id", "message_id", "created_at", "facts", "message__text")
    rows = Event.objects.filter(pk__in=event_ids, ticket__isnull=False).order_by("pk")
    if ruled:
        rows = rows.filter(organization__in=TicketRule.objects.filter(active=True).values("organization"))
    return {row[0]: Happened(*row) for row in rows.values_list(*columns)}


def load_facts(ticket_ids: Collection[int], *, hours: bool) -> dict[int, Facts]:
    """Return these tickets as they are now, with what the customer wrote last; one query, three more with `hours`.

    Spam and what was merged into another ticket are left out: no rule looks at those.
    """
    newest = Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.INBOUND).order_by("-sent_at", "-pk")
    answers = Survey.objects.answered().filter(ticket=OuterRef("pk")).order_by("-answered_at", "-pk")
    found = Ticket.objects.filter(pk__in=ticket_ids, merged_into=None, is_spam=False).annotate(
        said=Subquery(newest.values("text")[:1]),
        score=Subquery(answers.values("score")[:1]),
        named=ArraySubquery(Label.objects.filter(tickets=OuterRef("pk")).order_by("name").values("name")),
    )
    facts = {
        pk: Facts(text=text or "", score=score, labels=frozenset(labels), **dict(zip(_COLUMNS, values, strict=True)))
        for pk, text, score, labels, *values in found.values_list("pk", "said", "score", "named", *_COLUMNS.values())
    }
    return _with_hours(facts) if hours else facts


def about(facts: Facts, happened: Happened) -> Facts:
    """Return a ticket's facts with what the event says."""
    was, score = happened.facts.get("was"), happened.facts.get("score")
    return replace(
        facts,
        text=facts.text if happened.text is None else happened.text,
        score=score if isinstance(score, int) else facts.score,
        was=was if isinstance(was, Mapping) else {},
        added=_names(happened.facts.get("added")),
        removed=_names(happened.facts.get("removed")),
    )


def chain_of(happened: Happened) -> list[int]:
    """Return the rules whose changes led to this event, the first one first; none where it was not a rule's.

    Whoever writes events of a ticket has it locked, so that those between a run's first and last are that run's.
    """
    runs = RuleRun.objects.filter(ticket=happened.ticket_id)
    cause = runs.filter(first_event__lte=happened.pk, last_event__gte=happened.pk).order_by("-first_event").first()
    if cause is None and happened.message_id is not None:
        cause = runs.filter(message=happened.message_id).first()
    return list(cause.chain) if cause else []


def _with_hours(facts: dict[int, Facts]) -> dict[int, Facts]:
    """Say of each ticket whether its team works now."""
    now, weeks = timezone.now(), working_weeks({ticket.team for ticket in facts.values()})
    works = {team: week.is_open(now) for team, week in weeks.items()}
    return {pk: replace(ticket, working=works.get(ticket.team, True)) for pk, ticket in facts.items()}


def _names(said: object) -> frozenset[str]:
    return frozenset(str(name) for name in said) if isinstance(said, list) else frozenset()
