"""Which rows an erasure goes through, some at a time, so that nobody waits long for any of its transactions."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet

from inbox.models import (
    Event,
    Message,
    MovedMessage,
    Payload,
    PrivacyJob,
    RecentSearch,
    SavedReport,
    SavedView,
    Spike,
    TicketRule,
)
from inbox.models.messages import MessageQuerySet

# In place of what was said.
ERASED = "[…]"
# A name shorter than this would be found everywhere.
SHORTEST = 4
# So many rows go in one transaction.
BATCH = 500
# As many comparisons of a name with a payload take less than a second.
MOST_COMPARED = 500_000
RULE_KINDS = ("rule.created", "rule.changed", "rule.switched_on", "rule.switched_off", "rule.deleted")


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an erasure.

    `rows` returns the next ids behind one, ascending, an empty list at the end; `erase` empties those rows and
    returns how many it counts, under the name `counted` of the certificate ("" for none).
    """

    rows: Callable[[PrivacyJob, int], list[int]]
    erase: Callable[[PrivacyJob, list[int]], int]
    counted: str


def said_of(job: PrivacyJob) -> MessageQuerySet:
    """Return what the customer has said anywhere, and what we said and noted in their tickets, wherever it went."""
    moved = MovedMessage.objects.filter(regrouping__source__in=job.work["tickets"]).values("message")
    ours = Q(Q(ticket__in=job.work["tickets"]) | Q(pk__in=moved), identity=None)
    return Message.objects.filter(ours | Q(identity__in=job.work["identities"]))


def messages(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of what was said."""
    # All of the ids, however many: asked for a few in their order, the database would read the table from its end.
    return _next(sorted(said_of(job).values_list("pk", flat=True)), after)


def tickets(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of the customer's tickets."""
    return _next(sorted(job.work["tickets"]), after)


def events(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of what happened in the customer's tickets, or to what they said elsewhere."""
    theirs = Q(ticket__in=job.work["tickets"]) | Q(message__in=said_of(job).values("pk"))
    return _next(sorted(Event.objects.filter(theirs).values_list("pk", flat=True)), after)


def payloads(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of what networks have pushed to the channels in question; fewer, the more names to look for."""
    most = max(10, min(BATCH, MOST_COMPARED // (1 + len(job.work["needles"]))))
    pushed = Payload.objects.filter(channel__in=job.work["channels"], pk__gt=after)
    return list(pushed.order_by("pk").values_list("pk", flat=True)[:most])


def accounts(job: PrivacyJob, after: int) -> list[int]:
    """Return the places, counted from one, of the next accounts in the job's list."""
    return _next(range(1, len(job.work["accounts"]) + 1), after)


def views(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of the organization's saved views."""
    return _next_of(SavedView.objects.filter(organization=job.organization_id), after)


def reports(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of the organization's saved reports."""
    return _next_of(SavedReport.objects.filter(organization=job.organization_id), after)


def searches(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of what the organization's people have searched for lately."""
    return _next_of(RecentSearch.objects.filter(user__organization=job.organization_id), after)


def rules(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of the organization's rules."""
    return _next_of(TicketRule.objects.filter(organization=job.organization_id), after)


def rule_log(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of what the log says of the organization's rules."""
    about = Event.objects.filter(organization=job.organization_id, ticket=None, kind__in=RULE_KINDS)
    return _next_of(about, after)


def spikes(job: PrivacyJob, after: int) -> list[int]:
    """Return the next of the organization's spikes."""
    return _next_of(Spike.objects.filter(organization=job.organization_id), after)


def _next_of(rows: QuerySet[Model], after: int) -> list[int]:
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _next(ids: list[int] | range, after: int) -> list[int]:
    start = bisect_right(ids, after)
    return list(ids[start : start + BATCH])
