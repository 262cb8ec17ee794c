"""Programs of others are told what happened: signed by the specification, in order, each event once, for days."""

import http.server
import json
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections, transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from inbox import calls, outside
from inbox.actions import endpoints as actions
from inbox.actions.alarm_mail import tell_managers
from inbox.actions.tickets import resolve_ticket
from inbox.models import Call, CallState, Endpoint, Event
from tests.cast import make_channel, make_team, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


class Listener(http.server.BaseHTTPRequestHandler):
    """Somebody's program."""

    heard: list[tuple[dict[str, str], bytes]] = []
    answer = 204

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.answer)
        if self.answer == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()

    def log_message(self, *_said):
        """Keep quiet."""


@pytest.fixture(autouse=True)
def listener(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    Listener.heard, Listener.answer = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint(northline, listener, olga):
    endpoint = Endpoint(organization=northline, name="Warehouse", url=listener, kinds=["message.received", "ticket.*"])
    actions.create_endpoint(endpoint, by=olga)
    return endpoint


def heard():
    """Return what was told, in the order in which it happened: calls are made side by side."""
    told = [json.loads(body) for _headers, body in Listener.heard]
    return sorted(told, key=lambda one: one["data"].get("event", 0))


def make_due():
    Call.objects.filter(state=CallState.WAITING).update(due_at=timezone.now())


def test_an_event_is_told_once_signed_so_that_the_specifications_own_library_agrees(endpoint, channel):
    ticket = make_ticket(channel, "Where is my train?")

    calls.call_endpoints()
    calls.call_endpoints()

    assert [told["type"] for told in heard()] == ["ticket.created", "message.received"]
    assert heard()[1]["data"]["ticket"]["number"] == ticket.number
    assert heard()[1]["data"]["message"]["text"] == "Where is my train?"
    for headers, body in Listener.heard:
        Webhook(endpoint.secret).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint.secret).verify(body + b" ", headers)
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_" + "A" * 32).verify(body, headers)
    assert len({headers["webhook-id"] for headers, _body in Listener.heard}) == 2


def test_only_what_was_asked_for_is_told_and_only_of_the_own_organization(endpoint, channel, oscar, agnes):
    make_ticket(make_channel(oscar.organization.brands.create(name="Other"), make_team(oscar.organization)), "Theirs")
    resolve_ticket(make_ticket(channel, "Ours"), by=agnes)

    calls.call_endpoints()

    assert {told["type"] for told in heard()} == {"ticket.created", "message.received", "ticket.resolved"}
    assert "Theirs" not in json.dumps(heard())


def test_an_event_of_a_transaction_that_ended_late_is_not_missed(endpoint, channel):
    began, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            Event.objects.create(organization_id=channel.organization_id, kind="ticket.slow")
            began.set()
            go_on.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait(10)
    make_ticket(channel, "Quick")
    calls.call_endpoints()
    early = [told["type"] for told in heard()]
    go_on.set()
    thread.join()
    calls.call_endpoints()

    assert "ticket.slow" not in early
    assert sorted(told["type"] for told in heard()) == ["message.received", "ticket.created", "ticket.slow"]


def test_who_does_not_listen_is_called_for_three_days_and_then_switched_off(endpoint, channel, max_):
    Listener.answer = 500
    make_ticket(channel)
    for _ in range(20):
        calls.call_endpoints()
        make_due()

    call = Call.objects.first()
    assert (call.state, len(call.attempts)) == (CallState.FAILED, 10)
    assert sum(actions.PAUSES, timedelta()) > timedelta(days=3)
    ids = [headers["webhook-id"] for headers, _body in Listener.heard]
    assert len(set(ids)) == 2
    endpoint.refresh_from_db()
    assert not endpoint.active
    tell_managers()
    tell_managers()
    assert sum("no longer told" in letter.subject for letter in mail.outbox if letter.to == [max_.email]) == 1


def test_who_comes_back_in_time_hears_the_same_call(endpoint, channel):
    Listener.answer = 503
    make_ticket(channel)
    calls.call_endpoints()
    Listener.answer = 204
    make_due()
    calls.call_endpoints()

    assert set(Call.objects.values_list("state", flat=True)) == {CallState.TAKEN}
    first, again = Listener.heard[0], Listener.heard[2]
    assert {first[1], again[1]} <= {body for _headers, body in Listener.heard}
    assert endpoint.active


def test_an_endpoint_that_is_gone_is_switched_off_at_once(endpoint, channel):
    Listener.answer = 410
    make_ticket(channel)

    calls.call_endpoints()

    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.trouble) == (False, "410 Gone")


def test_a_redirect_into_our_own_network_is_not_followed(endpoint, channel):
    Listener.answer = 302
    make_ticket(channel)

    calls.call_endpoints()

    assert {call.attempts[0][1] for call in Call.objects.all()} == {302}
    assert set(Call.objects.values_list("state", flat=True)) == {CallState.WAITING}


def test_an_address_inside_our_own_network_is_refused(northline, olga, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False

    with pytest.raises(outside.Forbidden):
        actions.create_endpoint(Endpoint(organization=northline, name="x", url="http://10.0.0.1/"), by=olga)


def test_a_renewed_secret_and_the_old_one_both_verify_for_a_day(endpoint, channel, olga):
    old = endpoint.secret
    new = actions.renew_secret(endpoint, by=olga)
    make_ticket(channel)
    calls.call_endpoints()
    headers, body = Listener.heard[0]

    Webhook(old).verify(body, headers)
    Webhook(new).verify(body, headers)
    Endpoint.objects.update(old_until=timezone.now())
    Listener.heard.clear()
    actions.call_again(list(Call.objects.all()), by=olga)
    calls.call_endpoints()
    headers, body = Listener.heard[0]
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_the_console_makes_tests_and_repeats_and_shows_a_secret_once(northline, listener, max_, client):
    client.force_login(max_)
    page = client.post(
        "/console/inbox/endpoint/add/",
        {"name": "Shop", "url": listener, "kinds": "message.received,ticket.*", "shape": "standard", "active": "on"},
        follow=True,
    ).content.decode()
    endpoint = Endpoint.objects.get()
    assert endpoint.secret in page.replace("&#x27;", "'").replace("&amp;", "&").replace("&#43;", "+")
    shown = client.get(f"/console/inbox/endpoint/{endpoint.pk}/change/").content.decode()
    assert endpoint.secret not in shown

    chosen = {"action": "test", "_selected_action": [endpoint.pk]}
    client.post("/console/inbox/endpoint/", chosen)
    calls.call_endpoints()
    assert heard()[0]["type"] == "endpoint.tested"
    call = Call.objects.get()
    assert "204" in client.get("/console/inbox/call/").content.decode()
    client.post("/console/inbox/call/", {"action": "again", "_selected_action": [str(call.pk)]})
    calls.call_endpoints()
    assert len(heard()) == 2


def test_an_address_of_our_own_network_is_a_fault_in_the_form(max_, client, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    client.force_login(max_)

    page = client.post(
        "/console/inbox/endpoint/add/",
        {"name": "Shop", "url": "http://127.0.0.1/", "shape": "standard", "active": "on"},
    )

    assert "not on the public network" in page.content.decode()
    assert not Endpoint.objects.exists()


def test_telling_takes_the_same_number_of_queries_for_one_event_and_for_ten(
    endpoint, channel, django_assert_max_num_queries
):
    for count in (1, 10):
        for _ in range(count):
            make_ticket(channel)
        with django_assert_max_num_queries(9):
            actions.tell_endpoints()
