"""An approver changes a reply while approving it: nobody's words go out alone, and everybody sees who changed what."""

import pytest

from accounts.permissions import Role
from brandvoice.actions import positions as voice
from brandvoice.actions.signing import withdraw_version
from brandvoice.models import GuardDecision
from inbox.actions.approval_changes import WordsFixed
from inbox.actions.approval_steps import NotYours, OwnWords
from inbox.actions.approvals import OwnReply, WordsMoved, approve_reply, hand_over_reply, send_back_reply
from inbox.actions.deliveries import claim_due_deliveries
from inbox.actions.incidents import NewIncident, declare_incident
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, ReplyStopped
from inbox.models import (
    Approval,
    ApprovalState,
    Delivery,
    DeliveryState,
    Draft,
    IncidentLevel,
    Message,
    Notification,
    ReplyChange,
    SignOff,
)
from inbox.queries.approvals import waiting_replies
from inbox.queries.incident_reports import said_in
from tests.cast import make_channel, make_incoming, make_person, make_rule, make_ticket
from tests.inbox.signed_words import OLD, whole

LAW, TRUE, KIND = "You are legally right.", "You are right.", "You are legally right, we are sorry."


@pytest.fixture
def ticket(rail, care):
    channel = make_channel(rail, care, network="sandbox", external=False, handle="@push")
    return make_ticket(channel, "Am I right?", thread="t", external_id="post", language="en")


@pytest.fixture
def hand_over(ticket, agnes):
    """Hand a reply over in Agnes's name."""

    def hand_over(text=LAW, *, by=agnes, **fields):
        reply = NewReply(**({"text": text, "visibility": "public", "seen": ticket.messages.latest("pk").pk} | fields))
        return hand_over_reply(ticket, reply, by=by)

    return hand_over


def state_of(message):
    return Delivery.objects.get(message=message).state


def text_of(message):
    return Message.objects.get(pk=message.pk).text


def unseen(person):
    return list(Notification.objects.filter(user=person, seen_at=None).order_by("pk").values_list("reason", flat=True))


# Whose words go out, by the rule that holds for posts.


def test_a_lead_lets_a_reply_out_in_words_that_they_could_have_sent_themselves(hand_over, ticket, lena, agnes):
    message = hand_over()

    approval = approve_reply(message, by=lena, text=TRUE)

    (claimed,) = claim_due_deliveries(limit=5)
    ticket.refresh_from_db()
    assert (claimed.reply.text, claimed.reply.user, ticket.preview) == (TRUE, agnes, TRUE)
    assert (approval.state, approval.settled_by) == (ApprovalState.APPROVED, lena)
    change = ReplyChange.objects.get()
    assert (change.was, change.by, change.version) == (LAW, lena, 1)


def test_words_that_the_guard_wants_seen_wait_for_somebody_else_when_an_approver_has_changed_them(
    hand_over, lena, max_
):
    message = hand_over()

    approval = approve_reply(message, by=lena, text=KIND)

    assert (approval.state, state_of(message), text_of(message)) == ("waiting", DeliveryState.WAITING, KIND)
    with pytest.raises(OwnWords):
        approve_reply(message, by=lena, seen=1)
    assert approve_reply(message, by=max_, seen=1).state == ApprovalState.APPROVED
    (claimed,) = claim_due_deliveries(limit=5)
    assert claimed.reply.text == KIND


def test_who_may_send_nothing_lets_no_words_of_their_own_out(hand_over, northline, lena):
    samir = make_person("Samir Roy", northline, Role.APPROVER)
    message = hand_over()

    approve_reply(message, by=samir, text=TRUE)

    assert (state_of(message), text_of(message)) == (DeliveryState.WAITING, TRUE)
    assert waiting_replies(samir)[0].standing.own_words
    assert approve_reply(message, by=lena, seen=1).state == ApprovalState.APPROVED


def test_the_last_hand_counts_whoever_changed_it_before_may_approve_what_another_has_made_of_it(hand_over, lena, max_):
    message = hand_over()
    approve_reply(message, by=lena, text=KIND)
    approve_reply(message, by=max_, seen=1, text=f"{KIND} Truly.")

    assert state_of(message) == DeliveryState.WAITING
    assert approve_reply(message, by=lena, seen=2).state == ApprovalState.APPROVED


def test_other_words_are_approved_from_the_first_step_on(make_policy, hand_over, agnes, lena, amira):
    make_policy({"people": [lena]}, {"people": [amira]}, what="replies")
    message = hand_over()
    approve_reply(message, by=lena)

    with pytest.raises(NotYours):
        approve_reply(message, by=lena, text=KIND)
    approve_reply(message, by=amira, text=KIND)

    assert (Approval.objects.get().step, SignOff.objects.count(), state_of(message)) == (1, 0, DeliveryState.WAITING)


