"""Messages come in once, into the right ticket, in their place, whatever the order and the size of the batch."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import batches
from inbox.actions.messages import receive_messages
from inbox.actions.tickets import resolve_ticket, snooze_ticket
from inbox.models import Event, Identity, Message, ReopenPolicy, Status, Ticket
from tests.cast import make_incoming, make_ticket


def test_a_customers_message_opens_a_ticket_for_the_channels_team(channel):
    received = receive_messages(channel, [make_incoming("The 7:42 was cancelled again")])

    ticket = Ticket.objects.get(number=received[0].ticket)
    assert received[0].status == "created"
    assert (ticket.team, ticket.brand, ticket.status) == (channel.team, channel.brand, Status.OPEN)
    assert ticket.preview == "The 7:42 was cancelled again"
    assert ticket.contact.name == "Priya"
    assert ticket.awaiting_reply


def test_ticket_numbers_count_up_in_each_organization_by_itself(channel, oscar):
    numbers = [make_ticket(channel).number for _ in range(3)]

    assert numbers == [1, 2, 3]


def test_the_same_batch_again_is_all_duplicates_and_stores_nothing(channel):
    batch = [make_incoming(thread=f"t{n % 4}") for n in range(20)]
    first = receive_messages(channel, batch)
    events = Event.objects.count()

    second = receive_messages(channel, batch)

    assert {r.status for r in first} == {"created"}
    assert {r.status for r in second} == {"duplicate"}
    assert [r.ticket for r in second] == [r.ticket for r in first]
    assert (Message.objects.count(), Ticket.objects.count(), Event.objects.count()) == (20, 4, events)


def test_a_message_twice_in_one_batch_is_stored_once(channel):
    twice = make_incoming()

    received = receive_messages(channel, [twice, twice])

    assert [r.status for r in received] == ["created", "duplicate"]
    assert Message.objects.count() == 1


def test_late_messages_land_in_their_place_and_leave_the_newest_words_in_the_list(channel):
    now = timezone.now()
    ticket = make_ticket(channel, "second", thread="t", sent_at=now)

    receive_messages(channel, [make_incoming("first", thread="t", sent_at=now - timedelta(hours=1))])

    ticket.refresh_from_db()
    assert [m.text for m in ticket.messages.in_order()] == ["first", "second"]
    assert (ticket.preview, ticket.last_message_at) == ("second", now)


def test_a_snoozed_ticket_wakes_when_the_customer_writes(channel, agnes):
    ticket = make_ticket(channel, thread="t")
    snooze_ticket(ticket, timezone.now() + timedelta(days=1), by=agnes)

    receive_messages(channel, [make_incoming("Any news?", thread="t")])

    ticket.refresh_from_db()
    assert (ticket.status, ticket.snoozed_until) == (Status.OPEN, None)
    assert ticket.events.filter(kind="ticket.woken").exists()


def test_a_resolved_ticket_reopens_when_the_customer_writes_again(channel, agnes):
    ticket = make_ticket(channel, thread="t")
    resolve_ticket(ticket, by=agnes)

    receive_messages(channel, [make_incoming("Still broken", thread="t")])

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at) == (Status.OPEN, None)


def test_a_resolved_ticket_stays_resolved_where_the_channel_opens_new_ones(channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    old = make_ticket(channel, thread="t")
    resolve_ticket(old, by=agnes)

    received = receive_messages(channel, [make_incoming("Something else", thread="t")])

    old.refresh_from_db()
    assert old.status == Status.RESOLVED
    assert received[0].ticket == old.number + 1


def test_a_message_from_before_the_resolution_joins_the_old_ticket_where_new_ones_are_opened(channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    old = make_ticket(channel, thread="t")
    resolve_ticket(old, by=agnes)

    late = make_incoming("Also this", thread="t", sent_at=timezone.now() - timedelta(hours=2))
    received = receive_messages(channel, [late])

    assert received[0].ticket == old.number


def test_what_the_brand_typed_on_the_network_itself_counts_as_its_answer(channel):
    ticket = make_ticket(channel, thread="t")

    receive_messages(channel, [make_incoming("On it!", thread="t", author="northline", direction="outbound")])

    ticket.refresh_from_db()
    assert not ticket.awaiting_reply
    assert ticket.first_replied_at is not None
    assert ticket.contact.name == "Priya"


def test_the_first_customer_takes_a_thread_over_that_the_brand_began(channel):
    begun = make_incoming("We have news", thread="t", author="northline", direction="outbound")
    ticket = Ticket.objects.get(number=receive_messages(channel, [begun])[0].ticket)

    receive_messages(channel, [make_incoming("Great!", thread="t", author="priya")])

    ticket.refresh_from_db()
    assert ticket.identity.external_id == "priya"
    assert ticket.contact.name == "Priya"


def test_one_customer_has_one_identity_and_takes_new_names(channel):
    make_ticket(channel, author="priya")
    make_ticket(channel, author="priya")

    assert Identity.objects.filter(channel=channel).count() == 1


def test_html_is_made_harmless_and_readable(channel):
    ticket = make_ticket(channel, "", html="<p>Fish &amp; chips</p><script>alert(1)</script><b onclick=x>now</b>")

    message = ticket.messages.get()
    assert message.text == "Fish & chips\nnow"
    assert "script" not in message.html
    assert "onclick" not in message.html


def test_the_number_of_statements_does_not_depend_on_the_size_of_the_batch(channel, monkeypatch):
    counts, start = [], batches.start

    def count_and_start(*arguments, **scalars):
        counts[-1] += 1
        return start(*arguments, **scalars)

    monkeypatch.setattr(batches, "start", count_and_start)
    for size in (1, 10, 500):
        counts.append(0)
        with CaptureQueriesContext(connection) as queries:
            receive_messages(channel, [make_incoming() for _ in range(size)])
        counts[-1] += len(queries)

    assert counts[0] > 1
    assert len(set(counts)) == 1, counts


def test_a_batch_of_known_and_new_messages_stores_the_new_ones_alone(channel):
    known = [make_incoming(thread="t"), make_incoming(thread="u")]
    receive_messages(channel, known)

    received = receive_messages(channel, [known[0], make_incoming(thread="t"), known[1], make_incoming(thread="v")])

    assert [r.status for r in received] == ["duplicate", "created", "duplicate", "created"]
    assert [r.ticket for r in received] == [1, 1, 2, 3]
    assert (Message.objects.count(), Ticket.objects.count()) == (4, 3)


def test_the_log_tells_the_story_in_order(channel, agnes):
    ticket = make_ticket(channel, thread="t")
    resolve_ticket(ticket, by=agnes)

    receive_messages(channel, [make_incoming(thread="t"), make_incoming(thread="v"), make_incoming(thread="v")])

    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))[-5:]
    assert kinds == ["ticket.created", "ticket.reopened", *["message.received"] * 3]
    reopened = Event.objects.get(kind="ticket.reopened").facts
    assert (reopened["was"]["status"], reopened["now"]["status"]) == ("resolved", "open")


def test_the_database_plans_intake_once_for_a_connection(channel):
    receive_messages(channel, [make_incoming()])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%inbox_message%'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_with_the_same_messages_store_each_once(channel):
    batch = [make_incoming(thread=f"t{n % 5}", author=f"a{n % 3}") for n in range(40)]

    def receive(offset: int) -> list[str]:
        try:
            return [r.status for r in receive_messages(channel, batch[offset:] + batch[:offset])]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for part in pool.map(receive, range(0, 40, 5)) for status in part]

    assert statuses.count("created") == 40
    assert (Message.objects.count(), Ticket.objects.count(), Identity.objects.count()) == (40, 5, 3)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_that_file_the_same_messages_differently_store_each_once(channel):
    def receive(worker: int) -> list[str]:
        batch = [make_incoming(thread=f"w{worker}-{n}", external_id=f"m{n}", author=f"a{worker}") for n in range(10)]
        try:
            return [r.status for message in batch for r in receive_messages(channel, [message])]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for part in pool.map(receive, range(8)) for status in part]

    assert statuses.count("created") == 10
    assert (Message.objects.count(), Ticket.objects.count()) == (10, 10)
    assert sorted(Ticket.objects.values_list("number", flat=True)) == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
def test_what_fails_at_the_very_commit_is_not_told_as_stored(channel):
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON inbox_message DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION refuse()"""
        )
        try:
            with pytest.raises(DatabaseError, match="no room"):
                receive_messages(channel, [make_incoming()])
        finally:
            cursor.execute("DROP TRIGGER refuse ON inbox_message; DROP FUNCTION refuse")

    assert (Message.objects.count(), Ticket.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert receive_messages(channel, [make_incoming()])[0].ticket == 1
