"""Replies and notes: stored whole or not at all, once, never over a colleague's head, never unguarded, never lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext

from brandvoice.actions import positions as voice
from brandvoice.spans import Span
from inbox import delivery as deliveries
from inbox.actions.drafts import save_draft
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, NothingToSay, ReplyStopped, TicketMovedOn, send_reply, write_note
from inbox.models import Delivery, Direction, Draft, Event, Message, Ticket
from inbox.models import Span as StoredSpan
from tests.cast import make_channel, make_incoming, make_key, make_rule, make_ticket

HTMX = {"HX-Request": "true"}
REFUND = "You get the whole fare back within 7 days."


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t", external_id="post", language="en")


@pytest.fixture
def sign(amira, lena, rail):
    """Return a signer of wordings."""

    def sign(text=REFUND, **content):
        position = voice.create_position(f"What about “{text}”?", by=lena, brand=rail)
        version = voice.draft_version(position, voice.VersionContent((voice.NewWording(text),), **content), by=lena)
        return voice.sign_version(voice.submit_version(version, by=lena), by=amira).wordings.get()

    return sign


def seen(ticket):
    return ticket.messages.latest("pk").pk


def new_reply(ticket, text="It left at nine.", **fields):
    return NewReply(**({"text": text, "visibility": "public", "seen": seen(ticket)} | fields))


def post(client, ticket, text, *, door="reply", **fields):
    values = {"text": text, "visibility": "public", "seen": seen(ticket), "client_uuid": uuid4()} | fields
    return client.post(f"/tickets/{ticket.number}/{door}/", values, headers=HTMX)


def outbound():
    return Message.objects.filter(direction=Direction.OUTBOUND)


def statements(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


# One transaction -------------------------------------------------------------------------------------


def test_a_reply_is_its_message_its_delivery_and_its_event(ticket, agnes):
    message = send_reply(ticket, new_reply(ticket, purpose="inform"), by=agnes)

    assert (message.direction, message.user, message.text) == ("outbound", agnes, "It left at nine.")
    assert (message.in_reply_to, message.purpose, message.language) == ("post", "inform", "en")
    assert (message.delivery.state, message.delivery.channel_id) == ("queued", ticket.channel_id)
    event = Event.objects.get(message=message)
    assert (event.kind, event.actor, event.ticket) == ("reply.queued", agnes, ticket)
    ticket.refresh_from_db()
    assert (ticket.preview, ticket.awaiting_reply) == ("It left at nine.", False)
    assert ticket.first_replied_at == ticket.last_message_at == message.sent_at


@pytest.mark.parametrize(
    "step", ["INSERT ON inbox_message", "INSERT ON inbox_delivery", "INSERT ON inbox_event", "DELETE ON inbox_draft"]
)
def test_nothing_is_left_of_a_reply_that_breaks_in_the_middle(ticket, agnes, step):
    save_draft(ticket, by=agnes, text="It left at nine.", visibility="public")
    reply, before = new_reply(ticket), Ticket.objects.filter(pk=ticket.pk).values().get()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'choked'; END $$;"
            f"CREATE TRIGGER choke BEFORE {step} FOR EACH ROW EXECUTE FUNCTION choke()"
        )

    with pytest.raises(DatabaseError, match="choked"):
        send_reply(ticket, reply, by=agnes)

    assert not outbound().exists()
    assert not Delivery.objects.exists()
    assert not Event.objects.filter(kind="reply.queued").exists()
    assert Draft.objects.get().text == "It left at nine."
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


# Once ------------------------------------------------------------------------------------------------


def test_the_same_reply_again_returns_the_first_even_when_more_was_said_since(ticket, agnes, channel):
    reply = new_reply(ticket, client_uuid=uuid4())
    first = send_reply(ticket, reply, by=agnes)
    receive_messages(channel, [make_incoming("Thanks!", thread="t")])

    assert send_reply(ticket, reply, by=agnes) == first
    assert (outbound().count(), Delivery.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="reply.queued").count() == 1


def test_the_same_uuid_of_two_people_is_two_replies(ticket, agnes, jonas):
    uuid = uuid4()

    for person in (agnes, jonas):
        send_reply(ticket, new_reply(ticket, client_uuid=uuid), by=person)

    assert outbound().count() == 2


def test_the_same_uuid_in_two_tickets_is_two_replies(channel, ticket, agnes):
    uuid = uuid4()

    for place in (ticket, make_ticket(channel)):
        send_reply(place, new_reply(place, client_uuid=uuid), by=agnes)

    assert outbound().count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["reply", "note"])
def test_the_same_reply_or_note_from_eight_threads_at_once_is_stored_once(ticket, agnes, what):
    reply, together = new_reply(ticket, client_uuid=uuid4()), Barrier(8)

    def press(_):
        try:
            together.wait()
            if what == "note":
                return write_note(ticket, reply.text, by=agnes, client_uuid=reply.client_uuid).pk
            return send_reply(ticket, reply, by=agnes).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        sent = set(pool.map(press, range(8)))

    assert sent == {Message.objects.exclude(direction=Direction.INBOUND).get().pk}
    assert Delivery.objects.count() == (1 if what == "reply" else 0)


@pytest.mark.django_db(transaction=True)
def test_of_three_people_who_answer_the_same_message_at_once_one_is_heard(ticket, agnes, jonas, lena):
    reply, together = new_reply(ticket), Barrier(3)

    def press(person):
        try:
            together.wait()
            send_reply(ticket, reply, by=person)
        except TicketMovedOn as refusal:
            return refusal.newer
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        refused = [newer for newer in pool.map(press, (agnes, jonas, lena)) if newer]

    assert refused == [[outbound().get().pk]] * 2


# Nobody talks over a colleague -----------------------------------------------------------------------


def customer_writes(ticket, _jonas):
    receive_messages(ticket.channel, [make_incoming("Never mind!", thread="t")])


def colleague_replies(ticket, jonas):
    send_reply(ticket, new_reply(ticket, "I am on it."), by=jonas)


def colleague_notes(ticket, jonas):
    write_note(ticket, "Wait, I am calling them.", by=jonas)


@pytest.mark.parametrize("happens", [customer_writes, colleague_replies, colleague_notes])
def test_a_reply_that_has_not_seen_the_newest_is_refused_and_can_be_sent_all_the_same(ticket, agnes, jonas, happens):
    save_draft(ticket, by=agnes, text="It left at nine.", visibility="public")
    stale = new_reply(ticket)
    happens(ticket, jonas)

    with pytest.raises(TicketMovedOn) as refusal:
        send_reply(ticket, stale, by=agnes)

    assert refusal.value.newer == [seen(ticket)]
    assert not outbound().filter(user=agnes).exists()
    assert Draft.objects.get(user=agnes).text == "It left at nine."

    send_reply(ticket, new_reply(ticket, seen=stale.seen, confirm_stale=True), by=agnes)

    assert outbound().get(user=agnes).delivery.state == "queued"
    assert not Draft.objects.exists()


def test_at_the_door_the_refusal_keeps_the_draft(page, ticket, agnes, jonas):
    save_draft(ticket, by=agnes, text="It left at nine.", visibility="public")
    old = seen(ticket)
    colleague_replies(ticket, jonas)

    assert post(page, ticket, "It left at nine.", seen=old).status_code == 409
    assert Draft.objects.get().text == "It left at nine."
    assert post(page, ticket, "It left at nine.", seen=old, confirm_stale="1").status_code == 200
    assert not Draft.objects.exists()


# Nothing goes out unguarded --------------------------------------------------------------------------


def withdrawn_words(ticket, sign, amira):
    wording = sign()
    voice.withdraw_version(wording.version, by=amira, reason="The ministry says otherwise.")
    return "wording.withdrawn", REFUND, (Span(wording.pk, 0, len(REFUND)),)


def banned_term(ticket, sign, amira):
    make_rule(ticket.organization, "legendary")
    return "term.banned", "Our legendary trains!", ()


def over_the_limit(ticket, sign, amira):
    return "limit.over", "x" * 301, ()


def personal_data_in_public(ticket, sign, amira):
    return "personal_data.email", "Write to priya@mail.example", ()


STOPPED = pytest.mark.parametrize("case", [withdrawn_words, banned_term, over_the_limit, personal_data_in_public])


@STOPPED
def test_what_the_guard_stops_does_not_go_out_and_its_draft_is_kept(ticket, agnes, amira, sign, case):
    rule, text, spans = case(ticket, sign, amira)
    save_draft(ticket, by=agnes, text=text, visibility="public", spans=spans)

    with pytest.raises(ReplyStopped) as stopped:
        send_reply(ticket, new_reply(ticket, text, spans=spans, confirm_stale=True), by=agnes)

    assert [finding.rule for finding in stopped.value.verdict.findings] == [rule]
    assert not outbound().exists()
    draft = Draft.objects.get()
    assert (draft.text, draft.spans.count()) == (text, len(spans))


@STOPPED
def test_at_the_door_as_well_and_a_note_may_say_it(page, ticket, agnes, amira, sign, case):
    _rule, text, spans = case(ticket, sign, amira)
    save_draft(ticket, by=agnes, text=text, visibility="public", spans=spans)
    held = json.dumps([{"wording": span.wording_id, "start": span.start, "end": span.end} for span in spans])

    answer = post(page, ticket, text, spans=held)

    assert (answer.status_code, text in answer.text) == (422, True)
    assert not outbound().exists()
    assert Draft.objects.get().text == text
    assert post(page, ticket, text, door="note").status_code == 200


# Provenance ------------------------------------------------------------------------------------------


def test_signed_words_keep_their_place_and_how_far_they_were_edited(ticket, agnes, sign):
    refund, sorry = sign(), sign("We are sorry.", edit_level="adapt")
    text = f"👋 {REFUND} We are so sorry."
    spans = (Span(refund.pk, 2, 2 + len(REFUND)), Span(sorry.pk, 3 + len(REFUND), len(text)))

    message = send_reply(ticket, new_reply(ticket, text, spans=spans), by=agnes)

    kept = message.spans.order_by("start").values_list("wording", "version", "start", "end", "distance")
    assert list(kept) == [
        (refund.pk, refund.version_id, spans[0].start, spans[0].end, 0),
        (sorry.pk, sorry.version_id, spans[1].start, spans[1].end, len("so ")),
    ]


def test_words_for_named_people_are_sent_by_them_only(ticket, agnes, jonas, sign):
    wording = sign(sensitivity="named", named_people=(agnes.pk,))
    reply = new_reply(ticket, REFUND, spans=(Span(wording.pk, 0, len(REFUND)),))

    with pytest.raises(ReplyStopped):
        send_reply(ticket, reply, by=jonas)
    assert send_reply(ticket, reply, by=agnes).spans.get().wording == wording


def test_at_the_door_signed_words_are_kept_with_the_reply(page, ticket, sign):
    wording = sign()
    held = json.dumps([{"wording": wording.pk, "start": 4, "end": 4 + len(REFUND)}])

    assert post(page, ticket, f"Hi.\r\n{REFUND}", spans=held).status_code == 200

    span = StoredSpan.objects.get(message=outbound().get())
    assert (span.message.text[span.start : span.end], span.distance) == (REFUND, 0)


def cite_all(wordings):
    """Return a text made of these words, and where each of them is."""
    text, spans = "", []
    for wording in wordings:
        spans.append(Span(wording.pk, len(text), len(text) + len(wording.text)))
        text += wording.text + " "
    return text, tuple(spans)


def test_ten_signed_stretches_cost_as_many_statements_as_one(ticket, agnes, sign):
    wordings = [sign(f"Sentence number {number}.") for number in range(10)]

    def send(used):
        text, spans = cite_all(used)
        send_reply(ticket, new_reply(ticket, text, spans=spans), by=agnes)

    send(wordings[:1])

    assert statements(lambda: send(wordings)) == statements(lambda: send(wordings[:1]))
    assert StoredSpan.objects.count() == 12


def test_stopping_ten_withdrawn_stretches_costs_as_many_statements_as_stopping_one(ticket, agnes, amira, sign):
    wordings = [sign(f"Sentence number {number}.") for number in range(10)]
    for wording in wordings:
        voice.withdraw_version(wording.version, by=amira, reason="No longer so.")

    def send(used):
        text, spans = cite_all(used)
        with pytest.raises(ReplyStopped):
            send_reply(ticket, new_reply(ticket, text, spans=spans), by=agnes)

    # What this process keeps of the rules and of the choice of words is read by the first.
    send(wordings[:1])
    assert statements(lambda: send(wordings)) == statements(lambda: send(wordings[:1]))


# What a reply does to the ticket and the draft -------------------------------------------------------


def test_whoever_replies_first_takes_the_ticket_and_keeps_it(ticket, agnes, jonas):
    send_reply(ticket, new_reply(ticket), by=agnes)
    send_reply(ticket, new_reply(ticket), by=jonas)

    ticket.refresh_from_db()
    assert ticket.assignee == agnes
    facts = [event.facts for event in Event.objects.filter(kind="reply.queued").order_by("pk")]
    assert [(fact["was"]["assignee"], fact["now"]["assignee"]) for fact in facts] == [(None, agnes.pk), (agnes.pk,) * 2]


def test_a_program_that_replies_takes_no_ticket(ticket, northline):
    key, _secret = make_key(northline, "tickets:write")

    message = send_reply(ticket, new_reply(ticket), by=key)

    ticket.refresh_from_db()
    assert (ticket.assignee, message.user) == (None, None)
    assert Event.objects.get(message=message).key == key


def test_sending_discards_the_writers_reply_and_no_other_draft(page, ticket, agnes, jonas):
    for person in (agnes, jonas):
        save_draft(ticket, by=person, text="It left at nine.", visibility="public")
    save_draft(ticket, by=agnes, text="For us", visibility="direct", kind="note")

    post(page, ticket, "It left at nine.")

    assert set(Draft.objects.values_list("user", "kind")) == {(jonas.pk, "reply"), (agnes.pk, "note")}


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_is_no_reply_and_no_note(page, ticket, agnes, text):
    with pytest.raises(NothingToSay):
        send_reply(ticket, new_reply(ticket, text), by=agnes)
    with pytest.raises(NothingToSay):
        write_note(ticket, text, by=agnes)

    assert {post(page, ticket, text, door=door).status_code for door in ("reply", "note")} == {422}
    assert ticket.messages.count() == 1


# Notes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("door", "fields"), [("note", {}), ("reply", {"visibility": "note"}), ("reply", {"kind": "note"})]
)
def test_a_note_is_never_delivered_and_leaves_the_ticket_waiting(page, rail, care, agnes, door, fields):
    ticket = make_ticket(make_channel(rail, care, external=False))
    save_draft(ticket, by=agnes, text="Between us", visibility="direct", kind="note")
    before = Ticket.objects.filter(pk=ticket.pk).values().get()

    assert post(page, ticket, "Between us", door=door, **fields).status_code == 200

    note = Message.objects.get(direction=Direction.NOTE)
    assert (note.text, note.user, note.external_id, note.visibility) == ("Between us", agnes, None, "direct")
    assert Event.objects.get(message=note).kind == "note.written"
    assert deliveries.deliver_due() == 0
    assert not Delivery.objects.exists()
    assert not Draft.objects.exists()
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
