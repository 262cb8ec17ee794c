"""The words on pictures are judged when a reply goes out, too: what is forbidden while it waits holds it."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.actions import deliveries
from inbox.actions.approvals import approve_reply, hand_over_reply, send_back_reply
from inbox.actions.replies import NewReply, send_reply
from inbox.models import ApprovalState, Attachment, Delivery, DeliveryState, Draft, FileState
from tests.cast import make_rule, make_ticket

pytestmark = pytest.mark.usefixtures("folder")

LAW = "You are legally right."


@pytest.fixture
def picture(push, agnes):
    """Agnes sends these words into a ticket of its own, with a picture that is described like this."""

    def picture(text, alt):
        reply = NewReply(text=text, visibility="public", seen=0, confirm_stale=True)
        return describe(send_reply(make_ticket(push), reply, by=agnes), alt)

    return picture


def describe(message, alt):
    kept = {"content_type": "image/png", "size": 9, "state": FileState.KEPT}
    picture = Attachment(organization=message.organization, message=message, name="train.png", alt=alt, **kept)
    picture.file.save("train.png", ContentFile(b"\x89PNG"))
    return message.delivery


def test_a_description_that_may_no_longer_go_out_holds_the_reply(picture, northline):
    held = picture("Here it is.", "Our legendary train")
    free = picture("Here it is, too.", "Our train")
    make_rule(northline, "legendary", reason="We do not boast.")

    claimed = deliveries.claim_due_deliveries(limit=5)

    held.refresh_from_db()
    assert [one.pk for one in claimed] == [free.pk]
    assert held.state == DeliveryState.HELD
    assert held.error == "The description of “train.png”: We do not boast."


def test_words_and_description_both_say_what_holds_them(picture, northline):
    held = picture("Our legendary crew is on it.", "A magic train")
    make_rule(northline, "legendary", reason="We do not boast.")
    make_rule(northline, "magic", reason="There is no magic.")

    deliveries.claim_due_deliveries(limit=5)

    held.refresh_from_db()
    assert held.error == "We do not boast. The description of “train.png”: There is no magic."


def test_nobody_approves_a_description_that_may_no_longer_go_out(push, agnes, lena, northline):
    ticket = make_ticket(push, "Am I right?", language="en")
    seen = ticket.messages.latest("pk").pk
    message = hand_over_reply(ticket, NewReply(text=LAW, visibility="public", seen=seen), by=agnes)
    describe(message, "Our legendary train")
    make_rule(northline, "legendary", reason="We do not boast.")

    approval = approve_reply(message, by=lena)

    assert (approval.state, approval.note) == (
        ApprovalState.STALE,
        "The description of “train.png”: We do not boast.",
    )
    assert Delivery.objects.get(message=message).state == DeliveryState.CANCELLED


def test_pictures_beside_ten_replies_cost_the_statements_of_one(picture, push):
    push.external = True
    push.save()
    for _ in range(11):
        picture("Here it is.", "Our train")
    with CaptureQueriesContext(connection) as one:
        assert len(deliveries.lease_deliveries(push, limit=1, seconds=9)) == 1
    with CaptureQueriesContext(connection) as ten:
        assert len(deliveries.lease_deliveries(push, limit=10, seconds=9)) == 10

    assert len(ten) == len(one)


def test_a_picture_that_is_gone_is_named_when_a_reply_is_sent_back(push, agnes, lena, folder):
    ticket = make_ticket(push, "Am I right?", language="en")
    seen = ticket.messages.latest("pk").pk
    message = hand_over_reply(ticket, NewReply(text=LAW, visibility="public", seen=seen), by=agnes)
    describe(message, "Our train")
    (folder / message.attachments.get().file.name).unlink()

    approval = send_back_reply(message, "Say it otherwise.", by=lena)

    assert approval.note == "Say it otherwise. The file “train.png” is gone."
    assert Draft.objects.get(user=agnes).text == LAW
