"""Reads spikes for the bar, the list and their pages; what they are about, and which messages are behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery, Sum, Value
from django.utils import timezone

from accounts.models import Brand, User
from inbox.models import Message, Sentiment, Spike, SpikeCount, Ticket
from inbox.models.messages import MessageQuerySet
from inbox.queries.clusters import LONGEST_TEXT
from inbox.queries.incidents import says
from inbox.spike_findings import Recent, Series
from inbox.spikes import LEARNING, WINDOW

PAGE = 50
MOST_SHOWN = 20
# A curve has so many steps at most: of ten minutes, else of an hour.
MOST_STEPS = 48


@dataclass(frozen=True, slots=True)
class SpikeBar:
    """What stands across the top of the pages of those who may declare an incident: the newest, and how many more."""

    spike: Spike
    others: int


@dataclass(frozen=True, slots=True)
class Learning:
    """A brand of which nothing is unusual yet: it is judged from a moment on; None before its first message."""

    brand: str
    judged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """What came in one step of the curve, and where its bar stands in the drawing (of 100 by 100)."""

    at: datetime
    customers: int
    negative: int
    x: float
    width: float
    height: float
    angry_height: float

    @property
    def y(self) -> float:
        """Return where the bar begins, from above."""
        return 100 - self.height

    @property
    def angry_y(self) -> float:
        """Return where the bar of the angry ones begins, from above."""
        return 100 - self.angry_height


@dataclass(frozen=True, slots=True)
class Curve:
    """How a spike went: its steps, each so many minutes long, and how many customers are usual in one."""

    steps: tuple[Step, ...]
    minutes: int
    usual: float
    usual_y: float
    most: int


@dataclass(frozen=True, slots=True)
class Side:
    """What came before or after something was done: customers an hour, and which share of the messages was angry."""

    hours: float
    messages: int
    hourly: float
    angry: float | None


@dataclass(frozen=True, slots=True)
class SpikeFigures:
    """What is behind a spike, in tickets and messages that the reader may see."""

    customers: int
    messages: int
    negative: int
    reach: int


def belongs(spike: Spike, message: Recent) -> bool:
    """Return whether a message is about what a spike is about."""
    if message.topic and message.topic in spike.topics:
        return True
    if spike.phrases:
        return says(tuple(spike.phrases), message.text)
    return not spike.topics and spike.channel_id in (None, message.channel)


def spike_bar_of(user: User) -> SpikeBar | None:
    """Return the bar of this person's pages; None where nothing is unusual, or it is not for them to declare."""
    if user.organization_id is None or not user.may("incident.declare"):
        return None
    proposed = list(Spike.objects.visible_to(user).proposed().select_related("brand", "channel").order_by("-pk"))
    return SpikeBar(proposed[0], len(proposed) - 1) if proposed else None


def spikes_of(user: User, *, before: int | None = None) -> list[Spike]:
    """Return what is unusual and what has been, newest first; those older than `before` where it is given."""
    found = Spike.objects.visible_to(user).select_related("brand", "channel", "incident", "dismissed_by")
    older = found.filter(pk__lt=before) if before else found
    return list(older.order_by("-pk")[:PAGE])


def learning_brands(user: User) -> list[Learning]:
    """Return the brands that are only being learned from."""
    rows = SpikeCount.objects.filter(brand=OuterRef("pk"), series=Series.BRAND, key="").order_by("window")
    brands = Brand.objects.visible_to(user).annotate(begun=Subquery(rows.values("window")[:1])).order_by("name", "pk")
    young = brands.filter(Q(begun=None) | Q(begun__gt=timezone.now() - LEARNING))
    return [Learning(name, begun + LEARNING if begun else None) for name, begun in young.values_list("name", "begun")]


def behind(spike: Spike, user: User) -> MessageQuerySet:
    """Return the messages behind a spike that this person may see."""
    own = Message.objects.filter(pk__in=spike.behind.values("message"))
    return own.filter(ticket__in=Ticket.objects.visible_to(user))


