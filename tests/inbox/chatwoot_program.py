"""A program that was written for Chatwoot, and the address at which it hears of what happens."""

import http.server
import json
import threading
from contextlib import contextmanager

from django.test import Client

from tests.cast import make_key

FORM = "multipart/form-data; boundary=xx"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def form(*files, **fields):
    """Return a form in parts; files are pairs of a name and a content."""
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    head = '--xx\r\nContent-Disposition: form-data; name="attachments[]"; filename="{}"\r\n\r\n'
    parts += [head.format(name).encode() + content + b"\r\n" for name, content in files]
    return b"".join(parts) + b"--xx--\r\n"


class Program:
    def __init__(self, organization, *scopes, **fields):
        self.headers = {"Api-Access-Token": make_key(organization, *scopes, **fields)[1]}
        self.start = f"/api/v1/accounts/{organization.pk}"

    def get(self, path, **query):
        return Client().get(f"{self.start}/{path}", query, headers=self.headers)

    def post(self, path, body=None, content_type="application/json"):
        return self.ask("post", path, body, content_type)

    def ask(self, method, path, body=None, content_type="application/json"):
        content = body if isinstance(body, bytes) else json.dumps(body or {})
        return Client().generic(
            method.upper(), f"{self.start}/{path}", content, content_type=content_type, headers=self.headers
        )

    def said(self, number, *files, **fields):
        return self.post(f"conversations/{number}/messages", form(*files, **fields), FORM)

    def messages(self, number, **query):
        return self.get(f"conversations/{number}/messages", **query).json()["payload"]

    def contact(self, channel):
        priya = {"inbox_id": channel.pk, "name": "Priya", "identifier": "p@wa", "phone_number": "+4912"}
        return self.post("contacts", priya).json()["payload"]["contact"]

    def conversation(self, channel):
        new = {"contact_id": str(self.contact(channel)["id"]), "inbox_id": str(channel.pk)}
        return self.post("conversations", new).json()


class Ear(http.server.BaseHTTPRequestHandler):
    """Where the program hears; `status` is what it answers, `heard` what it was told."""

    heard: list[dict] = []
    status = 200
    headers_of_answer: dict[str, str] = {}

    def do_POST(self):
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.status is None:
            self.close_connection = True
            return
        self.send_response(self.status)
        for name, value in self.headers_of_answer.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said):
        """Keep quiet."""


@contextmanager
def listening():
    """Yield the program's address while it listens."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    Ear.heard, Ear.status, Ear.headers_of_answer = [], 200, {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/chatwoot/webhook/northline"
    server.shutdown()
    server.server_close()
