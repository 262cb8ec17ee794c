"""The wall: whoever comes from outside gets through no door of the site, those of tomorrow included."""

import json
import re
import time
from functools import partial

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.contrib.admindocs.views import simplify_regex
from django.db import connection
from django.test import Client, TestCase
from django.urls import URLResolver, get_resolver

from accounts.models.keys import Scope
from accounts.permissions import Role
from config.asgi import application
from inbox import hub
from inbox.actions.messages import receive_messages
from inbox.models import Message
from inbox.routing import websocket_urlpatterns
from tests.cast import make_incoming, make_key, make_organization, make_person
from tests.inbox.doors import Fast, bearer
from tests.planted import SECRET, plant

REFUSED = {401, 403, 404, 405}
SIGN_IN = ("/accounts/login/", "/console/login/", "/accounts/reauthenticate/")
# Arguments that choose a page and no row of anybody.
CHOICES = {"view": "open", "app_label": "inbox", "url": "nowhere/", "rest": "transactions/1"}
CHOICES |= {"answer": "asked", "what": "shown", "behind": "asked", "kind": "csv"}
# Doors that open to everybody, and why.
PUBLIC = {
    "accounts/login/": "people sign in here",
    "accounts/inactive/": "says that an account was switched off, not whose",
    "accounts/password/reset/": "people ask for a new password here",
    "accounts/password/reset/done/": "says that a mail was sent, whoever asked",
    "accounts/password/reset/key/done/": "says that a password was changed",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "its key is in a mail to one person",
    "accounts/invitation/<str:token>/": "its token is in a mail to one person",
    "api/v1/schema/": "describes the API, the same to everybody",
    "api/v1/docs/": "describes the API, the same to everybody",
    "files/sent/<str:token>/": "its token is signed, and goes to one network with one file",
    "s/<str:token>/": "its token is signed, and goes to one customer",
    "chat/widget.js": "the script that websites embed",
    "chat/<int:channel_id>/": "visitors of a brand's website have no account",
    "chat/<int:channel_id>/start": "visitors come here first, and get a token of their own",
    "service-worker.js": "a script, the same to everybody",
    "sandbox/": "the make-believe network is public, as networks are",
    "sandbox/feed/": "the make-believe network is public, as networks are",
}
GUESSED = {"token": "guessed", "uidb36": "1", "key": "set-password"}
# What is asked of doors without an argument, so that they would answer with what is planted if they could.
QUERIES = {
    "positions/": {"q": SECRET[:5]},
    "search/completions/": {"word": f"label:{SECRET[:3]}"},
    "api/v1/positions/suggest": {"text": "Where is it?", "channel": "channel_id"},
    "console/search/": {"s": SECRET[:5]},
    "console/autocomplete/": {"app_label": "inbox", "model_name": "channel", "field_name": "team", "term": ""},
    "console/inbox/message/": {"q": SECRET[:5]},
}
FORM = {
    "text": "Hello",
    "visibility": "direct",
    "seen": 10**9,
    "assignee": "me",
    "until": "2100-01-01T09:00",
    "priority": "2",
    "labels": "mine",
    "reason": "Because",
    "language": "en",
    "post": "yes",
}
INCOMING = {"external_id": "1", "thread_key": "1", "author": {"external_id": "a"}, "text": "Hi"}
# By the end of an API's route; an empty body elsewhere.
BODIES = {
    "messages": INCOMING | {"sent_at": "2026-01-01T09:00:00Z"},
    "<int:delivery_id>": {"status": "sent"},
    "replies": {"text": "Hello", "seen": 10**9},
    "status": {"status": "waiting"},
    "snooze": {"until": "2100-01-01T09:00:00Z"},
    "priority": {"priority": "high"},
    "labels": {"labels": ["mine"]},
    "assign": {"assignee": None},
    "merge": {"into": 1},
    "split": {"messages": [1]},
    "link": {"to": 1},
    "unlink": {"to": 1},
    "block": {"reason": "Because"},
    "plan": {"text": "Hello", "channels": [{"channel": 1}], "purpose": "inform", "objective": "Fewer"},
}


