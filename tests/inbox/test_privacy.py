"""Exports and erasures: what is handed out, what is gone, what remains, and who may ask."""

import hashlib
import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from brandvoice.actions.examples import add_examples
from brandvoice.spans import Span as Held
from inbox import privacy
from inbox.actions import endpoints, erasure_steps
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.attachments import NewFile, add_files
from inbox.actions.changes import edit_messages
from inbox.actions.custom_fields import fill_customer_fields, fill_ticket_fields
from inbox.actions.customer_records import record_consent, write_customer_note
from inbox.actions.customers import describe_customer
from inbox.actions.drafts import save_draft
from inbox.actions.enrich import enrich_due
from inbox.actions.merges import merge_customers
from inbox.actions.messages import receive_messages
from inbox.actions.notifications import follow_ticket
from inbox.actions.payloads import NewPayload, store_payloads
from inbox.actions.privacy import request_erasure
from inbox.actions.questions import ask_desk
from inbox.actions.recent_searches import remember_search
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.spam import block_account
from inbox.actions.uploads import add_upload
from inbox.connectors.base import MessageEdited
from inbox.connectors.webchat import lines
from inbox.connectors.webchat.models import Line, Visitor
from inbox.models import (
    Call,
    Cluster,
    Contact,
    CustomField,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    Identity,
    Message,
    Opening,
    Payload,
    PrivacyJob,
    Ticket,
    TicketRule,
    Upload,
)
from tests.cast import make_channel, make_incoming, make_ticket
from tests.inbox.signed_words import OLD
from tests.inbox.test_similar import move

MARK = "zyzzyva"
PLANTED = [
    "contact",
    "identity",
    "ticket",
    "message",
    "rawmessage",
    "revision",
    "attachment",
    "draft",
    "draftversion",
    "event",
    "payload",
]
PLANTED += [
    "delivery",
    "replychange",
    "notification",
    "question",
    "waitingticket",
    "customernote",
    "customerconsent",
    "contactmerge",
    "cluster",
    "call",
    "ticketrule",
    "savedview",
    "recentsearch",
]


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


@pytest.fixture(autouse=True)
def files(own_files):
    """Keep files of a test in a folder of its own."""


