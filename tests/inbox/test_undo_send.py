"""A reply goes out a moment after it was sent, and can be undone until then."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.actions.deliveries import claim_due_deliveries, lease_deliveries
from inbox.actions.replies import NewReply, send_replies, send_reply
from inbox.models import Channel, Delivery, Draft, Ticket
from tests.cast import make_channel, make_key, make_ticket


@pytest.fixture
def patient(rail, care):
    """A channel on which a reply waits for ten seconds."""
    return make_channel(rail, care, network="sandbox", handle="patient", external=False, undo_seconds=10)


def send(ticket, by):
    return send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=by)


def pass_time(seconds):
    for one in Delivery.objects.all():
        Delivery.objects.filter(pk=one.pk).update(due_at=one.due_at - timedelta(seconds=seconds))


def test_a_reply_goes_out_when_its_moment_is_over(patient, agnes):
    message = send(make_ticket(patient), agnes)
    assert claim_due_deliveries() == []
    pass_time(9)
    assert claim_due_deliveries() == []
    pass_time(1)
    assert [taken.message_id for taken in claim_due_deliveries()] == [message.pk]


def test_an_undone_reply_never_goes_out_and_its_words_are_in_the_composer_again(client, patient, agnes):
    ticket = make_ticket(patient)
    message = send(ticket, agnes)
    client.force_login(agnes)
    thread = client.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()
    address = reverse("inbox:take_back", args=[message.delivery.pk])
    assert f'data-undo hx-post="{address}"' in thread

    answer = client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert "It left at nine.</textarea>" in answer
    assert "data-undo" not in answer
    pass_time(60)
    assert claim_due_deliveries() == []
    assert Draft.objects.get(user=agnes).text == "It left at nine."
    assert Ticket.objects.get().awaiting_reply


def test_what_has_gone_out_can_not_be_undone(client, patient, agnes):
    message = send(make_ticket(patient), agnes)
    pass_time(10)
    claim_due_deliveries()
    client.force_login(agnes)
    answer = client.post(reverse("inbox:take_back", args=[message.delivery.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert Delivery.objects.get().state == "sending"


def test_connectors_of_others_get_it_when_its_moment_is_over(rail, care, agnes):
    channel = make_channel(rail, care, undo_seconds=10)
    send(make_ticket(channel), agnes)
    assert lease_deliveries(channel, limit=10, seconds=60) == []
    pass_time(10)
    assert len(lease_deliveries(channel, limit=10, seconds=60)) == 1


def test_replies_of_programs_do_not_wait(patient, northline):
    ticket, (key, _secret) = make_ticket(patient), make_key(northline, *Scope.values)
    send_replies({ticket.number: NewReply("It left at nine.", "public", seen=10**9)}, by=key)
    assert Delivery.objects.get().due_at <= timezone.now()


@pytest.mark.parametrize(("seconds", "status"), [("0", 302), ("60", 302), ("61", 200), ("-1", 200), ("soon", 200)])
def test_a_manager_sets_the_moment_of_a_channel(client, patient, max_, seconds, status):
    client.force_login(max_)
    address = reverse("admin:inbox_channel_change", args=[patient.pk])
    page = client.get(address)
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value not in (None, False)}
    form |= {"undo_seconds": seconds, "keys-TOTAL_FORMS": "0", "keys-INITIAL_FORMS": "0"}
    answer = client.post(address, form)
    assert answer.status_code == status
    assert Channel.objects.get().undo_seconds == (int(seconds) if status == 302 else 10)
