"""What counts as unusual: the arithmetic alone, held against scipy's distributions."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from inbox import spike_words, spikes
from inbox.spikes import WINDOW, alarms, allowance, anger, count_tail, rise, same_times, share_tail, usual, window_of

NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@given(st.integers(1, 400), st.floats(0.01, 200), st.floats(0.5, 30))
def test_the_tail_of_a_count_is_that_of_a_negative_binomial(count, mean, more):
    variance = mean + more
    size = mean * mean / more
    expected = stats.nbinom.sf(count - 1, size, size / (size + mean)) if count > mean else 1.0

    assert count_tail(count, mean, variance) == pytest.approx(expected, rel=1e-6, abs=1e-300)


@given(st.integers(1, 200), st.floats(0.01, 100))
def test_without_more_variance_it_is_that_of_a_poisson(count, mean):
    expected = stats.poisson.sf(count - 1, mean) if count > mean else 1.0

    assert count_tail(count, mean, mean) == pytest.approx(expected, rel=1e-6, abs=1e-300)


@given(st.integers(1, 60), st.floats(0.05, 0.9), st.floats(0.01, 0.4), st.data())
def test_the_tail_of_a_share_is_that_of_a_beta_binomial(of, share, alike, data):
    count = data.draw(st.integers(0, of))
    scale = (1 - alike) / alike
    chances = stats.betabinom.pmf(range(count, of + 1), of, share * scale, (1 - share) * scale)
    expected = chances.sum() if count > of * share else 1.0

    assert share_tail(count, of, share, alike) == pytest.approx(expected, rel=1e-6, abs=1e-300)


def test_nine_in_the_morning_is_compared_with_nine_in_the_morning_when_the_clocks_have_changed():
    berlin = ZoneInfo("Europe/Berlin")
    after = datetime(2026, 3, 31, 9, 0, tzinfo=berlin)

    moments = same_times(window_of(after), berlin, since=NOON - timedelta(weeks=20))

    assert {moment.astimezone(berlin).hour for moment in moments} == {9}
    assert {moment.astimezone(berlin).weekday() for moment in moments} == {after.weekday()}
    assert len(moments) == spikes.WEEKS


def test_a_young_brand_is_compared_with_the_same_hour_of_past_days_and_before_that_only_learned_from():
    zone = ZoneInfo("UTC")

    assert len(same_times(NOON, zone, since=NOON - timedelta(days=9))) == 8
    assert same_times(NOON, zone, since=NOON - timedelta(days=3)) == []


def test_an_earlier_spike_hardly_moves_what_is_usual():
    quiet = [3.0, 2.0, 5.0, 4.0] * 20
    spiked = [*quiet, 80.0, 90.0, 70.0]

    assert usual(spiked, 8).mean == pytest.approx(usual(quiet, 8).mean, rel=0.1)
    assert alarms(rise(42, spiked, 8, length=1), allowance(20))


def test_what_varies_much_needs_more_to_be_unusual():
    even, uneven = [20.0] * 60, [5.0, 20.0, 40.0] * 20

    assert alarms(rise(60, even, 8, length=1), allowance(20))
    assert not alarms(rise(60, uneven, 8, length=1), allowance(20))


def test_a_brand_that_grows_is_compared_with_what_it_has_become_and_one_wild_day_changes_nothing():
    steady, grown = [100.0] * 56, [150.0] * 7 + [100.0] * 49

    assert spikes.level_of(grown) == 1.5
    assert spikes.level_of([900.0, *steady[1:]]) == 1.0
    assert rise(60, [20.0] * 60, 8, length=1, level=1.5).expected == pytest.approx(30, rel=0.01)


def test_few_customers_are_no_alarm_however_rare_and_neither_is_a_little_more_of_very_much():
    assert not alarms(rise(4, [0.0] * 100, 8, length=1), 1.0)
    assert not alarms(rise(1500, [1000.0] * 100, 8, length=1), 1.0)


def test_noise_gives_no_more_false_alarms_than_are_paid_for():
    # A hundred times as many as are allowed in earnest, so that a test sees any at all.
    chance = random.Random(1)
    allowed, looks, false = 0.01, 4000, 0
    for _look in range(looks):
        level = chance.gammavariate(20, 1 / 20)
        past = [float(_poisson(chance, 8 * level)) for _ in range(60)]
        false += rise(_poisson(chance, 8 * level), past, 8, length=1).chance <= allowed

    assert false <= looks * allowed * 1.3


def test_anger_is_judged_by_what_this_topic_is_like():
    calm, grumpy = [(10, 100)] * 20, [(70, 100)] * 20

    assert anger(25, 30, calm, 0.3).chance < 1e-9
    assert anger(25, 30, grumpy, 0.3).chance > 0.01


def test_days_that_differ_make_an_angry_hour_less_telling():
    even, uneven = [(30, 100)] * 20, [(5, 100), (55, 100)] * 10

    assert anger(25, 30, even, 0.3).chance < anger(25, 30, uneven, 0.3).chance / 1000


def test_phrases_are_telling_words_that_stand_together():
    assert spike_words.phrases_of("Is the Harbour bridge really falling? @northline https://x.example/1 2024") == {
        "harbour",
        "harbour bridge",
        "harbour bridge really",
        "bridge",
        "bridge really",
        "bridge really falling",
        "really",
        "really falling",
        "falling",
    }


def remember(texts):
    return {bucket: float(count) for bucket, count in spike_words.count_buckets(texts).items()}


def test_words_nobody_used_before_are_found_and_named_by_the_longest():
    memory = remember(f"Where is my train number {place}? It is late again" for place in range(600))
    said = [(place, "They say the harbour bridge is cracked!") for place in range(9)]
    said += [(100 + place, "My train is late again") for place in range(40)]

    found = spike_words.uses(said, memory)

    assert {use.phrase for use in found} >= {"harbour bridge", "cracked"}
    assert not any("train" in use.phrase for use in found)
    assert spike_words.telling_words(found)[0] == "bridge is cracked"


def test_usual_words_are_none_however_many_write():
    memory = remember(["My train is late again", "Where is my parcel", "Thanks for nothing"] * 200)

    assert spike_words.uses([(place, "My train is late again") for place in range(80)], memory) == []


def test_one_customer_who_repeats_a_word_is_not_many():
    memory = remember(["Where is my parcel"] * 600)

    assert spike_words.uses([(1, "The harbour bridge is cracked!")] * 50, memory) == []


def test_full_buckets_hide_and_never_invent():
    memory = remember(["Where is my parcel"] * 600)
    full = dict.fromkeys(range(spike_words.BUCKETS), 600.0) | {spike_words.ALL: 600.0}
    said = [(place, "The harbour bridge is cracked!") for place in range(20)]

    assert spike_words.uses(said, memory)
    assert not spike_words.uses(said, full)


def test_windows_begin_every_ten_minutes():
    assert window_of(NOON + timedelta(minutes=19, seconds=59)) == NOON + WINDOW


def _poisson(chance, mean):
    waited, count = chance.expovariate(1.0), 0
    while waited < mean:
        waited += chance.expovariate(1.0)
        count += 1
    return count
