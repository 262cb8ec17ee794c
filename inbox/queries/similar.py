"""Resolved tickets whose customers asked nearly the same, each with what we answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from accounts.models import User
from brandvoice.embedding import Vectors, current_embedder, embedder_for
from brandvoice.languages import base_language
from brandvoice.models import Wording
from inbox.models import Message, Span, Ticket
from inbox.models.deliveries import CAME_TO_NOTHING
from inbox.models.tickets import TicketQuerySet
from inbox.queries.openings import finds_neighbours, says_something
from inbox.queries.threads import Part, parts_of
from inbox.queries.voice import query_of, unanswered_texts, usable_in

MOST = 5
# Some have no answer that went out.
LOOKED_AT = 12
# Cosine below which two questions share a subject at best.
ALIKE = 0.55
# A team with few of a large organization's tickets finds what lies among so many neighbours; see bench_similar.
SCANNED = 20_000
# How many candidates the index keeps in mind: more find more of the true nearest, and take longer.
CANDIDATES = 100
MOST_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class SignedAgain:
    """Signed words that answered there and may be used here; `renewed` where a newer version says it otherwise."""

    wording_id: int
    text: str
    question: str
    renewed: bool


@dataclass(frozen=True, slots=True)
class SimilarTicket:
    """A resolved ticket: what its customer asked, and what we answered last."""

    number: int
    customer: str
    network: str
    network_name: str
    asked: str
    replied: Sequence[Part]
    who: str
    at: datetime
    signed: SignedAgain | None


def similar_tickets(ticket: Ticket, user: User) -> Sequence[SimilarTicket]:
    """Return the resolved tickets, among those the user may see, that ask most nearly what this one asks now.

    Empty where nothing was asked yet, and where the database finds no neighbours. The ticket is loaded with its
    channel, brand and contact.
    """
    texts = unanswered_texts(ticket.pk)
    text = "\n".join(texts)
    if not (finds_neighbours() and says_something(text)):
        return ()
    embedder = embedder_for(base_language(ticket.language or ticket.brand.language))
    column = "english" if embedder is current_embedder() else "other"
    found = _nearest(_answered(user).exclude(pk=ticket.pk), user, embedder.id, column, embedder.encode([text])[0])
    replies = _last_replies([one.pk for one in found])
    shown = [one for one in found if one.pk in replies][:MOST]
    signed = _signed_again(ticket, user, texts, [replies[one.pk] for one in shown])
    return tuple(_similar(one, replies[one.pk], signed) for one in shown)


def _answered(user: User) -> TicketQuerySet:
    return Ticket.objects.visible_to(user).resolved().filter(first_replied_at__isnull=False)


def _nearest(tickets: TicketQuerySet, user: User, embedder: str, column: str, vector: Vectors) -> Sequence[Ticket]:
    """Return the tickets whose openings are alike, nearest first; none where looking takes too long."""
    openings = tickets.filter(opening__organization=user.organization_id, opening__embedder=embedder)
    near = openings.annotate(distance=MaxInnerProduct(f"opening__{column}", HalfVector(vector))).order_by("distance")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOOK, [str(CANDIDATES), str(SCANNED), f"{MOST_MILLISECONDS}ms"])
            # The inner product comes negative: the nearest has the least.
            found = {pk: -distance for pk, distance in near.values_list("pk", "distance")[:LOOKED_AT]}
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return ()
    alike = sorted((pk for pk in found if found[pk] >= ALIKE), key=found.__getitem__, reverse=True)
    loaded = Ticket.objects.select_related("channel", "contact", "identity", "opening__message").only(*_SHOWN)
    # What was split off stands in another ticket, which the person may not see.
    here = loaded.filter(opening__message__ticket=F("pk")).in_bulk(alike)
    return [here[pk] for pk in alike if pk in here]


_SHOWN = (
    "number",
    "channel__network",
    "contact__name",
    "identity__name",
    "identity__username",
    "identity__external_id",
    "opening__message__text",
)
_LOOK = """
SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', %s, true),
       set_config('hnsw.max_scan_tuples', %s, true), set_config('statement_timeout', %s, true)
"""


def _last_replies(ticket_ids: Sequence[int]) -> Mapping[int, Message]:
    """Return, by ticket, the last thing that we said to the customer and that came to something."""
    replies = Message.objects.answers().filter(ticket__in=ticket_ids, removed_at=None)
    last = replies.exclude(delivery__state__in=CAME_TO_NOTHING).order_by("ticket", "-sent_at", "-pk").distinct("ticket")
    loaded = last.select_related("user").prefetch_related("spans__version__signed_by")
    return {reply.ticket_id: reply for reply in loaded}


def _signed_again(
    ticket: Ticket, user: User, texts: Sequence[str], replies: Sequence[Message]
) -> Mapping[int, Wording]:
    """Return, by position, the words that may be used here of those positions that the replies rest on."""
    spans = [span for reply in replies for span in _spans(reply)]
    if not spans:
        return {}
    query = query_of(ticket, texts, user.pk)
    language, used = base_language(query.language), {span.wording_id for span in spans}

    def rank(wording: Wording) -> tuple[bool, bool, str]:
        return wording.language == language, wording.pk in used, wording.channel_kind

    best: dict[int, Wording] = {}
    positions = {span.version.position_id for span in spans}
    for wording in usable_in(query).filter(version__position__in=positions).order_by("pk"):
        position_id = wording.version.position_id
        if position_id not in best or rank(wording) > rank(best[position_id]):
            best[position_id] = wording
    return best


def _similar(ticket: Ticket, reply: Message, signed: Mapping[int, Wording]) -> SimilarTicket:
    spans = _spans(reply)
    again = next((span for span in spans if span.version.position_id in signed), None)
    return SimilarTicket(
        number=ticket.number,
        customer=ticket.contact.name or ticket.identity.shown_name,
        network=ticket.channel.network,
        network_name=ticket.channel.get_network_display(),
        asked=ticket.opening.message.text,
        replied=parts_of(reply.text, spans),
        who=reply.user.name if reply.user else _("Sent through the API"),
        at=reply.sent_at,
        signed=_again(again, signed[again.version.position_id]) if again else None,
    )


def _again(span: Span, wording: Wording) -> SignedAgain:
    renewed = wording.version_id != span.version_id
    return SignedAgain(wording.pk, wording.text, wording.version.position.question, renewed)


def _spans(reply: Message) -> Sequence[Span]:
    return sorted(reply.spans.all(), key=lambda span: span.start)
