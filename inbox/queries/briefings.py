"""What somebody should know before they answer: incidents, changed words and rules, what customers ask about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Prefetch, Q, Sum, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from brandvoice.diff import Part, diff_words
from brandvoice.models import Position, PositionVersion, Rule, Wording
from inbox.models import Approval, BriefingRead, CoverageDay, Incident
from inbox.queries.brands import narrowed_to, of_brand
from inbox.queries.clusters import ClusterCard, largest_clusters
from inbox.queries.lists import counts_of, tickets_in
from inbox.queries.reputation_page import Card, numbers_of
from inbox.queries.rows import TicketRow, rows_of

# Whoever has been away for longer reads what changed in this time.
LONGEST = timedelta(days=14)
MOST_CHANGES = 30
MOST_TOPICS = 5
MOST_TICKETS = 5
MOST_QUESTIONS = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """One wording of a version that came into use, with what became of it since the version before."""

    wording: Wording
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Change:
    """A position that says something else now, or nothing any more."""

    version: PositionVersion
    at: datetime
    # No words of it may be said any more.
    over: bool
    words: tuple[ChangedWords, ...]
    unread: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """How often a topic was asked about in the last seven days, and in the seven before."""

    topic: str
    now: int
    before: int

    @property
    def more(self) -> int:
        """Return how many more than before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Briefing:
    """The page: all of it as its reader may see it."""

    since: datetime
    incidents: tuple[Incident, ...]
    changes: tuple[Change, ...]
    rules: tuple[Rule, ...]
    asked: tuple[Asked, ...]
    numbers: tuple[Card, ...]
    counts: dict[str, str]
    waiting: int
    queue: tuple[TicketRow, ...]
    unanswered: tuple[ClusterCard, ...]


def briefing_of(user: User, *, now: datetime) -> Briefing:
    """Return what has changed since the person was last here, in a number of queries that does not grow with it."""
    read_at, since = _read_at(user, now), _since(user, now)
    incidents = Incident.objects.visible_to(user).live().select_related("level", "brand", "holding")
    brand = narrowed_to(user)
    mine = tickets_in("mine", user).filter(of_brand(brand))
    may_approve, may_read_coverage = user.may("reply.approve"), user.may("coverage.view")
    return Briefing(
        since=since,
        incidents=tuple(incidents),
        changes=tuple(_changes(user, since, read_at, now)),
        rules=tuple(_rules(user, since)),
        asked=tuple(_asked(user, timezone.localdate(now))),
        numbers=tuple(numbers_of(user)),
        counts=counts_of(user, brand),
        waiting=Approval.objects.visible_to(user).waiting().count() if may_approve else 0,
        queue=tuple(rows_of(mine.order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST_TICKETS])),
        unanswered=largest_clusters(user, most=MOST_QUESTIONS) if may_read_coverage else (),
    )


def _read_at(user: User, now: datetime) -> datetime:
    read = BriefingRead.objects.filter(user=user).values_list("at", flat=True).first()
    return max(read, now - LONGEST) if read else now - LONGEST


def _since(user: User, now: datetime) -> datetime:
    """Return from when on changes are shown: the last reading, or a week where that was today's."""
    return min(_read_at(user, now), now - WEEK)


def _in_use_or_over(since: datetime, now: datetime) -> Q:
    """Return which signed versions began to be said, or ceased to be, since then."""
    # Signed for a day that had passed already, it is said from its signature on.
    begun = Q(valid_from__gt=since) | Q(signed_at__gt=since)
    # What was withdrawn before it began leaves the one before it as it was.
    withdrawn = Q(withdrawn_at__gt=Greatest(Value(since), "valid_from"))
    expired = Q(status="expired", valid_until__gt=since, valid_until__lte=now)
    return Q(begun, signed_at__isnull=False, valid_from__lte=now) & ~Q(status="withdrawn") | withdrawn | expired


