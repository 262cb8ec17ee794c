"""A team's hours and days off: entered in the console, refused where they make no sense, and read as a working week."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import signals
from accounts.models import Holiday, WorkingHours
from accounts.queries.hours import working_weeks
from accounts.working_time import ROUND_THE_CLOCK
from tests import cast

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


@pytest.fixture
def told():
    """The organizations whose hours were said to have changed."""
    heard = []

    def listen(sender, *, organization_id, **_):
        heard.append(organization_id)

    signals.hours_changed.connect(listen)
    yield heard
    signals.hours_changed.disconnect(listen)


def form_of(team, *, hours=(), holidays=(), **changes):
    form = {"name": team.name, "time_zone": "Europe/Berlin"}
    for part, rows in (("working_hours", hours), ("holidays", holidays)):
        form |= {f"{part}-TOTAL_FORMS": len(rows), f"{part}-INITIAL_FORMS": 0}
        form |= {f"{part}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    return form | changes


def enter(manager, team, **rows):
    return manager.post(f"/console/accounts/team/{team.pk}/change/", form_of(team, **rows))


def test_a_manager_enters_the_hours_and_holidays_of_a_team(manager, care, northline, told):
    answer = enter(
        manager,
        care,
        hours=[{"weekdays": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "17:30"}],
        holidays=[{"date": "2026-12-25", "name": "Christmas"}],
    )

    assert answer.status_code == 302
    week = working_weeks([care.pk])[care.pk]
    assert week.zone == BERLIN
    christmas_eve = datetime(2026, 12, 24, 17, tzinfo=BERLIN)
    assert week.add(christmas_eve, timedelta(hours=1)) == datetime(2026, 12, 28, 9, 30, tzinfo=BERLIN)
    assert told == [northline.pk]


def test_work_until_midnight_and_on_from_midnight_is_one_night(manager, care):
    night = [
        {"weekdays": [4], "opens": "22:00", "closes": "00:00"},
        {"weekdays": [5], "opens": "00:00", "closes": "06:00"},
    ]

    enter(manager, care, hours=night)

    week = working_weeks([care.pk])[care.pk]
    friday = datetime(2026, 11, 27, 22, tzinfo=BERLIN)
    assert week.between(friday, friday + timedelta(days=1)) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([{"weekdays": [0], "opens": "17:00", "closes": "09:00"}], "Work past midnight takes two rows"),
        ([{"opens": "09:00", "closes": "17:00"}], "Choose at least one day"),
        (
            [
                {"weekdays": [0, 1], "opens": "09:00", "closes": "13:00"},
                {"weekdays": [1], "opens": "12:00", "closes": "17:00"},
            ],
            "On Tuesday two of these overlap",
        ),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_the_page_says_why(manager, care, hours, words):
    answer = enter(manager, care, hours=hours)

    assert words in answer.content.decode()
    assert not WorkingHours.objects.exists()


def test_a_day_is_off_once(manager, care):
    twice = [{"date": "2026-12-25", "name": "Christmas"}, {"date": "2026-12-25", "name": "First day of Christmas"}]

    assert enter(manager, care, holidays=twice).status_code == 200
    assert not Holiday.objects.exists()


def test_a_page_saved_as_it_was_tells_nobody(manager, care, told):
    enter(manager, care)
    told.clear()

    enter(manager, care)

    assert told == []


def test_a_team_without_hours_works_round_the_clock(care):
    assert working_weeks([care.pk]) == {care.pk: ROUND_THE_CLOCK}


def test_the_weeks_of_many_teams_take_as_many_queries_as_that_of_one(northline, django_assert_num_queries):
    teams = [cast.make_team(northline).pk for _ in range(10)]

    for wanted in (teams[:1], teams):
        with django_assert_num_queries(3):
            working_weeks(wanted)
