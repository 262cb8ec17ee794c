"""Taking a merge back works whatever has happened on either side, and a customer has waited since they first asked."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from inbox.actions import regrouping as actions
from inbox.actions.drafts import save_draft
from inbox.actions.messages import receive_messages
from inbox.actions.notifications import store_notifications, tell
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import resolve_ticket
from inbox.models import Draft, DraftKind, Message, Notification, Reason, Regrouping, Spike, Ticket
from tests.cast import make_incoming, make_ticket


@pytest.fixture
def tickets(channel):
    """Two tickets of one customer: the first will be merged into the second."""
    first, second = make_ticket(channel, "a", thread="1"), make_ticket(channel, "b", thread="2")
    Ticket.objects.update(contact=first.contact)
    return [Ticket.objects.get(pk=ticket.pk) for ticket in (first, second)]


def merged(tickets, by):
    actions.merge_tickets(*tickets, by=by)
    return Regrouping.objects.standing().get(source=tickets[0])


def page(person):
    client = Client()
    client.force_login(person)
    return client


def waiting_since(ticket, at=None):
    if at:
        Ticket.objects.filter(pk=ticket.pk).update(waiting_since=at)
        ticket.messages.update(created_at=at, sent_at=at)
    return Ticket.objects.get(pk=ticket.pk).waiting_since


def hours_ago(hours):
    return timezone.now() - timedelta(hours=hours)


def test_a_draft_that_was_begun_in_the_merged_ticket_since_leaves_the_other_where_it_is(tickets, agnes):
    source, target = tickets
    save_draft(source, by=agnes, text="Before", visibility="direct", kind=DraftKind.NOTE)
    regrouping = merged(tickets, agnes)
    save_draft(source, by=agnes, text="Since", visibility="direct", kind=DraftKind.NOTE)

    actions.undo_merge(regrouping, by=agnes)

    drafts = set(Draft.objects.values_list("ticket", "text"))
    assert drafts == {(source.pk, "Since"), (target.pk, "Before")}


@pytest.mark.parametrize("seen", [False, True])
def test_what_a_person_was_told_of_the_merged_ticket_since_is_told_once_when_it_is_undone(tickets, agnes, jonas, seen):
    source, _target = tickets
    tell(source, Reason.NOTED, [jonas.pk], by=agnes, text="Before")
    regrouping = merged(tickets, agnes)
    tell(source, Reason.NOTED, [jonas.pk], by=agnes, text="Since")
    if seen:
        Notification.objects.filter(ticket=source).update(seen_at=timezone.now())

    actions.undo_merge(regrouping, by=agnes)

    assert not Notification.objects.exclude(ticket=source).exists()
    assert Notification.objects.unseen().count() == 1


def test_two_spikes_with_one_newest_ticket_are_told_of_each_and_go_along_and_back(tickets, rail, lena):
    source, target = tickets
    words, anger = (make_spike(rail, signal=signal) for signal in ("volume", "anger"))
    for ticket, spike in ((source, words), (source, anger), (source, anger), (target, words)):
        store_notifications([told_of(spike, ticket, lena)])

    def told():
        return {(ticket, spike) for ticket, spike in Notification.objects.unseen().values_list("ticket", "spike")}

    before = told()
    assert before == {(source.pk, words.pk), (source.pk, anger.pk), (target.pk, words.pk)}
    regrouping = merged(tickets, lena)
    assert told() == {(source.pk, words.pk), (target.pk, anger.pk), (target.pk, words.pk)}
    actions.undo_merge(regrouping, by=lena)
    assert told() == before


def make_spike(brand, **fields):
    now = timezone.now()
    seen = {"count": 9, "minutes": 10, "expected": 0.2, "chance": 1e-9, "began_at": now, "found_at": now}
    return Spike.objects.create(organization=brand.organization, brand=brand, **seen | fields)


def told_of(spike, ticket, person):
    place = {"organization": ticket.organization, "ticket": ticket, "user": person}
    return Notification(**place, spike=spike, reason=Reason.SPIKE, created_at=timezone.now())


def test_a_reply_is_not_begun_in_a_ticket_that_was_merged_and_the_page_says_why(tickets, agnes):
    source, _target = tickets
    merged(tickets, agnes)
    written = {"text": "Hello", "visibility": "direct", "spans": "", "client_uuid": "", "seen": "0"}

    reply = page(agnes).post(f"/tickets/{source.number}/draft/", written)
    note = page(agnes).post(f"/tickets/{source.number}/draft/", written | {"visibility": "note"})
    file = page(agnes).post(
        f"/tickets/{source.number}/uploads/", {"visibility": "direct", "upload": SimpleUploadedFile("a.txt", b"words")}
    )

    assert (reply.status_code, note.status_code, file.status_code) == (409, 204, 422)
    assert "merged into another" in reply.content.decode()
    assert list(Draft.objects.values_list("kind", flat=True)) == ["note"]


def test_a_merged_ticket_has_waited_as_long_as_the_customer_who_waits_longest(tickets, agnes):
    source, target = tickets
    longest = waiting_since(source, hours_ago(5))
    own = waiting_since(target, hours_ago(2))

    regrouping = merged(tickets, agnes)
    assert waiting_since(target) == longest

    actions.undo_merge(regrouping, by=agnes)
    assert (waiting_since(source), waiting_since(target)) == (longest, own)


def test_a_ticket_that_was_answered_waits_since_the_merged_one_did(tickets, agnes):
    source, target = tickets
    answered = waiting_since(target, hours_ago(72))
    send_reply(target, NewReply("On time.", "", seen=10**9), by=agnes)
    Message.objects.filter(direction="outbound").update(sent_at=hours_ago(70))
    asked = waiting_since(source, hours_ago(3))

    regrouping = merged(tickets, agnes)
    assert waiting_since(target) == asked

    actions.undo_merge(regrouping, by=agnes)
    assert (waiting_since(source), waiting_since(target)) == (asked, answered)
    assert not Ticket.objects.get(pk=target.pk).awaiting_reply


def test_a_resolved_ticket_that_is_merged_makes_nobody_wait_longer(tickets, agnes):
    source, target = tickets
    waiting_since(source, hours_ago(48))
    resolve_ticket(source, by=agnes)
    own = waiting_since(target, hours_ago(2))

    merged(tickets, agnes)

    assert waiting_since(target) == own


def test_after_an_undo_each_ticket_waits_since_what_was_not_answered_in_it(tickets, channel, agnes):
    source, target = tickets
    first = waiting_since(source, hours_ago(9))
    waiting_since(target, hours_ago(8))
    regrouping = merged(tickets, agnes)
    send_reply(target, NewReply("On time.", "", seen=10**9), by=agnes)
    Message.objects.filter(direction="outbound").update(sent_at=hours_ago(7))
    for thread, hours in (("1", 6), ("2", 5)):
        received = receive_messages(channel, [make_incoming(thread=thread, sent_at=hours_ago(hours))])[0]
        Message.objects.filter(pk=received.message_id).update(created_at=hours_ago(hours))
        Ticket.objects.filter(pk=target.pk, waiting_since__gt=hours_ago(5)).update(waiting_since=hours_ago(6))

    actions.undo_merge(regrouping, by=agnes)

    last = Message.objects.latest("sent_at").created_at
    assert (waiting_since(source), waiting_since(target)) == (first, last)
