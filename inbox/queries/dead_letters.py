"""What came to nothing, for the managers' page: replies that did not go out, and what nobody could read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import BinaryField, F, Func, Model, Prefetch, Q, QuerySet, Value

from inbox.models import Attempt, Channel, Delivery, Payload
from inbox.queries.surveys import without_keys

PAGE = 25
# Beyond this a count says "999+": it must not cost more the more there is.
COUNT_CAP = 999
# So much of a payload's body is shown, in bytes.
EXCERPT = 400

Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What the page is narrowed to; an operator, with no organization, sees all of them."""

    organization: int | None
    channel: int | None = None
    network: str = ""
    # Payloads that were read as well.
    read_too: bool = False

    @property
    def condition(self) -> Q:
        """Return the condition on deliveries, or on payloads."""
        found = Q() if self.organization is None else Q(organization=self.organization)
        found &= Q(channel=self.channel) if self.channel else Q()
        return found & (Q(channel__network=self.network) if self.network else Q())


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A reply that did not go out, every attempt at it, and since when that is so."""

    delivery: Delivery
    attempts: Sequence[Attempt]
    since: datetime


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a network pushed, and the beginning of its body as text."""

    payload: Payload
    excerpt: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first, and the id after which the next page begins; 0 where there is none."""

    rows: Sequence[Row]
    next: int


def undelivered(sieve: Sieve) -> QuerySet[Delivery]:
    """Return the replies and planned posts that did not go out, or may not have."""
    return Delivery.objects.undelivered().filter(sieve.condition)


def unread(sieve: Sieve) -> QuerySet[Payload]:
    """Return what could not be read, or whatever was pushed."""
    payloads = Payload.objects.all() if sieve.read_too else Payload.objects.unread()
    return payloads.filter(sieve.condition)


def page_of_deliveries(sieve: Sieve, after: int) -> Page[Undelivered]:
    """Return replies with what their rows show."""
    attempts = Prefetch("attempts", Attempt.objects.order_by("number"))
    rows = undelivered(sieve).select_related("channel", "ticket", "message__user", "variant__post__author")
    page = _page(rows.defer("channel__webhook_secret", "message__html").prefetch_related(attempts), after)
    return Page([_with_attempts(delivery) for delivery in page.rows], page.next)


def page_of_payloads(sieve: Sieve, after: int) -> Page[Pushed]:
    """Return payloads with what their rows show."""
    excerpt = Func(F("body"), Value(1), Value(EXCERPT), function="substring", output_field=BinaryField())
    rows = unread(sieve).select_related("channel").defer("channel__webhook_secret", "body")
    page = _page(rows, after)
    bodies = dict(Payload.objects.filter(pk__in=[payload.pk for payload in page.rows]).values_list("pk", excerpt))
    texts = {pk: without_keys(bytes(body).decode(errors="replace")) for pk, body in bodies.items()}
    return Page([Pushed(payload, texts.get(payload.pk, "")) for payload in page.rows], page.next)


def count_of(rows: QuerySet[Stored]) -> str:
    """Return how many there are, as the page says it."""
    found = rows.order_by()[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP}+" if found > COUNT_CAP else str(found)


def channels_of(organization: int | None) -> list[tuple[int, str, str]]:
    """Return the id, name and network of the channels that the page can be narrowed to."""
    own = Q() if organization is None else Q(organization=organization)
    return list(Channel.objects.filter(own).order_by("name", "pk").values_list("pk", "name", "network"))


def _page(rows: QuerySet[Stored], after: int) -> Page[Stored]:
    """Return the rows below `after`, or the newest, and whether there are more."""
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


def _with_attempts(delivery: Delivery) -> Undelivered:
    attempts = list(delivery.attempts.all())
    ended = attempts[-1].finished_at if attempts else None
    return Undelivered(delivery, attempts, delivery.settled_at or ended or delivery.created_at)
