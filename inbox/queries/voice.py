"""The voice column: the signed wordings that answer what the customer wrote, as the page shows them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from brandvoice import assistant
from brandvoice.languages import base_language
from brandvoice.models import EditLevel, Wording
from brandvoice.models.versions import CustomerScope
from brandvoice.models.wordings import WordingQuerySet
from brandvoice.queries.purposes import names_of
from brandvoice.queries.suggest import State, Suggestion, SuggestQuery, suggest, suggestion_of
from brandvoice.queries.wordings import usable_wordings
from brandvoice.signals import NamedPurpose
from inbox.models import Direction, Message, Ticket
from inbox.queries.purposes import named_purposes
from inbox.queries.questions import TicketQuestion, answered_position, question_on
from inbox.queries.relations import address_of

# An answer speaks to what has been said since the last one; longer silences don't need more.
MOST_TEXTS = 5
# What is shorter answers a question of ours: it says little without what the customer wrote before.
SHORT = 80

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SuggestionCard:
    """One signed wording, who stands behind it and why it is shown."""

    wording_id: int
    question: str
    text: str
    signed_by: str
    signed_at: datetime
    valid_until: datetime | None
    matched: str
    percent: int
    # Whether a language model is there that may fit it to the customer.
    adaptable: bool = False
    # What it serves, in words, where that is not what the message is for.
    serves: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the voice column shows; `searched` holds the words that somebody looked for."""

    suggestions: tuple[SuggestionCard, ...]
    ms: int
    searched: str
    question: TicketQuestion | None = None
    # What may be said while the desk looks for an answer.
    holding: SuggestionCard | None = None
    # The wording with which the desk has answered this ticket.
    answer: SuggestionCard | None = None
    state: State = State.NONE
    # The customer's newest message, where it is what the column answers.
    newest: int | None = None


def voice_of(ticket: Ticket, user: User, *, searched: str = "", purpose: str = "") -> Voice:
    """Return the wordings for a ticket loaded with its channel, or for what the user looks for.

    `purpose` is the key of the one in force, as the page has it. What somebody looks for serves any.
    """
    said = [] if searched else unanswered_messages(ticket.pk)
    query = query_of(address_of(ticket), [searched] if searched else [text for _pk, text in said], user.pk)
    found = suggest(replace(query, purpose="" if searched else purpose))
    items = _ordered(found.items, query.texts) if found.state == State.CHOOSE else found.items
    names = named_purposes(ticket.organization_id) if any(item.aside for item in items) else ()
    return Voice(
        suggestions=tuple(_card(item, names) for item in items),
        ms=max(1, round(found.ms)),
        searched=searched,
        question=question_on(ticket),
        holding=None if items or searched else _holding(query),
        answer=None if searched else _answer(ticket, query),
        state=found.state,
        newest=said[-1][0] if said else None,
    )


def adapted_card(ticket: Ticket, user: User, wording_id: int, tone: str = "") -> SuggestionCard | None:
    """Return a usable wording as the language model fits it to the customer; None where it may not be used here.

    `tone` is how a message of the purpose in force is to sound.

    Raises Unavailable and NotAllowed of brandvoice.assistant.
    """
    query = query_of(address_of(ticket), unanswered_texts(ticket.pk), user.pk)
    wording = usable_in(query).filter(pk=wording_id).first()
    if wording is None:
        return None
    text = assistant.adapt(wording.text, wording.version.edit_level, query.texts, tone)
    return replace(_card(suggestion_of(wording)), text=text, adaptable=False)


def query_of(ticket: Ticket, texts: Sequence[str], person_id: int | None) -> SuggestQuery:
    """Return what a person asks of the library for a ticket loaded with its channel, brand and contact."""
    return SuggestQuery(
        organization_id=ticket.organization_id,
        brand_id=ticket.brand_id,
        network=ticket.channel.network,
        # Until a worker has told the customer's language, the brand's own is the likeliest.
        language=ticket.language or ticket.brand.language,
        texts=tuple(texts),
        person_id=person_id,
        **ticket.scope,
    )


