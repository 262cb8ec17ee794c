"""Asks the demo's customers whether they were content, as far as they write privately; most of them answer."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from uuid import uuid4

from django.db import connection
from django.db.models import F

from inbox import events
from inbox.actions.surveys import OPEN_FOR
from inbox.management.demo.people import Company
from inbox.models import (
    Delivery,
    DeliveryState,
    Direction,
    Message,
    Network,
    Skip,
    StandardPurpose,
    Status,
    Survey,
    SurveyPolicy,
    SurveyState,
    Ticket,
    Visibility,
)
from inbox.queries.surveys import language_for, words_of

_NETWORKS = (Network.EMAIL, Network.WHATSAPP)
# What one customer after the other answers; None: nothing.
_SCORES = (5, None, 4, 5, None, 2, 4, None, 5, None, 3, 5, None, 1, 4)
# By language and score; most say nothing more.
_COMMENTS: dict[str, dict[int, tuple[str, ...]]] = {
    "en": {
        5: ("Quick and clear. Thank you!", "", "Solved while I was still on the train.", ""),
        4: ("", "Friendly, and I know what to do now.", ""),
        2: ("It took too long.", "I still do not know when my money comes."),
        1: ("I had to ask three times.",),
    },
    "de": {
        5: ("Schnell und freundlich, danke!", "", "", "Endlich eine klare Auskunft."),
        4: ("", "Gut erklärt.", ""),
        2: ("Das hat zu lange gedauert.", ""),
        1: ("Geholfen hat mir das nicht.",),
    },
    "es": {
        5: ("Rápido y amable. ¡Gracias!", "", "Así da gusto."),
        4: ("", "Bien explicado.", ""),
        2: ("Tardaron demasiado.", ""),
        1: ("No me ayudó nada.",),
    },
}


def ask_customers(company: Company, now: datetime) -> None:
    """Have the customers of e-mail and WhatsApp asked an hour after their tickets were resolved; a few statements."""
    places = [channel for channel in company.channels.values() if channel.network in _NETWORKS]
    mine = {"organization": company.organization, "active": True}
    made = SurveyPolicy.objects.bulk_create([SurveyPolicy(**mine, channel=channel) for channel in places])
    policies = {policy.channel_id: policy for policy in made}
    done = Ticket.objects.filter(channel__in=places, status=Status.RESOLVED, visibility=Visibility.DIRECT)
    answered = done.filter(first_replied_at__isnull=False, merged_into=None, assignee__isnull=False)
    tickets = list(answered.select_related("assignee").order_by("resolved_at", "pk"))
    surveys = list(_surveys(tickets, policies, now))
    asked = [survey for survey in surveys if survey.state == SurveyState.ASKED]
    _send(asked, policies)
    Survey.objects.bulk_create(surveys)
    _log(asked, company.organization.pk)


def _surveys(tickets: Iterable[Ticket], policies: dict[int, SurveyPolicy], now: datetime) -> Iterable[Survey]:
    """Yield a survey for each ticket; nobody is asked twice."""
    scores, known = cycle(_SCORES), set[int]()
    for ticket in tickets:
        due = (ticket.resolved_at or now) + timedelta(minutes=policies[ticket.channel_id].delay_minutes)
        if due > now:
            continue
        survey = Survey(
            organization_id=ticket.organization_id, ticket=ticket, channel_id=ticket.channel_id,
            team_id=ticket.team_id, person=ticket.assignee, key=secrets.token_urlsafe(16), due_at=due,
        )  # fmt: skip
        if ticket.contact_id in known:
            survey.state, survey.skip = SurveyState.SKIPPED, Skip.LATELY
        else:
            _ask(survey, language_for(ticket.language), next(scores), now)
        known.add(ticket.contact_id)
        yield survey


def _ask(survey: Survey, language: str, score: int | None, now: datetime) -> None:
    survey.state, survey.asked_at, survey.expires_at = SurveyState.ASKED, survey.due_at, survey.due_at + OPEN_FOR
    survey.language, said_at = language, survey.due_at + timedelta(minutes=20 + 13 * (score or 0))
    if score and said_at <= now:
        survey.score, survey.answered_at = score, said_at
        words = _COMMENTS[language].get(score, ("",))
        survey.comment = words[survey.ticket.number % len(words)]


def _send(asked: Sequence[Survey], policies: dict[int, SurveyPolicy]) -> None:
    """Store what was sent, as if the networks had taken it."""
    messages = Message.objects.bulk_create([_message(one, policies[one.channel_id]) for one in asked])
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(created_at=F("sent_at"))
    for survey, message in zip(asked, messages, strict=True):
        survey.message = message
    Delivery.objects.bulk_create(
        [
            Delivery(
                organization_id=message.organization_id, channel_id=message.channel_id, ticket_id=message.ticket_id,
                message=message, state=DeliveryState.SENT, idempotency_key=uuid4(), due_at=message.sent_at,
                claimed_at=message.sent_at, settled_at=message.sent_at, attempt_count=1,
            )
            for message in messages
        ]
    )  # fmt: skip


def _message(survey: Survey, policy: SurveyPolicy) -> Message:
    return Message(
        organization_id=survey.organization_id, ticket_id=survey.ticket_id, channel_id=survey.channel_id,
        direction=Direction.OUTBOUND, visibility=Visibility.DIRECT, text=words_of(policy, survey.language),
        language=survey.language, purpose=StandardPurpose.INFORM, external_id=f"demo-survey-{survey.ticket_id}",
        sent_at=survey.due_at,
    )  # fmt: skip


def _log(asked: Sequence[Survey], organization_id: int) -> None:
    """Write down what happened, when it did."""
    sent = [_event("survey.sent", one, {"survey": one.pk}) for one in asked]
    said = [_event("survey.answered", one, {"survey": one.pk, "score": one.score}) for one in asked if one.score]
    events.record_many([*sent, *said])
    with connection.cursor() as cursor:
        cursor.execute(_DATE_EVENTS, [organization_id])


def _event(kind: str, survey: Survey, facts: events.Facts) -> events.NewEvent:
    message = survey.message_id if kind == "survey.sent" else None
    return events.NewEvent(kind, survey.organization_id, survey.team_id, survey.ticket_id, message, facts=facts)


_DATE_EVENTS = """
UPDATE inbox_event e SET created_at = CASE e.kind WHEN 'survey.sent' THEN s.asked_at ELSE s.answered_at END
FROM inbox_survey s
WHERE s.organization_id = %s AND e.ticket_id = s.ticket_id AND e.kind IN ('survey.sent', 'survey.answered')
"""
