"""Nobody lets out words of their own alone; an approval is of these words, at this time, by the steps as they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions.approval_steps import NotYours, OwnWords
from inbox.actions.approval_sweep import expire_approvals
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.deliveries import claim_due_deliveries
from inbox.actions.post_approvals import OwnPost, approve_post, send_back_post
from inbox.actions.post_rows import NewPost, PostMoved, PostUnready
from inbox.actions.posts import change_post, move_post, schedule_post
from inbox.actions.replies import NewReply
from inbox.models import Approval, ApprovalStep, Delivery, Post, PostState, SignOff
from tests.cast import make_rule, make_ticket
from tests.inbox.posts import state_of

DAY = timedelta(days=1)


def other_words(post, bluesky, **fields):
    said = {"purpose": "inform", "objective": post.objective, "publish_at": post.publish_at, "topic": post.topic}
    return NewPost(**{"text": "On Monday.", "channels": {bluesky.pk: ""}, **said, **fields})


# Whose words they are.


def test_who_wrote_a_post_that_somebody_else_hands_over_does_not_approve_it(make_policy, compose, lena, max_, agnes):
    make_policy({"people": [lena, max_]})
    post = schedule_post(compose(by=lena), seen=1, by=agnes)

    with pytest.raises(OwnWords):
        approve_post(post, seen=1, by=lena)
    approve_post(post, seen=1, by=max_)

    assert state_of(post) == PostState.SCHEDULED


def test_an_approver_who_changes_the_words_does_not_approve_them_alone(
    client, make_policy, schedule, bluesky, amira, lena, max_, agnes
):
    make_policy({"people": [amira, lena]})
    post = schedule(by=agnes)
    change_post(post, other_words(post, bluesky), seen=1, by=amira)

    with pytest.raises(OwnWords):
        approve_post(post, seen=2, by=amira)
    client.force_login(amira)
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "You have written these words" in page
    assert client.get(f"/posts/{post.pk}/change/").status_code == 200, "a slip of the pen can still be put right"

    approve_post(post, seen=2, by=lena)

    assert state_of(post) == PostState.SCHEDULED


def test_a_lead_who_could_publish_it_without_asking_lets_a_post_out_that_they_have_changed(
    schedule, bluesky, lena, agnes
):
    post = schedule(by=agnes)
    change_post(post, other_words(post, bluesky), seen=1, by=lena)

    approve_post(post, seen=2, by=lena)

    assert state_of(post) == PostState.SCHEDULED


def test_not_so_where_the_guard_wants_somebody_else_to_look_at_them(schedule, bluesky, northline, lena, agnes, max_):
    make_rule(northline, "refund", outcome="needs_approval")
    post = schedule(by=agnes)
    change_post(post, other_words(post, bluesky, text="You get a refund."), seen=1, by=lena)

    with pytest.raises(OwnWords):
        approve_post(post, seen=2, by=lena)

    approve_post(post, seen=2, by=max_)
    assert state_of(post) == PostState.SCHEDULED


def test_two_steps_that_name_nobody_ask_for_two_people(make_policy, schedule, agnes, lena, max_):
    make_policy({}, {})
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=lena)

    with pytest.raises(NotYours):
        approve_post(post, seen=1, by=lena)
    approve_post(post, seen=1, by=max_)

    assert state_of(post) == PostState.SCHEDULED


# By the steps as they are.


def test_a_step_that_names_only_people_who_have_left_lets_nobody_else_in(
    client, make_policy, schedule, agnes, lena, max_, amira
):
    make_policy({"people": [amira]})
    post = schedule(by=agnes)
    amira.is_active = False
    amira.save()

    with pytest.raises(NotYours):
        approve_post(post, seen=1, by=lena)
    client.force_login(lena)
    assert "Nobody whom this step names can approve it any more" in client.get(f"/posts/{post.pk}/").content.decode()

    send_back_post(post, "", by=lena)
    with pytest.raises(PostUnready, match="step 1"):
        schedule_post(post, seen=1, by=agnes)


def test_a_step_that_goes_while_a_post_waits_does_not_open_the_next_to_everybody(
    client, make_policy, schedule, agnes, lena, max_, amira
):
    policy = make_policy({"people": [lena]}, {"people": [amira]})
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=lena)
    ApprovalStep.objects.get(policy=policy, position=1).delete()

    client.force_login(max_)
    answer = client.post(f"/posts/{post.pk}/approve/", {"version": 1})

    assert (answer.status_code, "begins again with the first step" in answer.content.decode()) == (409, True)
    assert (state_of(post), SignOff.objects.count()) == (PostState.WAITING, 0)
    with pytest.raises(NotYours):
        approve_post(post, seen=1, by=max_)
    approve_post(post, seen=1, by=amira)
    assert state_of(post) == PostState.SCHEDULED


def test_a_policy_that_goes_while_a_post_waits_leaves_it_to_the_next_that_fits(
    make_policy, schedule, agnes, lena, amira
):
    strict = make_policy({"people": [amira]}, name="Strict", position=1)
    make_policy({"people": [amira]}, name="Usual", position=2)
    post = schedule(by=agnes)
    strict.delete()

    assert approve_post(post, seen=1, by=lena).state == "waiting"
    with pytest.raises(NotYours):
        approve_post(post, seen=1, by=lena)

    approve_post(post, seen=1, by=amira)
    assert state_of(post) == PostState.SCHEDULED


def test_a_new_policy_holds_for_what_waits_already_for_replies_too(
    make_policy, schedule, agnes, lena, amira, channel, northline
):
    make_rule(northline, "refund", outcome="needs_approval")
    post, ticket = schedule(by=agnes), make_ticket(channel)
    seen = ticket.messages.latest("pk").pk
    reply = hand_over_reply(ticket, NewReply("You get a refund.", "public", seen=seen), by=agnes)
    make_policy({"people": [amira]}, what="both")

    approve_post(post, seen=1, by=lena)
    approve_reply(reply, by=lena)

    assert (state_of(post), reply.delivery.state) == (PostState.WAITING, "waiting")
    for act in (lambda: approve_post(post, seen=1, by=lena), lambda: approve_reply(reply, by=lena)):
        with pytest.raises(NotYours):
            act()
    approve_reply(reply, by=amira)
    assert Delivery.objects.get(pk=reply.delivery.pk).state == "queued"


def test_a_channel_or_topic_that_an_approver_adds_brings_its_own_policy(
    make_policy, schedule, bluesky, mastodon, agnes, lena, max_, amira
):
    make_policy({"people": [max_]}, name="Mastodon", networks=["mastodon"], position=1)
    make_policy({"people": [lena]}, name="Usual", position=2)
    post = schedule(by=agnes)

    change_post(post, other_words(post, bluesky, channels={bluesky.pk: "", mastodon.pk: ""}), seen=1, by=lena)

    assert Approval.objects.get().policy.name == "Mastodon"
    with pytest.raises(NotYours):
        approve_post(post, seen=2, by=lena)


# At this time.


def test_another_time_is_approved_from_the_first_step_on_and_never_by_an_old_page(
    make_policy, schedule, agnes, lena, amira
):
    make_policy({"people": [lena]}, {"people": [amira]})
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=lena)

    move_post(post, post.publish_at + DAY, by=agnes)

    with pytest.raises(PostMoved):
        approve_post(post, seen=1, by=amira)
    assert (SignOff.objects.count(), Approval.objects.get().step) == (0, 1)
    approve_post(post, seen=2, by=lena)
    approve_post(post, seen=2, by=amira)
    assert Delivery.objects.get().due_at == post.publish_at + DAY


def test_an_approved_post_that_somebody_else_moves_is_asked_about_again_and_not_approved_by_an_old_page(
    client, make_policy, schedule, agnes, lena, amira
):
    make_policy({"people": [amira]})
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=amira)

    move_post(post, post.publish_at + DAY, by=lena)

    assert (state_of(post), Delivery.objects.count()) == (PostState.WAITING, 0)
    with pytest.raises(PostMoved):
        approve_post(post, seen=1, by=amira)
    client.force_login(amira)
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert ("Changed since" in page, 'name="version" value="2"' in page) == (False, True)
    approve_post(post, seen=2, by=amira)
    assert Delivery.objects.get().due_at == post.publish_at + DAY


def test_who_could_approve_it_moves_a_post_without_asking_again(schedule, agnes, lena):
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=lena)

    move_post(post, post.publish_at + DAY, by=lena)

    assert (state_of(post), Delivery.objects.get().due_at) == (PostState.SCHEDULED, post.publish_at + DAY)


def test_what_is_to_go_out_at_once_waits_as_long_as_it_takes_and_goes_out_when_it_is_approved(
    make_policy, schedule, lena, max_
):
    make_policy({"people": [max_]})
    post = schedule(by=lena, at_once=True)

    assert expire_approvals(timezone.now() + DAY) == 0
    approve_post(post, seen=1, by=max_)

    assert len(claim_due_deliveries(limit=5)) == 1
    assert abs(Post.objects.get().publish_at - timezone.now()) < timedelta(minutes=1)


def test_an_approver_cannot_take_the_time_from_a_post(make_policy, schedule, bluesky, agnes, amira):
    make_policy({"people": [amira]})
    post = schedule(by=agnes)

    with pytest.raises(PostUnready):
        change_post(post, other_words(post, bluesky, publish_at=None), seen=1, by=amira)


def test_the_page_names_everybody_who_has_approved_each_version(client, make_policy, schedule, agnes, lena, amira):
    make_policy({"people": [lena]}, {"people": [amira]})
    post = schedule(by=agnes)
    approve_post(post, seen=1, by=lena)
    approve_post(post, seen=1, by=amira)
    client.force_login(agnes)

    page = client.get(f"/posts/{post.pk}/").content.decode()

    assert "version 1" in page
    assert "Lena Brandt" in page
    assert page.count("Amira Ito") == 2


def test_nobody_approves_what_they_have_asked_for_in_the_name_of_somebody_else(make_policy, schedule, lena, max_):
    make_policy({"people": [max_]})
    post = schedule(by=lena)

    with pytest.raises(OwnPost):
        approve_post(post, seen=1, by=lena)


# The page offers what it then does.


def approve_button(post):
    return f'action="/posts/{post.pk}/approve/"'


def page_of(client, post, person):
    client.force_login(person)
    return client.get(f"/posts/{post.pk}/").content.decode()


@pytest.mark.parametrize("by_policy", [False, True])
def test_approve_is_not_offered_for_own_words_that_the_guard_wants_somebody_else_to_look_at(
    client, make_policy, schedule, bluesky, northline, lena, max_, agnes, by_policy
):
    if by_policy:
        make_policy()
    make_rule(northline, "refund", outcome="needs_approval")
    post = schedule(by=agnes, text="You get a refund.")
    change_post(post, other_words(post, bluesky, text="A refund, says the lead."), seen=1, by=lena)

    page = page_of(client, post, lena)

    assert (approve_button(post) in page, "You have written these words" in page) == (False, True)
    assert client.post(f"/posts/{post.pk}/approve/", {"version": 2}).status_code == 409
    assert approve_button(post) in page_of(client, post, max_)
    assert client.post(f"/posts/{post.pk}/approve/", {"version": 2}).status_code == 302
    assert state_of(post) == PostState.SCHEDULED


def test_the_page_goes_by_the_policy_that_holds_now(client, make_policy, schedule, agnes, lena, max_, amira):
    post = schedule(by=agnes)
    make_policy({"people": [amira, max_], "everybody": True})

    assert approve_button(post) not in page_of(client, post, lena)
    page = page_of(client, post, amira)
    assert (approve_button(post) in page, "all of them:" in page) == (True, True)

    assert client.post(f"/posts/{post.pk}/approve/", {"version": 1}).status_code == 302, "and does it at once"
    assert (SignOff.objects.get().user, Approval.objects.get().note) == (amira, "")
    approve_post(post, seen=1, by=max_)
    assert state_of(post) == PostState.SCHEDULED


def test_who_may_change_what_waits_goes_by_the_policy_that_holds_now(client, make_policy, schedule, agnes, lena, amira):
    old = make_policy({"people": [lena]})
    post = schedule(by=agnes)
    address = f"/posts/{post.pk}/change/"
    assert f'href="{address}"' not in page_of(client, post, amira)
    assert client.get(address).status_code == 403

    old.delete()
    make_policy({"people": [amira]}, name="Later")

    assert f'href="{address}"' in page_of(client, post, amira)
    assert client.get(address).status_code == 200


def test_what_would_go_back_to_its_writer_is_not_offered_for_approval(client, schedule, northline, agnes, lena):
    post, late = schedule(by=agnes), schedule(by=agnes)
    make_rule(northline, "timetable", outcome="needs_approval")
    Post.objects.filter(pk=late.pk).update(publish_at=timezone.now())

    for one in (post, late):
        page = page_of(client, one, lena)
        assert (approve_button(one) in page, f'action="/posts/{one.pk}/send-back/"' in page) == (False, True)
    assert "The rules or an incident stop it by now." in page


def test_what_nobody_can_approve_any_more_is_sent_back_on_its_page(client, make_policy, schedule, agnes, lena, max_):
    make_policy({"people": [lena]})
    post = schedule(by=agnes)
    lena.is_active = False
    lena.save()

    page = page_of(client, post, max_)

    assert (approve_button(post) in page, f'action="/posts/{post.pk}/send-back/"' in page) == (False, True)
