"""Planned posts: composed, judged, let out, published by the delivery engine, held, and what comes back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models.keys import Scope
from accounts.permissions import PermissionDenied
from inbox.actions.attachments import NewFile
from inbox.actions.deliveries import claim_due_deliveries, record_rejected, record_sent
from inbox.actions.enrich import enrich_messages
from inbox.actions.incidents import NewIncident, declare_incident, stand_down
from inbox.actions.post_approvals import approve_post
from inbox.actions.post_rows import NewPost, PostMoved, PostMoveNotAllowed, PostUnready
from inbox.actions.posts import (
    PostStopped,
    cancel_post,
    change_post,
    move_post,
    redraft_post,
    release_post,
    schedule_post,
)
from inbox.connectors.base import Receipt
from inbox.models import (
    Approval,
    DeliveryState,
    Event,
    IncidentLevel,
    Post,
    PostAnswer,
    PostState,
    PostVariant,
)
from tests.cast import make_key, make_rule, make_ticket
from tests.inbox.doors import Api
from tests.inbox.posts import SOON, promised, state_of, when_due
from tests.pictures import png


def test_a_lead_schedules_a_post_and_the_engine_takes_it_at_its_time_and_not_before(schedule, bluesky):
    post = schedule()

    assert post.state == PostState.SCHEDULED
    assert claim_due_deliveries(limit=5) == []
    (taken,) = claim_due_deliveries(limit=5, now=when_due())
    assert state_of(post) == PostState.PUBLISHING

    record_sent(taken, Receipt("at://did:plc:brand/app.bsky.feed.post/3k", "https://bsky.app/post/3k"))

    variant = PostVariant.objects.get(post=post)
    assert (state_of(post), variant.external_id) == (PostState.PUBLISHED, "at://did:plc:brand/app.bsky.feed.post/3k")
    assert promised(post).get().url == "https://bsky.app/post/3k"


def test_an_agents_post_waits_until_somebody_else_lets_it_out(schedule, agnes, lena):
    post = schedule(by=agnes)
    assert (post.state, promised(post).count()) == (PostState.WAITING, 0)

    approve_post(post, seen=post.version, by=lena)

    assert (state_of(post), promised(post).count()) == (PostState.SCHEDULED, 1)
    assert [approval.state for approval in Approval.objects.all()] == ["approved"]


def test_a_lead_too_needs_somebody_where_the_guard_wants_an_approval_and_nobody_approves_their_own(
    schedule, northline, lena, max_
):
    make_rule(northline, "refund", outcome="needs_approval")
    post = schedule("You get a refund.")
    assert post.state == PostState.WAITING

    with pytest.raises(Exception, match="Somebody else"):
        approve_post(post, seen=post.version, by=lena)
    approve_post(post, seen=post.version, by=max_)

    assert len(claim_due_deliveries(limit=5, now=when_due())) == 1


def test_what_the_guard_blocks_is_not_scheduled_and_each_channel_says_why(compose, northline, lena, bluesky, mastodon):
    make_rule(northline, "cheap", outcome="block", reason="Say “good value”.")
    post = compose("A cheap ticket.", channels={bluesky.pk: "", mastodon.pk: "A good ticket."})

    with pytest.raises(PostStopped) as stopped:
        schedule_post(post, seen=post.version, by=lena)

    assert "good value" in str(stopped.value)
    assert [one.blocks for one in stopped.value.judgements if one.variant.channel_id == mastodon.pk] == [False]
    assert (state_of(post), promised(post).count()) == (PostState.DRAFT, 0)


def test_a_text_that_is_too_long_for_one_network_needs_words_of_its_own_there(compose, lena, bluesky, mastodon, agnes):
    long = "word " * 80
    post = compose(long, channels={bluesky.pk: "", mastodon.pk: ""})
    with pytest.raises(PostStopped):
        schedule_post(post, seen=post.version, by=lena)

    said = {"purpose": "inform", "objective": post.objective, "publish_at": post.publish_at}
    post = change_post(
        post, NewPost(text=long, channels={bluesky.pk: "Short.", mastodon.pk: ""}, **said), seen=1, by=lena
    )
    schedule_post(post, seen=2, by=lena)

    texts = {each.channel.network: each.words for each in promised(post).select_related("variant__post", "channel")}
    assert texts == {"bluesky": "Short.", "mastodon": long}


def test_words_that_are_forbidden_after_scheduling_are_held_when_their_time_comes(schedule, northline, max_):
    post = schedule("A cheap ticket.")
    make_rule(northline, "cheap", outcome="block", reason="Say “good value”.")

    assert claim_due_deliveries(limit=5, now=when_due()) == []

    delivery = promised(post).get()
    assert (delivery.state, state_of(post)) == (DeliveryState.HELD, PostState.SCHEDULED)
    assert "good value" in delivery.error


def test_a_scheduled_post_that_is_changed_is_a_draft_again_and_an_old_page_changes_nothing(schedule, bluesky, lena):
    post = schedule()
    new = NewPost(
        text="On Monday.", channels={bluesky.pk: ""}, purpose="inform", objective=post.objective, publish_at=when_due()
    )

    changed = change_post(post, new, seen=1, by=lena)

    assert (changed.state, changed.version, promised(post).count()) == (PostState.DRAFT, 2, 0)
    with pytest.raises(PostMoved):
        change_post(post, new, seen=1, by=lena)
    assert [version.text for version in changed.versions.order_by("number")] == [
        "The timetable changes on Sunday.",
        "On Monday.",
    ]


def test_an_approval_of_words_that_have_changed_meanwhile_lets_nothing_out(schedule, bluesky, agnes, lena):
    post = schedule(by=agnes)
    new = NewPost(
        text="On Monday.", channels={bluesky.pk: ""}, purpose="inform", objective=post.objective, publish_at=when_due()
    )
    changed = change_post(post, new, seen=1, by=agnes)
    schedule_post(changed, seen=2, by=agnes)

    with pytest.raises(PostMoved):
        approve_post(post, seen=1, by=lena)

    assert promised(post).count() == 0
    assert sorted(Approval.objects.values_list("version", "state")) == [(1, "taken_back"), (2, "waiting")]


def test_what_is_approved_after_its_time_goes_back_to_its_writer(schedule, agnes, lena):
    post = schedule(by=agnes)
    Post.objects.update(publish_at=timezone.now() - timedelta(minutes=1))

    approval = approve_post(post, seen=1, by=lena)

    assert (approval.state, state_of(post), promised(post).count()) == ("stale", PostState.DRAFT, 0)


def test_a_post_that_is_under_way_can_neither_be_changed_nor_called_off(schedule, lena):
    post = schedule()
    claim_due_deliveries(limit=5, now=when_due())

    for act in (cancel_post, redraft_post):
        with pytest.raises(PostMoveNotAllowed):
            act(post, by=lena)
    assert promised(post).get().state == DeliveryState.SENDING


def test_a_post_that_was_called_off_goes_out_no_more_and_can_be_taken_up_again(schedule, lena):
    post = schedule()

    cancel_post(post, by=lena)

    assert claim_due_deliveries(limit=5, now=when_due()) == []
    assert redraft_post(post, by=lena).state == PostState.DRAFT


def test_a_scheduled_post_is_moved_by_whoever_may_publish(schedule, lena, agnes):
    post = schedule()
    with pytest.raises(PermissionDenied):
        move_post(post, when_due() + SOON, by=agnes)

    move_post(post, when_due() + SOON, by=lena)

    assert claim_due_deliveries(limit=5, now=when_due()) == []
    assert len(claim_due_deliveries(limit=5, now=when_due() + SOON + timedelta(minutes=2))) == 1
    with pytest.raises((PostMoveNotAllowed, PostUnready)):
        move_post(post, timezone.now() - SOON, by=lena)


def test_what_one_network_refuses_fails_alone_and_is_tried_again(schedule, bluesky, mastodon, lena):
    post = schedule(channels={bluesky.pk: "", mastodon.pk: ""})
    taken = {each.channel_id: each for each in claim_due_deliveries(limit=5, now=when_due())}
    record_sent(taken[bluesky.pk], Receipt("1"))
    record_rejected(taken[mastodon.pk], "Validation failed")
    assert state_of(post) == PostState.FAILED

    release_post(post, by=lena)

    assert [each.state for each in promised(post)] == [DeliveryState.SENT, DeliveryState.QUEUED]
    assert state_of(post) == PostState.PUBLISHING


def test_the_same_request_twice_makes_one_post(compose):
    name = uuid4()

    assert compose(client_uuid=name).pk == compose("Something else", client_uuid=name).pk
    assert Post.objects.count() == 1


def test_without_a_purpose_an_objective_of_ones_own_or_a_channel_that_publishes_there_is_no_post(
    compose, channel, objective, lena
):
    with pytest.raises(PostUnready):
        compose(purpose="")
    with pytest.raises(PostUnready):
        compose(channels={channel.pk: ""})
    assert Post.objects.count() == 0


def test_a_program_finds_posts_in_its_outbox_only_where_a_manager_has_said_that_it_publishes_them(schedule, bluesky):
    post = schedule(at_once=True, files=[(NewFile("map.png", png(4, 3)), "The lines")])
    type(bluesky).objects.update(external=True)
    bluesky.refresh_from_db()
    api, address = Api(make_key(bluesky.organization, Scope.OUTBOX)[1]), f"channels/{bluesky.pk}/outbox"
    assert api.get(address).json() == {"deliveries": []}

    type(bluesky).objects.update(publishes=True)
    (leased,) = api.get(address).json()["deliveries"]

    assert (leased["kind"], leased["ticket"], leased["text"]) == ("post", None, post.text)
    assert [file["alt"] for file in leased["files"]] == ["The lines"]
    api.post(f"{address}/{leased['id']}", {"status": "sent", "external_id": "at://brand/post/1"})
    assert (state_of(post), PostVariant.objects.get().external_id) == (PostState.PUBLISHED, "at://brand/post/1")


# Incidents.


@pytest.fixture
def declare(northline, lena):
    def declare(level="Crisis", **fields):
        found = IncidentLevel.objects.get(organization=northline, name=level)
        new = {"name": "Bridge closed", "level": found, "phrases": ["bridge"], **fields}
        return declare_incident(NewIncident(**new), by=lena)

    return declare


def test_a_crisis_holds_every_planned_post_of_its_brand_at_once_whatever_it_is_about(schedule, declare, rail, lena):
    post = schedule("Win a weekend at the lake.")

    incident = declare(brand=rail)

    assert promised(post).get().state == DeliveryState.HELD
    stand_down(incident, by=lena)
    assert claim_due_deliveries(limit=5, now=when_due()) == []
    release_post(post, by=lena)
    assert len(claim_due_deliveries(limit=5, now=when_due())) == 1


def test_a_lesser_incident_holds_only_the_posts_that_speak_of_it(schedule, declare, northline):
    about, other = schedule("The bridge opens tomorrow."), schedule("Win a weekend at the lake.")

    declare("Serious")

    assert promised(about).get().state == DeliveryState.HELD
    assert promised(other).get().state == DeliveryState.QUEUED


def test_what_is_released_or_scheduled_while_the_crisis_lasts_does_not_leave(schedule, declare, lena, compose):
    post = schedule("Win a weekend at the lake.")
    declare()
    release_post(post, by=lena)

    assert claim_due_deliveries(limit=5, now=when_due()) == []
    assert promised(post).get().state == DeliveryState.HELD
    with pytest.raises(PostStopped):
        schedule("Another weekend.")


def test_a_drill_holds_nothing(schedule, declare):
    post = schedule()

    declare(drill=True)

    assert promised(post).get().state == DeliveryState.QUEUED


# What comes back.


@pytest.fixture
def published(schedule, bluesky):
    post = schedule()
    (taken,) = claim_due_deliveries(limit=5, now=when_due())
    record_sent(taken, Receipt("at://brand/post/1"))
    return post


def test_who_answers_a_published_post_has_a_ticket_that_is_linked_with_it(published, bluesky, lena, client):
    answer = make_ticket(bluesky, "Which lines?", thread="at://brand/post/1 priya", in_reply_to="at://brand/post/1")
    below = make_ticket(bluesky, "Me too", thread="at://brand/post/1 kai", in_reply_to="at://kai/post/7", author="kai")
    make_ticket(bluesky, "Something else", thread="at://other/post/1 robin", author="robin")

    enrich_messages()

    assert set(PostAnswer.objects.values_list("ticket", flat=True)) == {answer.pk, below.pk}
    client.force_login(lena)
    page = client.get(reverse("inbox:post", args=[published.pk])).content.decode()
    assert f"#{answer.number}" in page
    assert f"#{below.number}" in page


def test_a_person_sees_of_the_answers_only_the_tickets_that_they_may_see(published, bluesky, northline, client, agnes):
    make_ticket(bluesky, "Which lines?", thread="at://brand/post/1 priya", in_reply_to="at://brand/post/1")
    enrich_messages()
    agnes.teams.clear()
    client.force_login(agnes)

    page = client.get(reverse("inbox:post", args=[published.pk])).content.decode()

    assert "Nobody has answered yet" in page


def test_what_happens_to_a_post_is_in_the_log(schedule, agnes, lena):
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=lena)
    (taken,) = claim_due_deliveries(limit=5, now=when_due())
    record_sent(taken, Receipt("1"))

    kinds = list(Event.objects.filter(facts__post=post.pk).order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "post.created",
        "post.handed_over",
        "post.approved",
        "post.scheduled",
        "post.started",
        "post.published",
    ]
