"""What happens while the detector is at work: people decide, customers write, and nobody waits for it."""

import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from inbox.actions.spikes import find_spikes
from inbox.models import IncidentLevel, Spike, SpikeCount
from inbox.spike_findings import Series
from inbox.spikes import WINDOW, window_of
from tests.inbox.spike_weeks import RUMOUR, come, remember_weeks

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


@pytest.fixture(autouse=True)
def weeks(channel, monkeypatch):
    """Four weeks lie behind, and it is the middle of ten minutes."""
    middle = window_of(timezone.now()) + WINDOW / 2
    monkeypatch.setattr(timezone, "now", lambda: middle)
    remember_weeks(channel)


@contextmanager
def held_up(table, mode, work=find_spikes):
    """Have a worker do its work and wait for a table; inside, it waits, and at the end it is through."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {table} IN {mode} MODE")
        worker = threading.Thread(target=_finish, args=[work])
        worker.start()
        _wait_for_one_who_waits(table)
        yield
        other.rollback()
    worker.join(SECONDS)
    assert not worker.is_alive()


def _finish(work):
    try:
        work()
    finally:
        connections.close_all()


def _wait_for_one_who_waits(table):
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    deadline = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(waiting, [table])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("the worker never came to this table")


def rumour(channel):
    come(channel, [RUMOUR] * 12)
    find_spikes()
    come(channel, [RUMOUR] * 20)
    return Spike.objects.get()


def test_what_is_dismissed_while_the_detector_looks_stays_dismissed(channel, lena, client):
    spike = rumour(channel)
    client.force_login(lena)

    with held_up("inbox_spikeword", "ACCESS EXCLUSIVE"):
        client.post(reverse("inbox:dismiss_spike", args=[spike.pk]), {"reason": "Our own advert"})

    spike = Spike.objects.get()
    assert (spike.dismissed_by, spike.reason, spike.count) == (lena, "Our own advert", 12)
    assert spike.ended_at
    assert spike.quiet_until


def test_an_incident_that_is_declared_while_the_detector_looks_stays_with_its_spike(channel, lena, client):
    spike = rumour(channel)
    client.force_login(lena)
    level = IncidentLevel.objects.get(organization=channel.organization, rank=1)
    said = {"name": "Bridge", "level": level.pk, "phrases": "bridge"}

    with held_up("inbox_spikeword", "ACCESS EXCLUSIVE"):
        client.post(f"{reverse('inbox:declare_incident')}?spike={spike.pk}", said)

    spike = Spike.objects.get()
    assert spike.incident.name == "Bridge"
    assert spike.answered_at == spike.incident.declared_at
    assert spike.count == 32


def test_customers_are_counted_while_the_detector_writes_and_it_looks_again_for_them(channel, lena):
    come(channel, [RUMOUR] * 12)

    with held_up("inbox_notification", "SHARE"):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        come(channel, [RUMOUR])

    counted = SpikeCount.objects.get(series=Series.BRAND, window=window_of(timezone.now()))
    assert (counted.customers, counted.looked) == (13, False)
    find_spikes()
    counted.refresh_from_db()
    assert counted.looked
    assert Spike.objects.get().behind.count() == 13
