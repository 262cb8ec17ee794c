"""The two doors of intake and of replies, driven alike: the view through Django's client, the fast one through ASGI."""

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
from django.db import connection
from django.test import Client

from inbox.api.fast_intake import FastIntake
from inbox.api.fast_replies import FastReplies

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

    async def post_together(self, requests):
        app = FastReplies(FastIntake(refuse))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            sent = [
                client.post(path, content=body, headers={"Content-Type": "application/json"} | headers)
                for path, body, headers in requests
            ]
            found = await asyncio.gather(*sent)
        return [Answer(one.status_code, one.headers["Content-Type"], one.content, dict(one.headers)) for one in found]


async def refuse(scope, receive, send):
    raise AssertionError("passed on to Django")


@contextmanager
def a_database_that_chokes(code):
    """Let the database refuse messages that say "poison", with an SQLSTATE."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'choked' USING ERRCODE = '{code}'; END $$;
            CREATE TRIGGER choke BEFORE INSERT ON inbox_message
            FOR EACH ROW WHEN (new.text = 'poison') EXECUTE FUNCTION choke();
            """
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER choke ON inbox_message; DROP FUNCTION choke();")
