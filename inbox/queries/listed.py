"""What stands behind a number: exactly the messages, offers or replies that it counts, as they are now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice.models import Habit, Position
from brandvoice.queries.usage import PeriodFilter
from inbox.models import Direction, Event, Message, Offer, Span, SpanEdit, Survey, Ticket
from inbox.models.deliveries import CAME_TO_NOTHING
from inbox.models.messages import MessageQuerySet
from inbox.models.offers import UNASKED, OfferQuerySet
from inbox.models.surveys import SurveyQuerySet
from inbox.queries.threads import Part, parts_of

PAGE = 50
# What a topic's numbers count, and what a position's do: of the one by offers, of the other by replies.
ANSWERS = ("asked", "signed", "free", "open")
OFFERED = ("shown", "inserted", "accepted", "rejected")
SENT = ("unchanged", "edited", "sent")


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One thing that a number counts, and where it happened."""

    number: int
    customer: str
    network: str
    network_name: str
    at: datetime
    who: str
    note: str
    # What the customer wrote; "" where the reply alone is listed.
    said: str
    replied: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, newest first, and where the next one starts."""

    rows: tuple[ListedRow, ...]
    next: int | None


def messages_counted(user: User, wanted: PeriodFilter, answer: str, *, topic: str | None, after: int | None) -> Listed:
    """Return customers' messages of a period, of one topic or of all (None), by how they were answered."""
    said = _in_places(
        visible_messages(user).filter(direction=Direction.INBOUND, created_at__gte=_begin(wanted)), wanted
    )
    if topic is not None:
        said = said.filter(topic=topic)
    if wanted.language:
        spoken = Lower(Coalesce(NullIf("language", Value("")), "ticket__language"))
        base = Func(spoken, Value("-"), Value(1), function="split_part", output_field=CharField())
        said = said.annotate(spoken=base).filter(spoken=wanted.language)
    said = _answered(said, answer)
    found = list(_paged(said, after).select_related("ticket__contact", "ticket__channel")[: PAGE + 1])
    answers = _replies({pk for message in found if (pk := message.answer)})  # type: ignore[attr-defined]  # annotated
    rows = [_message_row(message, answers.get(message.answer)) for message in found[:PAGE]]  # type: ignore[attr-defined]  # annotated
    return _page(rows, [message.pk for message in found])


def usage_counted(
    user: User, position: Position, wanted: PeriodFilter, what: str, *, version_id: int | None, after: int | None
) -> Listed:
    """Return what one number of a position, or of one of its versions, counts."""
    if what in SENT:
        return _sent(user, position, wanted, version_id, what, after)
    offers = _offers(user, position, wanted, version_id)
    match what:
        case "inserted":
            offers = offers.filter(Q(inserted_at__isnull=False) | Q(used=True))
        case "accepted" | "rejected":
            offers = offers.unasked().filter(used=what == "accepted")
        case _:
            offers = offers.unasked()
    loaded = offers.select_related("ticket__contact", "ticket__channel", "message", "user").order_by("-pk")
    found = list((loaded.filter(pk__lt=after) if after else loaded)[: PAGE + 1])
    replies = _replies({offer.reply_id for offer in found if offer.reply_id})
    rows = [_offer_row(offer, replies.get(offer.reply_id or 0)) for offer in found[:PAGE]]
    return _page(rows, [offer.pk for offer in found])


def habit_counted(user: User, habit: Habit, *, since: datetime, after: int | None) -> Listed:
    """Return the replies in which a habit shows."""
    edits = SpanEdit.objects.filter(version=habit.version_id, was_key=habit.was_key, now_key=habit.now_key)
    spans = edits.filter(written_at__gte=since).values("span__message")
    return replies_page(gone_out(visible_messages(user)).filter(pk__in=spans), after)


def visible_messages(user: User) -> MessageQuerySet:
    """Return all that was said in tickets that the person may see."""
    return Message.objects.filter(organization=user.organization_id, ticket__in=Ticket.objects.visible_to(user))


def _begin(wanted: PeriodFilter) -> datetime:
    return datetime.combine(wanted.since, time.min, UTC)


def _in_places(messages: MessageQuerySet, wanted: PeriodFilter) -> MessageQuerySet:
    if wanted.brand_id:
        messages = messages.filter(channel__brand=wanted.brand_id)
    return messages.filter(channel__network=wanted.network) if wanted.network else messages


def gone_out(messages: MessageQuerySet) -> MessageQuerySet:
    """Return replies, those that came to nothing left out."""
    return messages.answers().exclude(delivery__state__in=CAME_TO_NOTHING)


def _answered(said: MessageQuerySet, answer: str) -> MessageQuerySet:
    """Annotate each message with the reply that answered it, and return those answered so."""
    later = Q(sent_at__gt=OuterRef("sent_at")) | Q(sent_at=OuterRef("sent_at"), pk__gt=OuterRef("pk"))
    replies = gone_out(Message.objects.filter(later, ticket=OuterRef("ticket"))).order_by("sent_at", "pk")
    found = said.annotate(answer=Subquery(replies.values("pk")[:1]))
    signed = Exists(Span.objects.filter(message=OuterRef("answer")))
    match answer:
        case "signed":
            return found.filter(signed)
        case "free":
            return found.filter(~signed, answer__isnull=False)
        case "open":
            return found.filter(answer__isnull=True)
        case _:
            return found