def test_a_step_that_is_ones_own_is_approved_with_the_change(make_policy, hand_over, lena, amira):
    make_policy({"people": [lena]}, {"people": [amira]}, what="replies")
    message = hand_over()

    approve_reply(message, by=lena, text=KIND)

    assert (Approval.objects.get().step, SignOff.objects.get().user) == (2, lena)
    assert approve_reply(message, by=amira, seen=1).state == ApprovalState.APPROVED


def test_nobody_changes_their_own_reply_in_this_way(hand_over, lena):
    message = hand_over(by=lena)

    with pytest.raises(OwnReply):
        approve_reply(message, by=lena, text=KIND)
    assert text_of(message) == LAW


def test_words_that_changed_meanwhile_are_not_approved_unseen(hand_over, lena, max_):
    message = hand_over()
    approve_reply(message, by=lena, text=KIND)

    with pytest.raises(WordsMoved):
        approve_reply(message, by=max_)
    with pytest.raises(WordsMoved):
        approve_reply(message, by=max_, text=TRUE)
    assert (state_of(message), text_of(message)) == (DeliveryState.WAITING, KIND)


# What stands against other words.


def test_the_guard_checks_other_words_like_any_and_leaves_all_as_it_was_where_it_stops_them(
    hand_over, northline, agnes, lena
):
    make_rule(northline, "legendary")
    message = hand_over()

    with pytest.raises(ReplyStopped):
        approve_reply(message, by=lena, text="You are legendary.")

    assert (state_of(message), text_of(message), unseen(agnes)) == (DeliveryState.WAITING, LAW, [])
    assert not ReplyChange.objects.exists()
    approve_reply(message, by=lena, text=KIND)
    doors = GuardDecision.objects.order_by("pk").values_list("door", "by")
    assert list(doors) == [("approval", agnes.pk), ("approval", lena.pk)]


def test_an_approval_of_other_words_covers_what_the_guard_found_in_them_and_no_more(hand_over, northline, lena, max_):
    message = hand_over()
    approve_reply(message, by=lena, text="It is cheap. You are legally right.")
    make_rule(northline, "cheap", outcome="needs_approval")

    assert approve_reply(message, by=max_, seen=1).state == ApprovalState.STALE


def test_a_word_from_the_customer_overtakes_other_words_too_and_they_are_in_the_writers_draft(
    hand_over, ticket, lena, agnes
):
    message = hand_over()
    receive_messages(ticket.channel, [make_incoming("Never mind.", thread="t", external_id="post2")])

    approval = approve_reply(message, by=lena, text=TRUE)

    assert (approval.state, state_of(message)) == (ApprovalState.STALE, DeliveryState.CANCELLED)
    assert Draft.objects.get(user=agnes).text == TRUE
    assert unseen(agnes)[-2:] == ["changed", "given_back"]


def test_words_that_a_network_has_approved_or_that_are_none_stay_as_they_are(hand_over, lena):
    message = hand_over()
    Message.objects.filter(pk=message.pk).update(template={"name": "late"})

    with pytest.raises(WordsFixed):
        approve_reply(message, by=lena, text=TRUE)
    assert not waiting_replies(lena)[0].can_change


# Signed words.


def test_signed_words_stay_signed_where_they_stand_and_show_how_far_they_were_changed(hand_over, rail, lena, amira):
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    content = voice.VersionContent((voice.NewWording(OLD),), edit_level="adapt")
    signed = voice.sign_version(
        voice.submit_version(voice.draft_version(position, content, by=lena), by=lena), by=amira
    )
    message = hand_over(f"{OLD} {LAW}", spans=whole(signed))

    approve_reply(message, by=lena, text=f"Hello. {OLD.replace('whole', 'entire')} {KIND}")

    (span,) = Message.objects.get(pk=message.pk).spans.all()
    assert text_of(message)[span.start : span.end] == OLD.replace("whole", "entire")
    assert (span.version, span.distance) == (signed, 5)


def test_words_that_were_signed_as_they_are_can_be_moved_and_not_changed(hand_over, signed, lena):
    message = hand_over(f"{OLD} {LAW}", spans=whole(signed))

    with pytest.raises(ReplyStopped, match="as it was signed"):
        approve_reply(message, by=lena, text=f"{OLD.replace('whole', 'entire')} {LAW}")

    approve_reply(message, by=lena, text=f"{KIND} {OLD}")
    assert [text_of(message)[one.start : one.end] for one in message.spans.all()] == [OLD]


def test_signed_words_that_were_withdrawn_are_taken_out_and_the_rest_goes_on(hand_over, signed, amira, lena, max_):
    message = hand_over(f"{OLD} {LAW}", spans=whole(signed))
    withdraw_version(signed, by=amira, reason="Wrong.")

    approval = approve_reply(message, by=lena, text=LAW)

    waiting = Delivery.objects.get(message=message)
    assert (approval.state, waiting.state, waiting.error) == ("waiting", DeliveryState.WAITING, "")
    assert not waiting.reply.spans.exists()
    assert approve_reply(message, by=max_, seen=1).state == ApprovalState.APPROVED


# Who hears of it, and what is left of it.


