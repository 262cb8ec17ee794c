"""What an approval policy named and is gone leaves it to nobody, and to nothing; never to everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.actions.approvals import hand_over_reply
from inbox.actions.post_rows import PostUnready
from inbox.actions.posts import schedule_post
from inbox.actions.replies import NewReply
from inbox.models import ApprovalPolicy, PostState
from tests.cast import make_brand, make_channel, make_person, make_rule, make_team, make_ticket
from tests.inbox.posts import state_of

LIST = "/console/inbox/approvalpolicy/"


def said(*steps, **fields):
    """Return what the console sends for a policy of these steps: dictionaries of what each names."""
    data = {"name": "Grave", "position": "10", "active": "on", "what": "posts", **fields}
    data |= {"steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": sum("id" in one for one in steps)}
    for number, step in enumerate(steps):
        data |= {f"steps-{number}-{name}": value for name, value in ({"position": number + 1} | step).items()}
    return data


@pytest.fixture
def legal(northline):
    return make_team(northline, "Legal")


@pytest.fixture
def counsel(northline, legal):
    return make_person("Cora Adler", northline, "lead", teams=(legal,))


@pytest.fixture
def policy(client, max_, legal, counsel):
    """A policy that a manager has made in the console: the team approves."""
    client.force_login(max_)
    assert client.post(f"{LIST}add/", said({"teams": [legal.pk]})).status_code == 302
    return ApprovalPolicy.objects.get()


def test_a_step_whose_team_is_gone_can_be_approved_by_nobody(
    client, policy, legal, compose, schedule, agnes, lena, max_
):
    post = schedule(by=agnes)
    assert client.post(f"/console/accounts/team/{legal.pk}/delete/", {"post": "yes"}).status_code == 302

    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "Nobody whom this step names can approve it any more" in page
    for person in (lena, max_):
        client.force_login(person)
        assert client.post(f"/posts/{post.pk}/approve/", {"version": 1}).status_code == 409
    assert state_of(post) == PostState.WAITING
    other = compose(by=agnes)
    with pytest.raises(PostUnready, match="step 1"):
        schedule_post(other, seen=1, by=agnes)


def test_a_reply_whose_step_nobody_can_approve_any_more_can_be_sent_back(
    client, policy, legal, channel, northline, agnes, lena
):
    ApprovalPolicy.objects.update(what="replies")
    make_rule(northline, "refund", outcome="needs_approval")
    ticket = make_ticket(channel)
    seen = ticket.messages.get().pk
    message = hand_over_reply(ticket, NewReply("You get a refund.", "public", seen=seen), by=agnes)
    legal.delete()
    client.force_login(lena)

    page = client.get("/approvals/").content.decode()

    assert "Nobody whom this step names can approve it any more" in page
    assert f'action="/approvals/{message.pk}/approve/"' not in page
    assert f'action="/approvals/{message.pk}/send-back/"' in page


def test_the_console_says_so_and_does_not_open_the_step_when_the_policy_is_saved(client, policy, legal, lena):
    legal.delete()
    step = {"id": policy.steps.get().pk}
    assert "1, nobody can approve step 1" in client.get(LIST).content.decode()

    refused = client.post(f"{LIST}{policy.pk}/change/", said(step, name="Graver"))

    assert "Those whom it named are gone" in refused.content.decode()
    saved = client.post(f"{LIST}{policy.pk}/change/", said(step | {"people": [lena.pk]}, name="Graver"))
    assert saved.status_code == 302
    assert "nobody can approve" not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{policy.pk}/change/", said(step)).status_code == 302, "it may be opened on purpose"
    assert not policy.steps.get().names_people


@pytest.mark.parametrize("what", ["brands", "channels"])
def test_a_policy_for_brands_or_channels_that_are_gone_fits_nothing(
    client, northline, lena, max_, schedule, care, what
):
    brand = make_brand(northline, "Northline Air")
    named = brand if what == "brands" else make_channel(brand, care)
    client.force_login(max_)
    assert client.post(f"{LIST}add/", said({"people": [max_.pk]}, **{what: [named.pk]})).status_code == 302
    policy = ApprovalPolicy.objects.get()

    brand.delete()

    assert schedule(by=lena).state == PostState.SCHEDULED
    assert "nothing: what it named is gone" in client.get(LIST).content.decode()
    step = {"id": policy.steps.get().pk}
    assert (
        "What it named is gone"
        in client.post(f"{LIST}{policy.pk}/change/", said(step | {"people": [max_.pk]})).content.decode()
    )


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_of_policies_takes_the_same_queries_however_many_there_are(
    client, make_policy, legal, counsel, max_, count
):
    for number in range(count):
        make_policy({"teams": [legal]}, {"people": [counsel]}, name=f"Policy {number}")
    client.force_login(max_)
    client.get(LIST)

    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST).content.decode().count("Policy ") >= count

    assert len(captured) <= 20, [query["sql"][:90] for query in captured]
