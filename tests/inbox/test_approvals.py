"""A reply that the guard wants approved is handed over, waits, and is let out or sent back by somebody else."""

import pytest

from accounts.permissions import PermissionDenied
from brandvoice.actions.signing import withdraw_version
from brandvoice.models import GuardDecision
from inbox.actions import deliveries
from inbox.actions.approvals import (
    AlreadySettled,
    ApprovalNotNeeded,
    OwnReply,
    approve_reply,
    hand_over_reply,
    send_back_reply,
)
from inbox.actions.drafts import save_draft
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, ReplyStopped, TicketMovedOn, send_reply, write_note
from inbox.actions.taking_back import take_back_reply
from inbox.models import Approval, ApprovalState, Delivery, DeliveryState, Draft, Event, Ticket
from inbox.queries.approvals import waiting_replies
from tests.cast import make_incoming, make_rule, make_ticket
from tests.inbox.signed_words import OLD, whole

LAW = "You are legally right."


@pytest.fixture
def ticket(push):
    return make_ticket(push, "Am I right?", thread="t", external_id="post", language="en")


@pytest.fixture
def hand_over(ticket, agnes):
    """Hand a reply over in Agnes's name."""

    def hand_over(text=LAW, **fields):
        seen = ticket.messages.latest("pk").pk
        reply = NewReply(**({"text": text, "visibility": "public", "seen": seen} | fields))
        return hand_over_reply(ticket, reply, by=agnes)

    return hand_over


def state_of(message):
    return Delivery.objects.get(message=message).state


def test_a_reply_that_is_handed_over_waits_and_its_ticket_still_awaits_a_reply(hand_over, ticket, agnes):
    save_draft(ticket, by=agnes, text=LAW, visibility="public")

    message = hand_over()

    ticket.refresh_from_db()
    assert (state_of(message), message.approval.state) == (DeliveryState.WAITING, ApprovalState.WAITING)
    assert (ticket.awaiting_reply, ticket.first_replied_at, ticket.preview) == (True, None, "Am I right?")
    assert not Draft.objects.exists()
    assert Event.objects.latest("pk").kind == "reply.handed_over"
    assert deliveries.claim_due_deliveries(limit=5) == []


def test_whoever_may_approves_it_and_it_goes_out_past_the_dispatchers_own_look(hand_over, ticket, lena, agnes):
    message = hand_over()

    approval = approve_reply(message, by=lena)

    ticket.refresh_from_db()
    assert (approval.state, approval.settled_by) == (ApprovalState.APPROVED, lena)
    assert (ticket.awaiting_reply, ticket.preview, ticket.assignee) == (False, LAW, agnes)
    assert ticket.first_replied_at is not None
    (claimed,) = deliveries.claim_due_deliveries(limit=5)
    assert claimed.message_id == message.pk
    doors = list(GuardDecision.objects.order_by("pk").values_list("door", "outcome", "by"))
    expected = [("approval", "needs_approval", agnes.pk), ("approval", "needs_approval", lena.pk)]
    assert doors == [*expected, ("dispatch", "needs_approval", None)]
    assert "reply.approved" in Event.objects.values_list("kind", flat=True)


def test_an_approval_is_for_what_was_looked_at_and_no_more(hand_over, lena, northline):
    message = hand_over("You are legally right. It is cheap.")
    approve_reply(message, by=lena)
    make_rule(northline, "cheap", outcome="needs_approval")

    assert deliveries.claim_due_deliveries(limit=5) == []
    assert state_of(message) == DeliveryState.HELD


@pytest.mark.parametrize("outcome", ["needs_approval", "block"])
def test_a_rule_that_came_meanwhile_overtakes_it(hand_over, lena, agnes, northline, outcome):
    message = hand_over("You are legally right. It is cheap.")
    make_rule(northline, "cheap", outcome=outcome)

    approval = approve_reply(message, by=lena)

    assert (approval.state, state_of(message)) == (ApprovalState.STALE, DeliveryState.CANCELLED)
    assert Draft.objects.get(user=agnes).text == message.text


