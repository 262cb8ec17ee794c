"""What programs written for Chatwoot say, take away and report: files, notes, edits, removals, pages, receipts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from inbox.actions.deliveries import lease_deliveries
from inbox.models import Attachment, Contact, Delivery, DeliveryState, Event, FileState, Identity, Message, Revision
from tests.cast import make_channel, make_ticket
from tests.inbox.chatwoot_program import FORM, PNG, Program, form

EVERYTHING = tuple(Scope.values)


@pytest.fixture
def whatsapp(rail, care):
    return make_channel(rail, care, network="other")


@pytest.fixture
def program(northline):
    return Program(northline, *EVERYTHING)


@pytest.fixture
def number(program, whatsapp):
    return program.conversation(whatsapp)["id"]


def test_a_file_of_a_customer_is_kept_once_and_shown_to_colleagues(program, number, agnes, client):
    said = {"message_type": "incoming", "source_id": "WAID:1"}

    first, again = (program.said(number, ("board.png", PNG), **said).json() for _ in range(2))

    kept = Attachment.objects.get()
    assert first["id"] == again["id"] == kept.message_id
    assert (kept.state, kept.name, kept.content_type) == (FileState.KEPT, "board.png", "image/png")
    assert first["content"] == ""
    client.force_login(agnes)
    path = first["attachments"][0]["data_url"].split("/", 3)[3]
    assert client.get(f"/{path}").getvalue() == PNG


def test_a_file_that_is_not_kept_does_not_keep_the_words_out(program, number, agnes, client):
    program.said(number, ("a.exe", b"MZ\x00\x00"), content="Look", message_type="incoming", source_id="WAID:1")

    kept = Attachment.objects.get()
    assert (kept.state, kept.message.text) == (FileState.REFUSED, "Look")
    client.force_login(agnes)
    page = client.get(f"/inbox/open/{number}/").content.decode()
    assert "a.exe" in page
    assert 'href=""' not in page


def test_a_file_of_several_megabytes_arrives_whole(program, number):
    large = PNG + bytes(4_000_000)

    program.said(number, ("board.png", large), message_type="incoming", source_id="WAID:1")

    assert Attachment.objects.get().size == len(large)


def test_a_body_of_more_than_eight_megabytes_is_refused(program, number):
    body = form(("board.png", PNG + bytes(8 * 1024 * 1024)), message_type="incoming")

    assert program.post(f"conversations/{number}/messages", body, FORM).status_code == 413
    assert not Message.objects.exists()


def test_nothing_to_say_is_refused(program, number):
    for kind in ("incoming", "outgoing"):
        assert program.said(number, content=" ", message_type=kind).status_code == 422


def test_a_note_is_for_colleagues_and_never_goes_out(program, number):
    said = {"content": "Message was not sent", "message_type": "outgoing", "private": "true", "source_id": "n1"}

    first, again = (program.said(number, **said).json() for _ in range(2))

    assert first["id"] == again["id"]
    assert first["private"] is True
    assert Message.objects.get().direction == "note"
    assert not Delivery.objects.exists()
    event = Event.objects.get(kind="note.written")
    assert event.key is not None


def test_what_is_private_is_a_note_whatever_else_it_claims_to_be(program, number):
    program.said(number, content="Psst", message_type="incoming", private="true")

    assert Message.objects.get().direction == "note"


def test_the_same_source_id_with_other_words_is_an_edit(program, number):
    program.said(number, content="Where is my tain?", message_type="incoming", source_id="WAID:1")
    edited = program.said(number, content="Where is my train?", message_type="incoming", source_id="WAID:1").json()

    assert edited["content"] == Message.objects.get().text == "Where is my train?"
    assert Revision.objects.get().text == "Where is my tain?"


def test_an_answer_names_the_message_that_it_answers(program, number):
    asked = program.said(number, content="Hi", message_type="incoming", source_id="WAID:1").json()["id"]
    attributes = '{"in_reply_to": null, "in_reply_to_external_id": "ABC"}'

    program.said(number, content="1", message_type="incoming", source_id="WAID:2", source_reply_id=str(asked))
    program.said(number, content="2", message_type="incoming", source_id="WAID:3", content_attributes=attributes)
    program.said(number, content="3", message_type="incoming", source_id="WAID:4", content_attributes="{broken")

    answers = dict(Message.objects.values_list("text", "in_reply_to"))
    assert answers == {"Hi": "", "1": "WAID:1", "2": "ABC", "3": ""}


def test_what_the_customer_takes_away_is_marked_and_its_words_stay(program, number):
    asked = program.said(number, content="Secret", message_type="incoming", source_id="WAID:1").json()["id"]

    answers = [program.ask("delete", f"conversations/{number}/messages/{asked}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["content_attributes"] == {"deleted": True}
    assert Message.objects.get().text == "Secret"


def test_a_reply_is_taken_back_until_it_is_on_its_way(program, number, whatsapp):
    early, late = (program.said(number, content=text, message_type="outgoing").json()["id"] for text in "ab")
    lease_deliveries(whatsapp, limit=1, seconds=60)

    started, queued = (program.ask("delete", f"conversations/{number}/messages/{pk}") for pk in (early, late))

    assert (started.status_code, queued.status_code) == (422, 200)
    states = dict(Delivery.objects.values_list("message", "state"))
    assert states == {early: DeliveryState.SENDING, late: DeliveryState.CANCELLED}


def test_a_note_stays(program, number):
    note = program.said(number, content="Psst", private="true").json()["id"]

    assert program.ask("delete", f"conversations/{number}/messages/{note}").status_code == 422
    assert Message.objects.get().removed_at is None


def test_messages_come_in_pages_from_the_newest_on(program, number):
    ids = [
        program.said(number, content=str(n), message_type="incoming", source_id=f"WAID:{n}").json()["id"]
        for n in range(25)
    ]

    newest = [one["id"] for one in program.messages(number)]
    before = [one["id"] for one in program.messages(number, before=newest[0])]
    after = [one["id"] for one in program.messages(number, after=ids[2])]

    assert newest == ids[5:]
    assert before == ids[:5]
    assert after == ids[3:]
    assert program.get(f"conversations/{number}/messages", before="x").status_code == 422


def test_a_page_takes_as_many_statements_for_ten_messages_as_for_one(program, number):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert program.messages(number)
        return len(captured)

    program.said(number, ("a.png", PNG), content="0", message_type="incoming", source_id="WAID:0")
    statements()
    one = statements()
    for n in range(1, 10):
        program.said(number, ("a.png", PNG), content="x", message_type="incoming", source_id=f"WAID:{n}")

    assert statements() == one


def test_what_became_of_a_reply_is_reported_and_only_moves_forward(program, number):
    reply = program.said(number, content="On its way", message_type="outgoing").json()["id"]
    place = f"conversations/{number}/messages/{reply}"

    for status in ("delivered", "sent"):
        assert program.ask("patch", place, {"status": status, "source_id": "WAID:9"}).status_code == 200

    assert program.get(place).json()["source_id"] == "WAID:9"
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    failed = program.said(number, content="Another", message_type="outgoing").json()["id"]
    said = form(status="failed", external_error="no such number")
    program.ask("patch", f"conversations/{number}/messages/{failed}", said, FORM)
    assert Delivery.objects.get(message=failed).error == "no such number"


def test_only_a_reply_can_be_reported_on(program, number):
    asked = program.said(number, content="Hi", message_type="incoming", source_id="WAID:1").json()["id"]
    place = f"conversations/{number}/messages/{asked}"

    assert program.ask("patch", place, {"status": "read"}).status_code == 422
    assert program.ask("patch", place, {"status": "lost"}).status_code == 422


@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_is_new_about_a_customer_is_noted(program, whatsapp, number, method):
    contact = Contact.objects.get()
    new = {"name": "Priya Nair", "avatar_url": "https://cdn.example/p.jpg", "avatar": None}

    shown = program.ask(method, f"contacts/{contact.pk}", new).json()["payload"]

    assert (shown["id"], shown["name"], shown["phone_number"]) == (contact.pk, "Priya Nair", "+4912")
    assert Identity.objects.get().name == Contact.objects.get().name == "Priya Nair"
    assert Event.objects.filter(kind="customer.changed").count() == 1


def test_a_customer_keeps_the_name_that_the_network_gave_them(program, whatsapp, number):
    place = f"contacts/{Contact.objects.get().pk}"

    assert program.ask("put", place, {"identifier": "p@wa", "name": "P"}).status_code == 200
    assert program.ask("put", place, {"identifier": "someone@wa"}).status_code == 422
    assert Identity.objects.get().external_id == "p@wa"


def test_customers_are_not_merged(program):
    answer = program.post("actions/contact_merge", {"base_contact_id": 1, "mergee_contact_id": 2})

    assert answer.status_code == 422
    assert "not merged" in answer.json()["detail"]


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Message, Delivery, Contact)]


DOORS = [
    ("put", "contacts/{contact}", {"name": "X"}, Scope.MESSAGES_WRITE),
    ("get", "contacts/{contact}", None, Scope.TICKETS_READ),
    ("delete", "conversations/{number}/messages/{asked}", None, Scope.MESSAGES_WRITE),
    ("delete", "conversations/{number}/messages/{reply}", None, Scope.TICKETS_WRITE),
    ("patch", "conversations/{number}/messages/{reply}", {"status": "sent"}, Scope.OUTBOX),
    ("post", "conversations/{number}/messages", {"content": "x", "private": True}, Scope.TICKETS_WRITE),
    ("post", "conversations/{number}/messages", {"content": "x", "source_id": "9"}, Scope.MESSAGES_WRITE),
    ("post", "conversations/{number}/messages", {"content": "x", "message_type": "incoming"}, Scope.MESSAGES_WRITE),
]


@pytest.mark.parametrize(("method", "path", "body", "needed"), DOORS)
def test_each_door_needs_its_scope_and_is_not_there_for_another_organization(
    program, northline, whatsapp, number, oscar, method, path, body, needed
):
    asked = program.said(number, content="Hi", message_type="incoming", source_id="WAID:1").json()["id"]
    reply = program.said(number, content="On its way", message_type="outgoing").json()["id"]
    place = path.format(contact=Contact.objects.get().pk, number=number, asked=asked, reply=reply)
    before = everything()

    lacking = Program(northline, *(scope for scope in EVERYTHING if scope != needed)).ask(method, place, body)
    stranger = Program(oscar.organization, *EVERYTHING)
    outside = stranger.ask(method, place, body)
    stranger.start = program.start
    disguised = stranger.ask(method, place, body)

    assert (lacking.status_code, outside.status_code, disguised.status_code) == (403, 404, 404)
    assert everything() == before
    assert program.ask(method, place, body).status_code == 200


def test_a_channel_that_onevoice_serves_itself_is_left_alone(program, rail, care):
    ticket = make_ticket(make_channel(rail, care, network="sandbox", external=False))
    asked = ticket.messages.get().pk

    said = program.said(ticket.number, content="x", message_type="incoming")
    removed = program.ask("delete", f"conversations/{ticket.number}/messages/{asked}")
    renamed = program.ask("put", f"contacts/{ticket.contact_id}", {"name": "X"})

    assert [said.status_code, removed.status_code, renamed.status_code] == [422, 422, 422]
