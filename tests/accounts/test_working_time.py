"""Working time, against a reference that walks through the minutes and looks at the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.working_time import ROUND_THE_CLOCK, Opening, WorkingWeek

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = tuple(Opening(day, 9 * 60, 17 * 60) for day in range(5))
# Summer time of every kind: of half an hour, at midnight, on the other side of the world; one day left out.
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu")
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, tzinfo=UTC),
    datetime(2018, 2, 18, 2, tzinfo=UTC), datetime(2018, 11, 4, 3, tzinfo=UTC),
)  # fmt: skip


def working_minutes(week, start, end):
    """Yield the working minutes from start to end: the furthest that the clock has shown decides."""
    furthest, moment = datetime.min, start - timedelta(days=2)  # noqa: DTZ901 - as a clock on the wall shows it
    while moment < end:
        furthest = max(furthest, moment.astimezone(week.zone).replace(tzinfo=None))
        if moment >= start and is_open(week, furthest):
            yield moment
        moment += MINUTE


def is_open(week, shown):
    if shown.date() in week.holidays:
        return False
    minute = shown.hour * 60 + shown.minute
    mine = [o for o in week.openings if o.weekday == shown.weekday()]
    return not week.openings or any(o.begins <= minute < o.ends for o in mine)


@st.composite
def weeks(draw):
    openings = []
    for weekday in draw(st.sets(st.integers(0, 6))):
        edges = sorted(draw(st.sets(st.sampled_from(range(0, 1441, 15)), max_size=4)))
        openings += [Opening(weekday, *pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    change = draw(st.sampled_from(CHANGES)).date()
    holidays = draw(st.sets(st.integers(-2, 3).map(lambda days: change + timedelta(days=days)), max_size=2))
    return WorkingWeek(ZoneInfo(draw(st.sampled_from(ZONES))), tuple(openings), frozenset(holidays))


moments = st.builds(
    lambda change, minutes: change + minutes * MINUTE, st.sampled_from(CHANGES), st.integers(-3000, 3000)
)


@given(weeks(), moments, st.integers(0, 3000))
@settings(deadline=None, max_examples=80)
def test_counting_agrees_with_looking_at_the_clock_every_minute(week, start, minutes):
    end = start + minutes * MINUTE

    assert week.between(start, end) == len(list(working_minutes(week, start, end))) * MINUTE


@given(weeks(), moments, st.integers(1, 900))
@settings(deadline=None, max_examples=80)
def test_adding_ends_with_the_last_of_so_many_working_minutes(week, start, minutes):
    worked = working_minutes(week, start, start + timedelta(days=8))
    last = next((moment for number, moment in enumerate(worked, 1) if number == minutes), None)

    added = week.add(start, minutes * MINUTE)

    assert added == last + MINUTE if last else added > start + timedelta(days=8)


@given(weeks(), moments, st.integers(1, 100_000))
@settings(deadline=None)
def test_what_was_added_is_what_is_counted(week, start, seconds):
    amount = timedelta(seconds=seconds)

    end = week.add(start, amount)

    assert week.between(start, end) == amount or not week.between(start, start + timedelta(days=400))


def test_hours_run_on_over_the_night_and_the_weekend():
    friday = datetime(2026, 11, 27, 16, 30, tzinfo=BERLIN)

    assert WorkingWeek(BERLIN, OFFICE).add(friday, timedelta(hours=1)) == datetime(2026, 11, 30, 9, 30, tzinfo=BERLIN)


def test_a_holiday_is_no_working_day():
    week = WorkingWeek(BERLIN, OFFICE, frozenset({date(2026, 12, 25)}))
    christmas_eve = datetime(2026, 12, 24, 16, tzinfo=BERLIN)

    assert week.add(christmas_eve, timedelta(hours=2)) == datetime(2026, 12, 28, 10, tzinfo=BERLIN)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day, hours):
    week = WorkingWeek(BERLIN, tuple(Opening(weekday, 0, 1440) for weekday in range(7)))
    begins = datetime(day.year, day.month, day.day, tzinfo=BERLIN)

    assert week.between(begins, begins + timedelta(days=1)) == timedelta(hours=hours)


def test_a_day_that_a_country_left_out_has_no_working_time():
    """Samoa went over the date line: there was no 30 December 2011."""
    week = WorkingWeek(ZoneInfo("Pacific/Apia"), (Opening(4, 9 * 60, 17 * 60),))

    assert week.between(datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 3, tzinfo=UTC)) == timedelta()


def test_without_hours_all_time_counts():
    now = datetime(2026, 12, 25, 3, tzinfo=UTC)

    assert ROUND_THE_CLOCK.add(now, timedelta(hours=30)) == now + timedelta(hours=30)
    assert ROUND_THE_CLOCK.between(now, now - timedelta(hours=1)) == timedelta()


def test_a_week_with_next_to_no_hours_is_looked_at_for_ten_years_only():
    week = WorkingWeek(BERLIN, (Opening(0, 0, 1),))
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert week.add(now, timedelta(days=30)) == now + timedelta(days=3660)