def test_a_word_from_the_customer_overtakes_it_and_the_text_is_its_writers_again(hand_over, ticket, push, lena, agnes):
    message = hand_over()
    receive_messages(push, [make_incoming("Never mind.", thread="t", external_id="post2")])

    approval = approve_reply(message, by=lena)

    assert approval.state == ApprovalState.STALE
    assert Draft.objects.get(user=agnes).text == LAW
    assert "reply.overtaken" in Event.objects.values_list("kind", flat=True)


def test_a_note_does_not_overtake_it(hand_over, ticket, lena):
    message = hand_over()
    write_note(ticket, "Looks fine.", by=lena)

    assert approve_reply(message, by=lena).state == ApprovalState.APPROVED


def test_a_colleagues_reply_overtakes_it(hand_over, ticket, lena, max_):
    message = hand_over()
    seen = ticket.messages.latest("pk").pk
    send_reply(ticket, NewReply("We are looking.", "public", seen=seen), by=max_)

    assert approve_reply(message, by=lena).state == ApprovalState.STALE


def test_signed_words_that_were_withdrawn_overtake_it_and_keep_their_spans(hand_over, signed, amira, lena, agnes):
    text = f"{OLD} {LAW}"
    message = hand_over(text, spans=whole(signed))
    withdraw_version(signed, by=amira, reason="Wrong.")

    waiting = Delivery.objects.get(message=message)
    assert (waiting.state, waiting.error) == (DeliveryState.WAITING, "These words were withdrawn.")
    assert "delivery.overtaken" in Event.objects.values_list("kind", flat=True)
    assert approve_reply(message, by=lena).state == ApprovalState.STALE
    (span,) = Draft.objects.get(user=agnes).spans.all()
    assert text[span.start : span.end] == OLD


def test_it_is_sent_back_with_a_note_that_the_thread_shows(hand_over, lena, agnes):
    message = hand_over()

    approval = send_back_reply(message, " Softer, please. ", by=lena)

    delivery = Delivery.objects.get(message=message)
    assert (approval.state, approval.note) == (ApprovalState.SENT_BACK, "Softer, please.")
    assert (delivery.state, delivery.error) == (DeliveryState.CANCELLED, "Softer, please.")
    assert Draft.objects.get(user=agnes).text == LAW


def test_its_writer_takes_it_back(hand_over, lena, agnes):
    message = hand_over()

    take_back_reply(message.delivery, by=agnes)

    assert Approval.objects.get().state == ApprovalState.TAKEN_BACK
    with pytest.raises(AlreadySettled):
        approve_reply(message, by=lena)


def test_it_is_decided_once(hand_over, lena, max_):
    message = hand_over()
    approve_reply(message, by=lena)

    with pytest.raises(AlreadySettled):
        approve_reply(message, by=max_)
    with pytest.raises(AlreadySettled):
        send_back_reply(message, "", by=max_)


def test_nobody_approves_their_own_and_agents_approve_nobodys(ticket, lena, agnes):
    seen = ticket.messages.latest("pk").pk
    message = hand_over_reply(ticket, NewReply(LAW, "public", seen=seen), by=lena)

    with pytest.raises(OwnReply):
        approve_reply(message, by=lena)
    with pytest.raises(PermissionDenied):
        approve_reply(message, by=agnes)
    with pytest.raises(PermissionDenied):
        send_back_reply(message, "", by=agnes)


def test_only_what_needs_approval_is_handed_over(hand_over, northline, ticket):
    with pytest.raises(ApprovalNotNeeded):
        hand_over("It left at nine.")
    with pytest.raises(TicketMovedOn):
        hand_over(seen=0)
    make_rule(northline, "legendary")
    with pytest.raises(ReplyStopped):
        hand_over("You are legally right, legendary customer.")