def wording_of(position_id: int, query: SuggestQuery) -> Wording | None:
    """Return the words of a position that may be used here, in the customer's language first; None without any."""
    usable = usable_in(query).filter(version__position=position_id).order_by("pk")
    language = base_language(query.language)
    return max(usable, key=lambda wording: (wording.language == language, wording.channel_kind), default=None)


def _ordered(items: Sequence[Suggestion], said: Sequence[str]) -> Sequence[Suggestion]:
    """Let the language model, where there is one, put a choice into order; without its answer ours stays."""
    if not assistant.is_on():
        return items
    by_id = {item.position_id: item for item in items}
    try:
        ordered = [by_id[pk] for pk in assistant.order({pk: item.question for pk, item in by_id.items()}, said)]
        return sorted(ordered, key=lambda item: item.aside)
    except assistant.Unavailable as error:
        logger.info("The language model put nothing into order: %s", error)
        return items


def usable_in(query: SuggestQuery) -> WordingQuerySet:
    """Return the wordings that may be used where the query asks."""
    place = (query.organization_id, query.brand_id, query.network, query.language, timezone.now())
    scope = CustomerScope(region=query.region, audience=query.audience, product=query.product)
    usable = usable_wordings(*place, person_id=query.person_id, **scope)
    return usable.select_related("version__position", "version__signed_by", "version__signed_for")


def unanswered_texts(ticket_id: int) -> Sequence[str]:
    """Return what the customer has said since our last answer, as `unanswered_messages` finds it."""
    return [text for _pk, text in unanswered_messages(ticket_id)]


def unanswered_messages(ticket_id: int) -> Sequence[tuple[int, str]]:
    """Return what the customer has said since our last answer, oldest first; else their last message.

    Where that is short, what they said before our answer comes along.
    """
    messages = Message.objects.filter(ticket=ticket_id).exclude(direction=Direction.NOTE).without_surveys()
    messages = messages.order_by("-sent_at", "-pk")
    said: list[tuple[int, str]] = []
    for pk, direction, text in messages.values_list("pk", "direction", "text")[: MOST_TEXTS * 2]:
        if direction == Direction.OUTBOUND and sum(len(text) for _pk, text in said) >= SHORT:
            break
        if direction == Direction.INBOUND:
            said.append((pk, text))
    return said[:MOST_TEXTS][::-1]


def _holding(query: SuggestQuery) -> SuggestionCard | None:
    """Return the brand's holding statement in the customer's language, its own before that of every brand."""
    usable = usable_in(query).filter(version__position__holding=True, language=base_language(query.language))
    own_first = usable.order_by(F("version__position__brand").asc(nulls_last=True), "-channel_kind", "pk")
    wording = own_first.first()
    return _card(suggestion_of(wording)) if wording else None


def _answer(ticket: Ticket, query: SuggestQuery) -> SuggestionCard | None:
    """Return the desk's answer to this ticket's question, while it may be used."""
    position_id = answered_position(ticket)
    best = wording_of(position_id, query) if position_id is not None else None
    return _card(suggestion_of(best)) if best else None


def _card(item: Suggestion, purposes: Sequence[NamedPurpose] = ()) -> SuggestionCard:
    return SuggestionCard(
        wording_id=item.wording_id,
        question=item.question,
        text=item.text,
        signed_by=item.signed_by,
        signed_at=item.signed_at,
        valid_until=item.valid_until,
        matched=item.matched,
        percent=round(item.probability * 100),
        adaptable=_is_adaptable(item.edit_level),
        serves=", ".join(names_of(item.purposes, purposes)) if item.aside else "",
    )


def _is_adaptable(edit_level: str) -> bool:
    return assistant.is_on() and edit_level != EditLevel.VERBATIM
