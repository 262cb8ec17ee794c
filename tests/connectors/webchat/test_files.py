"""Files in the website chat: what agents send reaches one visitor and nobody else; what visitors send, the inbox."""

from uuid import uuid4

import pytest
from django.test import Client

from inbox import attachments, intake
from inbox import delivery as dispatcher
from inbox.actions.attachments import NewFile
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.sending_files import FilesNotTaken, PickedFile
from inbox.actions.uploads import add_upload
from inbox.chat import files as door
from inbox.chat.sites import HOUR, Pace
from inbox.connectors.base import Budget
from inbox.connectors.webchat.models import File, Line
from inbox.models import Attachment, FileState, Message, Payload, Ticket
from tests.cast import make_channel
from tests.connectors.webchat.conftest import SHOP, Browser
from tests.pictures import png

# A worker delivers from threads of its own, which see only what is committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_files")]
PDF = b"%PDF-1.7 fares"


def send(robin, agnes, *files, alt=""):
    """Let the visitor write, and an agent answer with files that a worker delivers; return what the widget is told."""
    robin.say("Where is my train?")
    intake.process_payloads()
    ticket = Ticket.objects.get()
    picked = [PickedFile(add_upload(ticket, file, by=agnes).pk, alt) for file in files]
    newest = ticket.messages.latest("pk").pk
    send_reply(ticket, NewReply("Here.", "", seen=newest, purpose="inform", files=picked), by=agnes)
    dispatcher.deliver_due()
    return robin.hear().json()["lines"][-1]["files"]


def test_files_of_a_reply_are_told_with_their_description_and_had_with_the_visitors_token(robin, agnes):
    told = send(robin, agnes, NewFile("way.png", png()), NewFile("Fares.pdf", PDF), alt="The way to platform 4")

    assert [(file["name"], file["type"], file["size"], file["alt"]) for file in told] == [
        ("way.png", "image/png", len(png()), "The way to platform 4"),
        ("Fares.pdf", "application/pdf", len(PDF), "The way to platform 4"),
    ]
    picture, paper = (robin.ask(f"file/{file['id']}") for file in told)
    assert (picture.getvalue(), paper.getvalue()) == (png(), PDF)
    assert picture["Access-Control-Allow-Origin"] == SHOP
    assert (picture["Content-Type"], picture["Content-Disposition"]) == ("image/png", 'inline; filename="way.png"')
    assert paper["Content-Type"] == "application/octet-stream"
    assert paper["Content-Disposition"] == 'attachment; filename="Fares.pdf"'
    for answer in (picture, paper):
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_whoever_has_the_address_of_a_file_learns_nothing_without_the_visitors_token(robin, shop, rail, care, agnes):
    [told] = send(robin, agnes, NewFile("way.png", png()))
    there, nowhere = f"file/{told['id']}", f"file/{uuid4()}"
    kai, nobody, elsewhere = Browser(shop), Browser(shop), Browser(make_channel(rail, care, network="webchat"))
    kai.start()
    elsewhere.channel.external = False
    elsewhere.channel.save()
    elsewhere.channel.keep_access({"origins": SHOP})
    elsewhere.start()
    for stranger, status in ((kai, 404), (nobody, 401), (elsewhere, 404)):
        answers = [stranger.ask(address) for address in (there, nowhere)]
        assert [answer.status_code for answer in answers] == [status] * 2
        assert answers[0].content == answers[1].content

    signed_in, address = Client(), f"/chat/{shop.pk}/{there}"
    signed_in.force_login(agnes)
    assert signed_in.get(address).status_code == 401
    robin.origin = "https://evil.example"
    assert robin.ask(there).status_code == 403
    robin.origin = ""
    assert robin.ask(there).status_code == 200


def test_what_could_run_in_a_page_is_saved_and_never_shown(robin, agnes):
    page, drawing = b"<html><script>alert(1)</script></html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    told = send(robin, agnes, NewFile("page.html", page), NewFile("drawing.svg", drawing))

    for file in told:
        answer = robin.ask(f"file/{file['id']}")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith(f'attachment; filename="{file["name"]}')
        assert file["name"].endswith(".txt")


def test_what_the_chat_does_not_take_is_refused_when_it_is_attached(robin, agnes):
    robin.say("Where is my train?")
    intake.process_payloads()

    for content, words in ((b"MZ\x00\x01", "of a kind that is not sent"), (b"%PDF-" + b" " * 15_000_001, "15 MB")):
        with pytest.raises(FilesNotTaken, match=words):
            add_upload(Ticket.objects.get(), NewFile("a.pdf", content), by=agnes)


@pytest.mark.parametrize("count", [1, 10])
def test_hearing_takes_as_many_queries_for_ten_files_as_for_one(robin, agnes, count, django_assert_num_queries):
    send(robin, agnes, *[NewFile(f"way-{number}.png", png()) for number in range(count)])

    with django_assert_num_queries(5):
        assert len(robin.hear().json()["lines"][-1]["files"]) == count


def test_the_page_without_scripts_shows_files_to_whoever_has_its_cookie(shop, agnes):
    client, address = Client(), f"/chat/{shop.pk}/"
    key = client.get(address).context["form"]["key"].value()
    client.post(address, {"key": key, "text": "Where is my train?"})
    robin = Browser(shop)
    robin.token = client.cookies["chat"].value
    [told] = send(robin, agnes, NewFile("way.png", png()), alt="The way to platform 4")

    shown = client.get(address).content.decode()

    assert f'<img src="{address}file/{told["id"]}" alt="The way to platform 4"' in shown
    assert client.get(f"{address}file/{told['id']}").getvalue() == png()
    assert Client().get(f"{address}file/{told['id']}").status_code == 401


