"""Asks customers whether they were content, where and when they may be asked, and takes what they answer."""

import logging
import time
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils import timezone

from brandvoice import guard
from brandvoice.models import GuardDecision
from inbox import events, outbox
from inbox.actions import replies
from inbox.actions import reply_rows as rows
from inbox.actions.customers import any_erased
from inbox.actions.reply_contexts import context_at, situation_at, with_purpose
from inbox.connectors.registry import window_ends
from inbox.models import (
    Block,
    Contact,
    CustomerConsent,
    Skip,
    StandardPurpose,
    Status,
    Survey,
    SurveyPolicy,
    SurveyState,
    Ticket,
    Visibility,
)
from inbox.queries.surveys import is_over, language_for, words_of

AT_ONCE = 100
WORK_SECONDS = 60.0
# How long a link can be answered.
OPEN_FOR = timedelta(days=14)
LONGEST_COMMENT = 2_000

logger = logging.getLogger(__name__)


class SurveyOver(Exception):
    """The customer can answer no more."""


def ask_due(now: datetime | None = None, *, seconds: float = WORK_SECONDS) -> int:
    """Ask those whose time has come, or note why not, for so long at most; return how many were looked at."""
    now, done, last, stop_at = now or timezone.now(), 0, 0, time.monotonic() + seconds
    due = Survey.objects.due(now).order_by("pk")
    # By itself: where its worker's time runs out, the one in hand would pass for a fault of ours.
    while time.monotonic() < stop_at and (found := list(due.filter(pk__gt=last).values_list("pk", "ticket")[:AT_ONCE])):
        for survey, ticket in found:
            _try_to_ask(survey, ticket, now)
        done, last = done + len(found), found[-1][0]
    return done


def _try_to_ask(survey_id: int, ticket_id: int, now: datetime) -> None:
    try:
        ask(survey_id, ticket_id, now)
    except OperationalError as error:
        # Somebody held the ticket for too long, or the database went away: it waits on, and the next round asks.
        logger.warning("Survey %s is tried again: %s", survey_id, error)
    except Exception:
        # A fault of ours with one ticket: the others must not wait for it.
        logger.exception("Survey %s could not be sent", survey_id)
        Survey.objects.due(now).filter(pk=survey_id).update(state=SurveyState.SKIPPED, skip=Skip.FAULT)


@transaction.atomic(durable=True)
def ask(survey_id: int, ticket_id: int, now: datetime) -> None:
    """Send one survey as the ticket's next message, or note why its customer is not asked."""
    ticket = Ticket.objects.lock(ticket_id)
    # Whoever asks for an erasure holds the customer.
    ticket.contact = Contact.objects.lock(ticket.contact_id)
    survey = Survey.objects.due(now).select_for_update(no_key=True).filter(pk=survey_id).first()
    if survey is None:
        return
    policy = SurveyPolicy.objects.filter(channel=ticket.channel_id, active=True).first()
    if policy and ticket.sends_at:
        # Nobody knows yet what the last word was: a reply is still to go out.
        survey.due_at = max(ticket.sends_at, now) + timedelta(minutes=policy.delay_minutes)
        survey.save(update_fields=["due_at"])
        return
    why = _obstacle(survey, ticket, policy, now)
    if policy and not why:
        why = _send(survey, ticket, policy, now)
    survey.state, survey.skip = (SurveyState.SKIPPED if why else SurveyState.ASKED), why
    survey.save(update_fields=["state", "skip", "asked_at", "expires_at", "language", "message"])


@transaction.atomic(durable=True)
def answer_survey(survey: Survey, score: int, comment: str) -> None:
    """Take what the customer says, in place of what they said before; raises SurveyOver."""
    ticket, survey = _locked(survey)
    comment = comment.strip()[:LONGEST_COMMENT]
    if (survey.score, survey.comment) == (score, comment):
        return
    survey.score, survey.comment, survey.answered_at = score, comment, timezone.now()
    survey.save(update_fields=["score", "comment", "answered_at"])
    events.record(ticket, "survey.answered", facts={"survey": survey.pk, "score": score})


