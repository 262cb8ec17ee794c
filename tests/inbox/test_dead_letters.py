"""The page of dead letters shows managers what came to nothing and why, and lets them do something about it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.permissions import Role
from inbox import intake
from inbox.actions.payloads import NewPayload, store_payloads
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Attempt, Delivery, DeliveryState, Event, Message, Payload
from tests.cast import make_brand, make_channel, make_person, make_team, make_ticket

PAGE = "/console/dead-letters/"
PAYLOADS = f"{PAGE}?what=payloads"
GOOD = (
    b'{"posts": [{"id": "1", "thread": "t", "author": {"id": "robin"}, "by_account": false, "text": "Hello",'
    b' "visibility": "public", "created_at": "2026-03-01T10:00:00+00:00"}]}'
)


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


@pytest.fixture
def sandbox(rail, care):
    return make_channel(rail, care, network="sandbox", name="Sandbox", handle="northline", external=False)


def make_dead(channel, by, state="failed", text="It left at nine.", words="Too long, says the network."):
    """Return a reply that came to nothing at the third attempt."""
    said = NewReply(text, "public", seen=0, confirm_stale=True)
    delivery = send_reply(make_ticket(channel), said, by=by).delivery
    now = timezone.now()
    for number in (1, 2, 3):
        Attempt.objects.create(
            delivery=delivery,
            number=number,
            started_at=now,
            finished_at=now,
            outcome=state,
            words=f"{words} ({number})",
        )
    settled = now if state == "failed" else None
    Delivery.objects.filter(pk=delivery.pk).update(state=state, error=words, attempt_count=3, settled_at=settled)
    delivery.refresh_from_db()
    return delivery


def make_unread(channel, key="one", body=b"{"):
    store_payloads(channel, [NewPayload(key, body)])
    intake.process_payloads()
    return Payload.objects.get(channel=channel, delivery_key=key)


def shown(client, address=PAGE):
    """Return which rows the page shows, and its text."""
    page = client.get(address).content.decode()
    return [int(pk) for pk in re.findall(r'id="(?:delivery|payload)-(\d+)"', page)], page


def press(client, do, *ticked, address=PAGE):
    return client.post(address, {"do": do, "pk": list(ticked)}, follow=True).content.decode()


def states(*deliveries):
    found = Delivery.objects.in_bulk([delivery.pk for delivery in deliveries])
    return [found[delivery.pk].state for delivery in deliveries]


# What is shown ----------------------------------------------------------------------------------------


def test_what_did_not_go_out_is_shown_with_its_words_and_every_attempt(manager, channel, agnes):
    failed, doubted = make_dead(channel, agnes), make_dead(channel, agnes, "uncertain", "It left at ten.", "No answer.")
    for state in ("sent", "queued", "held", "waiting"):
        make_dead(channel, agnes, state)

    rows, page = shown(manager)

    assert rows == [doubted.pk, failed.pk]
    assert all(words in page for words in ("It left at nine.", "It left at ten.", "No answer.", agnes.name))
    assert all(f"Too long, says the network. ({number})" in page for number in (1, 2, 3))
    assert page.count("3 attempts") == 2
    assert page.count("since ") == 2
    assert f"#{failed.ticket.number}" in page


def test_what_could_not_be_read_is_shown_with_why_and_what_was_read_only_if_asked_for(manager, sandbox):
    unread, read = make_unread(sandbox), make_unread(sandbox, "good", GOOD)

    rows, page = shown(manager, PAYLOADS)

    assert rows == [unread.pk]
    assert "DecodeError" in page
    assert "Will be tried again" in page
    Payload.objects.update(attempt_count=8)
    assert "Could not be read" in shown(manager, PAYLOADS)[1]
    assert shown(manager, f"{PAYLOADS}&read=too")[0] == [read.pk, unread.pk]


def test_the_page_is_narrowed_by_channel_and_by_network(manager, channel, sandbox, agnes):
    one, two = make_dead(channel, agnes), make_dead(sandbox, agnes)

    assert shown(manager, f"{PAGE}?network=sandbox")[0] == [two.pk]
    assert shown(manager, f"{PAGE}?channel={channel.pk}")[0] == [one.pk]
    assert shown(manager, f"{PAGE}?channel={channel.pk}&network=sandbox")[0] == []
    assert shown(manager, f"{PAGE}?channel=nine&network=nowhere&after=x")[0] == [two.pk, one.pk]


def test_the_page_is_turned_by_where_the_last_one_ended(manager, channel, agnes):
    dead = [make_dead(channel, agnes).pk for _ in range(27)]

    first, page = shown(manager)
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    make_dead(channel, agnes)  # it comes in between, and moves nothing
    second, last = shown(manager, PAGE + following)

    assert [*first, *second] == dead[::-1]
    assert 'rel="next"' not in last


def test_nothing_is_shown_as_nothing(manager):
    assert "Every reply went out" in shown(manager)[1]
    assert "Everything that was pushed could be read." in shown(manager, PAYLOADS)[1]


@pytest.mark.parametrize("address", [PAGE, PAYLOADS])
def test_the_page_costs_the_same_at_one_row_and_at_ten(manager, channel, sandbox, agnes, address):
    costs = []
    for size in (1, 9):
        for number in range(size):
            make_dead(channel, agnes)
            make_unread(sandbox, f"{size} {number}")
        manager.get(address)
        with CaptureQueriesContext(connection) as queries:
            rows, _page = shown(manager, address)
        costs.append((len(rows), len(queries)))

    assert [rows for rows, _queries in costs] == [1, 10]
    assert costs[0][1] == costs[1][1]


def test_the_start_page_leads_there_with_their_number(manager, channel, sandbox, agnes):
    make_dead(channel, agnes)
    make_dead(channel, agnes, "uncertain")
    make_unread(sandbox)

    card = next(card for card in manager.get("/console/").context["cards"] if card.label == "Dead letters")

    assert (card.value, card.address, card.mood) == ("3", PAGE, "danger")


# What can be done -------------------------------------------------------------------------------------


def test_one_is_sent_again_and_it_is_noted_by_whom(manager, max_, channel, agnes):
    one, other = make_dead(channel, agnes), make_dead(channel, agnes)

    press(manager, f"retry {one.pk}")

    assert states(one, other) == ["queued", "failed"]
    assert Event.objects.get(kind="delivery.retried").actor == max_


def test_those_that_are_ticked_are_sent_again_and_what_cannot_be_is_said(manager, channel, agnes):
    dead = [make_dead(channel, agnes) for _ in range(3)]
    Delivery.objects.filter(pk=dead[0].pk).update(state="sent")

    page = press(manager, "retry", *(delivery.pk for delivery in dead))

    assert states(*dead) == ["sent", "queued", "queued"]
    assert "This reply is not waiting for a retry." in page
    assert "Done to 2." in page


def test_all_that_failed_and_match_are_sent_again_and_none_that_is_in_doubt(manager, channel, sandbox, agnes):
    dead = [make_dead(channel, agnes) for _ in range(30)]
    doubted, elsewhere = make_dead(channel, agnes, "uncertain"), make_dead(sandbox, agnes)

    press(manager, "retry all", address=f"{PAGE}?channel={channel.pk}")

    assert set(states(*dead)) == {"queued"}
    assert states(doubted, elsewhere) == ["uncertain", "failed"]


@pytest.mark.parametrize(("do", "state"), [("there", DeliveryState.SENT), ("missing", DeliveryState.FAILED)])
def test_whoever_has_looked_settles_what_is_in_doubt(manager, max_, channel, agnes, do, state):
    one, two, failed = (make_dead(channel, agnes, state) for state in ("uncertain", "uncertain", "failed"))

    press(manager, f"{do} {one.pk}")
    page = press(manager, do, two.pk, failed.pk)

    assert states(one, two, failed) == [state, state, "failed"]
    assert "Nothing about this reply is in doubt any more." in page
    told = Event.objects.filter(kind="delivery.settled").order_by("pk")
    assert [(event.actor, event.message_id, event.facts["state"]) for event in told] == [
        (max_, delivery.message_id, state) for delivery in (one, two)
    ]
    assert Delivery.objects.get(pk=one.pk).settled_at is not None


def test_a_reply_that_is_settled_lets_the_next_one_of_its_ticket_go(manager, channel, agnes):
    doubted = make_dead(channel, agnes, "uncertain")
    said = NewReply("Another.", "public", seen=0, confirm_stale=True)
    following = send_reply(doubted.ticket, said, by=agnes).delivery
    due = Delivery.objects.filter(pk=following.pk)
    assert not due.due(timezone.now() + timedelta(hours=1)).exists()

    press(manager, f"there {doubted.pk}")

    assert due.due(timezone.now() + timedelta(hours=1)).exists()


def test_payloads_are_read_again_singly_ticked_and_all(manager, max_, sandbox):
    payloads = [make_unread(sandbox, str(number)) for number in range(4)]
    Payload.objects.update(body=GOOD)

    press(manager, f"read {payloads[0].pk}", address=PAYLOADS)
    assert Message.objects.get().text == "Hello"
    press(manager, "read", payloads[1].pk, address=PAYLOADS)
    page = press(manager, "read all", address=PAYLOADS)

    assert not Payload.objects.unread().exists()
    assert "Done to 2." in page
    again = Event.objects.filter(kind="payload.reopened").order_by("pk")
    assert [(event.actor, event.facts["payload"]) for event in again] == [(max_, payload.pk) for payload in payloads]


def test_a_payload_that_was_read_can_be_read_again_and_one_that_still_cannot_says_why(manager, sandbox):
    read, broken = make_unread(sandbox, "good", GOOD), make_unread(sandbox)
    Message.objects.all().delete()

    page = press(manager, "read", read.pk, broken.pk, address=f"{PAYLOADS}&read=too")

    assert Message.objects.get().text == "Hello"
    assert f"{broken.pk}: DecodeError" in page


# Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.EXECUTIVE])
def test_only_managers_come_in(client, northline, channel, agnes, role):
    dead = make_dead(channel, agnes)
    client.force_login(make_person("Somebody Else", northline, role))

    answers = [client.get(PAGE), client.post(PAGE, {"do": f"retry {dead.pk}"})]

    assert {answer.status_code for answer in answers} == {302}
    assert states(dead) == ["failed"]


def test_nobody_sees_or_touches_what_belongs_to_another_organization(manager, oscar):
    theirs = make_channel(make_brand(oscar.organization), make_team(oscar.organization), network="sandbox")
    failed, doubted = make_dead(theirs, oscar), make_dead(theirs, oscar, "uncertain")
    unread = make_unread(theirs)

    for do in ("retry", "there", "missing", "retry all"):
        press(manager, do, failed.pk, doubted.pk)
        press(manager, f"{do.partition(' ')[0]} {doubted.pk}")
    for do in ("read", f"read {unread.pk}", "read all"):
        press(manager, do, unread.pk, address=f"{PAYLOADS}&read=too")

    assert shown(manager)[0] == shown(manager, f"{PAYLOADS}&read=too")[0] == []
    assert theirs.name not in shown(manager)[1]
    assert states(failed, doubted) == ["failed", "uncertain"]
    assert not Event.objects.filter(kind__in=["delivery.retried", "delivery.settled", "payload.reopened"]).exists()


def test_a_button_that_does_not_exist_is_refused(manager):
    assert manager.post(PAGE, {"do": "delete all"}).status_code == 400
    assert manager.post(PAGE, {}).status_code == 400
