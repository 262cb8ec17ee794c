"""Notes how well a channel's network works with us, and tells those who can mend it."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from inbox import budgets, events, outbox
from inbox.connectors import registry
from inbox.connectors.base import Polls
from inbox.models import Channel, Cursor, Health

# How often a channel is asked who it is: one in trouble sooner.
PROBE_EVERY, PROBE_AGAIN = timedelta(minutes=10), timedelta(minutes=1)


@transaction.atomic(durable=True)
def connect_channel(channel: Channel, settings: Mapping[str, str], *, by: User) -> None:
    """Store what opens the channel's account, and let Onevoice itself speak for it; raises what the network raises."""
    by.require("channel.manage")
    locked = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    locked.external = False
    locked.webhook_secret = locked.webhook_secret or secrets.token_urlsafe(32)
    locked.save(update_fields=["external", "webhook_secret"])
    locked.keep_access(settings)
    registry.connect(locked)
    if isinstance(registry.connector_for(locked), Polls):
        now = timezone.now()
        Cursor.objects.update_or_create(channel=locked, defaults={"due_at": now, "failures": 0, "error": ""})
    facts = {"channel": locked.pk}
    events.record_about_organization(locked.organization_id, "channel.connected", by=by, facts=facts)
    budgets.forget(locked.pk)
    outbox.nudge(outbox.POLL)


@transaction.atomic(durable=True)
def record_health(channel: Channel, health: str, words: str = "", *, by: User | None = None) -> bool:
    """Note whether the network works with us, in its words; return whether that is news.

    Replies wait while a channel must be connected again; once it works they go.
    """
    if (channel.health, channel.health_words) == (health, words):
        return False
    now = timezone.now()
    locked = Channel.objects.select_for_update(no_key=True).defer("webhook_secret").get(pk=channel.pk)
    changed = locked.health != health
    locked.health, locked.health_words = health, words
    locked.health_since = now if changed or locked.health_since is None else locked.health_since
    locked.alerted_at = None if changed else locked.alerted_at
    locked.save(update_fields=["health", "health_words", "health_since", "alerted_at"])
    if changed:
        facts: events.Facts = {"channel": locked.pk, "health": str(health), "words": words[:500]}
        events.record_about_organization(locked.organization_id, "channel.health_changed", by=by, facts=facts)
        outbox.nudge(outbox.TELL_MANAGERS)
    if changed and health == Health.OK:
        outbox.nudge(outbox.DELIVER)
    return changed


@transaction.atomic(durable=True)
def claim_due_probes(*, limit: int, now: datetime | None = None) -> list[Channel]:
    """Take channels of our own connectors that should be asked who they are, those in trouble sooner."""
    now = now or timezone.now()
    ours = Channel.objects.filter(external=False, active=True)
    long_ago = Q(probed_at=None) | Q(probed_at__lte=now - PROBE_EVERY)
    again = ~Q(health=Health.OK) & Q(probed_at__lte=now - PROBE_AGAIN)
    due = ours.filter(long_ago | again).order_by(F("probed_at").asc(nulls_first=True), "pk")
    channels = list(due.select_for_update(no_key=True, skip_locked=True)[:limit])
    Channel.objects.filter(pk__in=[channel.pk for channel in channels]).update(probed_at=now)
    return channels
