"""Planned posts and time: none goes out late by surprise or twice, and days of 23 or 25 hours are right."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from inbox.actions.deliveries import (
    RetryNotAllowed,
    claim_due_deliveries,
    record_rejected,
    record_sent,
    record_unavailable,
    record_uncertain,
    report_status,
    retry_delivery,
)
from inbox.actions.incidents import NewIncident, declare_incident, stand_down
from inbox.actions.post_approvals import approve_post
from inbox.actions.post_rows import PostMoveNotAllowed, PostUnready
from inbox.actions.posts import cancel_post, move_post, redraft_post, release_post
from inbox.connectors.base import Receipt
from inbox.models import DeliveryState, IncidentLevel, Post, PostState
from inbox.queries.outgoing import outgoing_posts
from tests.inbox.posts import SOON, promised, state_of, when_due

BERLIN = ZoneInfo("Europe/Berlin")


def let_time_pass(post, by=SOON * 2):
    """Have a post been planned for so much earlier."""
    Post.objects.filter(pk=post.pk).update(publish_at=post.publish_at - by)
    promised(post).update(due_at=post.publish_at - by)


# Late.


def test_a_post_that_no_worker_took_for_hours_is_held_and_asked_about(schedule, lena, client):
    post = schedule()
    let_time_pass(post)

    assert claim_due_deliveries(limit=5) == []

    assert (promised(post).get().state, state_of(post)) == (DeliveryState.HELD, PostState.SCHEDULED)
    client.force_login(lena)
    page = client.get(reverse("inbox:post", args=[post.pk])).content.decode()
    assert "The time for which it was planned has passed." in page
    assert "Publish now" in page


def test_a_network_that_asks_for_a_day_of_patience_does_not_bring_a_post_a_day_late(schedule):
    post = schedule()
    (taken,) = claim_due_deliveries(limit=5, now=when_due())
    record_unavailable(taken, "Too many", retry_after=80_000)
    let_time_pass(post, timedelta(days=1))

    assert claim_due_deliveries(limit=5) == []

    assert promised(post).get().state == DeliveryState.HELD


@pytest.fixture
def held(schedule, northline, lena):
    """A post that a crisis has held until its time had passed."""
    post = schedule("Win a weekend at the lake.")
    level = IncidentLevel.objects.get(organization=northline, name="Crisis")
    incident = declare_incident(NewIncident(name="Bridge closed", level=level), by=lena)
    let_time_pass(post)
    stand_down(incident, by=lena)
    return post


def test_a_held_post_whose_time_has_passed_goes_out_only_if_somebody_says_now(held, lena, client):
    client.force_login(lena)
    address = reverse("inbox:release_post", args=[held.pk])
    refused = client.post(address)
    assert (refused.status_code, promised(held).get().state) == (409, DeliveryState.HELD)
    assert "publish it now, or choose another" in refused.content.decode()

    client.post(address, {"when": "now"})

    assert len(claim_due_deliveries(limit=5)) == 1
    assert abs(Post.objects.get().publish_at - timezone.now()) < timedelta(minutes=1)


def test_a_held_post_is_planned_for_another_time_and_then_released(held, lena):
    move_post(held, timezone.now() + SOON, by=lena)
    release_post(held, by=lena)

    assert claim_due_deliveries(limit=5) == []
    assert len(claim_due_deliveries(limit=5, now=when_due())) == 1


def test_who_approved_a_post_is_asked_again_where_it_comes_after_its_time(schedule, make_policy, agnes, lena, amira):
    make_policy({"people": [amira]})
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=amira)
    let_time_pass(post)
    claim_due_deliveries(limit=5)

    release_post(post, by=lena, at_once=True)

    assert (state_of(post), promised(post).count()) == (PostState.WAITING, 0)
    approve_post(post, seen=2, by=amira)
    assert len(claim_due_deliveries(limit=5)) == 1


def test_the_console_queues_a_failed_post_again_but_releases_none_that_is_held(held, schedule, max_, agnes):
    with pytest.raises(RetryNotAllowed):
        retry_delivery(promised(held).get(), by=max_)
    failed = schedule()
    (taken,) = claim_due_deliveries(limit=5, now=when_due())
    record_rejected(taken, "No")
    let_time_pass(failed)

    with pytest.raises(Exception, match="role"):
        retry_delivery(taken, by=agnes)
    retry_delivery(taken, by=max_)

    assert len(claim_due_deliveries(limit=5)) == 1


# Twice.


def test_every_attempt_at_a_post_has_the_same_key_and_the_same_moment_whatever_it_is_planned_for(schedule, lena):
    post = schedule()
    (first,) = claim_due_deliveries(limit=5, now=when_due())
    said = outgoing_posts([first])[first.pk]
    record_uncertain(first, "No answer", may_repeat=True)
    Post.objects.update(publish_at=timezone.now() + SOON)

    (second,) = claim_due_deliveries(limit=5, now=when_due())

    again = outgoing_posts([second])[second.pk]
    assert (again.key, again.created_at) == (said.key, said.created_at)
    assert second.attempt_count == 2, "it is looked for before it is posted again"
    assert state_of(post) == PostState.PUBLISHING


# Called off.


def test_what_is_left_of_a_post_is_called_off_and_what_is_out_stays_published(schedule, bluesky, mastodon, lena):
    post = schedule(channels={bluesky.pk: "", mastodon.pk: ""})
    taken = {each.channel_id: each for each in claim_due_deliveries(limit=5, now=when_due())}
    record_sent(taken[bluesky.pk], Receipt("1"))
    record_unavailable(taken[mastodon.pk], "Too many", retry_after=600)

    cancel_post(post, by=lena)

    assert [each.state for each in promised(post)] == [DeliveryState.SENT, DeliveryState.CANCELLED]
    assert state_of(post) == PostState.PUBLISHED
    assert claim_due_deliveries(limit=5, now=when_due() + SOON) == []


def test_a_post_that_every_network_refused_is_called_off_for_good_unless_one_has_it_after_all(schedule, lena):
    post = schedule()
    (taken,) = claim_due_deliveries(limit=5, now=when_due())
    record_rejected(taken, "No")

    cancel_post(post, by=lena)

    assert state_of(post) == PostState.CANCELLED
    with pytest.raises(PostMoveNotAllowed):
        redraft_post(post, by=lena)
    report_status(taken, "sent", external_id="1")
    assert state_of(post) == PostState.PUBLISHED


def test_a_post_that_is_being_sent_in_this_moment_is_not_called_off(schedule, lena):
    post = schedule()
    claim_due_deliveries(limit=5, now=when_due())

    with pytest.raises(PostMoveNotAllowed):
        cancel_post(post, by=lena)


# The clock.


@pytest.fixture
def berlin(northline):
    northline.time_zone = "Europe/Berlin"
    northline.save()


def change(client, post, bluesky, **fields):
    form = {"text": "On Sunday.", "purpose": "inform", "objective": post.objective_id, f"on_{bluesky.pk}": "on"}
    return client.post(f"/posts/{post.pk}/change/", form | {"version": post.version} | fields)


def test_an_hour_that_the_clocks_leave_out_is_refused_where_it_is_entered(berlin, compose, client, lena, bluesky):
    post = compose()
    client.force_login(lena)

    answer = change(client, post, bluesky, publish_at="2100-03-28T02:30")

    assert answer.status_code == 422
    assert "There is no such time on that day" in answer.content.decode()


def test_a_post_in_the_second_of_two_equal_hours_stays_there_when_its_words_change(
    berlin, compose, client, lena, bluesky
):
    second = datetime(2100, 10, 31, 1, 30, tzinfo=UTC)
    post = compose(publish_at=second)
    client.force_login(lena)

    assert change(client, post, bluesky, publish_at="2100-10-31T02:30").status_code == 302

    assert Post.objects.get().publish_at == second


@pytest.mark.parametrize(("day", "offset"), [("2100-03-28", 2), ("2100-10-31", 1)])
def test_a_post_keeps_its_hour_on_the_day_on_which_the_clocks_change(berlin, compose, client, lena, day, offset):
    post = compose(publish_at=datetime(2100, 3, 20, 9, 30, tzinfo=BERLIN))
    client.force_login(lena)

    client.post(f"/posts/{post.pk}/move/", {"day": day})

    moved = Post.objects.get().publish_at.astimezone(BERLIN)
    assert (moved.strftime("%Y-%m-%d %H:%M"), moved.utcoffset()) == (f"{day} 09:30", timedelta(hours=offset))
    page = client.get(f"/posts/calendar/?span=week&at={day}").content.decode()
    assert page.count("09:30") == 1


def test_a_post_in_the_hour_that_a_day_lacks_is_moved_there_for_the_next(berlin, compose, client, lena):
    post = compose(publish_at=datetime(2100, 3, 27, 2, 30, tzinfo=BERLIN))
    client.force_login(lena)

    client.post(f"/posts/{post.pk}/move/", {"day": "2100-03-28"})

    assert Post.objects.get().publish_at.astimezone(BERLIN).strftime("%d %H:%M") == "28 03:30"


def test_a_scheduled_post_is_not_moved_into_the_past(schedule, lena):
    with pytest.raises(PostUnready):
        move_post(schedule(), timezone.now() - SOON, by=lena)
