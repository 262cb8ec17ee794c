"""Customers' files are fetched after their words, kept apart, and never lead into our own network."""

import http.server
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox import attachments, outside
from inbox.actions.messages import receive_messages
from inbox.connectors.base import IncomingAttachment
from inbox.models import Attachment, Event, FileState
from tests.cast import make_incoming

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200
HEIC = b"\x00\x00\x00\x18ftypheic" + b"0" * 200
PAGE = b"<!doctype html><script>alert(1)</script>\x00"


class Host(http.server.BaseHTTPRequestHandler):
    """A stranger's web server."""

    asked: list[tuple[str, str]] = []

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        status, headers, body = {
            "/picture.png": (200, {}, PNG),
            "/photo.heic": (200, {}, HEIC),
            "/page.png": (200, {"Content-Type": "image/png"}, PAGE),
            "/big.png": (200, {}, PNG + b"0" * 2_000_000),
            "/gone.png": (410, {}, b""),
            "/busy.png": (503, {}, b""),
            "/moved.png": (302, {"Location": "/picture.png"}, b""),
            "/inside.png": (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b""),
        }[self.path]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said):
        """Keep quiet."""


@pytest.fixture
def host():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    Host.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def folder(settings, own_files):
    """A folder of the test's own, and leave to fetch from this machine."""
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.ATTACHMENT_MEGABYTES = 1
    return own_files


def send(channel, *addresses):
    files = tuple(IncomingAttachment(url=address, name="../../etc/passwd.png") for address in addresses)
    receive_messages(channel, [make_incoming("Look at this", attachments=files)])
    return list(Attachment.objects.order_by("pk"))


@pytest.mark.django_db
def test_a_file_is_fetched_kept_and_shown_to_those_who_see_the_ticket(channel, host, agnes, oscar, client, folder):
    [attachment] = send(channel, f"{host}/moved.png")
    assert attachment.state == FileState.WAITING

    assert attachments.fetch_due() == 1

    attachment.refresh_from_db()
    assert (attachment.state, attachment.content_type, attachment.size) == (FileState.KEPT, "image/png", len(PNG))
    assert [path.name for path in folder.rglob("*.*")] == [f"{attachment.pk}.png"]
    assert Event.objects.filter(kind="message.file_fetched", message=attachment.message).exists()
    client.force_login(agnes)
    answer = client.get(f"/files/{attachment.pk}/")
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/png")
    page = client.get(f"/tickets/{attachment.message.ticket.number}/thread/").content.decode()
    assert f'src="/files/{attachment.pk}/"' in page
    client.force_login(oscar)
    assert client.get(f"/files/{attachment.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_picture_that_browsers_can_not_show_stands_in_the_thread_as_a_file_to_be_saved(channel, host, agnes, client):
    [attachment] = send(channel, f"{host}/photo.heic")

    attachments.fetch_due()

    client.force_login(agnes)
    assert client.get(f"/files/{attachment.pk}/")["Content-Disposition"].startswith("attachment")
    page = client.get(f"/tickets/{attachment.message.ticket.number}/thread/").content.decode()
    assert f'href="/files/{attachment.pk}/"' in page
    assert f'src="/files/{attachment.pk}/"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [("page.png", "of a kind that is not kept"), ("big.png", "larger than 1 MB"), ("gone.png", "any more (410)")],
)
def test_what_is_no_file_that_is_kept_stays_an_address(channel, host, path, words, agnes, client):
    [attachment] = send(channel, f"{host}/{path}")

    attachments.fetch_due()

    attachment.refresh_from_db()
    assert attachment.state == FileState.REFUSED
    assert words in attachment.error
    client.force_login(agnes)
    assert client.get(f"/files/{attachment.pk}/").status_code == 404
    page = client.get(f"/tickets/{attachment.message.ticket.number}/thread/").content.decode()
    assert f'href="{host}/{path}"' in page


@pytest.mark.django_db
def test_a_host_in_trouble_is_asked_again_later_and_given_up_in_the_end(channel, host):
    [attachment] = send(channel, f"{host}/busy.png")
    for number in range(6):
        assert attachments.fetch_due() == 1, number
        assert attachments.fetch_due() == 0
        Attachment.objects.filter(state=FileState.WAITING).update(due_at=timezone.now() - timedelta(seconds=1))

    attachment.refresh_from_db()
    assert (attachment.state, attachment.attempt_count) == (FileState.REFUSED, 6)


@pytest.mark.django_db
def test_one_file_that_fails_does_not_keep_the_others(channel, host):
    send(channel, f"{host}/busy.png", f"{host}/picture.png", f"{host}/gone.png")

    attachments.fetch_due()

    assert list(Attachment.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "kept", "refused"]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/",
        "http://192.168.1.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://224.0.0.1/",
        "ftp://example.com/",
        "https://user@example.com/",
        "https:///nothing",
    ],
)
def test_no_address_leads_into_our_own_network(address, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False

    with pytest.raises(outside.Forbidden):
        outside.fetch(address, most=100)


def test_a_redirect_is_looked_at_like_an_address(host, settings, monkeypatch):
    looked_at = []
    real = outside.resolve

    def look(address):
        looked_at.append(address)
        settings.ALLOW_PRIVATE_ADDRESSES = len(looked_at) == 1
        return real(address)

    monkeypatch.setattr(outside, "resolve", look)
    with pytest.raises(outside.Forbidden, match="not on the public network"):
        outside.fetch(f"{host}/inside.png", headers={"Authorization": "Bearer token"}, most=1000)
    assert looked_at[1].startswith("http://169.254.169.254")
    assert Host.asked == [("/inside.png", "Bearer token")]
