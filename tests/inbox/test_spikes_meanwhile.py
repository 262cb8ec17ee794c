"""What happens while the detector is at work: people decide, customers write, and nobody waits for it."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from brandvoice.models import Position
from inbox.actions.spikes import find_spikes
from inbox.models import IncidentLevel, Question, Spike, SpikeCount
from inbox.spike_findings import Series
from inbox.spikes import window_of
from tests.inbox.meanwhile import at_once, held_up
from tests.inbox.spike_weeks import RUMOUR, come, remember_weeks, stand_still

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def weeks(channel, monkeypatch):
    """Four weeks lie behind, and it is the middle of ten minutes."""
    stand_still(monkeypatch)
    remember_weeks(channel)


def rumour(channel):
    come(channel, [RUMOUR] * 12)
    find_spikes()
    come(channel, [RUMOUR] * 20)
    return Spike.objects.get()


def test_what_is_dismissed_while_the_detector_looks_stays_dismissed(channel, lena, client):
    spike = rumour(channel)
    client.force_login(lena)

    with held_up("inbox_spikeword", "ACCESS EXCLUSIVE", find_spikes):
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

    with held_up("inbox_spikeword", "ACCESS EXCLUSIVE", find_spikes):
        client.post(f"{reverse('inbox:declare_incident')}?spike={spike.pk}", said)

    spike = Spike.objects.get()
    assert spike.incident.name == "Bridge"
    assert spike.answered_at == spike.incident.declared_at
    assert spike.count == 32


def test_customers_are_counted_while_the_detector_writes_and_it_looks_again_for_them(channel, lena):
    come(channel, [RUMOUR] * 12)

    with held_up("inbox_notification", "SHARE", find_spikes):
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