def test_its_writer_hears_of_it_and_gets_the_words_as_they_are_when_it_comes_back(hand_over, agnes, lena):
    message = hand_over()
    approve_reply(message, by=lena, text=KIND)
    assert unseen(agnes) == ["changed"]

    send_back_reply(message, "Better not.", by=lena)

    assert Draft.objects.get(user=agnes).text == KIND


def test_the_thread_says_who_changed_what(client, hand_over, ticket, lena, agnes):
    message = hand_over()
    approve_reply(message, by=lena, text=KIND)
    client.force_login(agnes)

    thread = client.get(f"/tickets/{ticket.number}/thread/").content.decode()

    assert "Changed by Lena Brandt before its approval" in thread
    assert "<ins>, we are sorry</ins>" in thread
    assert "Reply changed before its approval by Lena Brandt" in thread
    assert f"/approvals/{message.pk}/approve/?version=1" in thread


def test_the_report_of_an_incident_names_both(hand_over, ticket, northline, lena, max_):
    level = IncidentLevel.objects.filter(organization=northline).first()
    incident = declare_incident(NewIncident(name="Storm", level=level, phrases=["right"], drill=True), by=max_)
    approve_reply(hand_over(), by=lena, text=TRUE)

    (said,) = said_in(incident, max_)

    assert (said.who, said.text, said.approved_by) == ("Agnes Berg, changed by Lena Brandt", TRUE, "Lena Brandt")


# Its page.


def test_the_page_takes_other_words_shows_them_and_asks_the_next(client, hand_over, lena, max_):
    message = hand_over()
    client.force_login(lena)
    address = f"/approvals/{message.pk}/change/"
    assert f'action="{address}"' in client.get("/approvals/").content.decode()

    assert client.post(address, {"text": KIND, "version": 0}).status_code == 302

    mine = client.get("/approvals/").content.decode()
    assert "You have written these words" in mine
    assert f'action="/approvals/{message.pk}/approve/"' not in mine
    client.force_login(max_)
    theirs = client.get("/approvals/").content.decode()
    assert "changed by Lena Brandt" in theirs
    assert "<ins>, we are sorry</ins>" in theirs
    assert client.post(f"/approvals/{message.pk}/approve/").status_code == 409, "the words of before"
    assert client.post(f"/approvals/{message.pk}/approve/", {"version": 1}).status_code == 302
    assert state_of(message) == DeliveryState.QUEUED


def test_the_page_keeps_what_was_written_and_says_why_it_may_not_go_out(client, hand_over, northline, lena):
    make_rule(northline, "legendary")
    message = hand_over()
    client.force_login(lena)
    address = f"/approvals/{message.pk}/change/"

    stopped = client.post(address, {"text": "You are legendary.", "version": 0})
    empty = client.post(address, {"text": " ", "version": 0})

    assert (stopped.status_code, empty.status_code) == (422, 422)
    assert "You are legendary.</textarea>" in stopped.content.decode()
    assert "<details open>" in stopped.content.decode()
    assert "Enter what it says." in empty.content.decode()
    assert text_of(message) == LAW


def test_what_was_written_stays_on_the_page_when_somebody_else_has_settled_it_meanwhile(client, hand_over, lena, max_):
    message = hand_over()
    client.force_login(lena)
    send_back_reply(message, "Better not.", by=max_)

    refused = client.post(f"/approvals/{message.pk}/change/", {"text": KIND, "version": 0})

    assert refused.status_code == 409
    assert "This reply no longer waits for approval." in refused.content.decode()
    assert f"{KIND}</textarea>" in refused.content.decode()
    assert "</textarea>" not in client.get("/approvals/").content.decode()


def test_what_was_written_stays_on_the_page_when_it_is_somebody_elses_turn_meanwhile(
    client, make_policy, hand_over, lena, amira
):
    make_policy({"people": [lena]}, {"people": [amira]}, what="replies")
    message = hand_over()
    client.force_login(lena)
    approve_reply(message, by=lena)

    refused = client.post(f"/approvals/{message.pk}/change/", {"text": KIND, "version": 0}).content.decode()

    assert refused.count(f"{KIND}</textarea>") == 1
    assert "copy what you still need" in refused


def test_agents_may_not_and_strangers_find_nothing(client, hand_over, agnes, oscar):
    message = hand_over()
    for person, answers in ((agnes, {403}), (oscar, {403, 404})):
        client.force_login(person)
        assert client.post(f"/approvals/{message.pk}/change/", {"text": TRUE}).status_code in answers
    assert text_of(message) == LAW


@pytest.mark.parametrize("number", [1, 10])
def test_the_list_takes_as_many_queries_for_ten_changed_ones_as_for_one(
    ticket, agnes, lena, max_, django_assert_num_queries, number
):
    for _ in range(number):
        another = make_ticket(ticket.channel, language="en")
        message = hand_over_reply(another, NewReply(LAW, "public", seen=10**9), by=agnes)
        approve_reply(message, by=max_, text=KIND)

    with django_assert_num_queries(7):
        found = waiting_replies(lena)

    assert [one.changed.by for one in found] == ["Max Winter"] * number