def rows_with(word):
    """Return where a word stands in the database: every table, every column, as text, and what bytes hold."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE position(%s IN lower(t::text)) > 0'
                " OR position(%s IN lower(t::text)) > 0",
                [word, word.encode().hex()],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def plant(channel, signed, agnes, lena, rail, care):
    """Have a customer write, and colleagues work, so that the mark stands wherever a text can stand."""
    said = make_incoming(
        f"My {MARK} is late, where is it?",
        author=MARK,
        thread=f"thread-{MARK}",
        external_id=f"post-{MARK}",
        subject=f"About {MARK}",
        raw=json.dumps({"text": MARK}).encode(),
        html=f"<p>My {MARK}</p>",
        product=MARK,
        attachments=(),
    )
    receive_messages(channel, [said])
    ticket = Ticket.objects.get()
    inbound = ticket.messages.get()
    add_files(inbound.pk, [NewFile(f"{MARK}.txt", f"The {MARK} itself".encode())])
    store_payloads(channel, [NewPayload(f"key-{MARK}", json.dumps({"from": MARK}).encode())])
    Payload.objects.update(processed_at=timezone.now(), error=f"No {MARK}")
    describe_customer(ticket, {"region": MARK, "audience": MARK, "product": MARK}, by=agnes)
    edit_messages(channel, [MessageEdited(f"post-{MARK}", timezone.now(), f"My {MARK} is late!")])
    follow_ticket(ticket, by=lena)
    write_note(ticket, f"The {MARK} again, @Lena Brandt", by=agnes)
    wording = signed.wordings.get()
    text = f"Dear {MARK},\n{OLD}\nYours, {MARK}"
    start = text.index(OLD)
    reply = NewReply(text, "public", seen=10**9, spans=(Held(wording.pk, start, start + len(OLD)),))
    send_reply(ticket, reply, by=agnes)
    Delivery.objects.update(state=DeliveryState.FAILED, error=f"{MARK} is blocked", url=f"https://x.example/{MARK}")
    send_reply(ticket, NewReply(f"To {MARK}, freely", "direct", seen=10**9), by=agnes)
    waiting = hand_over_reply(ticket, NewReply(f"{MARK}, it is legally yours.", "public", seen=10**9), by=agnes)
    approve_reply(waiting, by=lena, text=f"{MARK}, it is legally yours!")
    for text in (f"Half a word to {MARK} that was longer before", f"Half a word to {MARK}"):
        save_draft(ticket, by=agnes, text=text, visibility="public")
    pdf = NewFile(f"{MARK}.pdf", f"%PDF-1.4 {MARK}".encode())
    Upload.objects.filter(pk=add_upload(ticket, pdf, by=agnes, kind="note").pk).update(alt=MARK)
    block_account(ticket.identity, f"Too much {MARK}", until=None, by=lena)
    ask_desk(ticket, f"What of the {MARK}?", by=agnes)
    add_examples(signed.position, [f"My {MARK} is late!"], language="en", by=agnes)
    write_customer_note(ticket.contact, f"Likes {MARK}", by=lena)
    record_consent(ticket.contact, f"News of {MARK}", f"Form {MARK}", timezone.now(), by=lena)
    for about in ("ticket", "customer"):
        fields = {"key": f"{about}-field", "name": "A field", "kind": "text", "about": about}
        CustomField.objects.create(organization=ticket.organization, **fields)
    fill_ticket_fields(ticket, {"ticket-field": MARK}, by=agnes)
    fill_customer_fields(ticket.contact, {"customer-field": MARK}, by=agnes)
    condition = {"check": "field", "value": f"ticket-field: {MARK}"}
    rule = {"conditions": {"join": "all", "groups": [{"join": "all", "tests": [condition]}]}, "actions": []}
    TicketRule.objects.create(organization=ticket.organization, name=f"For {MARK}", trigger="created", **rule)
    create_view(NewView(f"All of {MARK}", f"field.customer-field:{MARK}", owner=lena), by=lena)
    remember_search(f"field.ticket-field:{MARK} is:open", by=lena)
    other = make_ticket(make_channel(rail, care, network="x"), f"{MARK} here as well", author=f"{MARK}-2")
    merge_customers(ticket.contact, other.contact, f"Both {MARK}", by=lena)
    Cluster.objects.create(
        organization=ticket.organization,
        question=f"Where is my {MARK}?",
        words=[MARK],
        size=1,
        messages=[inbound.pk],
        made_at=timezone.now(),
    )
    return Ticket.objects.get(pk=ticket.pk)


def erase(contact, by):
    job = request_erasure(contact, contact.name, by=by)
    privacy.do_jobs()
    job.refresh_from_db()
    return job


def test_nothing_of_an_erased_customer_is_left_in_any_table_or_file(
    manager, channel, signed, agnes, lena, max_, olga, rail, care, own_files, settings
):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    fields = {"organization": channel.organization, "name": "CRM", "url": "http://127.0.0.1:9/hook"}
    endpoints.create_endpoint(Endpoint(**fields, kinds=["message.received"]), by=olga)
    ticket = plant(channel, signed, agnes, lena, rail, care)
    # What reads the log in commit order would find nothing inside of this test's transaction.
    asked = {"organization": ticket.organization, "endpoint": Endpoint.objects.get(), "kind": "message.received"}
    event = Event.objects.filter(kind="message.received").earliest("pk")
    Call.objects.create(**asked, event=event, body=f"About {MARK}", due_at=timezone.now())
    told = {"name": f"{MARK} Zyz", "language": "", "region": MARK, "audience": MARK}
    empty = {f"identities-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    manager.post(f"/console/inbox/contact/{ticket.contact_id}/change/", told | empty)
    ticket.contact.refresh_from_db()
    before = rows_with(MARK)
    planted = {f"inbox_{table}" for table in PLANTED} | {"django_admin_log", "brandvoice_example"}
    assert planted - set(before) == set(), "the mark was never there"
    counts = {model: model.objects.count() for model in (Ticket, Message, Delivery, Event)}
    files = [path for path in own_files.rglob("*") if path.is_file()]
    assert any(MARK.encode() in path.read_bytes() for path in files)

    job = erase(ticket.contact, max_)

    assert job.state == "done"
    assert rows_with(MARK) == []
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
    assert Ticket.objects.count() == counts[Ticket]
    assert Message.objects.count() == counts[Message]
    assert Delivery.objects.count() == counts[Delivery]
    assert Event.objects.count() >= counts[Event]


def test_our_signed_words_remain_and_are_still_known_as_signed(channel, signed, agnes, lena, max_, rail, care):
    ticket = plant(channel, signed, agnes, lena, rail, care)
    erase(ticket.contact, max_)

    replies = Message.objects.filter(direction="outbound").order_by("pk")
    assert [reply.text for reply in replies] == [OLD, erasure_steps.ERASED, erasure_steps.ERASED]
    (span,) = replies[0].spans.all()
    assert replies[0].text[span.start : span.end] == signed.wordings.get().text


def test_a_new_message_from_an_erased_customer_makes_somebody_new(channel, max_):
    ticket = make_ticket(channel, author="priya", thread="t")
    erase(ticket.contact, max_)

    again = make_ticket(channel, "Hello again", author="priya", thread="t")

    assert again.pk != ticket.pk
    assert again.contact_id != ticket.contact_id
    assert again.contact.name == "Priya"
    ticket.refresh_from_db()
    assert ticket.messages.get().text == erasure_steps.ERASED


@pytest.mark.parametrize("how", ["where it was", "merged", "split off"])
def test_no_vector_of_what_an_erased_customer_asked_is_left(channel, max_, how):
    erased = make_ticket(channel, "Where is my train to Vienna?", author="priya")
    other = make_ticket(channel, "Where is my train to Vienna?", author="omar")
    enrich_due()
    move(erased, how, max_)

    erase(erased.contact, max_)

    assert list(Opening.objects.values_list("ticket", flat=True)) == [other.pk]


def test_what_others_said_in_the_same_conversation_stays(channel, max_):
    ticket = make_ticket(channel, "I am Priya", author="priya", thread="t")
    receive_messages(channel, [make_incoming("I am Kai", author="kai", thread="t")])
    theirs = make_ticket(channel, "Mine, too", author="kai", thread="u")
    receive_messages(channel, [make_incoming("Priya here", author="priya", thread="u")])

    erase(ticket.contact, max_)

    texts = set(Message.objects.values_list("text", flat=True))
    assert texts == {erasure_steps.ERASED, "I am Kai", "Mine, too"}
    theirs.refresh_from_db()
    assert (theirs.preview, theirs.identity.name) == (erasure_steps.ERASED, "Kai")


def test_the_certificate_says_who_when_and_how_much_and_its_sum_is_right(manager, channel, max_):
    ticket = make_ticket(channel, "I am Priya")
    job = erase(ticket.contact, max_)

    page = manager.get(f"/customers/jobs/{job.pk}/").content.decode()
    told = manager.get(f"/customers/jobs/{job.pk}/?format=json").json()

    assert "Certificate of erasure" in page
    assert "Max Winter" in page
    assert job.digest in page
    assert "Priya" not in page
    assert told["certificate"]["erased"]["messages"] == 1
    text = json.dumps(told["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == told["sha256"] == job.digest
    (letter,) = mail.outbox
    assert letter.to == [max_.email]
    assert f"/customers/jobs/{job.pk}/" in letter.body
    assert Contact.objects.get(pk=ticket.contact_id).name == "Erased customer"


def test_an_erasure_waits_for_a_reply_that_is_being_posted(channel, agnes, max_):
    ticket = make_ticket(channel)
    send_reply(ticket, NewReply("On its way", "public", seen=10**9), by=agnes)
    Delivery.objects.update(state=DeliveryState.SENDING)
    job = request_erasure(ticket.contact, "Priya", by=max_)

    assert privacy.do_jobs() == 0
    assert Identity.objects.get().username == "@priya"
    Delivery.objects.update(state=DeliveryState.SENT)
    PrivacyJob.objects.update(claimed_until=timezone.now())
    assert privacy.do_jobs() == 1
    job.refresh_from_db()
    assert job.state == "done"


def test_what_has_not_gone_out_is_taken_back(channel, agnes, max_):
    ticket = make_ticket(channel)
    send_reply(ticket, NewReply("Not yet", "public", seen=10**9), by=agnes)

    erase(ticket.contact, max_)

    assert Delivery.objects.get().state == DeliveryState.CANCELLED


def test_an_export_holds_everything_to_read_and_for_programs(manager, channel, signed, agnes, lena, max_, rail, care):
    ticket = plant(channel, signed, agnes, lena, rail, care)
    manager.post(f"/customers/{ticket.contact_id}/export/")
    assert privacy.do_jobs() == 1
    job = PrivacyJob.objects.get()

    answer = manager.get(f"/customers/jobs/{job.pk}/file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    told = json.loads(archive.read("customer.json"))
    assert told["customer"]["name"].lower() == MARK
    assert {account["handle"] for account in told["accounts"]} == {f"@{MARK}", f"@{MARK}-2"}
    assert len(told["tickets"]) == 2
    texts = [message["text"] for message in told["tickets"][0]["messages"]]
    assert f"My {MARK} is late!" in texts
    assert told["tickets"][0]["messages"][0]["earlier"] == [f"My {MARK} is late, where is it?"]
    page = archive.read("customer.html").decode()
    for words in (f"Likes {MARK}", f"News of {MARK}", f"The {MARK} again", "Customer described"):
        assert words in page, words
    (name,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert MARK.encode() in archive.read(name)
    assert mail.outbox[0].to == [max_.email]


def test_the_chat_of_our_own_forgets_its_visitor_with_files(rail, care, max_, own_files):
    chat = make_channel(rail, care, network="webchat", external=False)
    visitor = Visitor.objects.create(pk=uuid4(), channel=chat, name="Priya")
    said = lines.new_line(uuid4(), "Hello", ours=False, at=timezone.now())
    lines.add_line(chat.pk, visitor.pk, said, files=[lines.NewFile("way.txt", "text/plain", b"Mine")])
    assert [path.read_bytes() for path in own_files.rglob("*") if path.is_file()] == [b"Mine"]
    other = Visitor.objects.create(pk=uuid4(), channel=chat, name="Kai")
    ticket = make_ticket(chat, author=str(visitor.pk))

    erase(ticket.contact, max_)

    assert [*Visitor.objects.all()] == [other]
    assert not Line.objects.exists()
    assert not [path for path in own_files.rglob("*") if path.is_file()]


def test_a_raw_payload_of_somebody_else_stays(channel, max_):
    ticket = make_ticket(channel, author="priya")
    bodies = [b'{"from": "priya"}', b'{"from": "kai"}']
    store_payloads(channel, [NewPayload(f"key-{number}", body) for number, body in enumerate(bodies)])
    Payload.objects.update(processed_at=timezone.now())

    erase(ticket.contact, max_)

    assert [bytes(payload.body) for payload in Payload.objects.order_by("pk")] == [b"", bodies[1]]


def test_what_we_said_goes_even_where_a_merge_of_tickets_took_it(channel, agnes, max_):
    ticket, other = make_ticket(channel, author="priya"), make_ticket(channel, author="kai")
    write_note(ticket, "Of Priya", by=agnes)
    write_note(other, "Of Kai", by=agnes)
    merge_tickets(ticket, other, by=agnes, confirmed=True)

    erase(ticket.contact, max_)

    notes = Message.objects.filter(direction="note").order_by("pk").values_list("text", flat=True)
    assert [*notes] == [erasure_steps.ERASED, "Of Kai"]
