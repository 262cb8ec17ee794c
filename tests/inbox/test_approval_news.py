"""Who has to approve something is told when it is their turn, once, and its writer is told what came of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions.approval_sweep import expire_approvals
from inbox.actions.approvals import approve_reply, hand_over_reply, send_back_reply
from inbox.actions.notification_mail import mail_notifications
from inbox.actions.notifications import see_notifications
from inbox.actions.post_approvals import approve_post, send_back_post
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import change_post, move_post, redraft_post
from inbox.actions.replies import NewReply
from inbox.models import Notification
from tests.cast import make_rule, make_ticket


def unseen(person):
    return list(Notification.objects.filter(user=person, seen_at=None).order_by("pk").values_list("reason", flat=True))


@pytest.fixture
def steps(make_policy, lena, amira, max_):
    """Lena first, then Amira and Max."""
    return make_policy({"people": [lena]}, {"people": [amira, max_], "everybody": True}, what="both")


def test_each_step_tells_those_whom_it_names_once_and_the_writer_hears_the_end(
    steps, schedule, agnes, lena, amira, max_
):
    post = schedule(by=agnes)
    assert (unseen(lena), unseen(amira)) == (["post_approval"], [])

    approve_post(post, seen=1, by=lena)
    assert (unseen(lena), unseen(amira), unseen(max_)) == ([], ["post_approval"], ["post_approval"])
    approve_post(post, seen=1, by=amira)
    assert (Notification.objects.filter(user=max_).count(), unseen(agnes)) == (1, [])
    approve_post(post, seen=1, by=max_)

    assert (unseen(agnes), unseen(amira), unseen(max_)) == (["approved"], [], [])


def test_where_no_policy_names_anybody_all_who_may_approve_posts_are_told_but_not_who_asks(
    schedule, northline, agnes, jonas, lena, max_, amira
):
    make_rule(northline, "refund", outcome="needs_approval")

    schedule("You get a refund.", by=lena)

    assert [unseen(one) for one in (agnes, jonas, lena, max_, amira)] == [
        [],
        [],
        [],
        ["post_approval"],
        ["post_approval"],
    ]


def test_a_post_that_comes_back_tells_its_writer_and_nobody_need_look_any_more(steps, schedule, agnes, lena):
    post = schedule(by=agnes)

    send_back_post(post, "Say which lines.", by=lena)

    assert (unseen(lena), unseen(agnes)) == ([], ["given_back"])


def test_a_post_that_its_writer_takes_back_calls_nobody(steps, schedule, agnes, lena):
    redraft_post(schedule(by=agnes), by=agnes)

    assert (unseen(lena), unseen(agnes)) == ([], [])


def test_a_post_whose_time_comes_first_says_so_to_its_writer(steps, schedule, agnes, client):
    schedule(by=agnes)
    expire_approvals(timezone.now() + timedelta(hours=4))
    client.force_login(agnes)

    assert "What you wrote was not approved in time" in client.get("/notifications/").content.decode()


def test_the_bell_leads_to_the_post_and_looking_at_it_is_seeing_it(steps, schedule, agnes, lena, client):
    post = schedule(by=agnes)
    client.force_login(lena)
    page = client.get("/notifications/").content.decode()
    assert f'href="/posts/{post.pk}/"' in page
    assert "asks you to approve a post" in page

    client.get(f"/posts/{post.pk}/")

    assert unseen(lena) == []


def test_who_changes_a_post_that_waits_for_them_is_not_asked_to_look_at_it_and_the_others_are(
    make_policy, schedule, agnes, lena, max_
):
    make_policy({"people": [lena, max_]}, what="posts")
    post = schedule(by=agnes)
    for person in (lena, max_):
        see_notifications(by=person, post=post)

    move_post(post, post.publish_at + timedelta(days=1), by=lena)
    assert (unseen(lena), unseen(max_)) == ([], ["post_approval"])
    see_notifications(by=max_, post=post)
    said = {"text": "On Monday.", "purpose": post.purpose, "objective": post.objective, "publish_at": post.publish_at}
    channels = {variant.channel_id: "" for variant in post.variants.all()}
    change_post(post, NewPost(**said, channels=channels), seen=2, by=lena)

    assert (unseen(lena), unseen(max_)) == ([], ["post_approval"])


def test_a_letter_names_the_post(steps, schedule, agnes, lena):
    post = schedule(by=agnes)
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=6))

    mail_notifications()

    assert [letter.to for letter in mail.outbox] == [[lena.email]]
    assert f"Post {post.pk}: Agnes Berg asks you to approve a post" in mail.outbox[0].body


def test_a_reply_calls_its_steps_in_the_same_way_and_its_writer_hears_of_it(
    steps, channel, northline, agnes, lena, amira, max_
):
    make_rule(northline, "refund", outcome="needs_approval")
    ticket = make_ticket(channel)
    seen = ticket.messages.latest("pk").pk
    reply = hand_over_reply(ticket, NewReply("You get a refund.", "public", seen=seen), by=agnes)
    assert (unseen(lena), unseen(amira)) == (["approval"], [])

    approve_reply(reply, by=lena)
    assert unseen(amira) == ["approval"]
    send_back_reply(reply, "Not now.", by=max_)

    assert unseen(agnes) == ["given_back"]


def test_who_approves_a_reply_in_other_words_is_not_asked_to_look_at_it(make_policy, channel, northline, agnes, lena):
    make_rule(northline, "refund", outcome="needs_approval")
    make_policy({"people": [lena]}, what="replies")
    ticket = make_ticket(channel)
    said = NewReply("You get a refund.", "public", seen=ticket.messages.latest("pk").pk)
    reply = hand_over_reply(ticket, said, by=agnes)
    see_notifications(by=lena, ticket=ticket)

    approve_reply(reply, text="We are sorry.", by=lena)

    assert unseen(lena) == []


@pytest.mark.parametrize("count", [1, 10])
def test_the_bells_page_takes_the_same_queries_however_many_posts_it_tells_of(
    steps, schedule, channel, northline, agnes, lena, client, count
):
    for _number in range(count):
        schedule(by=agnes)
    client.force_login(lena)

    with CaptureQueriesContext(connection) as captured:
        page = client.get("/notifications/").content.decode()

    assert page.count("asks you to approve a post") == count
    assert len(captured) <= 16, [query["sql"][:90] for query in captured]
