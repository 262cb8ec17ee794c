"""What happens while the detector is at work: people decide, customers write, and nobody waits for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brandvoice.models import Position
from inbox.actions.spikes import find_spikes
from inbox.models import IncidentLevel, Question, Spike, SpikeCount
from inbox.spike_findings import Series
from inbox.spikes import window_of
from tests.inbox.spike_weeks import RUMOUR, come, remember_weeks, stand_still

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 20


@pytest.fixture(autouse=True)
def weeks(channel, monkeypatch):
    """Four weeks lie behind, and it is the middle of ten minutes."""
    stand_still(monkeypatch)
    remember_weeks(channel)


@contextmanager
def held_up(table, mode, work=find_spikes, workers=1):
    """Have workers do their work and wait, one at least for a table; inside, they wait, at the end they are through."""
    with ThreadPoolExecutor(1) as pool, psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {table} IN {mode} MODE")
        worker = pool.submit(_finish, work)
        _wait_until_they_wait(workers)
        yield
        other.rollback()
        worker.result(SECONDS)


def _finish(work):
    try:
        work()
    finally:
        connections.close_all()


def _wait_until_they_wait(workers):
    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    deadline = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(waiting)
            if cursor.fetchone()[0] == workers:
                return
            time.sleep(0.01)
    pytest.fail("they never came so far")


def at_once(person, address, said=()):
    """Return what two people do who press the same button at once, signed in as one."""

    def press(_number):
        try:
            client = Client()
            client.force_login(person)
            return client.post(address, dict(said)).status_code
        finally:
            connections.close_all()

    def both():
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(press, range(2))) == [302, 302]

    return both


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


def test_the_desk_is_asked_once_where_two_ask_at_once(channel, lena, amira):
    spike = rumour(channel)

    with held_up("inbox_question", "SHARE", at_once(lena, reverse("inbox:ask_about_spike", args=[spike.pk])), 2):
        pass

    question = Question.objects.get()
    assert question.waiting.count() == 12
    assert Spike.objects.get().question == question


def test_one_position_is_opened_where_two_open_it_at_once(channel, rail, lena, amira):
    spike = rumour(channel)
    said = {"question": "Is the bridge cracked?", "brand": rail.pk, "texts": [RUMOUR], "owner": amira.pk}
    address = reverse("inbox:write_spike_position", args=[spike.pk])

    with held_up("brandvoice_position", "SHARE", at_once(lena, address, said), 2):
        pass

    position = Position.objects.get()
    assert Spike.objects.get().position == position
    assert set(position.examples.values_list("text", flat=True)) == {"Is the bridge cracked?", RUMOUR}
