"""Files that programs send: uploaded first, named by a reply, handed to the connector with an address that ends."""

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models.keys import Scope
from inbox.models import Attachment, Message, Upload
from tests.cast import make_key, make_ticket
from tests.inbox.doors import bearer
from tests.pictures import WHERE, jpeg, png

PDF = b"%PDF-1.7 timetable"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The folder of files, empty."""
    for model in (Attachment, Upload):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", FileSystemStorage(location=str(tmp_path)))
    return tmp_path


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


@pytest.fixture
def program(northline):
    """A program with a key for everything."""
    return Client(headers=bearer(make_key(northline, *Scope.values)[1]))


def upload(program, ticket, name="timetable.png", content=None):
    file = SimpleUploadedFile(name, png() if content is None else content)
    return program.post(f"/api/v1/tickets/{ticket.number}/files", {"file": file})


def reply(program, ticket, *files, text="Here it is."):
    body = {"text": text, "seen": ticket.messages.latest("pk").pk, "files": list(files)}
    return program.post(f"/api/v1/tickets/{ticket.number}/replies", body, content_type="application/json")


def test_a_reply_names_what_was_uploaded_and_the_connector_fetches_it(program, ticket, channel):
    sent = upload(program, ticket)
    assert sent.status_code == 201
    assert sent.json() | {"id": 0} == {"id": 0, "name": "timetable.png", "type": "image/png", "size": len(png())}

    answer = reply(program, ticket, {"id": sent.json()["id"], "alt": "The timetable"})

    assert answer.status_code == 201
    (leased,) = program.get(f"/api/v1/channels/{channel.pk}/outbox").json()["deliveries"]
    (file,) = leased["files"]
    assert (file["name"], file["type"], file["alt"]) == ("timetable.png", "image/png", "The timetable")
    path = file["url"].removeprefix("http://localhost:8000")
    assert b"".join(Client().get(path).streaming_content) == png()
    told = program.get(f"/api/v1/tickets/{ticket.number}").json()["messages"][-1]
    assert [each["name"] for each in told["attachments"]] == ["timetable.png"]


def test_a_photo_loses_where_it_was_made(program, ticket, folder):
    upload(program, ticket, "photo.jpg", jpeg())

    assert [WHERE in path.read_bytes() for path in folder.rglob("*.jpg")] == [False]


def test_a_file_goes_out_once_and_for_the_key_that_brought_it(program, ticket, northline):
    number = upload(program, ticket).json()["id"]
    other = Client(headers=bearer(make_key(northline, *Scope.values)[1]))
    file = {"id": number, "alt": "The timetable"}

    assert reply(other, ticket, file).status_code == 422
    assert reply(program, ticket, file, text="").status_code == 201
    assert reply(program, ticket, file).status_code == 422
    assert Attachment.objects.count() == 1


def test_what_the_network_does_not_take_is_refused_with_words(program, ticket):
    film = upload(program, ticket, "film.mp4", b"\x00\x00\x00\x18ftypmp42")
    assert (film.status_code, film.json()["errors"][0]["field"]) == (422, "file")

    undescribed = reply(program, ticket, {"id": upload(program, ticket).json()["id"]})

    assert undescribed.status_code == 422
    assert "Describe “timetable.png”" in undescribed.json()["errors"][0]["message"]
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ({"file": "words"}, "application/json", 415),
        (b"--x\r\n", "multipart/form-data; boundary=x", 400),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
    ],
)
def test_what_is_no_form_with_one_file_is_refused(program, ticket, body, kind, status):
    answer = program.generic("POST", f"/api/v1/tickets/{ticket.number}/files", body, content_type=kind)

    assert answer.status_code == status


def test_a_program_written_for_chatwoot_sends_files_as_it_is_used_to(program, ticket, channel):
    channel.network = "other"
    channel.save(update_fields=["network"])
    address = f"/api/v1/accounts/{ticket.organization_id}/conversations/{ticket.number}/messages"
    files = {"attachments[]": SimpleUploadedFile("timetable.pdf", PDF)}

    answer = program.post(address, {"content": "Here it is.", "message_type": "outgoing", **files})
    program.post(address, {"content": "", "private": "true", "attachments[]": SimpleUploadedFile("note.pdf", PDF)})

    (shown,) = answer.json()["attachments"]
    assert shown["file_type"] == "file"
    fetched = Client().get(shown["data_url"].removeprefix("http://localhost:8000"))
    assert b"".join(fetched.streaming_content) == PDF
    assert Message.objects.get(direction="note").attachments.get().name == "note.pdf"
