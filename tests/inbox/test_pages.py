"""The inbox's pages: who may see and do what, in how many queries, and what is answered when it can't be done."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brandvoice.actions.examples import embed_missing_examples
from brandvoice.actions.positions import (
    NewWording,
    VersionContent,
    create_position,
    draft_version,
    sign_version,
    submit_version,
)
from inbox.actions.deliveries import claim_due_deliveries, record_rejected
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import assign_ticket
from inbox.models import Draft, Message, Status, Ticket
from inbox.queries.lists import COUNT_CAP, counts_of
from tests.cast import make_channel, make_incoming, make_team, make_ticket

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", author="priya")


def queries(client, path, **headers):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers=headers).status_code == 200
    return len(captured)


def reply(client, ticket, text="It left at nine.", **fields):
    values = {"text": text, "visibility": "public", "seen": 10**9, "client_uuid": uuid4()} | fields
    return client.post(f"/tickets/{ticket.number}/reply/", values, headers=HTMX)


@pytest.mark.parametrize("path", ["/inbox/open/", "/inbox/open/list/", "/inbox/counts/"])
def test_the_list_costs_the_same_with_one_ticket_and_with_ten(page, channel, path):
    make_ticket(channel, author="first")
    one = queries(page, path)

    receive_messages(channel, [make_incoming(author=f"author{number}") for number in range(9)])

    assert queries(page, path) == one


def test_the_conversation_costs_the_same_with_one_reply_and_with_ten(page, ticket, agnes):
    send_reply(ticket, NewReply("Answer", "public", seen=10**9), by=agnes)
    one = queries(page, f"/tickets/{ticket.number}/", **HTMX)

    for number in range(9):
        send_reply(ticket, NewReply(f"Answer {number}", "public", seen=10**9), by=agnes)

    assert queries(page, f"/tickets/{ticket.number}/", **HTMX) == one


def test_pages_of_a_view_follow_one_another_without_gap_or_repeat(page, channel):
    receive_messages(channel, [make_incoming(author=f"author{number}") for number in range(130)])
    seen, address = [], "/inbox/unassigned/list/"

    while address:
        shown = page.get(address).context["page"]
        seen += [row.number for row in shown.rows]
        address = f"/inbox/unassigned/list/?after={shown.next}" if shown.next else ""

    assert seen == sorted(range(1, 131), reverse=True)


def test_counts_stop_where_counting_would_get_dear(agnes, channel, monkeypatch):
    monkeypatch.setattr("inbox.queries.lists.COUNT_CAP", 2)
    receive_messages(channel, [make_incoming(author=f"author{number}") for number in range(3)])

    assert counts_of(agnes)["open"] == "2+"
    assert COUNT_CAP == 999


@pytest.mark.parametrize("path", ["/inbox/nowhere/", "/inbox/open/list/?after=x", "/inbox/open/4711/"])
def test_what_is_not_there_is_not_found(page, path):
    assert page.get(path).status_code == 404


def test_a_stranger_and_another_team_get_404_for_everything_about_a_ticket(client, ticket, oscar, jonas, northline):
    jonas.teams.set([make_team(northline)])

    for person in (oscar, jonas):
        client.force_login(person)
        for part in ("", "thread/", "voice/"):
            assert client.get(f"/tickets/{ticket.number}/{part}", headers=HTMX).status_code == 404
        for verb in ("reply", "note", "assign", "resolve", "reopen", "snooze", "priority", "labels", "draft", "guard"):
            assert client.post(f"/tickets/{ticket.number}/{verb}/", headers=HTMX).status_code == 404


def test_whoever_has_signed_out_is_sent_to_sign_in_and_their_scripts_get_401(client, ticket):
    assert client.get("/inbox/mine/").url.startswith("/accounts/login/")
    assert client.get("/inbox/counts/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401
    assert client.post(f"/tickets/{ticket.number}/draft/", headers=HTMX).status_code == 401


def test_an_executive_reads_and_writes_notes_but_does_not_reply(client, ticket, amira):
    client.force_login(amira)

    assert client.get(f"/inbox/open/{ticket.number}/").status_code == 200
    assert reply(client, ticket).status_code == 403
    assert client.post(f"/tickets/{ticket.number}/resolve/", headers=HTMX).status_code == 403
    assert client.post(f"/tickets/{ticket.number}/note/", {"text": "Go on."}, headers=HTMX).status_code == 200


def test_the_same_reply_pressed_twice_is_sent_once(page, ticket):
    uuid = uuid4()

    for _ in range(2):
        assert reply(page, ticket, client_uuid=uuid).status_code == 200

    assert Message.objects.filter(direction="outbound").count() == 1


def test_a_reply_without_scripts_leads_back_to_the_page(page, ticket):
    answer = page.post(f"/tickets/{ticket.number}/reply/", {"text": "A\r\nB", "visibility": "public", "seen": 10**9})

    assert answer.url == f"/inbox/open/{ticket.number}/"
    assert Message.objects.get(direction="outbound").text == "A\nB"


def test_a_reply_that_has_not_seen_the_newest_message_is_answered_with_409_and_what_is_new(page, ticket, channel):
    seen = ticket.messages.get().pk
    receive_messages(channel, [make_incoming("Never mind!", thread=ticket.thread_key)])

    refused = reply(page, ticket, "It left at nine.", seen=seen)

    assert refused.status_code == 409
    assert "Never mind!" in refused.text
    assert "It left at nine." in refused.text
    assert reply(page, ticket, seen=seen, confirm_stale="1").status_code == 200


def test_a_reply_that_the_guard_stops_is_answered_with_422_its_words_and_the_text(page, ticket):
    stopped = reply(page, ticket, "Write to priya@mail.example")

    assert stopped.status_code == 422
    assert "e-mail address" in stopped.text
    assert "Write to priya@mail.example" in stopped.text
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.parametrize("spans", ["no", "[1]", '[{"wording": 1, "start": 3, "end": 2}]', '[{"wording": true}]'])
def test_unreadable_spans_are_refused(page, ticket, spans):
    assert reply(page, ticket, spans=spans).status_code == 422


def test_customer_text_is_never_markup(page, channel):
    ticket = make_ticket(channel, "<script>alert(1)</script>", author="<b>x")

    for path in (f"/inbox/open/{ticket.number}/", f"/tickets/{ticket.number}/thread/"):
        assert "<script>alert" not in page.get(path).text
        assert "&lt;script&gt;alert" in page.get(path).text


def test_drafts_are_kept_per_person_and_kind(page, ticket, agnes):
    page.post(f"/tickets/{ticket.number}/draft/", {"text": "Half", "visibility": "public"}, headers=HTMX)
    page.post(f"/tickets/{ticket.number}/draft/", {"text": "For us", "kind": "note"}, headers=HTMX)

    assert set(Draft.objects.filter(user=agnes).values_list("kind", "text")) == {("reply", "Half"), ("note", "For us")}
    assert "Half" in page.get(f"/inbox/open/{ticket.number}/").text


def test_the_guard_answers_with_findings_and_the_networks_count(page, ticket):
    answer = page.post(f"/tickets/{ticket.number}/guard/", {"text": "x" * 301, "visibility": "public"}, headers=HTMX)

    assert 'data-used="301"' in answer.text
    assert 'data-verdict="block"' in answer.text


def test_tickets_are_taken_passed_on_within_the_team_and_given_back(page, ticket, agnes, jonas, amira, oscar):
    def assignee_after(wanted, status):
        assert page.post(f"/tickets/{ticket.number}/assign/", {"assignee": wanted}, headers=HTMX).status_code == status
        ticket.refresh_from_db()
        return ticket.assignee

    assert assignee_after("me", 200) == agnes
    assert assignee_after(jonas.pk, 200) == jonas
    assert assignee_after(amira.pk, 409) == jonas
    assert assignee_after(oscar.pk, 404) == jonas
    assert assignee_after("", 200) is None


def test_tickets_are_resolved_reopened_snoozed_sorted_and_labelled(page, ticket):
    def post(verb, **values):
        return page.post(f"/tickets/{ticket.number}/{verb}/", values, headers=HTMX)

    assert post("resolve").status_code == 200
    assert post("resolve").status_code == 409
    assert post("reopen").status_code == 200
    assert post("priority", priority="3").status_code == 200
    assert post("priority", priority="9").status_code == 422
    assert post("labels", labels=["refund", "new one, other"]).status_code == 200
    assert post("snooze", until="2000-01-01T09:00").status_code == 409
    assert post("snooze", until="never").status_code == 422
    assert post("snooze", until="2100-01-01T09:00:00+01:00").status_code == 200

    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == (Status.SNOOZED, 3)
    assert set(ticket.labels.values_list("name", flat=True)) == {"refund", "new one", "other"}


def test_a_failed_delivery_is_retried_by_those_who_see_its_ticket(client, rail, care, agnes, oscar):
    ticket = make_ticket(make_channel(rail, care, external=False))
    message = send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    record_rejected(claim_due_deliveries(limit=1)[0], "Your account is suspended")
    address = f"/deliveries/{message.delivery.pk}/retry/"

    client.force_login(oscar)
    assert client.post(address, headers=HTMX).status_code == 404
    client.force_login(agnes)
    assert "Your account is suspended" in client.get(f"/inbox/mine/{ticket.number}/").text
    assert client.post(address, headers=HTMX).status_code == 200
    assert client.post(address, headers=HTMX).status_code == 409


def test_fragments_hold_nothing_that_depends_on_who_looks(client, ticket, agnes, lena):
    assign_ticket(ticket, agnes, by=agnes)
    pages = []

    for person in (agnes, lena):
        client.force_login(person)
        pages.append(client.get(f"/tickets/{ticket.number}/thread/").content)

    assert pages[0] == pages[1]
    assert b"csrf" not in pages[0]


def test_counts_are_the_persons_own(client, ticket, agnes, lena):
    assign_ticket(ticket, agnes, by=agnes)

    client.force_login(agnes)
    assert json.loads(client.get("/inbox/counts/").content) == {
        "mine": "1",
        "unassigned": "0",
        "due": "0",
        "open": "1",
        "snoozed": "0",
        "notifications": "",
        "away": "",
        "brand": "",
    }
    client.force_login(lena)
    assert json.loads(client.get("/inbox/counts/").content)["mine"] == "0"


def test_a_ticket_is_shown_in_the_voice_column_with_its_customer(page, ticket, channel):
    earlier = make_ticket(channel, "An older question", author="priya")

    answer = page.get(f"/tickets/{ticket.number}/voice/", headers=HTMX)

    assert "Nothing approved fits" in answer.text
    assert f"#{earlier.number}" in answer.text
    assert Ticket.objects.count() == 2


def test_a_ticket_whose_language_is_not_known_yet_is_answered_in_the_brands_own(page, channel, rail, amira):
    position = create_position("Do I get my money back for a cancelled train?", brand=rail, by=amira)
    words = (NewWording("You get the fare back."), NewWording("Sie bekommen Ihr Geld zurück.", "de"))
    version = submit_version(draft_version(position, VersionContent(words), by=amira), by=amira)
    sign_version(version, by=amira)
    embed_missing_examples()
    ticket = make_ticket(channel, "Do I get my money back for my cancelled train?")
    assert ticket.language == ""

    answer = page.get(f"/tickets/{ticket.number}/voice/", headers=HTMX)

    assert "You get the fare back." in answer.text
    assert "Geld" not in answer.text