def routes_below(patterns, start=""):
    for pattern in patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes_below(pattern.url_patterns, route)
        else:
            yield route


def arguments_of(route):
    return re.findall(r"<(?:\w+:)?(\w+)>", simplify_regex(route))


ROUTES = sorted(set(routes_below(get_resolver().url_patterns)))
# Routes that name something that belongs to somebody, in an argument or in the query.
NAMING = [route for route in ROUTES if route not in PUBLIC and set(arguments_of(route)) - CHOICES.keys()]
NAMING += [route for route, query in QUERIES.items() if "channel_id" in query.values()]
OTHERS = [route for route in ROUTES if route not in NAMING]
# Nothing of ours has a page of its own on the public site to be led to.
NOBODYS = {"console/r/<path:content_type_id>/<path:object_id>/"}


@pytest.fixture
def planted(db):
    return plant()


def signed_in(person):
    """Return the client of somebody who has just given the password, which some pages ask for again."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


def fill(route, planted):
    """Return an address of the route that names what is planted."""

    def value(found):
        name = found[1]
        known = CHOICES | (GUESSED if route in PUBLIC else {})
        thing = known.get(name) or planted.argument(route, name)
        if thing is None:
            pytest.fail(f"{route}: plant something in tests/planted.py that “{name}” can name.")
        return str(thing)

    return re.sub(r"<(?:\w+:)?(\w+)>", value, simplify_regex(route))


def visit(client, route, planted):
    """Return the answers of the door to looking and to acting."""
    address = fill(route, planted)
    query = {name: planted.things.get(("", value), value) for name, value in QUERIES.get(route, {}).items()}
    if route.startswith("api/"):
        body = BODIES.get(route.rpartition("/")[2], {})
        posted = client.post(address, json.dumps(body), content_type="application/json")
    else:
        posted = client.post(address, FORM)
    return {"GET": arrive(client, client.get(address, query)), "POST": arrive(client, posted)}


def arrive(client, answer):
    """Return where an answer leads in the end; a sign-in page is where it ends for whoever is sent there."""
    while answer.status_code in {301, 302} and not answer.url.startswith(SIGN_IN):
        answer = client.get(answer.url)
    return answer


def is_refused(answer):
    return answer.status_code in REFUSED or answer.status_code == 302


def tells(answer):
    return SECRET in answer.getvalue().decode().lower()


def state_of(organization):
    """Return, for each table, how many rows the organization has there and what they add up to."""
    ours = [model for name in ("accounts", "brandvoice", "inbox") for model in apps.get_app_config(name).get_models()]
    tables = [model._meta.db_table for model in ours if hasattr(model, "organization_id")]
    one = "SELECT '{0}', count(*), sum(hashtext({0}::text)) FROM {0} WHERE organization_id = %(organization)s"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(one.format, tables)), {"organization": organization.pk})
        return {table: sums for table, *sums in cursor.fetchall()}


@pytest.fixture(scope="class")
def planted_once(django_db_setup, django_db_blocker):
    """What is planted, and an outsider, for all of a class: each test takes back what it did, as ever."""
    with django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()
        try:
            outsider = make_person("Oscar Out", make_organization("Verde Market"), Role.OWNER)
            yield plant(), outsider, make_key(outsider.organization, *Scope.values)[1]
        finally:
            TestCase._rollback_atomics(atomics)


class TestPages:
    """Every address of the site, visited by whoever has no business there."""

    @pytest.fixture
    def planted(self, planted_once, db):
        return planted_once[0]

    @pytest.fixture
    def visitors(self, planted_once, db):
        """Makers of the clients of those who come from outside."""
        _planted, oscar, secret = planted_once
        return {"oscar": partial(signed_in, oscar), "anybody": Client, "key": partial(Client, headers=bearer(secret))}

    @pytest.mark.parametrize("route", NAMING)
    def test_what_an_address_names_is_there_for_its_owner_and_for_nobody_from_outside(self, route, planted, visitors):
        fill(route, planted)
        before = state_of(planted.organization)

        for name, make_client in visitors.items():
            for method, answer in visit(make_client(), route, planted).items():
                assert is_refused(answer), f"{method} by {name}: {answer.status_code}"
                assert not tells(answer), f"{method} by {name}"

        assert state_of(planted.organization) == before
        client = Client(headers=bearer(planted.key)) if route.startswith("api/") else signed_in(planted.owner)
        found = {method: answer.status_code for method, answer in visit(client, route, planted).items()}
        assert route in NOBODYS or set(found.values()) - {404, 405}, f"No door at all: {found}"

    @pytest.mark.parametrize("route", OTHERS)
    def test_no_other_page_tells_an_outsider_what_is_planted(self, route, planted, visitors):
        before = state_of(planted.organization)

        for name, make_client in visitors.items():
            for method, answer in visit(make_client(), route, planted).items():
                assert answer.status_code < 500, f"{method} by {name}"
                assert route in PUBLIC or not tells(answer), f"{method} by {name}"
                enters = name == "oscar" or (name == "key" and route.startswith("api/"))
                assert enters or route in PUBLIC or is_refused(answer), f"{method} by {name}: {answer.status_code}"

        assert state_of(planted.organization) == before

    def test_what_is_planted_can_be_read_by_its_owner(self, planted):
        client = signed_in(planted.owner)

        for page in ("/inbox/open/", "/positions/", "/sign/", "/console/inbox/message/", "/console/accounts/team/"):
            assert tells(client.get(page)), page


@pytest.mark.django_db(transaction=True)
def test_the_fast_door_is_walled_in_as_well(planted, oscar):
    address = fill("api/v1/channels/<int:channel_id>/messages", planted)
    secret, stored = make_key(oscar.organization, *Scope.values)[1], Message.objects.count()

    answers = [Fast().post(address, json.dumps(BODIES["messages"]), headers) for headers in ({}, bearer(secret))]

    assert [answer.status for answer in answers] == [401, 404]
    assert Message.objects.count() == stored
    assert Fast().post(address, json.dumps(BODIES["messages"]), bearer(planted.key)).status == 200


def test_there_is_one_socket_and_it_is_visited_below():
    assert [str(pattern.pattern) for pattern in websocket_urlpatterns] == ["ws/inbox/"]


def open_socket(client=None, secret=""):
    cookie = f"sessionid={client.cookies['sessionid'].value}" if client else ""
    headers = {"Cookie": cookie, "Origin": "http://localhost", **bearer(secret)}
    return WebsocketCommunicator(
        application, "/ws/inbox/", [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_key", [False, True])
def test_the_socket_is_closed_to_whoever_has_not_signed_in(oscar, with_key):
    secret = make_key(oscar.organization, *Scope.values)[1] if with_key else ""

    async def scenario():
        socket = open_socket(secret=secret)
        await socket.connect()
        assert (await socket.receive_output(3))["code"] == hub.SIGNED_OUT

    async_to_sync(scenario)()


@pytest.mark.django_db(transaction=True)
def test_the_socket_tells_an_outsider_nothing_that_is_planted(planted, oscar):
    clients = [signed_in(person) for person in (oscar, planted.owner)]
    channel = planted.organization.channels.get()
    number = planted.things["", "number"]

    async def scenario():
        outside, inside = (open_socket(client) for client in clients)
        for socket in (outside, inside):
            assert (await socket.connect())[0]
            hello = json.loads(await socket.receive_from(3))
            await socket.send_to(json.dumps({"watch": number}))
            watching = json.loads(await socket.receive_from(3))
            mine = socket is inside
            assert (hello["event"] > 0, watching["ticket"]) == (mine, number if mine else None)
        await sync_to_async(receive_messages)(channel, [make_incoming(f"Another {SECRET}")])
        assert SECRET in await inside.receive_from(3)
        assert await outside.receive_nothing(0.5)
        for socket in (outside, inside):
            await socket.disconnect()

    async_to_sync(scenario)()