@transaction.atomic(durable=True)
def stop_asking(survey: Survey) -> None:
    """Note that the customer wants to be asked no more, on no channel."""
    ticket, survey = _locked(survey)
    if survey.stopped_at is None:
        survey.stopped_at = timezone.now()
        survey.save(update_fields=["stopped_at"])
        events.record(ticket, "survey.stopped", facts={"survey": survey.pk})


def _locked(survey: Survey) -> tuple[Ticket, Survey]:
    ticket = Ticket.objects.lock(survey.ticket_id)
    survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if is_over(survey):
        raise SurveyOver
    return ticket, survey


def _obstacle(survey: Survey, ticket: Ticket, policy: SurveyPolicy | None, now: datetime) -> str:
    """Return why the customer is not to be asked, or "", by what is so now."""
    if policy is None:
        return Skip.OFF
    if ticket.status != Status.RESOLVED:
        return Skip.REOPENED
    blocked = Block.objects.standing().filter(identity=ticket.identity_id)
    if ticket.is_spam or ticket.merged_into_id or any_erased([ticket.contact]) or blocked.exists():
        return Skip.SPAM
    if ticket.first_replied_at is None:
        return Skip.UNANSWERED
    consents = CustomerConsent.objects.filter(contact=ticket.contact_id, withdrawn_at=None)
    if policy.consent and not consents.filter(purpose__iexact=policy.consent).exists():
        return Skip.CONSENT
    earlier = Survey.objects.filter(ticket__contact=ticket.contact_id)
    if earlier.filter(stopped_at__isnull=False).exists():
        return Skip.STOPPED
    lately = earlier.filter(state=SurveyState.ASKED, asked_at__gt=now - timedelta(days=policy.pause_days))
    return Skip.LATELY if lately.exists() else ""


def _send(survey: Survey, ticket: Ticket, policy: SurveyPolicy, now: datetime) -> str:
    """Queue the survey for its network as replies are; return why not, or ""."""
    language = language_for(ticket.language)
    newest = ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    reply = replies.NewReply(words_of(policy, language), "", seen=newest)
    asked = [replies.question_of(ticket.number, reply)]
    place = rows.lock(ticket.organization_id, asked, user=None, channels=None)[ticket.number]
    if place.visibility != Visibility.DIRECT:
        return Skip.PUBLIC
    ends = window_ends(place.network, place.visibility, place.last_inbound_at)
    if ends and ends <= now:
        return Skip.WINDOW
    reply = _with_purpose(reply, place)
    verdict = guard.check(reply.text, context_at(place, reply, None, situation_at([place])))
    judged = guard.Judged(place.organization_id, reply.text, verdict)
    (decision,) = guard.record_decisions([judged], guard.Door.SURVEY)
    if verdict.stops:
        return Skip.GUARD
    survey.language, survey.asked_at, survey.expires_at = language, now, now + OPEN_FOR
    _queue(survey, ticket, place, reply, decision)
    return ""


def _with_purpose(reply: replies.NewReply, place: rows.Place) -> replies.NewReply:
    """Return the survey as something that informs, where that is a purpose in use."""
    informs = any(purpose.key == StandardPurpose.INFORM for purpose in place.purposes)
    named = replies.NewReply(reply.text, "", seen=reply.seen, purpose=StandardPurpose.INFORM) if informs else reply
    return with_purpose(named, place)


def _queue(survey: Survey, ticket: Ticket, place: rows.Place, reply: replies.NewReply, decision: GuardDecision) -> None:
    """Store the message and its delivery. It is no answer: the ticket's row stays as it is, and so do its clocks."""
    message = replies.message_of(place, reply, decision, None)
    message.language = survey.language
    message.save(force_insert=True)
    message.delivery.save(force_insert=True)
    survey.message = message
    events.record(ticket, "survey.sent", message=message, facts={"survey": survey.pk})
    if not place.external:
        outbox.nudge(outbox.DELIVER)
