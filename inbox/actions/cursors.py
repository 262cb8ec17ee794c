"""Keeps how far a channel has been read. Whoever dies while asking is followed by another."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from inbox.models import Channel, Cursor, Health

# Longer than asking takes.
CLAIM = timedelta(seconds=90)
LONGEST_PAUSE = timedelta(minutes=15)
# However long a network asks for; in seconds.
LONGEST_RETRY_AFTER = 86_400.0


@transaction.atomic(durable=True)
def open_cursor(channel: Channel) -> Cursor:
    """Return the channel's cursor; a new one is due at once."""
    return Cursor.objects.get_or_create(channel=channel, defaults={"due_at": timezone.now()})[0]


@transaction.atomic(durable=True)
def claim_due_cursors(*, limit: int, now: datetime | None = None) -> list[Cursor]:
    """Take the cursors of channels that should be asked for news, those longest due first."""
    now = now or timezone.now()
    due = _free(now).filter(due_at__lte=now).exclude(channel__health=Health.NEEDS_AUTHORISATION)
    cursors = list(due.order_by("due_at").select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit])
    Cursor.objects.filter(pk__in=[cursor.pk for cursor in cursors]).update(claimed_until=now + CLAIM)
    return cursors


@transaction.atomic(durable=True)
def claim_cursor(channel: Channel, now: datetime | None = None) -> Cursor | None:
    """Take the channel's cursor, due or not; None while somebody else is asking."""
    now = now or timezone.now()
    free = _free(now).filter(channel=channel.pk).select_for_update(no_key=True, of=("self",), skip_locked=True)
    cursor = free.first()
    if cursor is not None:
        Cursor.objects.filter(pk=cursor.pk).update(claimed_until=now + CLAIM)
    return cursor


@transaction.atomic(durable=True)
def move_cursor(cursor: Cursor, value: str, *, pause: timedelta) -> None:
    """Note how far the channel was read; it is asked again after the pause, at once where that is nothing."""
    now = timezone.now()
    Cursor.objects.filter(pk=cursor.pk).update(
        value=value, due_at=now + pause, claimed_until=None, failures=0, error="", fetched_at=now
    )
    cursor.value = value


@transaction.atomic(durable=True)
def postpone_cursor(cursor: Cursor, words: str, *, pause: timedelta, retry_after: float | None = None) -> None:
    """Note why the channel could not be asked; it is asked later, ever later, or when the network said."""
    wait = min(pause * 2 ** min(cursor.failures + 1, 10), LONGEST_PAUSE)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=min(retry_after, LONGEST_RETRY_AFTER)))
    spread = random.uniform(1.0, 1.25)  # noqa: S311 - spreads load, keeps no secret
    Cursor.objects.filter(pk=cursor.pk).update(
        due_at=timezone.now() + wait * spread, claimed_until=None, failures=F("failures") + 1, error=words
    )


@transaction.atomic(durable=True)
def listen_to(channel: Channel, *, until: datetime, now: datetime | None = None) -> bool:
    """Hold the channel as the one process that waits for its network to speak up; False where another does."""
    free = Q(listened_until=None) | Q(listened_until__lte=now or timezone.now())
    return bool(Cursor.objects.filter(free, channel=channel.pk).update(listened_until=until))


@transaction.atomic(durable=True)
def keep_listening(channel: Channel, *, until: datetime | None) -> None:
    """Go on holding the channel, or let it go."""
    Cursor.objects.filter(channel=channel.pk).update(listened_until=until)


def _free(now: datetime) -> QuerySet[Cursor]:
    ours = Cursor.objects.filter(channel__active=True, channel__external=False).select_related("channel")
    return ours.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
