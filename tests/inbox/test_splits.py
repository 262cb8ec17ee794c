"""Messages are split off into a ticket of their own, answered and heard there, and come back when that is undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions.custom_fields import fill_ticket_fields
from inbox.actions.messages import receive_messages
from inbox.actions.regrouping import merge_tickets, undo_merge
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.spam import mark_spam
from inbox.actions.splits import split_ticket
from inbox.actions.tickets import reopen_ticket, resolve_ticket
from inbox.models import Delivery, Message, Regrouping, ReopenPolicy, Status, Ticket
from inbox.queries.outgoing import outgoing_replies
from tests.cast import make_incoming, make_ticket
from tests.inbox.test_custom_fields import make_field


@pytest.fixture
def ticket(channel):
    """A ticket in which a customer has asked three things, ten minutes apart."""
    start = timezone.now() - timedelta(hours=1)
    said = [
        make_incoming(text, thread="t", external_id=text, sent_at=start + timedelta(minutes=10 * place))
        for place, text in enumerate(("late", "refund", "seat"))
    ]
    receive_messages(channel, said)
    # In a test all that came has come at one moment.
    Ticket.objects.update(waiting_since=Message.objects.earliest("created_at").created_at)
    return Ticket.objects.get()


def ids(*names):
    return list(Message.objects.filter(text__in=names).values_list("pk", flat=True))


def texts(ticket):
    return list(Message.objects.filter(ticket=ticket.pk).in_order().values_list("text", flat=True))


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def hear(channel, text, thread="t", **fields):
    return receive_messages(channel, [make_incoming(text, thread=thread, **fields)])[0].ticket


def messages(*fields):
    return list(Message.objects.order_by("pk").values_list("pk", "ticket", "home"))


def test_the_chosen_messages_are_read_in_a_new_open_ticket_of_the_same_customer_and_team(ticket, agnes):
    new = split_ticket(ticket, ids("refund"), by=agnes)

    assert (texts(ticket), texts(new)) == (["late", "seat"], ["refund"])
    same = ("channel", "thread_key", "contact", "identity", "team", "brand")
    assert [getattr(new, name) for name in same] == [getattr(ticket, name) for name in same]
    new = fresh(new)
    assert (new.status, new.preview, new.awaiting_reply, new.assignee) == (Status.OPEN, "refund", True, agnes)
    assert fresh(ticket).preview == "seat"


def test_the_new_ticket_has_what_was_filled_in_and_each_is_changed_by_itself(ticket, agnes, northline):
    make_field(northline, "booking", required=True)
    ticket = fill_ticket_fields(ticket, {"booking": "4711"}, by=agnes)

    new = split_ticket(ticket, ids("refund"), by=agnes)

    assert resolve_ticket(new, by=agnes).fields == {"booking": "4711"}
    fill_ticket_fields(new, {"booking": "4712"}, by=agnes)
    assert fresh(ticket).fields == {"booking": "4711"}


def test_both_logs_name_the_other_ticket(ticket, agnes):
    new = split_ticket(ticket, ids("seat"), by=agnes)

    assert ticket.events.get(kind="ticket.split").facts["number"] == new.number
    assert new.events.get(kind="ticket.split_off").facts["number"] == ticket.number
    assert new.events.get(kind="ticket.created").facts["now"]["status"] == "open"


@pytest.mark.parametrize("newest_goes", [True, False])
def test_what_the_customer_writes_next_goes_to_where_their_newest_message_is(ticket, channel, agnes, newest_goes):
    new = split_ticket(ticket, ids("seat" if newest_goes else "refund"), by=agnes)

    assert hear(channel, "next") == (new if newest_goes else ticket).number
    assert fresh(new if newest_goes else ticket).preview == "next"


@pytest.mark.parametrize("done", ["the new one", "the first"])
def test_each_of_both_is_resolved_and_opened_by_itself(ticket, channel, agnes, done):
    new = split_ticket(ticket, ids("seat"), by=agnes)
    one = new if done == "the new one" else ticket

    resolve_ticket(one, by=agnes)
    assert hear(channel, "next") == new.number
    if done == "the first":
        reopen_ticket(one, by=agnes)

    assert {fresh(ticket).status, fresh(new).status} == {Status.OPEN}


def test_a_reply_in_either_goes_to_the_customer_in_their_thread_and_answers_what_is_there(ticket, agnes):
    new = split_ticket(ticket, ids("seat"), by=agnes)

    send_reply(new, NewReply("Window.", "", seen=10**9), by=agnes)
    send_reply(ticket, NewReply("In a week.", "", seen=10**9), by=agnes)

    sent = outgoing_replies(list(Delivery.objects.select_related("message", "ticket").order_by("pk"))).values()
    assert [(one.thread_key, one.in_reply_to) for one in sent] == [("t", "seat"), ("t", "refund")]
    assert (texts(new), texts(ticket)) == (["seat", "Window."], ["late", "refund", "In a week."])


def test_each_waits_since_what_was_asked_in_it(ticket, agnes):
    for hours, name in ((3, "late"), (2, "refund"), (1, "seat")):
        Message.objects.filter(text=name).update(created_at=timezone.now() - timedelta(hours=hours))
    asked = dict(Message.objects.values_list("text", "created_at"))
    Ticket.objects.update(waiting_since=asked["late"])

    new = split_ticket(ticket, ids("late", "seat"), by=agnes)

    assert (fresh(new).waiting_since, fresh(ticket).waiting_since) == (asked["late"], asked["refund"])


def test_what_was_answered_does_not_wait_in_the_new_ticket(ticket, channel, agnes):
    send_reply(ticket, NewReply("Sorry.", "", seen=10**9), by=agnes)
    hear(channel, "again")

    new = split_ticket(ticket, ids("late", "refund", "seat", "Sorry."), by=agnes)

    assert (fresh(new).awaiting_reply, fresh(ticket).awaiting_reply) == (False, True)
    assert (fresh(new).first_replied_at is None, fresh(ticket).first_replied_at) == (False, None)


@pytest.mark.parametrize("what", ["nothing", "all", "only ours", "another ticket's", "spam", "merged"])
def test_what_may_not_be_split_off_is_refused_in_words(ticket, channel, agnes, what):
    send_reply(ticket, NewReply("Sorry.", "", seen=10**9), by=agnes)
    chosen = {"nothing": [], "all": ids("late", "refund", "seat", "Sorry."), "only ours": ids("Sorry.")}
    if what == "another ticket's":
        chosen[what] = [*ids("seat"), make_ticket(channel).messages.get().pk]
    if what == "spam":
        mark_spam(ticket, by=agnes)
    if what == "merged":
        merge_tickets(ticket, make_ticket(channel), by=agnes, confirmed=True)

    with pytest.raises(RegroupingNotAllowed):
        split_ticket(ticket, chosen.get(what, ids("seat")), by=agnes)


def test_undo_puts_the_messages_back_as_they_were_and_the_thread_with_them(ticket, channel, agnes):
    before, was = messages(), Ticket.objects.filter(pk=ticket.pk).values().get()
    new = split_ticket(ticket, ids("seat"), by=agnes)

    merge_tickets(new, ticket, by=agnes)

    assert messages() == before
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == was
    assert not Regrouping.objects.standing().filter(kind="split").exists()
    assert hear(channel, "next") == ticket.number


def test_undo_takes_along_what_was_said_in_the_new_ticket_since(ticket, channel, agnes):
    new = split_ticket(ticket, ids("seat"), by=agnes)
    send_reply(new, NewReply("Window.", "", seen=10**9), by=agnes)
    write_note(new, "Paid.", by=agnes)
    hear(channel, "thanks")

    merge_tickets(new, ticket, by=agnes)

    assert texts(ticket) == ["late", "refund", "seat", "Window.", "Paid.", "thanks"]
    reply = send_reply(ticket, NewReply("Welcome.", "", seen=10**9), by=agnes)
    sent = outgoing_replies([Delivery.objects.select_related("message", "ticket").get(message=reply)])
    assert next(iter(sent.values())).thread_key == "t"


def test_an_undone_split_can_be_done_again_by_undoing_that(ticket, channel, agnes):
    new = split_ticket(ticket, ids("seat"), by=agnes)
    split = messages()
    merge_tickets(new, ticket, by=agnes)

    undo_merge(Regrouping.objects.standing().get(kind="merge"), by=agnes)

    assert messages() == split
    assert Regrouping.objects.standing().get().kind == "split"
    assert hear(channel, "next") == new.number


def test_of_what_was_split_off_more_is_split_off_in_turn(ticket, channel, agnes):
    second = split_ticket(ticket, ids("refund", "seat"), by=agnes)
    third = split_ticket(second, ids("seat"), by=agnes)

    assert [texts(one) for one in (ticket, second, third)] == [["late"], ["refund"], ["seat"]]
    assert hear(channel, "next") == third.number
    merge_tickets(third, second, by=agnes)
    merge_tickets(second, ticket, by=agnes)
    assert texts(ticket) == ["late", "refund", "seat", "next"]
    assert hear(channel, "last") == ticket.number


def test_an_older_message_split_off_after_a_newer_leaves_the_thread_where_it_went(ticket, channel, agnes):
    seat = split_ticket(ticket, ids("seat"), by=agnes)
    refund = split_ticket(ticket, ids("refund"), by=agnes)

    assert hear(channel, "next") == seat.number
    resolve_ticket(seat, by=agnes)
    assert hear(channel, "last") == seat.number
    assert fresh(refund).status == Status.OPEN


def test_a_message_of_a_merged_thread_is_split_off_with_its_thread(ticket, channel, agnes):
    other = make_ticket(channel, "other", thread="u", author="priya")
    Ticket.objects.update(contact=ticket.contact)
    merge_tickets(other, ticket, by=agnes)

    new = split_ticket(ticket, ids("other"), by=agnes)

    assert new.thread_key == "u"
    assert (hear(channel, "next", "u"), hear(channel, "else", "t")) == (new.number, ticket.number)


def test_where_resolved_tickets_stay_resolved_the_next_message_follows_the_one_that_speaks(ticket, channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    new = split_ticket(ticket, ids("seat"), by=agnes)
    resolve_ticket(new, by=agnes)

    third = hear(channel, "next")

    assert third not in (ticket.number, new.number)
    assert fresh(ticket).status == Status.OPEN
    older = split_ticket(ticket, ids("late"), by=agnes)
    assert hear(channel, "last") == third
    assert fresh(older).status == Status.OPEN
