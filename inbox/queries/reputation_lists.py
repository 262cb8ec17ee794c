"""What stands behind a number of the reputation page: messages, replies or tickets, as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.ids import named_id
from accounts.models import User
from inbox.models import Direction, Event, Message, Span, Survey, Ticket, Urgency, Verdict
from inbox.models.messages import MessageQuerySet
from inbox.models.surveys import SurveyQuerySet
from inbox.queries.listed import (
    Listed,
    gone_out,
    replies_page,
    resolutions_page,
    said_page,
    surveys_page,
    visible_messages,
)
from inbox.queries.reputation import CUTS, Wanted

SAID: Mapping[str, Q] = {
    "asked": Q(),
    "opened": Q(),
    "positive": Q(sentiment=1),
    "neutral": Q(sentiment=0),
    "negative": Q(sentiment=-1),
    "urgent": Q(urgency__gte=Urgency.SOON),
}
REPLIES = ("replies", "signed", "first_reply", "better", "worse")
DONE = ("resolved", "reopened")
RATED = ("rated", "content")
BEHIND = (*SAID, *REPLIES, *DONE, *RATED)
LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Slice:
    """One value of a kind, or everything: None."""

    cut: str
    value: str | None

    @property
    def number(self) -> int:
        """Return the id that the value is, or 0."""
        return named_id(self.value)


def read_slice(data: Mapping[str, str], wanted: Wanted) -> Slice:
    """Return which value an address asks for; of somebody with their own numbers alone, always theirs."""
    if wanted.agent_id:
        return Slice("agent", str(wanted.agent_id))
    value = data.get("value")
    cut = data.get("cut", "")
    if value is None or cut not in CUTS:
        return Slice(wanted.cut, None)
    return Slice(cut, value[:LONGEST_VALUE].replace("\0", ""))


def listed_behind(user: User, wanted: Wanted, behind: str, of: Slice, *, after: int | None) -> Listed:
    """Return a page of what one number counts."""
    if behind in SAID:
        return said_page(_said(user, wanted, behind, of), after)
    if behind in DONE:
        return resolutions_page(_done(user, wanted, behind, of), after)
    if behind in RATED:
        return surveys_page(_rated(user, wanted, behind, of), after)
    return replies_page(_replies(user, wanted, behind, of), after)


def _in_period(messages: MessageQuerySet, wanted: Wanted) -> MessageQuerySet:
    begin, end = wanted.moments
    messages = messages.filter(created_at__gte=begin, created_at__lt=end)
    return messages.filter(channel__brand=wanted.brand_id) if wanted.brand_id else messages


def _said(user: User, wanted: Wanted, behind: str, of: Slice) -> MessageQuerySet:
    said = _in_period(visible_messages(user), wanted).filter(direction=Direction.INBOUND, ticket__is_spam=False)
    said = said.filter(SAID[behind], _slice_of_messages(of))
    if behind == "opened":
        before = Message.objects.filter(ticket=OuterRef("ticket"), direction=Direction.INBOUND, pk__lt=OuterRef("pk"))
        said = said.filter(~Exists(before))
    return said


def _slice_of_messages(of: Slice) -> Q:
    if of.value is None:
        return Q()
    match of.cut:
        case "brand":
            return Q(channel__brand=of.number)
        case "channel":
            return Q(channel=of.number)
        case "team":
            return Q(ticket__team=of.number)
        case "topic":
            return Q(topic=of.value)
        case "region":
            return Q(ticket__contact__region=of.value)
        case "language":
            return Q(language=of.value) | Q(language__istartswith=f"{of.value}-") if of.value else Q(language="")
        case _:
            return Q(pk=None)


def _replies(user: User, wanted: Wanted, behind: str, of: Slice) -> MessageQuerySet:
    sent = gone_out(_in_period(visible_messages(user), wanted)).filter(_slice_of_replies(of))
    match behind:
        case "signed":
            return sent.filter(Exists(Span.objects.filter(message=OuterRef("pk"))))
        case "first_reply":
            return sent.filter(sent_at=F("ticket__first_replied_at"))
        case "better":
            return _with_moods(sent).filter(Q(after__gt=F("before")))
        case "worse":
            return _with_moods(sent).filter(Q(after__lt=F("before")))
        case _:
            return sent


def _slice_of_replies(of: Slice) -> Q:
    if of.value is None:
        return Q()
    match of.cut:
        case "agent":
            return Q(user=of.number or None)
        case "purpose":
            return Q(purpose=of.value)
        case "position":
            spans = Span.objects.filter(message=OuterRef("pk"))
            return Q(Exists(spans.filter(version__position=of.number)) if of.value else ~Exists(spans))
        case "topic":
            return Q(ticket__topic=of.value)
        case "language":
            return Q(ticket__language=of.value)
        case _:
            return _slice_of_messages(of)


def _with_moods(sent: MessageQuerySet) -> MessageQuerySet:
    """Annotate replies with how the customer felt before and in their next message."""
    said = Message.objects.filter(ticket=OuterRef("ticket"), direction=Direction.INBOUND)
    earlier = said.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("sentiment")[:1]
    later = said.filter(pk__gt=OuterRef("pk")).order_by("pk").values("sentiment")[:1]
    return sent.annotate(before=Subquery(earlier), after=Subquery(later))


def _done(user: User, wanted: Wanted, behind: str, of: Slice) -> QuerySet[Event]:
    begin, end = wanted.moments
    events = Event.objects.filter(organization=user.organization_id, kind="ticket.resolved")
    events = events.filter(created_at__gte=begin, created_at__lt=end, ticket__in=Ticket.objects.visible_to(user))
    if wanted.brand_id:
        events = events.filter(ticket__brand=wanted.brand_id)
    if behind == "reopened":
        again = Event.objects.filter(ticket=OuterRef("ticket"), kind="ticket.reopened", pk__gt=OuterRef("pk"))
        events = events.filter(Exists(again))
    return events.filter(_slice_of_done(of, person="actor", at="created_at"))


def _rated(user: User, wanted: Wanted, behind: str, of: Slice) -> SurveyQuerySet:
    begin, end = wanted.moments
    surveys = Survey.objects.answered().visible_to(user).filter(answered_at__gte=begin, answered_at__lt=end)
    surveys = surveys.filter(ticket__in=Ticket.objects.visible_to(user))
    if wanted.brand_id:
        surveys = surveys.filter(ticket__brand=wanted.brand_id)
    if behind == "content":
        surveys = surveys.with_verdict(Verdict.GOOD)
    return surveys.filter(_slice_of_done(of, person="person", at="answered_at"))


def _slice_of_done(of: Slice, *, person: str, at: str) -> Q:
    """Return the condition on what was done in the end: by whom, in which place, after which reply."""
    if of.value is None:
        return Q()
    plain = {
        "agent": Q((person, of.number or None)),
        "brand": Q(ticket__brand=of.number),
        "channel": Q(ticket__channel=of.number),
        "team": Q(team=of.number or None),
        "topic": Q(ticket__topic=of.value),
        "language": Q(ticket__language=of.value),
        "region": Q(ticket__contact__region=of.value),
    }
    return plain[of.cut] if of.cut in plain else Q(_ends_with(of, at))


def _ends_with(of: Slice, at: str) -> Exists:
    """Return the condition that a reply of this purpose, or with this position, came before that moment."""
    ours = Message.objects.answers().filter(ticket=OuterRef("ticket"), created_at__lte=OuterRef(at))
    if of.cut == "purpose":
        return Exists(ours.filter(purpose=of.value or ""))
    spans = Span.objects.filter(message=OuterRef("pk"))
    return Exists(ours.filter(Exists(spans.filter(version__position=of.number)) if of.value else ~Exists(spans)))
