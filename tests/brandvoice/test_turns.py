"""Versions signed for later: each is in use until the next one begins, whether or not a sweep has come by."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brandvoice.actions.positions import begin_due_versions, expire_due_versions, withdraw_version
from brandvoice.guard import GuardContext, Span, check
from brandvoice.models import PositionVersion, Status
from brandvoice.queries.wordings import usable_wordings

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def tomorrow():
    return timezone.now() + timedelta(days=1)


@pytest.fixture
def in_use(northline, rail):
    """Return what is usable at a moment; the guard must agree about each version."""

    def in_use(now, *versions):
        words = [version.wordings.get() for version in versions]
        usable = usable_wordings(northline.pk, rail.pk, "bluesky", "en", now)
        found = [word.version for word in words if usable.filter(pk=word.pk).exists()]
        for word in words:
            context = GuardContext(
                northline.pk, rail.pk, "bluesky", "en", "public", (Span(word.pk, 0, len(word.text)),), purpose="inform"
            )
            assert (check(word.text, context, now=now).outcome == "ok") == (word.version in found)
        return found

    return in_use


def test_the_version_of_today_stays_in_use_until_its_successor_begins(make_version, in_use, tomorrow, heard):
    today = make_version()
    later = make_version(position=today.position, text="Half of it.", valid_from=tomorrow)

    assert in_use(timezone.now(), today, later) == [today]
    assert in_use(tomorrow - MOMENT, today, later) == [today]
    assert in_use(tomorrow, today, later) == [later]
    assert "superseded" not in [told.change for told in heard]


def test_the_sweep_supersedes_it_at_that_moment_and_not_before(make_version, tomorrow, heard):
    today = make_version()
    make_version(position=today.position, text="Half of it.", valid_from=tomorrow)

    assert expire_due_versions(tomorrow - MOMENT) == 0
    assert expire_due_versions(tomorrow) == 1
    assert PositionVersion.objects.get(pk=today.pk).status == Status.SUPERSEDED
    assert (heard[-1].version, heard[-1].change, heard[-1].by) == (today.pk, "superseded", None)


def test_a_version_that_ends_before_its_successor_begins_expires(make_version, in_use, tomorrow):
    today = make_version(valid_until=tomorrow)
    later = make_version(position=today.position, text="Half of it.", valid_from=tomorrow + timedelta(days=1))

    assert in_use(tomorrow, today, later) == []
    expire_due_versions(tomorrow)
    assert PositionVersion.objects.get(pk=today.pk).status == Status.EXPIRED


def test_a_successor_withdrawn_before_it_begins_leaves_everything_as_it_was(make_version, in_use, tomorrow, amira):
    today = make_version()
    later = make_version(position=today.position, text="Half of it.", valid_from=tomorrow)

    withdraw_version(later, by=amira, reason="The rules stay.")

    assert in_use(tomorrow, today, later) == [today]
    assert PositionVersion.objects.get(pk=today.pk).ends_at is None


def test_a_successor_withdrawn_after_it_has_begun_does_not_bring_the_old_words_back(
    make_version, in_use, tomorrow, amira
):
    today = make_version()
    later = make_version(position=today.position, text="Half of it.", valid_from=tomorrow)

    withdraw_version(later, by=amira, reason="Wrong.", now=tomorrow)

    assert in_use(tomorrow, today, later) == []


def test_what_is_signed_in_between_takes_its_turn(make_version, in_use, tomorrow, amira):
    day = timedelta(days=1)
    today = make_version()
    last = make_version(position=today.position, text="Last.", valid_from=tomorrow + 2 * day)
    between = make_version(position=today.position, text="Between.", valid_from=tomorrow + day)
    at_once = make_version(position=today.position, text="At once.")
    versions = [today, last, between, at_once]

    assert in_use(timezone.now(), *versions) == [at_once]
    assert in_use(tomorrow + day, *versions) == [between]
    assert in_use(tomorrow + 2 * day, *versions) == [last]

    withdraw_version(between, by=amira, reason="Not needed.")
    assert in_use(tomorrow + day, *versions) == [at_once]
    assert in_use(tomorrow + 2 * day, *versions) == [last]


def test_another_version_for_the_same_moment_replaces_the_one_that_waits(make_version, in_use, tomorrow):
    today = make_version()
    first = make_version(position=today.position, text="First idea.", valid_from=tomorrow)
    second = make_version(position=today.position, text="Second idea.", valid_from=tomorrow)

    first.refresh_from_db()
    assert first.status == Status.SUPERSEDED
    assert in_use(tomorrow, today, first, second) == [second]


def test_the_database_refuses_two_signed_versions_for_one_moment(make_version, tomorrow):
    today = make_version()
    make_version(position=today.position, text="Half of it.", valid_from=tomorrow)

    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        PositionVersion.objects.filter(pk=today.pk).update(gives_way_at=None)


def test_the_pages_say_what_is_in_use_and_what_waits(client, make_version, tomorrow, amira):
    today = make_version()
    client.force_login(amira)
    waiting = make_version(position=today.position, text="Half of it.", valid_from=tomorrow, until="in_review")
    start = timezone.localtime(tomorrow)

    to_sign = client.get(f"/sign/{waiting.pk}/").content.decode()
    assert f"version 1 stays in use until {start:%-d %b %Y %H:%M}" in to_sign

    client.post(f"/sign/{waiting.pk}/", {"seen": client.get(f"/sign/{waiting.pk}/").context["page"].seen})
    page = client.get(f"/positions/{today.position.key}/")
    assert page.context["page"].signed.version == today
    assert [view.version.pk for view in page.context["page"].scheduled] == [waiting.pk]
    assert f"Signed, from {start:%-d %b %Y}" in page.content.decode()
    rows = client.get("/positions/").context["page"].rows
    assert [row.signed.pk for row in rows] == [today.pk]


def test_that_a_version_has_begun_is_said_once_and_only_of_those_that_were_signed_for_later(
    client, make_version, tomorrow, heard, amira
):
    make_version()
    later = make_version("Do you take scooters?", valid_from=tomorrow)
    withdrawn = make_version("Do you take dogs?", valid_from=tomorrow)
    withdraw_version(withdrawn, by=amira, reason="No.")

    assert begin_due_versions(tomorrow - MOMENT) == 0
    assert begin_due_versions(tomorrow) == 1
    assert begin_due_versions(tomorrow + MOMENT) == 0
    assert (heard[-1].version, heard[-1].change, heard[-1].by) == (later.pk, "begun", None)
    client.force_login(amira)
    assert "came into use" in client.get(f"/positions/{later.position.key}/").text
