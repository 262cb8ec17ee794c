"""What is unusual names no erased customer, and keeps no words that they alone have said."""

import pytest

from inbox.actions.enrich import enrich_messages
from inbox.actions.erasure_rows import ERASED
from inbox.actions.messages import receive_messages
from inbox.actions.spikes import dismiss_spike, find_spikes
from inbox.models import Contact, Notification, Spike
from tests.cast import make_incoming
from tests.inbox.spike_weeks import RUMOUR, come, remember_weeks, stand_still
from tests.inbox.test_privacy import erase


@pytest.fixture(autouse=True)
def weeks(channel, own_files, monkeypatch):
    """Four weeks lie behind, and it is the middle of ten minutes."""
    stand_still(monkeypatch)
    remember_weeks(channel)


def write(channel, text, *, author, many=1):
    receive_messages(channel, [make_incoming(text, author=author) for _ in range(many)])
    enrich_messages()
    return Contact.objects.get(name=author.title())


def test_a_spike_that_names_an_erased_customer_names_them_no_more(channel, lena, max_):
    priya = write(channel, "Where is my train?", author="priya nair")
    come(channel, ["Did Priya Nair really break the gate?"] * 12)
    come(channel, [RUMOUR] * 12)
    find_spikes()
    named, other = Spike.objects.order_by("phrases__0")[::-1]
    assert (named.phrases, other.phrases) == (["nair really break"], ["bridge is cracked"])
    dismiss_spike(named, "Priya Nair is our own colleague", by=lena)

    erase(priya, max_)

    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.phrases, named.reason, named.title) == ([ERASED], ERASED, f"Much more than usual about “{ERASED}”")
    assert other.phrases == ["bridge is cracked"]
    told = dict(Notification.objects.filter(user=lena).values_list("spike", "excerpt"))
    assert told[named.pk] == ""
    assert "bridge is cracked" in told[other.pk]


@pytest.mark.parametrize(("others", "left"), [(0, [ERASED]), (1, ["gazebo is stuck"])])
def test_words_that_nobody_but_an_erased_customer_has_said_go(channel, lena, max_, others, left):
    priya = write(channel, "My gazebo is stuck", author="priya", many=12)
    for _ in range(others):
        write(channel, "My gazebo is stuck", author="kai")
    find_spikes()
    assert Spike.objects.get().phrases == ["gazebo is stuck"]

    erase(priya, max_)

    assert Spike.objects.get().phrases == left


def test_a_part_of_a_word_names_nobody(channel, lena, max_):
    anna = write(channel, "Where is my train?", author="anna")
    come(channel, ["No annual tickets?"] * 12)
    find_spikes()
    assert Spike.objects.get().phrases == ["annual tickets"]

    erase(anna, max_)

    assert Spike.objects.get().phrases == ["annual tickets"]
