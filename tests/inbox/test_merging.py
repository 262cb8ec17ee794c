"""Tickets become one and two again: messages keep their threads, and taking a merge back restores what was."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from inbox.actions import regrouping as actions
from inbox.actions.messages import receive_messages
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.replies import NewReply, TicketMovedOn, send_reply
from inbox.actions.ticket_steps import MoveNotAllowed, TicketMerged
from inbox.actions.tickets import reopen_ticket, resolve_ticket, set_labels
from inbox.models import Delivery, Follower, Message, Regrouping, ReopenPolicy, Status, Ticket
from inbox.queries.composers import newest_regrouping_of
from inbox.queries.outgoing import outgoing_replies
from tests.cast import make_channel, make_incoming, make_ticket


@pytest.fixture
def mail(rail, care):
    """Northline Rail by e-mail."""
    return make_channel(rail, care, network="email")


def one_customer(*tickets):
    Ticket.objects.filter(pk__in=[t.pk for t in tickets]).update(contact=tickets[0].contact)
    return [Ticket.objects.get(pk=t.pk) for t in tickets]


def merged(source, target, by):
    actions.merge_tickets(source, target, by=by)
    return Regrouping.objects.standing().get(source=source)


def texts(ticket):
    return list(Message.objects.filter(ticket=ticket).in_order().values_list("text", flat=True))


def test_a_merged_tickets_messages_are_read_in_the_other_and_it_is_resolved_and_points_there(channel, mail, agnes):
    post, letter = one_customer(make_ticket(channel, "first"), make_ticket(mail, "second"))

    actions.merge_tickets(letter, post, by=agnes)

    letter.refresh_from_db()
    assert texts(post) == ["first", "second"]
    assert (letter.status, letter.merged_into) == (Status.RESOLVED, post)
    assert Ticket.objects.get(pk=post.pk).preview == "second"
    assert letter.events.filter(kind="ticket.merged").count() == post.events.filter(kind="ticket.absorbed").count() == 1


def test_what_the_customer_writes_next_in_the_merged_thread_arrives_in_the_other_ticket(channel, mail, agnes):
    post, letter = one_customer(make_ticket(channel, "first"), make_ticket(mail, "second", thread="m"))
    actions.merge_tickets(letter, post, by=agnes)

    received = receive_messages(mail, [make_incoming("third", thread="m")])

    assert received[0].ticket == post.number
    assert texts(post) == ["first", "second", "third"]


def test_intake_needs_no_further_query_for_merged_threads(channel, agnes):
    tickets = one_customer(*(make_ticket(channel, thread=f"t{n}") for n in range(4)))
    with CaptureQueriesContext(connection) as before:
        receive_messages(channel, [make_incoming(thread="t0")])
    for ticket in tickets[1:]:
        actions.merge_tickets(ticket, tickets[0], by=agnes)

    with CaptureQueriesContext(connection) as after:
        receive_messages(channel, [make_incoming(thread=f"t{n}") for n in range(4)])

    assert len(after) == len(before)

    assert Message.objects.filter(ticket=tickets[0]).count() == 9


def test_a_reply_goes_to_the_thread_of_the_message_that_it_answers(channel, mail, agnes):
    post, letter = one_customer(make_ticket(channel, "first", thread="p"), make_ticket(mail, "second", thread="m"))
    actions.merge_tickets(letter, post, by=agnes)

    by_mail = send_reply(post, NewReply("Hello", "", seen=10**9), by=agnes)
    receive_messages(channel, [make_incoming("again", thread="p")])
    by_post = send_reply(post, NewReply("Hello again", "", seen=10**9), by=agnes)

    sent = outgoing_replies(list(Delivery.objects.select_related("message", "ticket")))
    assert (by_mail.channel_id, sent[by_mail.delivery.pk].thread_key) == (mail.pk, "m")
    assert (by_post.channel_id, sent[by_post.delivery.pk].thread_key) == (channel.pk, "p")
    assert by_mail.ticket_id == by_post.ticket_id == post.pk


def test_a_reply_that_waits_when_its_ticket_is_merged_still_goes_out_in_its_own_thread(channel, mail, agnes):
    post, letter = one_customer(make_ticket(channel, "first"), make_ticket(mail, "second", thread="m"))
    queued = send_reply(letter, NewReply("On its way", "", seen=10**9), by=agnes)

    actions.merge_tickets(letter, post, by=agnes)

    delivery = Delivery.objects.select_related("message", "ticket").get(message=queued)
    sent = outgoing_replies([delivery])[delivery.pk]
    assert (delivery.channel, sent.thread_key) == (mail, "m")
    assert sent.recipient.external_id == letter.identity.external_id
    assert delivery.message.ticket == post


def test_a_merged_ticket_takes_no_replies_and_does_not_open_again(channel, agnes):
    one, other = one_customer(make_ticket(channel), make_ticket(channel))
    actions.merge_tickets(other, one, by=agnes)

    with pytest.raises(TicketMerged):
        send_reply(other, NewReply("Hello", "", seen=10**9), by=agnes)
    with pytest.raises(MoveNotAllowed, match="merged"):
        reopen_ticket(other, by=agnes)


def test_what_was_merged_in_meanwhile_stops_a_reply_even_if_it_is_older_and_is_shown_once(channel, mail, agnes, jonas):
    older, newer = one_customer(make_ticket(mail, "first"), make_ticket(channel, "second"))
    seen, shown = newer.messages.latest("pk").pk, newest_regrouping_of(newer)
    merge = merged(older, newer, jonas)

    with pytest.raises(TicketMovedOn) as refusal:
        send_reply(newer, NewReply("At nine.", "public", seen, regrouping=shown), by=agnes)
    assert refusal.value.newer == [Message.objects.get(text="first").pk]

    send_reply(newer, NewReply("At nine.", "", seen, regrouping=merge.pk), by=agnes)
    assert newest_regrouping_of(newer) == merge.pk


@pytest.mark.parametrize("what", ["itself", "merged", "resolved", "private"])
def test_what_may_not_be_merged_is_refused_in_words(channel, agnes, what):
    one, other, third = one_customer(*(make_ticket(channel, visibility="public") for _ in range(3)))
    if what == "itself":
        other = one
    if what == "merged":
        actions.merge_tickets(one, third, by=agnes)
    if what == "resolved":
        resolve_ticket(one, by=agnes)
    if what == "private":
        other = make_ticket(channel, author="somebody", visibility="direct")

    with pytest.raises(RegroupingNotAllowed):
        actions.merge_tickets(other, one, by=agnes, confirmed=True)


def test_tickets_of_different_customers_are_merged_only_when_somebody_says_so(channel, agnes):
    one, other = make_ticket(channel, author="priya"), make_ticket(channel, author="tom")

    with pytest.raises(actions.CustomersDiffer):
        actions.merge_tickets(other, one, by=agnes)

    actions.merge_tickets(other, one, by=agnes, confirmed=True)
    assert Message.objects.filter(ticket=one).count() == 2


def test_labels_and_followers_go_along_and_back(channel, agnes, jonas):
    one, other = one_customer(make_ticket(channel), make_ticket(channel))
    set_labels(one, ["refund"], by=agnes)
    set_labels(other, ["refund", "late"], by=agnes)
    Follower.objects.create(organization_id=other.organization_id, ticket=other, user=jonas)

    regrouping = merged(other, one, agnes)
    assert set(one.labels.values_list("name", flat=True)) == {"refund", "late"}
    assert one.followers.get().user == jonas

    actions.undo_merge(regrouping, by=agnes)
    assert set(one.labels.values_list("name", flat=True)) == {"refund"}
    assert not one.followers.exists()


def test_undoing_takes_along_what_came_in_the_thread_since_and_the_answers_to_it(channel, agnes):
    one, other = one_customer(make_ticket(channel, "a", thread="1"), make_ticket(channel, "b", thread="2"))
    regrouping = merged(other, one, agnes)
    receive_messages(channel, [make_incoming("c", thread="2")])
    send_reply(one, NewReply("d", "", seen=10**9), by=agnes)
    receive_messages(channel, [make_incoming("e", thread="1")])

    actions.undo_merge(regrouping, by=agnes)

    assert (texts(one), texts(other)) == (["a", "e"], ["b", "c", "d"])
    assert not Message.objects.exclude(home=None).exists()
    assert receive_messages(channel, [make_incoming("f", thread="2")])[0].ticket == other.number


def test_an_undone_ticket_stays_resolved_where_its_thread_goes_on_in_a_newer_one(channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    one, other = one_customer(make_ticket(channel), make_ticket(channel, thread="2"))
    regrouping = merged(other, one, agnes)
    resolve_ticket(one, by=agnes)
    newer = receive_messages(channel, [make_incoming(thread="2")])[0].ticket

    restored = actions.undo_merge(regrouping, by=agnes)

    assert newer not in (one.number, other.number)
    assert restored.status == Status.RESOLVED


def test_what_went_on_to_a_third_ticket_is_undone_in_turn(channel, agnes):
    one, two, three = one_customer(*(make_ticket(channel, thread=str(n)) for n in range(3)))
    first = merged(one, two, agnes)
    second = merged(two, three, agnes)
    assert receive_messages(channel, [make_incoming(thread="0")])[0].ticket == three.number

    with pytest.raises(RegroupingNotAllowed):
        actions.undo_merge(first, by=agnes)
    actions.undo_merge(second, by=agnes)
    assert receive_messages(channel, [make_incoming(thread="0")])[0].ticket == two.number
    actions.undo_merge(first, by=agnes)

    assert receive_messages(channel, [make_incoming(thread="0")])[0].ticket == one.number
    assert Message.objects.filter(ticket=one).count() == 4


def everything(organization):
    """Return all rows that merging may touch, as they are."""
    with connection.cursor() as cursor:
        found = {}
        for table, order in {
            "inbox_ticket": "id",
            "inbox_message": "id",
            "inbox_delivery": "id",
            "inbox_draft": "id",
            "inbox_follower": "ticket_id, user_id",
            "inbox_ticket_labels": "ticket_id, label_id",
            "inbox_notification": "id",
        }.items():
            left_out = "- 'id'" if table in ("inbox_follower", "inbox_ticket_labels") else ""
            cursor.execute(f"SELECT to_jsonb(x) {left_out} FROM {table} x ORDER BY {order}")
            found[table] = cursor.fetchall()
    return found


@pytest.mark.parametrize("seed", range(12))
def test_any_merges_undone_in_turn_leave_everything_as_it_was(channel, mail, agnes, jonas, seed):
    dice = random.Random(seed)
    tickets = one_customer(*(make_ticket(dice.choice([channel, mail]), f"{n}", thread=str(n)) for n in range(5)))
    for ticket in tickets:
        for n in range(dice.randrange(3)):
            receive_messages(ticket.channel, [make_incoming(f"more {n}", thread=ticket.thread_key)])
        if dice.random() < 0.4:
            send_reply(ticket, NewReply("An answer", "", seen=10**9), by=dice.choice([agnes, jonas]))
        if dice.random() < 0.3:
            resolve_ticket(ticket, by=agnes)
        set_labels(ticket, dice.sample(["a", "b", "c"], dice.randrange(3)), by=agnes)
    states, done = [everything(channel.organization)], []
    for _ in range(6):
        source, target = dice.sample(tickets, 2)
        try:
            done.append(merged(source, target, agnes))
        except RegroupingNotAllowed:
            continue
        states.append(everything(channel.organization))

    for regrouping in reversed(done):
        assert everything(channel.organization) == states.pop()
        actions.undo_merge(regrouping, by=agnes)

    assert everything(channel.organization) == states.pop()


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_and_the_customer_writing_wait_for_one_another(channel, agnes):
    one, two, three = one_customer(*(make_ticket(channel, thread=str(n)) for n in range(3)))

    def work(job):
        try:
            return job()
        except RegroupingNotAllowed:
            return None
        finally:
            connections.close_all()

    for _ in range(5):
        jobs = [
            lambda: actions.merge_tickets(one, two, by=agnes),
            lambda: actions.merge_tickets(two, one, by=agnes),
            lambda: actions.merge_tickets(three, one, by=agnes),
            *(
                lambda n=n: receive_messages(channel, [make_incoming(thread=str(n)) for n in (n, 2 - n)])
                for n in range(3)
            ),
        ]
        with ThreadPoolExecutor(len(jobs)) as pool:
            list(pool.map(work, jobs))
        for ticket in Ticket.objects.all():
            if ticket.merged_into_id:
                assert not Message.objects.filter(ticket=ticket).exists()
                assert (
                    ticket.merged_into.merged_into_id is None or ticket.merged_into.merged_into.merged_into_id is None
                )
        for regrouping in Regrouping.objects.standing().order_by("-pk"):
            actions.undo_merge(regrouping, by=agnes)
        for ticket in Ticket.objects.all():
            said = Message.objects.filter(ticket=ticket)
            assert not said.exclude(home=None).exists()
