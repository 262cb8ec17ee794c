"""Approval policies: who approves posts and replies by their risk, in which steps, for whom, and until when."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.delegations import delegate_signing
from accounts.permissions import Role
from inbox.actions.approval_steps import NotYours
from inbox.actions.approval_sweep import expire_approvals
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.post_approvals import approve_post
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import change_post, create_post, schedule_post
from inbox.actions.replies import NewReply
from inbox.models import (
    Approval,
    Delivery,
    Message,
    Post,
    PostState,
    SignOff,
)
from tests.cast import make_person, make_rule, make_team, make_ticket

WEEK = timedelta(days=7)


@pytest.fixture
def plan(bluesky, objective, agnes):
    def plan(text="The timetable changes on Sunday.", *, by=agnes, **fields):
        said = {"purpose": "inform", "objective": objective, "publish_at": timezone.now() + WEEK}
        post = create_post(NewPost(text=text, channels={bluesky.pk: ""}, **said | fields), by=by)
        return schedule_post(post, seen=post.version, by=by)

    return plan


def state_of(post):
    return Post.objects.values_list("state", flat=True).get(pk=post.pk)


def test_a_post_goes_out_when_one_of_the_first_step_and_all_of_the_second_have_approved_it(
    make_policy, plan, northline, lena, max_, amira
):
    legal = make_team(northline, "Legal")
    counsel = make_person("Cora Adler", northline, Role.LEAD, teams=(legal,))
    make_policy({"teams": [legal]}, {"people": [max_, amira], "everybody": True})
    post = plan()

    with pytest.raises(NotYours):
        approve_post(post, seen=1, by=lena)
    approve_post(post, seen=1, by=counsel)
    approve_post(post, seen=1, by=amira)
    with pytest.raises(NotYours):
        approve_post(post, seen=1, by=amira)
    assert state_of(post) == PostState.WAITING

    approve_post(post, seen=1, by=max_)

    assert state_of(post) == PostState.SCHEDULED
    assert list(SignOff.objects.order_by("pk").values_list("step", "person__name")) == [
        (1, "Cora Adler"),
        (2, "Amira Ito"),
        (2, "Max Winter"),
    ]


def test_a_lead_who_could_publish_is_asked_for_an_approval_where_a_policy_wants_one(make_policy, plan, lena, max_):
    make_policy({"people": [max_]}, topics=["Safety"])

    assert plan(by=lena).state == PostState.SCHEDULED
    assert plan(by=lena, topic="safety").state == PostState.WAITING


def test_the_first_policy_that_fits_by_topic_network_role_and_reach_holds(make_policy, plan, bluesky, lena):
    make_policy({}, name="Far", reach=10_000, position=1)
    make_policy({}, name="Elsewhere", networks=["x"], position=2)
    make_policy({}, name="Executives", roles=["executive"], position=3)
    make_policy(name="Harmless", roles=["agent"], position=4)
    assert plan().state == PostState.SCHEDULED

    bluesky.followers = 12_000
    bluesky.save()
    plan()

    assert Approval.objects.get().policy.name == "Far"


def test_a_role_that_writes_no_more_stays_in_its_policy_when_that_is_saved(make_policy, client, max_):
    policy = make_policy({}, roles=["executive"])
    client.force_login(max_)

    page = client.get(f"/console/inbox/approvalpolicy/{policy.pk}/change/").content.decode()

    assert re.search(r'value="executive"[^>]*checked', page)
    assert not re.search(r'value="executive"', client.get("/console/inbox/approvalpolicy/add/").content.decode())


def test_what_the_guard_wants_approved_is_asked_about_even_where_the_policy_asks_nobody(make_policy, plan, northline):
    make_policy(name="Harmless")
    make_rule(northline, "refund", outcome="needs_approval")

    assert plan("You get a refund.").state == PostState.WAITING


def test_who_signs_for_an_executive_approves_for_them_and_both_names_are_kept(make_policy, plan, amira, lena):
    make_policy({"people": [amira]})
    post = plan()
    delegate_signing(lena, by=amira, ends_at=timezone.now() + WEEK)

    approve_post(post, seen=1, by=lena)

    assert state_of(post) == PostState.SCHEDULED
    assert (SignOff.objects.get().user, SignOff.objects.get().person) == (lena, amira)


def test_a_step_that_runs_out_gives_a_post_back_and_its_own_time_does_too(make_policy, plan, amira):
    make_policy({"people": [amira], "hours": 4})
    post, other = plan(), plan(publish_at=timezone.now() + timedelta(hours=1))
    assert expire_approvals() == 0

    expire_approvals(timezone.now() + timedelta(hours=2))
    assert (state_of(post), state_of(other)) == (PostState.WAITING, PostState.DRAFT)
    expire_approvals(timezone.now() + timedelta(hours=5))

    assert state_of(post) == PostState.DRAFT
    assert set(Approval.objects.values_list("state", flat=True)) == {"expired"}


def test_an_approver_changes_the_words_and_they_are_approved_from_the_first_step_on(
    make_policy, plan, bluesky, objective, lena, amira
):
    make_policy({"people": [lena]}, {"people": [amira]})
    post = plan()
    approve_post(post, seen=1, by=lena)
    new = NewPost(
        text="On Monday.", channels={bluesky.pk: ""}, purpose="inform", objective=objective, publish_at=post.publish_at
    )

    changed = change_post(post, new, seen=1, by=amira)

    approval = Approval.objects.get()
    assert (changed.state, changed.version, approval.step, approval.version) == (PostState.WAITING, 2, 1, 2)
    assert SignOff.objects.count() == 0
    approve_post(post, seen=2, by=lena)
    approve_post(post, seen=2, by=amira)
    assert state_of(post) == PostState.SCHEDULED


# Replies.


@pytest.fixture
def ask(channel, northline, agnes):
    make_rule(northline, "refund", outcome="needs_approval")

    def ask(ticket, text="You get a refund.", by=agnes):
        seen = ticket.messages.order_by("-pk").values_list("pk", flat=True)[0]
        return hand_over_reply(ticket, NewReply(text, "public", seen=seen), by=by)

    return ask


def test_a_reply_goes_through_the_steps_of_its_policy(make_policy, ask, channel, lena, amira):
    make_policy({"people": [lena]}, {"people": [amira], "hours": 1}, what="replies")
    message = ask(make_ticket(channel))

    with pytest.raises(NotYours):
        approve_reply(message, by=amira)
    approve_reply(message, by=lena)
    assert Delivery.objects.get().state == "waiting"
    approve_reply(message, by=amira)

    assert Delivery.objects.get().state == "queued"


@pytest.mark.parametrize("way", ["approve", "change"])
def test_a_reply_that_waits_is_offered_to_those_whom_a_new_policy_names_and_to_nobody_else(
    client, make_policy, ask, channel, lena, max_, amira, way
):
    make_policy({"people": [max_]}, name="Usual", what="replies")
    message = ask(make_ticket(channel))
    make_policy({"people": [amira]}, name="Grave", what="replies", position=1)
    press = f'action="/approvals/{message.pk}/{way}/"'

    for person, offered in ((max_, False), (lena, False), (amira, True)):
        client.force_login(person)
        assert (press in client.get("/approvals/").content.decode()) == offered
    answer = client.post(f"/approvals/{message.pk}/{way}/", {"version": 0, "text": "We are sorry."})

    assert (answer.status_code, Approval.objects.get().policy.name) == (302, "Grave")
    # Words of one's own wait for somebody else.
    assert Delivery.objects.get().state == ("queued" if way == "approve" else "waiting")
    assert Message.objects.get(pk=message.pk).text == ("You get a refund." if way == "approve" else "We are sorry.")


def test_a_reply_that_nobody_has_decided_in_time_is_its_writers_again(make_policy, ask, channel, lena):
    make_policy({"people": [lena], "hours": 1}, what="both")
    message = ask(make_ticket(channel))

    assert expire_approvals(timezone.now() + timedelta(hours=2)) == 1

    assert (Delivery.objects.get().state, Approval.objects.get().state) == ("cancelled", "expired")
    assert message.ticket.drafts.get().text == "You get a refund."


def test_of_several_answers_one_is_approved_and_the_others_go_back(ask, channel, agnes, jonas, lena, client):
    ticket = make_ticket(channel)
    first, second = ask(ticket), ask(ticket, "Here is your refund.", by=jonas)
    client.force_login(lena)
    assert "1 other answer that waits here" in client.get("/approvals/").content.decode()

    client.post(f"/approvals/{first.pk}/approve/", {"others": "reject"})

    states = dict(Delivery.objects.values_list("message", "state"))
    assert states == {first.pk: "queued", second.pk: "cancelled"}
    assert ticket.drafts.get(user=jonas).text == "Here is your refund."


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_of_what_waits_takes_the_same_queries_however_much_waits(
    client, make_policy, plan, ask, channel, lena, amira, count
):
    make_policy({"people": [lena, amira], "everybody": True}, what="both")
    for _number in range(count):
        plan()
        ask(make_ticket(channel))
    client.force_login(lena)

    with CaptureQueriesContext(connection) as captured:
        page = client.get("/approvals/").content.decode()

    assert page.count("Step 1 of 1") == 2 * count
    assert len(captured) <= 26, [query["sql"][:90] for query in captured]
