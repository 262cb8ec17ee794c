"""A key's limit holds for all processes together, and one minute's rest never belongs to the next."""

import pytest

from accounts.models.keys import Scope
from inbox.api import throttling
from tests.cast import make_key


@pytest.fixture
def key(northline):
    return make_key(northline, Scope.OUTBOX)[0]


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_clock(seconds):
        monkeypatch.setattr(throttling.time, "time", lambda: float(seconds))

    set_clock(6_000_000_000)
    return set_clock


def take(key, limit, wanted=1):
    return throttling.take(key, limit, wanted=wanted).granted


def test_a_small_limit_is_kept_exactly(key, at):
    assert [take(key, 3) for _ in range(5)] == [1, 1, 1, 0, 0]


def test_a_group_gets_what_is_left(key, at):
    assert [take(key, 1000, 600), take(key, 1000, 600), take(key, 1000, 600)] == [600, 400, 0]


def test_several_processes_together_never_pass_the_limit(key, at):
    granted = []
    for _process in range(4):
        throttling._held.clear()
        granted.append(sum(take(key, 1000, 7) for _ in range(60)))

    assert sum(granted) <= 1000
    assert sum(granted) > 1000 - 4 * 1000 // throttling.STEPS
    assert granted[-1] == 0


def test_the_next_minute_begins_anew(key, at):
    at(6_000_000_059)
    assert throttling.take(key, 1).retry_after == 1
    assert take(key, 1) == 0

    at(6_000_000_060)
    assert take(key, 1) == 1


def test_keys_and_channels_are_counted_apart(northline, key, at):
    other = make_key(northline, Scope.OUTBOX)[0]

    assert [take(key, 1), take(other, 1), throttling.take(key, 1, channel_id=7).granted] == [1, 1, 1]
