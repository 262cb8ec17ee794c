"""Finds spikes, follows them until they end, and does what people say about them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from accounts.permissions import holders
from inbox import events
from inbox.actions.notifications import EXCERPT, store_notifications
from inbox.models import Notification, Reason, Signal, Spike, SpikeCount, SpikeMessage
from inbox.queries.spike_counts import StoredPast, recent_messages
from inbox.queries.spikes import belongs
from inbox.spike_findings import Finding, Recent, Series, find_unusual, within
from inbox.spike_words import overlap
from inbox.spikes import FEWEST, LONGEST, TIMES, window_of

logger = logging.getLogger(__name__)

# What comes back so soon is the same spike.
PAUSE = timedelta(hours=6)
# What has lasted so long is no spike any more.
LONGEST_SPIKE = timedelta(days=2)
# What was dismissed, or has become usual, is not proposed again for so long.
QUIET = timedelta(days=7)
# Where it is about nothing in particular, anything else that happens would be kept quiet, too.
QUIET_ALL = timedelta(days=1)
# What is written of a spike as it was when it was least likely.
SEEN = ("signal", "count", "customers_then", "minutes", "expected", "chance")


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of a brand's last hour, and by which counts of everything."""

    brand: Brand
    now: datetime
    counts: Sequence[SpikeCount]
    messages: Sequence[Recent]
    findings: Sequence[Finding]


class SpikeIsOver(Exception):
    """It has ended, or somebody has dismissed it."""

    def __str__(self) -> str:
        return _("This is not going on any more.")


def find_spikes() -> int:
    """Look at the brands to which something has come since, or whose spike may be over; return how many spikes last.

    A brand that fails is logged and looked at again the next time; the others go on.
    """
    changed = SpikeCount.objects.filter(series=Series.BRAND, looked=False).values("brand")
    lasting = Spike.objects.going_on().values("brand")
    due = Brand.objects.filter(Q(pk__in=changed) | Q(pk__in=lasting)).order_by("pk").values_list("pk", flat=True)
    return sum(_look_at(brand_id) for brand_id in due)


def _look_at(brand_id: int) -> int:
    """Look at one brand's last hour; return how many of its spikes last."""
    try:
        # Takes seconds where much comes in: done before any transaction opens, so that nobody waits for it.
        look = _analyse(brand_id)
        lasting = _keep(look)
        _tick_off(look.counts)
    except Exception:
        logger.exception("Brand %s could not be looked at for spikes", brand_id)
        return 0
    return lasting


@transaction.atomic(durable=True)
def dismiss_spike(spike: Spike, reason: str, *, by: User) -> None:
    """End a spike that is none: the same is not proposed again for a week. Raises SpikeIsOver."""
    by.require("incident.declare")
    locked = Spike.objects.select_for_update(no_key=True, of=("self",)).going_on().filter(pk=spike.pk).first()
    if locked is None:
        raise SpikeIsOver
    now = timezone.now()
    locked.ended_at, locked.quiet_until = now, _quiet(locked, now)
    locked.dismissed_by, locked.reason = by, reason
    locked.save(update_fields=["ended_at", "quiet_until", "dismissed_by", "reason"])
    _record(locked, "spike.dismissed", by=by)


def _analyse(brand_id: int) -> _Look:
    """Read a brand's last hour and judge it; changes nothing."""
    brand = Brand.objects.select_related("organization").get(pk=brand_id)
    now = timezone.now()
    # Before anything else is read: what is counted from here on has the brand looked at again.
    counts = list(SpikeCount.objects.filter(brand=brand, series=Series.BRAND, looked=False))
    messages, said = recent_messages(brand, window_of(now))
    return _Look(brand, now, counts, messages, find_unusual(window_of(now), messages, StoredPast(brand), said))


@transaction.atomic(durable=True)
def _keep(look: _Look) -> int:
    """Make spikes of what was found, and follow those that last; return how many. One worker at a time in a brand."""
    Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=look.brand.pk)
    # What somebody has said about a spike meanwhile holds, and nobody says anything until this is through.
    near = Spike.objects.known_of(look.brand, look.now, PAUSE)
    known = list(near.select_for_update(no_key=True, of=("self",)))
    for finding in look.findings:
        _take(finding, look, known)
    lasting = [spike for spike in known if spike.ended_at is None]
    for spike in lasting:
        _follow(spike, look.messages, look.now)
    return sum(spike.ended_at is None for spike in lasting)


@transaction.atomic(durable=True)
def _tick_off(counts: Sequence[SpikeCount]) -> None:
    """Note which counts were looked at, unless they have grown since; in the order in which counting takes them."""
    seen = {row.pk: (row.customers, row.negative) for row in counts}
    rows = SpikeCount.objects.filter(pk__in=seen).order_by("window").select_for_update(no_key=True, of=("self",))
    same = [row.pk for row in rows if seen[row.pk] == (row.customers, row.negative)]
    SpikeCount.objects.filter(pk__in=same).update(looked=True)