def test_pressing_twice_hands_over_once(hand_over):
    from uuid import uuid4

    key = uuid4()

    assert hand_over(client_uuid=key) == hand_over(client_uuid=key)
    assert Approval.objects.count() == 1


# Its pages -------------------------------------------------------------------------------------------


def form(ticket, **fields):
    return {"text": LAW, "visibility": "public", "seen": ticket.messages.latest("pk").pk} | fields


def test_the_composer_offers_to_hand_over_and_does_without_a_script(client, agnes, ticket):
    client.force_login(agnes)
    address = f"/tickets/{ticket.number}/hand-over/"

    refused = client.post(f"/tickets/{ticket.number}/reply/", form(ticket))

    assert refused.status_code == 422
    assert f'formaction="{address}"' in refused.content.decode()
    assert client.post(address, form(ticket)).status_code == 302
    assert state_of(Approval.objects.get().message) == DeliveryState.WAITING


def test_what_the_guard_only_warns_of_is_not_handed_over(client, agnes, ticket):
    client.force_login(agnes)

    shown = client.post(f"/tickets/{ticket.number}/guard/", form(ticket, text="It costs 12 €.")).content.decode()

    assert "hand-over" not in shown
    assert client.post(f"/tickets/{ticket.number}/hand-over/", form(ticket, text="It left.")).status_code == 422


def test_the_page_lists_what_waits_with_its_reason_and_approves_it(client, hand_over, lena):
    message = hand_over()
    client.force_login(lena)

    shown = client.get("/approvals/").content.decode()

    assert LAW in shown
    assert "legally" in shown.split("approval__reason")[1]
    assert client.post(f"/approvals/{message.pk}/approve/").status_code == 302
    assert state_of(message) == DeliveryState.QUEUED
    assert LAW not in client.get("/approvals/").content.decode()


def test_the_thread_has_the_buttons_and_a_press_answers_with_the_message(client, hand_over, ticket, lena):
    message = hand_over()
    client.force_login(lena)

    shown = client.get(f"/tickets/{ticket.number}/thread/").content.decode()
    answer = client.post(f"/approvals/{message.pk}/approve/", headers={"HX-Request": "true"})

    assert f'hx-post="/approvals/{message.pk}/approve/"' in shown
    assert answer.status_code == 200
    assert f'id="message-{message.pk}"' in answer.content.decode()


def test_what_was_overtaken_answers_409(client, hand_over, push, lena):
    message = hand_over()
    receive_messages(push, [make_incoming("Never mind.", thread="t", external_id="post2")])
    client.force_login(lena)

    answer = client.post(f"/approvals/{message.pk}/approve/")

    assert answer.status_code == 409
    assert "went back to its writer" in answer.content.decode()
    again = client.post(f"/approvals/{message.pk}/send-back/", {"note": "x"}, headers={"HX-Request": "true"})
    assert again.status_code == 409


def test_agents_may_not_and_strangers_find_nothing(client, hand_over, agnes, oscar):
    message = hand_over()
    client.force_login(agnes)
    assert client.get("/approvals/").status_code == 403
    assert client.post(f"/approvals/{message.pk}/approve/").status_code == 403
    client.force_login(oscar)
    assert client.post(f"/approvals/{message.pk}/approve/").status_code in (403, 404)
    assert client.post(f"/approvals/{message.pk}/send-back/").status_code in (403, 404)
    assert Approval.objects.get().state == ApprovalState.WAITING


@pytest.mark.parametrize("number", [1, 10])
def test_the_list_takes_as_many_queries_for_ten_as_for_one(push, lena, agnes, django_assert_num_queries, number):
    for _ in range(number):
        ticket = make_ticket(push, language="en")
        seen = ticket.messages.latest("pk").pk
        hand_over_reply(ticket, NewReply(LAW, "public", seen=seen), by=agnes)
    assert Ticket.objects.count() == number

    with django_assert_num_queries(4):
        assert len(waiting_replies(lena)) == number
