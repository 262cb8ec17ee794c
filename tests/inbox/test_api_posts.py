"""Planned posts and incidents over REST: listed, read, planned, called off; never more than the key may see."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from brandvoice.actions.rules import RuleDraft, change_rule
from inbox.actions.incidents import NewIncident, declare_incident, stand_down
from inbox.actions.post_approvals import approve_post, send_back_post
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import cancel_post, change_post, move_post, redraft_post, schedule_post
from inbox.models import Approval, Delivery, Event, IncidentLevel, Post, PostState
from tests.cast import make_key, make_rule
from tests.inbox.doors import Api


@pytest.fixture
def api(northline):
    return Api(make_key(northline, *Scope.values)[1])


def planned(channel, **fields):
    said = {"text": "On Sunday.", "channels": [{"channel": channel.pk}], "purpose": "inform"}
    when = {"objective": "Fewer questions", "publish_at": "2100-03-01T09:30:00Z"}
    return said | when | fields


def test_a_program_plans_a_post_that_somebody_approves(api, bluesky, objective, lena):
    answer = api.post("posts/plan", planned(bluesky, hand_over=True, topic="timetable"))

    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    post = Post.objects.get()
    approve_post(post, seen=1, by=lena)
    shown = api.get(f"posts/{post.pk}").json()
    assert (shown["state"], shown["objective"], shown["topic"]) == ("scheduled", "Fewer questions", "timetable")
    assert [(one["channel"], one["text"], one["state"]) for one in shown["channels"]] == [
        (bluesky.pk, "On Sunday.", "queued")
    ]


def test_a_policy_without_steps_lets_nothing_out_that_a_program_hands_over(api, bluesky, objective, make_policy, lena):
    make_policy()

    answer = api.post("posts/plan", planned(bluesky, hand_over=True))

    assert (answer.json()["state"], Delivery.objects.count()) == ("waiting", 0)
    approve_post(Post.objects.get(), seen=1, by=lena)
    assert Post.objects.get().state == PostState.SCHEDULED


def test_without_a_word_it_is_a_draft_and_the_same_request_makes_no_second(api, bluesky, objective):
    name = str(uuid4())

    first, again = (api.post("posts/plan", planned(bluesky, client_uuid=name)).json() for _time in range(2))

    assert (first["id"], first["state"]) == (again["id"], "draft")


@pytest.mark.parametrize("what", ["sent back", "taken back"])
def test_the_same_request_changes_nothing_of_what_people_have_done(api, bluesky, objective, lena, max_, what):
    said = planned(bluesky, client_uuid=str(uuid4()), hand_over=True)
    assert api.post("posts/plan", said).json()["state"] == "waiting"
    post = Post.objects.get()
    if what == "sent back":
        send_back_post(post, "Say which Sunday.", by=lena)
    if what == "taken back":
        redraft_post(post, by=max_)
    before = Event.objects.count()

    again = api.post("posts/plan", said)

    assert (again.status_code, again.json()["id"], again.json()["state"]) == (201, post.pk, "draft")
    assert (Event.objects.count(), Approval.objects.filter(state="waiting").count()) == (before, 0)


@pytest.mark.parametrize("what", ["nothing", "changed", "moved", "scheduled and taken back", "called off and taken up"])
def test_the_same_request_hands_over_what_it_could_not_before_unless_somebody_has_done_something_with_it(
    api, bluesky, objective, northline, agnes, lena, what
):
    rule = make_rule(northline, "cheap", outcome="block")
    said = planned(bluesky, text="A cheap ticket.", client_uuid=str(uuid4()), hand_over=True)
    assert [api.post("posts/plan", said).status_code for _time in range(2)] == [422, 422]
    if what == "changed":
        fields = {"purpose": "inform", "objective": objective, "channels": {bluesky.pk: ""}}
        change_post(Post.objects.get(), NewPost(text="A ticket.", **fields), seen=1, by=agnes)
    change_rule(rule, RuleDraft(rule.kind, rule.parameters, active=False), by=None)
    if what == "moved":
        move_post(Post.objects.get(), timezone.now() + timedelta(days=9), by=agnes)
    if what == "called off and taken up":
        redraft_post(cancel_post(Post.objects.get(), by=lena), by=lena)
    if what == "scheduled and taken back":
        post = schedule_post(Post.objects.get(), seen=1, by=lena)
        assert post.state == PostState.SCHEDULED
        redraft_post(post, by=lena)

    assert api.post("posts/plan", said).json()["state"] == ("waiting" if what == "nothing" else "draft")
    assert Post.objects.count() == 1


def test_what_can_not_be_planned_is_refused_with_its_reason(api, bluesky, objective, northline, channel):
    make_rule(northline, "cheap", outcome="block", reason="Say “good value”.")
    stopped = api.post("posts/plan", planned(bluesky, text="A cheap ticket.", hand_over=True))
    assert (stopped.status_code, "good value" in stopped.json()["detail"]) == (422, True)

    for fields in ({"objective": "None"}, {"purpose": "none"}, {"channels": [{"channel": channel.pk}]}):
        assert api.post("posts/plan", planned(bluesky, **fields)).status_code == 422
    assert [state for (state,) in Post.objects.values_list("state")] == [PostState.DRAFT]


def test_a_character_that_can_not_be_stored_is_refused_wherever_it_stands(api, bluesky, objective):
    answer = api.post("posts/plan", planned(bluesky, channels=[{"channel": bluesky.pk, "text": "On \x00"}]))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "channels[0].text")


def test_a_program_calls_a_post_off_once(api, schedule):
    post = schedule()

    assert api.post(f"posts/{post.pk}/withdraw").json()["state"] == "cancelled"
    assert api.post(f"posts/{post.pk}/withdraw").status_code == 409


def test_a_key_with_some_channels_sees_and_plans_posts_on_these_alone(northline, bluesky, mastodon, compose, objective):
    mine, other = compose(), compose(channels={mastodon.pk: ""})
    both = compose(channels={bluesky.pk: "", mastodon.pk: ""})
    key, secret = make_key(northline, *Scope.values)
    key.all_channels = False
    key.save()
    bluesky.keys.create(key=key)
    api = Api(secret)

    assert [post["id"] for post in api.get("posts").json()["posts"]] == [mine.pk]
    for post in (other, both):
        assert api.get(f"posts/{post.pk}").status_code == 404
        assert api.post(f"posts/{post.pk}/withdraw").status_code == 404
    assert api.post("posts/plan", planned(mastodon)).status_code == 404


def test_pages_follow_each_other_and_states_are_asked_for(api, compose, schedule):
    posts = [compose().pk for _number in range(3)]
    scheduled = schedule()

    first = api.get("posts", limit=2, state="draft").json()
    second = api.get("posts", limit=2, state="draft", cursor=first["next"]).json()

    assert [post["id"] for post in first["posts"] + second["posts"]] == posts[::-1]
    assert second["next"] == ""
    assert [post["id"] for post in api.get("posts", state="scheduled").json()["posts"]] == [scheduled.pk]


def test_incidents_are_listed_and_read(api, northline, rail, lena):
    level = IncidentLevel.objects.get(organization=northline, name="Crisis")
    over, live = (
        declare_incident(NewIncident(name=name, level=level, brand=rail), by=lena) for name in ("Fire", "Bridge")
    )
    stand_down(over, by=lena)

    listed = api.get("incidents", live="true").json()["incidents"]

    assert [(one["name"], one["level"], one["holds_posts"], one["brand"]) for one in listed] == [
        ("Bridge", "Crisis", True, rail.name)
    ]
    assert api.get(f"incidents/{over.pk}").json()["state"] == "over"
    assert [one["id"] for one in api.get("incidents").json()["incidents"]] == [live.pk, over.pk]


@pytest.mark.parametrize("count", [1, 10])
def test_lists_take_the_same_queries_however_much_is_in_them(api, schedule, bluesky, mastodon, northline, lena, count):
    level = IncidentLevel.objects.get(organization=northline, name="Watch")
    for number in range(count):
        schedule(channels={bluesky.pk: "", mastodon.pk: ""})
        declare_incident(NewIncident(name=f"Bridge {number}", level=level), by=lena)

    for address, most in (("posts", 8), ("incidents", 6)):
        with CaptureQueriesContext(connection) as captured:
            assert len(api.get(address).json()[address]) == count
        assert len(captured) <= most, [query["sql"][:90] for query in captured]
