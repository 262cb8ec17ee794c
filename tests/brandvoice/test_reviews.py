"""A position whose review is due says so once, in its history, in the log and in the library."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brandvoice.actions.positions import set_review
from brandvoice.actions.reviews import remind_of_reviews
from brandvoice.actions.signing import withdraw_version
from brandvoice.queries.history import history_of
from inbox.models import Event

DAY = timedelta(days=1)


@pytest.fixture
def version(make_version):
    return make_version(review_every_days=30)


def reminders():
    return Event.objects.filter(kind="position.review_due").count()


def test_a_review_becomes_due_after_the_days_agreed_and_is_told_once(version, lena, client):
    assert remind_of_reviews(timezone.now() + 29 * DAY) == 0
    assert remind_of_reviews(timezone.now() + 31 * DAY) == 1
    assert remind_of_reviews(timezone.now() + 32 * DAY) == 0

    event = Event.objects.get(kind="position.review_due")
    assert (event.facts["version"], event.actor, event.organization_id) == (version.pk, None, version.organization_id)
    assert str(history_of(version.position)[0].what) == "is due for a review"


def test_it_shows_in_the_library_among_those_to_review(version, make_version, lena, client):
    make_version("Another question?")
    set_review(version.position, on=timezone.localdate(), by=lena)
    client.force_login(lena)

    rows = client.get("/positions/", {"status": "review"}).context["page"].rows

    assert [row.position for row in rows] == [version.position]
    assert rows[0].review_due


def test_a_review_put_off_is_told_again_when_its_new_day_comes(version, lena):
    later = timezone.now() + 31 * DAY
    remind_of_reviews(later)
    set_review(version.position, on=(later + 10 * DAY).date(), by=lena)

    assert remind_of_reviews(later + 9 * DAY) == 0
    assert remind_of_reviews(later + 11 * DAY) == 1


def test_nobody_is_reminded_of_words_that_are_out_of_use(version, amira):
    withdraw_version(version, by=amira, reason="Wrong.")

    assert remind_of_reviews(timezone.now() + 31 * DAY) == 0


def test_the_sweep_costs_the_same_when_nothing_is_due(make_version, django_assert_max_num_queries):
    for number in range(10):
        make_version(f"Question {number}?", review_every_days=30)

    with django_assert_max_num_queries(3):  # a savepoint around one query
        remind_of_reviews()
