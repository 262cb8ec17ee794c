"""Answered in private and told so in public: two replies at once, each judged as what it is, or none."""

import pytest

from inbox.actions import deliveries
from inbox.models import Delivery, Draft, Message, Purpose
from tests.cast import make_channel, make_rule, make_ticket

PRIVATE, PUBLIC = "Your number is +49 160 1234567, isn't it?", "We have written to you privately."


@pytest.fixture
def comment(rail, care):
    channel = make_channel(rail, care, network="facebook", external=False)
    return make_ticket(channel, visibility="comment", external_id="c1", language="en")


def send(page, ticket, text=PRIVATE, public=PUBLIC, **fields):
    form = {"text": text, "public_text": public, "visibility": "both", "purpose": "resolve", "seen": 10**9, **fields}
    return page.post(f"/tickets/{ticket.number}/reply/", form, headers={"HX-Request": "true"})


def said():
    return list(
        Message.objects.filter(direction="outbound").order_by("pk").values_list("text", "visibility", "purpose")
    )


def test_the_private_reply_goes_first_and_the_public_one_says_that_it_is_there(page, comment):
    answer = send(page, comment)

    assert answer.status_code == 200
    assert said() == [(PRIVATE, "direct", "resolve"), (PUBLIC, "comment", "move_to_private")]
    first, second = Delivery.objects.order_by("pk")
    assert [one.pk for one in deliveries.claim_due_deliveries(limit=5)] == [first.pk]
    assert {one.message.in_reply_to for one in (first, second)} == {"c1"}
    assert answer.content.decode().count('class="message ') == 2


def test_pressing_send_twice_sends_two_replies_and_not_four(page, comment):
    name = "3e2f6a54-6d1e-4c0b-9a55-0c4a1c6b2f10"

    for _ in range(2):
        assert send(page, comment, client_uuid=name).status_code == 200

    assert len(said()) == 2


@pytest.mark.parametrize(
    ("text", "public", "words"),
    [
        (PRIVATE, "We are legendary.", "In public: We do not boast."),
        ("We are legendary.", PUBLIC, "We do not boast."),
        (PRIVATE, PRIVATE, "In public: "),
    ],
)
def test_when_one_is_stopped_neither_goes_and_both_stay_as_they_were_written(
    page, comment, northline, text, public, words
):
    make_rule(northline, "legendary", reason="We do not boast.")

    answer = send(page, comment, text, public)

    shown = answer.content.decode()
    assert (answer.status_code, said()) == (422, [])
    assert words in shown
    assert 'value="both" data-tab' in shown
    assert public.replace("'", "&#x27;") in shown


def test_nothing_goes_out_without_words_for_both(page, comment):
    assert send(page, comment, public=" ").status_code == 422
    assert send(page, comment, text=" ").status_code == 422
    assert said() == []


def test_what_the_writer_had_not_seen_stops_both(page, comment):
    answer = send(page, comment, seen=0)

    assert (answer.status_code, said()) == (409, [])


def test_the_public_words_are_judged_while_they_are_written(page, comment, northline):
    make_rule(northline, "legendary", reason="We do not boast.")
    form = {"public_text": "A legendary reply waits for you.", "visibility": "both"}

    answer = page.post(f"/tickets/{comment.number}/public-guard/", form)

    assert "In public: We do not boast." in answer.content.decode()


def test_where_moving_is_no_purpose_the_public_reply_has_that_of_the_private_one(page, comment):
    Purpose.objects.filter(key="move_to_private").update(active=False)

    send(page, comment)

    assert [purpose for _text, _who, purpose in said()] == ["resolve", "resolve"]


@pytest.mark.parametrize(("language", "words"), [("de", "privat geschrieben"), ("fr", PUBLIC)])
def test_what_is_said_in_public_is_proposed_in_the_customers_language(page, comment, language, words):
    type(comment).objects.update(language=language)

    shown = page.get(f"/tickets/{comment.number}/", headers={"HX-Request": "true"}).content.decode()

    assert words in shown


@pytest.mark.parametrize(("network", "offered"), [("mastodon", True), ("x", True), ("bluesky", False), ("sms", False)])
def test_both_are_offered_where_the_network_has_both(page, rail, care, network, offered):
    visibility = "direct" if network == "sms" else "public"
    ticket = make_ticket(make_channel(rail, care, network=network, external=False), visibility=visibility)

    shown = page.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()

    assert ('value="both"' in shown) is offered


def test_a_draft_of_both_is_kept_as_private(page, comment):
    page.post(f"/tickets/{comment.number}/draft/", {"text": PRIVATE, "visibility": "both"})

    assert Draft.objects.get().visibility == "direct"
