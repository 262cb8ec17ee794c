"""Browsers are told what the bell says: encrypted for each of them, once, and no longer than somebody wants it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.people import deactivate_person, sign_out_everywhere
from accounts.permissions import Role
from inbox import pushes, web_push
from inbox.actions.assignment import assign_waiting
from inbox.actions.notifications import see_notifications
from inbox.actions.pushes import forget_pushes, push_key
from inbox.actions.replies import write_note
from inbox.models import Notification, Push, PushBrowser, PushKey, PushState
from tests.cast import PASSWORD, make_person, make_ticket
from tests.inbox.test_assignment import come, share, wait
from tests.push_service import Browser, push_service

pytestmark = pytest.mark.django_db(transaction=True)

BROWSERS = "/notifications/browsers/"


@pytest.fixture
def service(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with push_service() as service:
        yield service


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t")


@pytest.fixture
def his(client, service, jonas):
    """Jonas' browser, which tells him."""
    return tell_in(client, service.browser(), jonas)


def tell_in(client, browser, person):
    client.force_login(person)
    assert client.post(BROWSERS, browser.said, headers={"User-Agent": "Firefox on a phone"}).status_code == 204
    return browser


def read(service, browser):
    """Return what the browser was told so far."""
    path = browser.address.removeprefix(service.address)
    return [json.loads(browser.decrypt(body)) for place, _headers, body in service.taken if place == path]


def test_a_browser_is_told_what_the_bell_says(service, his, ticket, agnes, jonas):
    write_note(ticket, "@Jonas Okafor, do you know?", by=agnes)
    assert pushes.send_pushes() == 1

    [said] = read(service, his)
    assert (said["title"], said["body"]) == (
        "Agnes Berg mentioned you",
        f"Priya #{ticket.number} · @Jonas Okafor, do you know?",
    )
    assert (said["url"], said["lang"], said["dir"]) == (f"/tickets/{ticket.number}/", "en", "ltr")
    [(_path, headers, body)] = service.taken
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == ("aes128gcm", "14400", "high")
    assert len(headers["topic"]) == 32
    assert b"Jonas" not in body
    assert Push.objects.get().state == PushState.SENT
    assert pushes.send_pushes() == 0


def test_the_push_service_is_told_who_sends_by_one_key_that_is_kept_encrypted(service, his, ticket, agnes):
    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()

    claims, signer = service.claims(service.taken[0][1])

    assert claims["aud"] == service.address
    assert claims["sub"].startswith("mailto:")
    assert signer == push_key().public
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM inbox_pushkey")
        [[stored]] = cursor.fetchall()
    kept = PushKey.objects.get().private
    assert kept not in stored
    assert web_push.to_base64(web_push.public_bytes(web_push.read_private(kept))) == signer


def test_words_are_hidden_where_somebody_chose_so(client, service, his, ticket, agnes):
    place = f"{BROWSERS}{PushBrowser.objects.get().pk}/words/"
    client.post(place, {"hidden": "yes"})
    write_note(ticket, "@Jonas Okafor, the secret is out", by=agnes)
    pushes.send_pushes()
    [said] = read(service, his)
    assert (said["title"], said["body"]) == ("Something waits for you in Onevoice", "")

    client.post(place, {"hidden": ""})
    assert not PushBrowser.objects.get().hides_words


def test_pushes_speak_the_language_of_whoever_reads_them(service, his, ticket, agnes, jonas):
    jonas.language = "de"
    jonas.save()
    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    assert read(service, his)[0]["title"] == "Agnes Berg hat Sie erwähnt"


def test_every_browser_of_a_person_is_told_and_nobody_elses(client, service, his, ticket, agnes, jonas, lena):
    other, hers = service.browser("desk"), service.browser("lena")
    tell_in(client, other, jonas)
    tell_in(client, hers, lena)
    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    assert [len(read(service, browser)) for browser in (his, other, hers)] == [1, 1, 0]


def test_nothing_is_pushed_that_is_unwanted_or_seen_by_then(client, service, his, channel, ticket, agnes, jonas):
    client.post("/notifications/choices/", {"wanted": ["mentioned:bell"]})
    write_note(ticket, "@Jonas Okafor", by=agnes)
    assert not Push.objects.exists()

    client.post("/notifications/choices/", {"wanted": ["mentioned:push"]})
    second = make_ticket(channel)
    write_note(second, "@Jonas Okafor", by=agnes)
    see_notifications(by=jonas, ticket=second)
    assert pushes.send_pushes() == 0
    assert not Push.objects.exists()
    assert service.taken == []


def test_what_is_old_or_may_no_longer_be_seen_is_not_pushed(service, his, channel, ticket, agnes, jonas, care):
    write_note(ticket, "@Jonas Okafor", by=agnes)
    Notification.objects.update(created_at=timezone.now() - timedelta(hours=5))
    assert pushes.send_pushes() == 0

    write_note(make_ticket(channel), "@Jonas Okafor", by=agnes)
    care.members.remove(jonas)
    assert pushes.send_pushes() == 0
    assert service.taken == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service, his, ticket, agnes, status):
    service.answers["/push/ada"] = status
    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    assert not PushBrowser.objects.exists()
    assert not Push.objects.exists()