def test_files_stand_in_the_order_in_which_they_were_attached_whatever_was_written_since(shop, agnes):
    client, address = Client(), f"/chat/{shop.pk}/"
    client.post(address, {"key": client.get(address).context["form"]["key"].value(), "text": "Where is my train?"})
    robin = Browser(shop)
    robin.token = client.cookies["chat"].value
    told = send(robin, agnes, *[NewFile(f"{number}.png", png()) for number in range(3)])
    File.objects.filter(pk=told[0]["id"]).update(alt="The way")

    page = client.get(address).content.decode()

    assert [file["name"] for file in robin.hear().json()["lines"][-1]["files"]] == ["0.png", "1.png", "2.png"]
    assert sorted(told, key=lambda file: page.index(file["id"])) == told


def test_a_file_that_is_gone_from_the_disk_is_not_there(robin, agnes):
    [told] = send(robin, agnes, NewFile("way.png", png()))
    File.objects.get().file.delete(save=False)

    assert robin.ask(f"file/{told['id']}").status_code == 404


def test_what_a_visitor_sends_is_in_the_agents_thread_and_in_the_visitors_own(robin, shop, agnes, client):
    sent = robin.send("../ticket\u202e.png", png(), name="Robin")
    intake.process_payloads()
    attachments.fetch_due()

    assert sent.status_code == 201
    message, attachment = Message.objects.get(), Attachment.objects.get()
    assert (message.text, message.direction, message.identity.name) == ("", "inbound", "Robin")
    assert (attachment.state, attachment.name, attachment.content_type) == (FileState.KEPT, "ticket.png", "image/png")
    client.force_login(agnes)
    assert client.get(f"/files/{attachment.pk}/").getvalue() == png()
    assert f'src="/files/{attachment.pk}/"' in client.get(f"/tickets/{message.ticket.number}/thread/").content.decode()
    [line] = robin.hear().json()["lines"]
    assert (line, line["ours"], line["files"][0]["size"]) == (sent.json(), False, len(png()))
    assert robin.ask(f"file/{line['files'][0]['id']}").getvalue() == png()
    kai = Browser(shop)
    kai.start()
    assert kai.ask(f"file/{line['files'][0]['id']}").status_code == 404


def test_a_file_that_is_sent_again_is_there_once(robin, own_files):
    key = uuid4()
    answers = [robin.send("way.png", png(), key) for _number in range(2)]
    intake.process_payloads()
    attachments.fetch_due()

    assert answers[0].json() == answers[1].json()
    assert (Line.objects.count(), Payload.objects.count(), Attachment.objects.count()) == (1, 1, 1)
    # One in the chat's keeping, one in the inbox's.
    assert len([path for path in own_files.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("setup.exe", b"MZ\x00\x01", "kind"),
        ("photo.png", b"", "kind"),
        ("all.zip", b"PK\x03\x04", "kind"),
        ("big.pdf", b"%PDF-" + b" " * 1_000_000, "size"),
    ],
)
def test_what_visitors_can_not_send_is_refused_with_the_reason_and_not_kept(
    robin, settings, own_files, name, content, why
):
    settings.ATTACHMENT_MEGABYTES = 1
    assert robin.start().json()["largest"] == 1_000_000

    refused = robin.send(name, content)

    assert (refused.status_code, refused.json()["why"]) == (422, why)
    assert name in refused.json()["error"]
    assert not Line.objects.exists()
    assert not Payload.objects.exists()
    assert [*own_files.iterdir()] == []


def test_what_is_called_a_picture_and_is_a_page_is_a_text_that_is_saved(robin):
    told = robin.send("way.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").json()["files"][0]

    assert (told["type"], told["name"]) == ("text/plain", "way.svg.txt")
    assert robin.ask(f"file/{told['id']}")["Content-Disposition"].startswith("attachment")


def test_files_have_a_pace_of_their_own_beside_that_of_lines(robin, shop, monkeypatch):
    monkeypatch.setattr(door, "SEND", Pace(Budget(3, HOUR), Budget(5, HOUR)))
    kai = Browser(shop)
    kai.start()

    his = [robin.send("way.txt", b"9:14").status_code for _number in range(4)]
    hers = [kai.send("way.txt", b"9:14").status_code for _number in range(3)]

    assert (his, hers) == ([201, 201, 201, 429], [201, 201, 429])
    assert int(robin.send("way.txt", b"9:14")["Retry-After"]) > 60
    assert robin.say("Did you get it?").status_code == 201


def test_without_a_token_or_from_other_websites_nobody_sends_files(robin):
    token, robin.token = robin.token, "guessed"
    assert robin.send("way.png", png()).status_code == 401
    robin.token, robin.origin = token, "https://evil.example"
    assert robin.send("way.png", png()).status_code == 403
    robin.origin = SHOP
    assert robin.ask("file", {"key": str(uuid4())}).status_code == 400

    assert not Line.objects.exists()


def test_a_visitors_file_that_the_chat_no_longer_has_is_not_asked_for_again(robin):
    robin.send("way.png", png())
    intake.process_payloads()
    File.objects.all().delete()

    attachments.fetch_due()

    assert Attachment.objects.get().state == FileState.REFUSED
