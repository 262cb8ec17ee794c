"""Two things at once: whoever changes several rows takes them in one order, so that nobody waits for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from brandvoice.actions.signing import withdraw_version
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.replies import NewReply
from inbox.models import Delivery, Message, ReplyChange, Span, SpanEdit
from tests.cast import make_ticket
from tests.inbox.posts import promised
from tests.inbox.signed_words import OLD, delivery_of, queue, whole

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(act, *asked, **named):
    """Run something in a second thread until it waits for a row that the test has locked; it must end afterwards."""

    def run():
        try:
            return act(*asked, **named)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        yield lambda: _wait_for(pool.submit(run))


def _wait_for(running):
    until = time.monotonic() + 30
    while not _somebody_waits():
        if running.done():
            running.result()
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.05)
    return running


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def is_free(delivery):
    return Delivery.objects.filter(pk=delivery.pk).select_for_update(no_key=True, skip_locked=True).exists()


def test_what_rests_on_withdrawn_words_is_held_in_the_order_in_which_an_incident_holds_it(
    schedule, signed, channel, agnes, amira
):
    post = promised(schedule(OLD, spans=whole(signed)))
    reply = delivery_of(queue(make_ticket(channel), signed, agnes))

    with meanwhile(withdraw_version, signed, by=amira, reason="Wrong.") as wait:
        list(post.select_for_update())
        withdrawal = wait()
        assert is_free(reply)

    withdrawal.result()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}


def test_what_is_erased_in_the_moment_in_which_an_approver_changes_it_is_not_kept(channel, agnes, lena):
    ticket = make_ticket(channel, language="en")
    message = hand_over_reply(ticket, NewReply("Priya, you are legally right.", "public", seen=10**9), by=agnes)

    with meanwhile(approve_reply, message, by=lena, text="You are right.") as wait:
        Message.objects.filter(pk=message.pk).update(text="(erased)")
        approval = wait()

    approval.result()
    assert ReplyChange.objects.get().was == "(erased)"


def test_two_who_choose_different_answers_in_one_moment_do_not_wait_for_each_other(channel, agnes, jonas, lena):
    ticket = make_ticket(channel, language="en")
    first, second = (
        hand_over_reply(ticket, NewReply(f"{by.name}: you are legally right.", "public", seen=10**9), by=by)
        for by in (agnes, jonas)
    )

    with meanwhile(approve_reply, second, by=lena, reject_others=True) as wait:
        list(Delivery.objects.select_for_update().filter(message=first))
        approval = wait()
        assert is_free(delivery_of(second))

    assert approval.result().state == "approved"
    assert delivery_of(first).state == "cancelled"


def test_an_approver_changes_signed_words_in_the_moment_in_which_they_are_compared(channel, signed, agnes, lena):
    ticket, text = make_ticket(channel, language="en"), f"{OLD} You are legally right."
    message = hand_over_reply(ticket, NewReply(text, "public", seen=10**9, spans=whole(signed)), by=agnes)
    span = Span.objects.get(message=message)

    with meanwhile(approve_reply, message, by=lena, text=f"{OLD} You are right.") as wait:
        list(Span.objects.select_for_update(no_key=True))
        approval = wait()
        place = {"organization_id": span.organization_id, "span": span, "version": signed}
        SpanEdit.objects.create(**place, was="a", now="b", was_key="a", now_key="b", written_at=timezone.now())

    assert approval.result().state == "approved"
    assert (Span.objects.get(message=message).version, SpanEdit.objects.count()) == (signed, 0)
