"""The chat of Northline Rail's website, and a visitor as their browser speaks for them."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inbox import outbox
from tests.cast import make_channel

SHOP = "https://www.northline.example"


class Browser:
    """What a visitor's browser sends from a website."""

    def __init__(self, channel, origin=SHOP, ip="203.0.113.7"):
        self.channel, self.origin, self.ip, self.token = channel, origin, ip, ""

    def start(self):
        answer = self.ask("start", {})
        self.token = answer.json().get("token", "")
        return answer

    def say(self, text, key=None, **fields):
        return self.ask("say", {"key": str(key or uuid4()), "text": text, **fields})

    def hear(self, since=0, tag=""):
        return self.ask("hear", since=since, tag=tag)

    def read(self, upto):
        return self.ask("read", {"upto": upto})

    def send(self, called, content, key=None, **fields):
        """Send a file, as the widget does."""
        headers = {"Origin": self.origin, "Authorization": f"Bearer {self.token}"}
        body = {"key": str(key or uuid4()), "file": SimpleUploadedFile(called, content), **fields}
        return Client(REMOTE_ADDR=self.ip).post(f"/chat/{self.channel.pk}/file", body, headers=headers)

    def ask(self, what, body=None, *, tag="", method="", **query):
        headers = {"Origin": self.origin, "Authorization": f"Bearer {self.token}", "If-None-Match": tag}
        headers = {name: value for name, value in headers.items() if value not in ("", "Bearer ")}
        address, client = f"/chat/{self.channel.pk}/{what}", Client(REMOTE_ADDR=self.ip)
        if method:
            return client.generic(method, address, headers=headers)
        if body is None:
            return client.get(address, query, headers=headers)
        said = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(address, said, content_type="application/json", headers=headers)


@pytest.fixture(autouse=True)
def _fresh_budgets():
    for key in outbox.valkey().scan_iter("onevoice:budget:{chat.*"):
        outbox.valkey().delete(key)


@pytest.fixture
def shop(rail, care):
    """The chat's channel, allowed on the shop's website."""
    channel = make_channel(rail, care, network="webchat", external=False)
    channel.keep_access({"origins": f"{SHOP} https://help.northline.example:8443/"})
    return channel


@pytest.fixture
def robin(shop):
    """A visitor who has begun."""
    visitor = Browser(shop)
    visitor.start()
    return visitor