def test_a_service_that_is_busy_is_asked_again_and_one_that_refuses_is_not(service, his, channel, ticket, agnes):
    service.answers["/push/ada"] = 503
    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    push = Push.objects.get()
    assert (push.state, push.attempt_count) == (PushState.WAITING, 1)
    assert push.due_at > timezone.now()

    service.answers["/push/ada"] = 201
    Push.objects.update(due_at=timezone.now())
    pushes.send_pushes()
    assert len(service.taken) == 2
    assert Push.objects.get().state == PushState.SENT

    service.answers["/push/ada"] = 403
    write_note(make_ticket(channel), "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    assert Push.objects.latest("pk").state == PushState.FAILED
    assert Push.objects.latest("pk").error.endswith("(403)")


def test_what_is_given_by_itself_is_pushed_too(service, his, care, channel, jonas):
    share(care)
    come(jonas)
    ticket = wait(channel)
    assert assign_waiting() == 1

    assert pushes.send_pushes() == 1

    [said] = read(service, his)
    assert (said["title"], said["url"]) == ("You were given this ticket", f"/tickets/{ticket.number}/")


def test_nobody_sends_us_into_our_own_network(client, settings, service, his, ticket, agnes, jonas):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    client.force_login(jonas)
    for address in (service.address, "http://169.254.169.254/x", "ftp://push.example/", "nonsense", ""):
        answer = client.post(BROWSERS, Browser(address).said)
        assert answer.status_code == 422, address

    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    assert service.taken == []
    assert Push.objects.get().state == PushState.FAILED


def test_keys_that_no_browser_has_are_refused(client, service, jonas):
    client.force_login(jonas)
    assert client.post(BROWSERS, service.browser().said | {"public": "nonsense"}).status_code == 422
    assert not PushBrowser.objects.exists()


def test_signing_out_ends_it_in_that_browser_and_everywhere_in_all(client, service, his, jonas, olga):
    client.post("/accounts/logout/")
    assert not PushBrowser.objects.exists()

    tell_in(client, his, jonas)
    sign_out_everywhere(jonas)
    assert not PushBrowser.objects.exists()

    tell_in(client, his, jonas)
    deactivate_person(jonas, by=olga)
    assert not PushBrowser.objects.exists()


def test_signing_out_ends_it_after_the_session_s_key_was_renewed_with_the_secret(client, settings, his):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new secret key"
    before = client.session.session_key
    client.get("/notifications/choices/")
    assert client.session.session_key != before

    client.post("/accounts/logout/")

    assert not PushBrowser.objects.exists()


def test_signing_out_of_other_sessions_ends_it_there(client, service, jonas):
    elsewhere = type(client)()
    for browser in (client, elsewhere):
        browser.post("/accounts/login/", {"login": jonas.email, "password": PASSWORD})
    assert client.post(BROWSERS, service.browser().said).status_code == 204

    elsewhere.post("/accounts/sessions/")

    assert not PushBrowser.objects.exists()


def test_a_browser_tells_whoever_has_it_now(client, service, his, ticket, agnes, jonas, lena):
    tell_in(client, his, lena)
    assert [browser.user for browser in PushBrowser.objects.all()] == [lena]
    write_note(ticket, "@Jonas Okafor", by=agnes)
    assert not Push.objects.exists()


def test_a_person_sees_their_browsers_and_stops_one_and_touches_no_others(client, his, agnes, jonas):
    page = client.get("/notifications/choices/").content.decode()
    assert "Firefox on a phone" in page
    assert push_key().public in page
    mine = PushBrowser.objects.get().pk

    client.force_login(agnes)
    assert "Firefox on a phone" not in client.get("/notifications/choices/").content.decode()
    assert client.post(f"{BROWSERS}{mine}/forget/").status_code == 404
    assert client.post(f"{BROWSERS}{mine}/words/", {"hidden": "yes"}).status_code == 404

    client.force_login(jonas)
    client.post(f"{BROWSERS}{mine}/forget/")
    assert not PushBrowser.objects.exists()


def test_the_page_asks_as_often_for_ten_browsers_as_for_one(client, service, his, jonas):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/choices/")
        return len(queries)

    cost()
    one = cost()
    for number in range(9):
        tell_in(client, service.browser(f"b{number}"), jonas)
    cost()
    assert cost() == one


def test_queueing_costs_the_same_for_ten_people_as_for_one(client, service, channel, care, agnes, northline):
    def cost(number):
        for place in range(number):
            person = make_person(f"P{number}x{place} Care", northline, Role.AGENT, teams=(care,))
            tell_in(client, service.browser(f"{number}-{place}"), person)
        ticket = make_ticket(channel)
        Push.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            write_note(ticket, f"@{care.name}", by=agnes)
        assert Push.objects.count() >= number
        return len(queries)

    assert cost(1) == cost(10)


def test_what_was_done_a_day_ago_is_forgotten(service, his, ticket, agnes):
    write_note(ticket, "@Jonas Okafor", by=agnes)
    pushes.send_pushes()
    assert forget_pushes() == 0
    Push.objects.update(due_at=timezone.now() - timedelta(days=2))
    assert forget_pushes() == 1


def test_the_worker_is_served_from_the_sites_root(client):
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.getvalue()
