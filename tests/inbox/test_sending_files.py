"""Files beside replies and notes: taken at once, kept with the draft, checked, sent once, else forgotten."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice import file_types
from inbox.actions.regrouping import merge_tickets
from inbox.actions.sharing import share_draft
from inbox.actions.uploads import clean_name, sweep_uploads
from inbox.models import Attachment, Delivery, Draft, Message, Ticket, Upload
from inbox.queries.outgoing import outgoing_replies
from inbox.queries.sent_files import address_of
from tests.cast import make_channel, make_ticket
from tests.pictures import WHERE, jpeg, png

pytestmark = pytest.mark.usefixtures("folder")

PDF = b"%PDF-1.7 timetable"


@pytest.fixture
def ticket(rail, care):
    return make_ticket(make_channel(rail, care, network="sandbox", external=True))


def attach(page, ticket, content=PDF, name="timetable.pdf", **form):
    sent = {"upload": SimpleUploadedFile(name, content), "visibility": "public", **form}
    return page.post(f"/tickets/{ticket.number}/uploads/", sent, headers={"HX-Request": "true"})


def send(page, ticket, text="Here it is.", **form):
    seen = ticket.messages.latest("pk").pk
    sent = {"text": text, "visibility": "public", "seen": seen, "purpose": "inform", **form}
    return page.post(f"/tickets/{ticket.number}/reply/", sent, headers={"HX-Request": "true"})


def test_a_file_goes_out_with_the_reply_and_is_shown_in_the_conversation(page, ticket):
    attach(page, ticket)
    upload = Upload.objects.get()

    answer = send(page, ticket, file=upload.pk)

    assert answer.status_code == 200
    attachment = Message.objects.get(direction="outbound").attachments.get()
    assert (attachment.name, attachment.content_type, attachment.state) == ("timetable.pdf", "application/pdf", "kept")
    assert b"timetable.pdf" in page.get(f"/tickets/{ticket.number}/thread/").content
    assert b"".join(page.get(f"/files/{attachment.pk}/").streaming_content) == PDF
    assert not Upload.objects.exists()


def test_a_file_alone_is_a_reply(page, ticket):
    attach(page, ticket)

    send(page, ticket, "", file=Upload.objects.get().pk)

    ticket.refresh_from_db()
    assert Message.objects.get(direction="outbound").text == ""
    assert ticket.preview == "timetable.pdf"


def test_pressing_send_twice_sends_the_file_once(page, ticket):
    attach(page, ticket)
    once = {"file": Upload.objects.get().pk, "client_uuid": "0f3ce4d8-8d0b-4c43-9d2d-6f7f5fe0a3b1"}

    answers = [send(page, ticket, **once) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Attachment.objects.count() == 1


def test_a_public_picture_needs_words_for_those_who_cannot_see_it(page, ticket):
    attach(page, ticket, png(), "map.png")
    upload = Upload.objects.get()

    assert "Describe “map.png”" in send(page, ticket, file=upload.pk).content.decode()
    assert not Message.objects.filter(direction="outbound").exists()

    send(page, ticket, **{"file": upload.pk, f"alt-{upload.pk}": "A map of platform 4"})
    assert Attachment.objects.get().alt == "A map of platform 4"


def test_the_words_on_a_picture_pass_the_guard_as_well(page, ticket):
    attach(page, ticket, png(), "card.png")
    upload = Upload.objects.get()

    answer = send(page, ticket, **{"file": upload.pk, f"alt-{upload.pk}": "The card 4111 1111 1111 1111"})

    assert answer.status_code == 422
    assert "The description of “card.png”" in answer.content.decode()


def test_what_would_not_go_out_is_said_while_it_is_written(page, ticket):
    attach(page, ticket, png(), "map.png")
    form = {"text": "Here", "visibility": "public", "file": Upload.objects.get().pk}

    answer = page.post(f"/tickets/{ticket.number}/guard/", form)

    assert "Describe “map.png”" in answer.content.decode()


def test_what_is_written_is_looked_at_with_one_question_where_it_goes(page, ticket):
    attach(page, ticket, png(), "map.png")
    form = {"text": "Here", "visibility": "public", "file": Upload.objects.get().pk}

    with CaptureQueriesContext(connection) as asked:
        page.post(f"/tickets/{ticket.number}/guard/", form)

    assert len([one for one in asked if one["sql"].startswith('SELECT "inbox_message"."home_id"')]) == 1


def test_a_file_that_is_too_large_is_refused_before_it_is_read(page, ticket, settings, monkeypatch):
    settings.ATTACHMENT_MEGABYTES = 1
    large = BytesIO(PDF + b"0" * 1_000_000)
    large.name = "large.pdf"

    def read(_self, *_args):
        raise AssertionError("It was read.")

    monkeypatch.setattr(UploadedFile, "read", read)

    answer = page.post(f"/tickets/{ticket.number}/uploads/", {"upload": large, "visibility": "public"})

    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()


def test_words_and_a_file_are_not_sent_as_the_private_reply_to_a_comment(page, rail, care):
    ticket = make_ticket(make_channel(rail, care, network="facebook", external=True), visibility="comment")
    attach(page, ticket, visibility="direct")
    file = Upload.objects.get().pk

    written = page.post(f"/tickets/{ticket.number}/guard/", {"text": "Here", "visibility": "direct", "file": file})
    sent = send(page, ticket, file=file, visibility="direct")
    alone = send(page, ticket, text="", file=file, visibility="direct")

    assert "one message" in written.content.decode()
    assert (sent.status_code, "one message" in sent.content.decode()) == (422, True)
    assert alone.status_code == 200
    assert Message.objects.get(direction="outbound").text == ""


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.png", "is empty"),
        (b"MZ\x90\x00 program", "tool.exe", "of a kind that is not sent"),
        (b"\x89PNG\r\n\x1a\n broken", "broken.png", "damaged"),
        (b"\x00\x00\x00\x18ftypheic", "photo.heic", "Save it as JPEG"),
        (PDF + b"0" * 5_000_000, "large.pdf", "larger than 5 MB"),
        (b"\x00\x00\x00\x18ftypmp42", "film.mp4", "of a kind that this network does not take"),
    ],
)
def test_what_can_not_be_sent_is_refused_at_once_with_why(page, ticket, content, name, words):
    answer = attach(page, ticket, content, name)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_fifth_file_is_too_many_here(page, ticket):
    answers = [attach(page, ticket, name=f"{number}.pdf") for number in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 422]
    assert "at most" in answers[-1].content.decode()


def test_a_photo_leaves_without_saying_where_it_was_made(page, ticket, folder):
    attach(page, ticket, jpeg(), "photo.jpg")

    kept = [path.read_bytes() for path in folder.rglob("*.jpg")]
    assert len(kept) == 1
    assert WHERE not in kept[0]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\invoice.pdf", "invoice.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("page.html", "page.html.pdf"),
        ("...", "file.pdf"),
    ],
)
def test_names_lead_nowhere_and_say_what_a_file_is(name, kept):
    assert clean_name(name, file_types.PDF) == kept


def test_a_note_takes_files_that_a_reply_can_not_send(page, ticket):
    attach(page, ticket, kind="note", visibility="note")
    upload = Upload.objects.get()
    form = {"visibility": "note", "text": "", "note_file": upload.pk}

    assert send(page, ticket, file=upload.pk).status_code == 422
    page.post(f"/tickets/{ticket.number}/note/", form, headers={"HX-Request": "true"})

    assert Message.objects.get(direction="note").attachments.get().name == "timetable.pdf"


def test_a_colleague_s_files_are_nobody_else_s_to_see_or_send(page, ticket, client, jonas):
    attach(page, ticket)
    upload = Upload.objects.get()
    client.force_login(jonas)

    assert client.get(f"/uploads/{upload.pk}/").status_code == 404
    assert send(client, ticket, file=upload.pk).status_code == 422
    assert client.post(f"/uploads/{upload.pk}/drop/").status_code == 404


def test_a_shared_draft_shows_its_files_and_who_takes_it_over_sends_them(page, ticket, client, agnes, jonas):
    attach(page, ticket)
    share_draft(ticket, by=agnes, shared=True)
    client.force_login(jonas)

    assert b"timetable.pdf" in client.get(f"/tickets/{ticket.number}/drafts/").content
    assert client.get(f"/uploads/{Upload.objects.get().pk}/").status_code == 200
    client.post(f"/drafts/{Draft.objects.get().pk}/take/", headers={"HX-Request": "true"})
    send(client, ticket, file=Upload.objects.get().pk)

    assert Attachment.objects.get().message.user == jonas


def test_a_reply_that_is_taken_back_brings_its_files_back(page, ticket):
    attach(page, ticket)
    send(page, ticket, file=Upload.objects.get().pk)
    delivery = Delivery.objects.get()

    answer = page.post(f"/deliveries/{delivery.pk}/take-back/", headers={"HX-Request": "true"})

    assert b"timetable.pdf" in answer.content
    upload = Upload.objects.get()
    assert upload.file.read() == PDF
    assert upload.file.name != Attachment.objects.get().file.name


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}])
def test_a_reply_whose_file_is_gone_comes_back_with_its_words_and_says_which_it_was(page, ticket, folder, headers):
    attach(page, ticket)
    send(page, ticket, file=Upload.objects.get().pk)
    (folder / Attachment.objects.get().file.name).unlink()

    answer = page.post(f"/deliveries/{Delivery.objects.get().pk}/take-back/", headers=headers)

    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "Here it is.</textarea>" in shown
    assert "The file “timetable.pdf” is gone." in shown
    assert not Upload.objects.exists()


def test_an_earlier_draft_comes_back_with_the_files_that_it_had(page, ticket):
    attach(page, ticket)
    upload = Upload.objects.get()
    draft = f"/tickets/{ticket.number}/draft/"
    page.post(draft, {"text": "A long answer with the timetable beside it", "visibility": "public"})
    page.post(draft, {"text": "x", "visibility": "public"})
    page.post(f"/uploads/{upload.pk}/drop/")
    assert b"timetable.pdf" not in page.get(f"/tickets/{ticket.number}/").content

    version = Draft.objects.get().versions.get()
    answer = page.post(f"/drafts/versions/{version.pk}/restore/", headers={"HX-Request": "true"})

    assert b"timetable.pdf" in answer.content


def test_what_nobody_sent_is_deleted_after_a_day(page, ticket, folder):
    attach(page, ticket, name="sent.pdf")
    attach(page, ticket, name="left.pdf")
    send(page, ticket, file=Upload.objects.get(name="sent.pdf").pk)
    assert sweep_uploads() == 0

    assert sweep_uploads(timezone.now() + timedelta(days=1, minutes=1)) == 1

    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sweeping_takes_the_file_itself_and_leaves_what_was_sent(page, ticket, folder):
    attach(page, ticket, name="sent.pdf")
    attach(page, ticket, name="left.pdf")
    send(page, ticket, file=Upload.objects.get(name="sent.pdf").pk)

    sweep_uploads(timezone.now() + timedelta(days=1, minutes=1))

    assert [str(path.relative_to(folder)) for path in folder.rglob("*.pdf")] == [Attachment.objects.get().file.name]


def test_without_scripts_a_file_comes_with_the_form(page, ticket):
    seen = ticket.messages.latest("pk").pk
    form = {"text": "Here it is.", "visibility": "public", "seen": seen, "purpose": "inform"}

    answer = page.post(f"/tickets/{ticket.number}/reply/", {**form, "upload": SimpleUploadedFile("time.pdf", PDF)})

    assert answer.status_code == 302
    assert Attachment.objects.get().name == "time.pdf"


def test_a_connector_gets_what_it_needs_to_send_a_file(page, ticket, client):
    attach(page, ticket)
    send(page, ticket, file=Upload.objects.get().pk)

    (reply,) = outgoing_replies(list(Delivery.objects.select_related("message", "ticket"))).values()

    (file,) = reply.files
    assert (file.name, file.type, file.size, file.read()) == ("timetable.pdf", "application/pdf", len(PDF), PDF)
    client.logout()
    fetched = client.get(file.address.removeprefix("http://localhost:8000"))
    assert b"".join(fetched.streaming_content) == PDF
    assert fetched["Content-Type"] == "application/pdf"


def test_the_address_of_a_sent_file_ends(page, ticket, client, monkeypatch):
    attach(page, ticket)
    send(page, ticket, file=Upload.objects.get().pk)
    (reply,) = outgoing_replies(list(Delivery.objects.select_related("message", "ticket"))).values()
    address = reply.files[0].address.removeprefix("http://localhost:8000")
    later = timezone.now().timestamp() + 8 * 24 * 3600

    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    assert client.get(address).status_code == 404
    assert client.get(address[:-3] + "xx/").status_code == 404


def test_a_file_that_came_from_a_customer_has_no_address_for_everybody(page, ticket, client):
    came = Attachment.objects.create(
        organization=ticket.organization, message=ticket.messages.get(), url="https://cdn.example/a.png", state="kept"
    )

    assert client.get(address_of(came.pk).removeprefix("http://localhost:8000")).status_code == 404


def test_files_cost_a_fixed_number_of_queries(page, ticket):
    attach(page, ticket)
    with CaptureQueriesContext(connection) as one:
        page.get(f"/tickets/{ticket.number}/")
    for number in range(3):
        attach(page, ticket, name=f"{number}.pdf")

    with CaptureQueriesContext(connection) as many:
        page.get(f"/tickets/{ticket.number}/")

    assert len(many) == len(one)


def test_a_draft_that_went_along_with_a_merged_ticket_still_sends_its_files(page, ticket, agnes):
    other = make_ticket(ticket.channel, "And another thing", author="priya")
    attach(page, ticket)
    merge_tickets(ticket, other, by=agnes)

    answer = send(page, other, file=Upload.objects.get().pk)

    assert answer.status_code == 200
    assert Message.objects.get(direction="outbound").attachments.get().name == "timetable.pdf"


def test_after_a_merge_the_list_names_the_files_of_a_message_without_words(page, ticket, agnes):
    other = make_ticket(ticket.channel, thread="other")
    Ticket.objects.update(contact=ticket.contact)
    attach(page, ticket)
    send(page, ticket, text="", file=Upload.objects.get().pk)

    merge_tickets(Ticket.objects.get(pk=other.pk), Ticket.objects.get(pk=ticket.pk), by=agnes)

    ticket.refresh_from_db()
    assert ticket.preview == "timetable.pdf"
