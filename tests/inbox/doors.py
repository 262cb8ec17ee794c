"""The two doors of intake, replies and webhooks, driven alike: the view by Django's client, the fast one by ASGI."""

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
from django.core.asgi import get_asgi_application
from django.db import connection
from django.test import Client

from inbox.api.fast_intake import FastIntake
from inbox.api.fast_replies import FastReplies
from inbox.webhooks.fast import FastWebhooks

PROBLEM = "application/problem+json"
BOTH_DOORS = pytest.mark.parametrize(
    "door", ["view", pytest.param("fast", marks=pytest.mark.django_db(transaction=True))], indirect=True
)


@dataclass(frozen=True)
class Answer:
    status: int
    media_type: str
    body: bytes
    headers: dict[str, str]

    def json(self):
        return json.loads(self.body)


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def tab_of(person, **headers):
    """Return a client that asks as the scripts of a person’s page do."""
    client = Client(headers={"HX-Request": "true"} | headers)
    client.force_login(person)
    return client


class Api:
    """A program with one key."""

    def __init__(self, secret):
        self.headers = bearer(secret)

    def get(self, path, **query):
        return Client().get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path, body=None):
        content = b"" if body is None else json.dumps(body)
        return Client().post(f"/api/v1/{path}", content, content_type="application/json", headers=self.headers)


class View:
    """Posts through Django's test client, as any server would."""

    def post(self, path, body, headers):
        content_type = headers.get("Content-Type", "application/json")
        given = {name: value for name, value in headers.items() if name != "Content-Type"}
        found = Client().post(path, body, content_type=content_type, headers=given)
        return Answer(found.status_code, found["Content-Type"], found.content, dict(found.items()))


class Fast:
    """Posts through the ASGI application that stands before Django."""

    def post(self, path, body, headers):
        return asyncio.run(self.post_together([(path, body, headers)]))[0]

    def make_app(self):
        return FastReplies(FastIntake(refuse))

    async def post_together(self, requests):
        transport = httpx.ASGITransport(self.make_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            sent = [
                client.post(path, content=body, headers=_raw({"Content-Type": "application/json"} | headers))
                for path, body, headers in requests
            ]
            found = await asyncio.gather(*sent)
        return [Answer(one.status_code, one.headers["Content-Type"], one.content, dict(one.headers)) for one in found]


def _raw(headers):
    return {name.encode(): value.encode("latin-1") for name, value in headers.items()}


class FastHook(Fast):
    """Pushes as networks do; what the fast door leaves to the view, Django answers."""

    def make_app(self):
        return FastWebhooks(get_asgi_application())


async def refuse(scope, receive, send):
    raise AssertionError("passed on to Django")


@contextmanager
def a_database_that_chokes(code, table="inbox_message", column="text"):
    """Let the database refuse messages that say "poison", with an SQLSTATE; or rows of another table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'choked' USING ERRCODE = '{code}'; END $$;
            CREATE TRIGGER choke BEFORE INSERT ON {table}
            FOR EACH ROW WHEN (new.{column} = 'poison') EXECUTE FUNCTION choke();
            """
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER choke ON {table}; DROP FUNCTION choke();")