def _take(finding: Finding, look: _Look, known: list[Spike]) -> None:
    """Make a spike of a finding, or let it belong to one that is known."""
    brand, now = look.brand, look.now
    for spike in known:
        if _covers(spike, finding, look.messages):
            if not spike.quiet_until or spike.quiet_until <= now:
                _grow(spike, finding)
            return
    spike = Spike(organization_id=brand.organization_id, brand=brand, found_at=now, began_at=finding.began_at)
    spike.topics, spike.phrases, spike.channel_id = list(finding.topics), list(finding.phrases), finding.channel
    _show(spike, finding)
    spike.save()
    known.append(spike)
    _record(spike, "spike.found")
    _tell(spike, [one for one in look.messages if one.ticket in finding.tickets])


def _covers(spike: Spike, finding: Finding, messages: Sequence[Recent]) -> bool:
    """Return whether a finding is seen by what a spike is about: half of its tickets, or of those that are too many."""
    if finding.is_specific and not spike.is_specific:
        return False
    about = (tuple(spike.topics), tuple(spike.phrases), spike.channel_id)
    if about == (finding.topics, finding.phrases, finding.channel):
        return True
    tickets = {one.ticket for one in messages if one.ticket in finding.tickets and belongs(spike, one)}
    if finding.is_specific:
        return overlap(finding.tickets, tickets) >= 0.5
    return 2 * len(tickets) >= finding.rise.count - finding.rise.expected


def _grow(spike: Spike, finding: Finding) -> None:
    """Let a spike be what was seen of it when it was least likely; one that had just ended goes on."""
    if spike.ended_at is not None:
        spike.ended_at = None
        _record(spike, "spike.resumed")
    same = (spike.signal == Signal.ANGER) == finding.anger
    if same and finding.rise.chance < spike.chance:
        _show(spike, finding)
    spike.save(update_fields=["ended_at", *SEEN])


def _show(spike: Spike, finding: Finding) -> None:
    seen = finding.rise
    spike.signal = Signal.ANGER if finding.anger else Signal.VOLUME
    spike.count, spike.customers_then = seen.count, seen.of
    spike.minutes, spike.expected, spike.chance = seen.minutes, seen.expected, seen.chance


def _follow(spike: Spike, messages: Sequence[Recent], now: datetime) -> None:
    """Put new messages behind a spike, and end it once hardly more comes than usual."""
    own = [one for one in messages if one.at >= spike.began_at and belongs(spike, one)]
    SpikeMessage.objects.bulk_create(
        [SpikeMessage(organization_id=spike.organization_id, spike=spike, message_id=one.pk) for one in own],
        ignore_conflicts=True,
    )
    if spike.found_at < now - LONGEST_SPIKE:
        spike.quiet_until = _quiet(spike, now)
    elif _lasts(spike, within(own, window_of(now), LONGEST)):
        return
    spike.ended_at = now
    spike.save(update_fields=["ended_at", "quiet_until"])
    _record(spike, "spike.ended")


def _lasts(spike: Spike, hour: Sequence[Recent]) -> bool:
    """Return whether the last hour still has twice as many as usual, or is nearer to that anger than to the usual."""
    if spike.signal == Signal.ANGER:
        angry, all_ = len({one.ticket for one in hour if one.negative}), len({one.ticket for one in hour})
        between = (spike.count + spike.expected) / 2 / max(1, spike.customers_then)
        return angry >= FEWEST and angry >= between * all_
    customers = len({(one.ticket, window_of(one.at)) for one in hour})
    return customers >= max(FEWEST, TIMES * spike.expected * 60 / spike.minutes)


def _quiet(spike: Spike, now: datetime) -> datetime:
    return now + (QUIET if spike.is_specific else QUIET_ALL)


def _tell(spike: Spike, messages: Sequence[Recent]) -> None:
    """Tell those who may declare an incident, by the newest ticket of the spike."""
    if not messages:
        return
    ticket_id = messages[0].ticket
    people = User.objects.filter(
        organization=spike.organization_id, is_active=True, role__in=holders("incident.declare")
    ).order_by("pk")
    rows = []
    for person in people:
        with translation.override(person.language):
            said = f"{spike.title}: {spike.figures}"[:EXCERPT]
        rows.append(
            Notification(
                organization_id=spike.organization_id,
                user=person,
                ticket_id=ticket_id,
                spike=spike,
                reason=Reason.SPIKE,
                excerpt=said,
                created_at=spike.found_at,
            )
        )
    store_notifications(rows)


def _record(spike: Spike, kind: str, by: User | None = None) -> None:
    facts: events.Facts = {
        "spike": spike.pk,
        "signal": spike.signal,
        "count": spike.count,
        "minutes": spike.minutes,
        "expected": round(spike.expected, 2),
        "chance": spike.chance,
    }
    events.record_about_organization(spike.organization_id, kind, by=by, facts=facts)