def newest_behind(spike: Spike, user: User) -> list[Message]:
    """Return the newest messages behind a spike, each with its ticket."""
    newest = behind(spike, user).select_related("ticket__identity", "ticket__contact")
    return list(newest.order_by("-sent_at", "-pk")[:MOST_SHOWN])


def texts_of(spike: Spike, user: User) -> list[str]:
    """Return what the newest customers behind a spike wrote, each text once, as examples of a position hold it."""
    return list(
        dict.fromkeys(one.text.strip()[:LONGEST_TEXT] for one in newest_behind(spike, user) if one.text.strip())
    )


def figures_of(spike: Spike, user: User) -> SpikeFigures:
    """Count what is behind a spike."""
    said = behind(spike, user)
    counts = said.aggregate(
        customers=Count("ticket", distinct=True),
        messages=Count("pk"),
        negative=Count("pk", filter=Q(sentiment=Sentiment.NEGATIVE)),
    )
    tickets = Ticket.objects.filter(pk__in=said.values("ticket"))
    return SpikeFigures(**counts, reach=tickets.aggregate(reach=Sum("identity__followers"))["reach"] or 0)


def curve_of(spike: Spike, user: User) -> Curve:
    """Return how a spike went, in steps of ten minutes, or of an hour where it has lasted long."""
    until = spike.ended_at or timezone.now()
    minutes = 10 if until - spike.began_at <= MOST_STEPS * WINDOW else 60
    length = timedelta(minutes=minutes)
    counted = {at: (customers, angry) for at, customers, angry in _counted(spike, user, length)}
    places = range(min(MOST_STEPS, (until - spike.began_at) // length + 1))
    counts = [(spike.began_at + place * length, *counted.get(place, (0, 0))) for place in places]
    usual = spike.expected * minutes / spike.minutes if not spike.customers_then else 0.0
    most = max([1, *(customers for _at, customers, _angry in counts)])
    top = max(most, usual)
    # A bar is never wider than a twelfth: one alone would be a wall.
    wide = 100 / max(12, len(counts))
    steps = (
        Step(at, seen, angry, place * wide + wide * 0.1, wide * 0.8, 100 * seen / top, 100 * angry / top)
        for place, (at, seen, angry) in enumerate(counts)
    )
    return Curve(tuple(steps), minutes, usual, 100 - 100 * usual / top, most)


def _counted(spike: Spike, user: User, length: timedelta) -> list[tuple[int, int, int]]:
    """Return (place, customers, angry ones) of the steps in which anything came."""
    since = Func(F("sent_at") - Value(spike.began_at), template="extract(epoch from %(expressions)s)")
    place = Func(since / Value(length.total_seconds()), function="floor", output_field=models.IntegerField())
    angry = Count("ticket", distinct=True, filter=Q(sentiment=Sentiment.NEGATIVE))
    rows = behind(spike, user).annotate(place=place).values("place").order_by("place")
    return list(
        rows.annotate(customers=Count("ticket", distinct=True), angry=angry).values_list("place", "customers", "angry")
    )


def sides_of(spike: Spike, user: User) -> tuple[Side, Side] | None:
    """Return what came before and after the first thing that was done about a spike; None where nothing was."""
    if spike.answered_at is None:
        return None
    until = max(spike.ended_at or timezone.now(), spike.answered_at)
    said = behind(spike, user)
    return (
        _side(said.filter(sent_at__lt=spike.answered_at), spike.answered_at - spike.began_at),
        _side(said.filter(sent_at__gte=spike.answered_at), until - spike.answered_at),
    )


def _side(said: MessageQuerySet, lasted: timedelta) -> Side:
    counts = said.aggregate(
        customers=Count("ticket", distinct=True),
        messages=Count("pk"),
        negative=Count("pk", filter=Q(sentiment=Sentiment.NEGATIVE)),
    )
    # What has just begun is counted as if it had lasted for one window.
    hours = max(lasted, WINDOW) / timedelta(hours=1)
    share = counts["negative"] / counts["messages"] if counts["messages"] else None
    return Side(hours, counts["messages"], counts["customers"] / hours, share)