def _changes(user: User, since: datetime, read_at: datetime, now: datetime) -> list[Change]:
    """Return the positions that changed, each as it is now, the newest change first."""
    found = PositionVersion.objects.visible_to(user).for_person(user.pk).filter(_in_use_or_over(since, now))
    related = found.select_related("position__brand", "signed_by", "withdrawn_by")
    newest: dict[int, PositionVersion] = {}
    for version in related.prefetch_related("wordings").order_by("-pk")[: MOST_CHANGES * 4]:
        newest.setdefault(version.position_id, version)
    before = _versions_before(newest.values())
    changes = [_change(version, before.get(version.position_id), read_at, now) for version in newest.values()]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:MOST_CHANGES]


def _versions_before(versions: Collection[PositionVersion]) -> dict[int, PositionVersion]:
    """Return, by position, the last signed version before each of these."""
    signed = PositionVersion.objects.filter(position__in=[v.position_id for v in versions], signed_at__isnull=False)
    numbers = {version.position_id: version.number for version in versions}
    found: dict[int, PositionVersion] = {}
    for version in signed.prefetch_related(Prefetch("wordings")).order_by("number"):
        if version.number < numbers[version.position_id]:
            found[version.position_id] = version
    return found


def _change(version: PositionVersion, before: PositionVersion | None, read_at: datetime, now: datetime) -> Change:
    over = _over_at(version, now)
    at = over or max(version.valid_from or version.created_at, version.signed_at or version.created_at)
    old = {_place(wording): wording.text for wording in before.wordings.all()} if before else {}
    wordings = sorted(version.wordings.all(), key=_place)
    words = tuple(
        ChangedWords(wording, diff_words(old[_place(wording)], wording.text) if _place(wording) in old else ())
        for wording in wordings
        if old.get(_place(wording)) != wording.text
    )
    return Change(version, at, bool(over), () if over else words, unread=at > read_at)


def _over_at(version: PositionVersion, now: datetime) -> datetime | None:
    if version.withdrawn_at:
        return version.withdrawn_at
    return version.valid_until if version.valid_until and version.valid_until <= now else None


def _place(wording: Wording) -> tuple[str, str, int]:
    return (wording.language, wording.channel_kind, wording.variant)


def _rules(user: User, since: datetime) -> list[Rule]:
    """Return what may not be said, or must be said another way, that is new or was changed."""
    words = Rule.objects.visible_to(user).filter(kind__in=("term.banned", "term.preferred", "topic"), active=True)
    return list(words.filter(changed_at__gt=since).select_related("brand").order_by("-changed_at")[:MOST_CHANGES])


def _asked(user: User, today: date) -> list[Asked]:
    """Return the topics that most was asked about lately."""
    days = CoverageDay.objects.visible_to(user).filter(day__gt=today - 2 * WEEK).exclude(topic="")
    lately = Q(day__gt=today - WEEK)
    sums = days.values_list("topic").annotate(now=Sum("asked", filter=lately), before=Sum("asked", filter=~lately))
    found = [Asked(topic, now or 0, before or 0) for topic, now, before in sums.order_by()]
    return sorted(found, key=lambda one: (-one.now, one.topic))[:MOST_TOPICS]


def unread_changes(user: User, brand_id: int, topics: Collection[str]) -> list[Position]:
    """Return the brand's positions on these topics that changed since the person read the briefing, where they must."""
    wanted = {topic.casefold() for topic in topics if topic}
    if not wanted or not user.organization or not user.organization.changes_read_first:
        return []
    now = timezone.now()
    spoken = PositionVersion.objects.visible_to(user).for_brand(brand_id).for_person(user.pk)
    changed = spoken.filter(_in_use_or_over(_read_at(user, now), now)).exclude(position__topic="")
    found = {version.position_id: version.position for version in changed.select_related("position")}
    return [position for position in found.values() if position.topic.casefold() in wanted]