def _offers(user: User, position: Position, wanted: PeriodFilter, version_id: int | None) -> OfferQuerySet:
    offers = Offer.objects.visible_to(user).filter(version__position=position, shown_at__gte=_begin(wanted))
    asked = {
        "version": version_id,
        "ticket__channel__brand": wanted.brand_id,
        "ticket__channel__network": wanted.network,
        "wording__language": wanted.language,
    }
    return offers.filter(**{name: value for name, value in asked.items() if value})


def _sent(
    user: User, position: Position, wanted: PeriodFilter, version_id: int | None, what: str, after: int | None
) -> Listed:
    spans = Span.objects.filter(message=OuterRef("pk"), version__position=position, edited__isnull=False)
    if version_id:
        spans = spans.filter(version=version_id)
    if wanted.language:
        spans = spans.filter(wording__language=wanted.language)
    replies = _in_places(gone_out(visible_messages(user)).filter(created_at__gte=_begin(wanted)), wanted)
    replies, changed = replies.filter(Exists(spans)), Exists(spans.filter(edited=True))
    if what != "sent":
        replies = replies.filter(changed if what == "edited" else ~changed)
    return replies_page(replies, after)


def said_page(said: MessageQuerySet, after: int | None) -> Listed:
    """Return a page of customers' messages, without what was answered."""
    found = list(_paged(said, after).select_related("ticket__contact", "ticket__channel")[: PAGE + 1])
    return _page([_message_row(message, None) for message in found[:PAGE]], [message.pk for message in found])


def resolutions_page(events: QuerySet[Event], after: int | None) -> Listed:
    """Return a page of tickets that were resolved, each with when and by whom."""
    events = (events.filter(pk__lt=after) if after else events).order_by("-pk")
    found = list(events.select_related("ticket__contact", "ticket__channel", "actor")[: PAGE + 1])
    rows = [_resolution_row(event) for event in found[:PAGE]]
    return _page([row for row in rows if row], [event.pk for event in found])


def surveys_page(surveys: SurveyQuerySet, after: int | None) -> Listed:
    """Return a page of what customers have answered, each with whose ticket it was."""
    surveys = (surveys.filter(pk__lt=after) if after else surveys).order_by("-pk")
    found = list(surveys.select_related("ticket__contact", "ticket__channel", "person")[: PAGE + 1])
    return _page([_survey_row(survey) for survey in found[:PAGE]], [survey.pk for survey in found])


def replies_page(replies: MessageQuerySet, after: int | None) -> Listed:
    """Return a page of replies, with what of them was signed."""
    loaded = _paged(replies, after).select_related("ticket__contact", "ticket__channel", "user")
    found = list(loaded.prefetch_related("spans__version__signed_by")[: PAGE + 1])
    return _page([_reply_row(message) for message in found[:PAGE]], [message.pk for message in found])


def _paged(messages: MessageQuerySet, after: int | None) -> MessageQuerySet:
    return (messages.filter(pk__lt=after) if after else messages).order_by("-pk")


def _page(rows: Iterable[ListedRow], found: Sequence[int]) -> Listed:
    return Listed(tuple(rows), found[PAGE - 1] if len(found) > PAGE else None)


def _replies(pks: Iterable[int]) -> dict[int, Message]:
    return Message.objects.select_related("user").prefetch_related("spans__version__signed_by").in_bulk(pks)


def _parts(message: Message | None) -> Sequence[Part]:
    return parts_of(message.text, sorted(message.spans.all(), key=lambda span: span.start)) if message else ()


def _name(user: User | None) -> str:
    return user.name if user else _("Sent through the API")


def _message_row(message: Message, answer: Message | None) -> ListedRow:
    return _row(
        message.ticket, message, message.sent_at, _name(answer.user) if answer else "", "", message.text, answer
    )


def _offer_row(offer: Offer, reply: Message | None) -> ListedRow:
    place = _("place %(rank)d, %(percent)d %%") if offer.state in UNASKED and offer.rank else ""
    shown = place % {"rank": offer.rank, "percent": round(100 * (offer.probability or 0))} if place else ""
    note = " · ".join(filter(None, (str(offer.get_state_display()), shown)))
    return _row(offer.ticket, offer.message, offer.shown_at, offer.user.name, note, offer.message.text, reply)


def _reply_row(message: Message) -> ListedRow:
    return _row(message.ticket, message, message.sent_at, _name(message.user), "", "", message)


def _resolution_row(event: Event) -> ListedRow | None:
    ticket = event.ticket
    if ticket is None:
        return None
    who = event.actor.name if event.actor else ""
    channel = ticket.channel
    return ListedRow(
        ticket.number, ticket.contact.name, channel.network, channel.get_network_display(), event.created_at, who, "",
        ticket.preview, (),
    )  # fmt: skip


def _survey_row(survey: Survey) -> ListedRow:
    note = _("%(score)s of 5") % {"score": survey.score}
    at, who = survey.answered_at or survey.due_at, survey.person.name if survey.person else ""
    channel = survey.ticket.channel
    return ListedRow(
        survey.ticket.number, survey.ticket.contact.name, channel.network, channel.get_network_display(), at, who, note,
        survey.comment, (),
    )  # fmt: skip


def _row(
    ticket: Ticket, message: Message, at: datetime, who: str, note: str, said: str, reply: Message | None
) -> ListedRow:
    channel = ticket.channel
    return ListedRow(
        number=ticket.number,
        customer=ticket.contact.name,
        network=channel.network,
        network_name=channel.get_network_display(),
        at=at,
        who=who,
        note=note,
        said=said,
        replied=_parts(reply),
    )
