"""Choosing when a reply goes out, by the doors of agents and programs: what is offered, taken and refused."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization
from accounts.models.keys import Scope
from inbox import privacy
from inbox.actions.messages import receive_messages
from inbox.actions.privacy import request_erasure
from inbox.models import Delivery, Draft, Message, Ticket
from inbox.queries import later
from inbox.queries.notifications import wanted_of
from tests.cast import make_channel, make_incoming, make_key, make_rule, make_ticket
from tests.inbox.doors import BOTH_DOORS, Api, Fast, View, bearer, tab_of
from tests.inbox.later import HOUR, WORDS, delivery_of, pass_time, schedule

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, thread="t", external_id="post", language="en")


@pytest.fixture
def vienna(northline):
    """The company's clock."""
    Organization.objects.filter(pk=northline.pk).update(time_zone=VIENNA.key)


def send(page, ticket, **fields):
    form = {"text": WORDS, "visibility": "public", "seen": 10**9, **fields}
    return page.post(f"/tickets/{ticket.number}/reply/", form, headers={"HX-Request": "true"})


def own_time(moment):
    """Return a moment as a browser says it."""
    return moment.astimezone(VIENNA).strftime("%Y-%m-%dT%H:%M")


def minute(moment):
    return moment.replace(second=0, microsecond=0)


class TestTheComposer:
    def test_an_offered_time_is_taken_and_the_conversation_shows_it(self, page, ticket):
        at = timezone.now() + HOUR

        answer = send(page, ticket, send_at=at.isoformat()).content.decode()

        assert Delivery.objects.get().due_at == at
        assert "Goes out</strong>" in answer
        assert ("Send now" in answer, "Take back and edit" in answer, "data-undo" in answer) == (True, True, False)

    @pytest.mark.usefixtures("vienna")
    @pytest.mark.parametrize("button", [{"send_at": "own"}, {}], ids=["its own button", "the button Send"])
    def test_a_time_of_ones_own_is_by_the_companys_clock(self, page, ticket, button):
        at = minute(timezone.now() + 5 * HOUR)

        assert send(page, ticket, send_on=own_time(at), **button).status_code == 200

        assert Delivery.objects.get().due_at == at

    @pytest.mark.usefixtures("vienna")
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"send_at": "own"}, "Enter a day and a time."),
            ({"send_at": "soon"}, "Enter a day and a time."),
            ({"send_on": "2027-02-31T09:00"}, "Enter a day and a time."),
            ({"send_on": "0001-01-01T00:00"}, "Enter a day and a time."),
            ({"send_on": "2020-01-01T09:00"}, "Choose a time in the future."),
            ({"send_at": "2999-01-01T09:00:00+00:00"}, "in the next 90 days"),
        ],
    )
    def test_a_time_that_can_not_be_is_refused_and_the_text_stays(self, page, ticket, fields, words):
        answer = send(page, ticket, **fields)

        text = answer.content.decode()
        assert (answer.status_code, words in text, f"{WORDS}</textarea>" in text) == (422, True, True)
        assert not Delivery.objects.exists()

    @pytest.mark.usefixtures("vienna")
    def test_the_chosen_time_outlives_what_the_guard_refuses(self, page, ticket, northline):
        make_rule(northline, "nine", reason="We don't say that.")
        at = minute(timezone.now() + 5 * HOUR)

        answer = send(page, ticket, send_at=at.isoformat())

        assert answer.status_code == 422
        assert f'name="send_on" value="{own_time(at)}"' in answer.content.decode()
        assert send(page, ticket, text="Soon.", send_on=own_time(at)).status_code == 200
        assert Delivery.objects.get().due_at == at

    def test_a_reply_that_needs_approval_is_handed_over_with_its_time(self, page, ticket, lena):
        at = minute(timezone.now() + 5 * HOUR)
        form = {"text": "You are legally right.", "visibility": "public", "seen": 10**9, "send_at": at.isoformat()}

        answer = page.post(f"/tickets/{ticket.number}/hand-over/", form, headers={"HX-Request": "true"})

        assert (answer.status_code, Delivery.objects.get().chosen_at) == (200, at)
        assert "and goes out" in answer.content.decode()
        waiting = tab_of(lena).get("/approvals/").content.decode()
        assert ("Goes out <time" in waiting, "Approve and send" in waiting) == (True, False)

    def test_answering_both_ways_is_for_now(self, page, rail, care):
        facebook = make_channel(rail, care, network="facebook")
        ticket = make_ticket(facebook, visibility="comment", external_id="c1")
        at = (timezone.now() + HOUR).isoformat()

        answer = send(page, ticket, visibility="both", public_text="We have written to you.", send_at=at)

        assert (answer.status_code, Delivery.objects.count()) == (422, 0)
        assert "for one reply only" in answer.content.decode()

    def test_a_note_has_no_time(self, page, ticket):
        send(page, ticket, visibility="note", send_on="2020-01-01T09:00")

        assert Message.objects.get(direction="note").text == WORDS

    def test_whoever_writes_notes_only_is_offered_no_time(self, client, ticket, amira, agnes):
        def shown(person):
            return 'data-menu="later"' in tab_of(person).get(f"/tickets/{ticket.number}/").content.decode()

        assert (shown(agnes), shown(amira)) == (True, False)

    def test_without_scripts_it_leads_back_to_the_page(self, page, ticket):
        form = {"text": WORDS, "visibility": "public", "seen": 10**9, "send_at": (timezone.now() + HOUR).isoformat()}

        answer = page.post(f"/tickets/{ticket.number}/reply/", form, follow=True)

        assert "Goes out</strong>" in answer.content.decode()


class TestWhatIsOffered:
    def offered(self, now, monkeypatch, **ends):
        monkeypatch.setattr(later.timezone, "now", lambda: now)
        organization = Organization(time_zone=VIENNA.key)
        return later.send_later(organization, **{"window_ends": None} | ends)

    def test_times_are_mornings_of_the_companys_clock(self, monkeypatch):
        # A Thursday evening in Vienna; on Sunday the clocks go back.
        found = self.offered(datetime(2026, 10, 22, 20, 30, tzinfo=UTC), monkeypatch)

        times = [choice.at.astimezone(UTC) for choice in found.mornings]
        assert times == [datetime(2026, 10, 23, 7, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)]
        assert (found.in_an_hour, found.zone, found.closes) == (True, "Europe/Vienna", False)

    def test_on_a_sunday_monday_is_tomorrow(self, monkeypatch):
        found = self.offered(datetime(2026, 11, 29, 12, 0, tzinfo=UTC), monkeypatch)

        assert [choice.name for choice in found.mornings] == ["Tomorrow morning"]

    @pytest.mark.parametrize(("hours", "in_an_hour"), [(5, True), (0.5, False)])
    def test_nothing_is_offered_for_when_the_network_takes_no_reply(self, monkeypatch, hours, in_an_hour):
        now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

        found = self.offered(now, monkeypatch, window_ends=now + hours * HOUR)

        assert (found.in_an_hour, found.mornings) == (in_an_hour, ())
        assert (found.closes, found.latest) == (True, now + hours * HOUR)

    def test_an_hour_is_an_hour_from_when_it_is_pressed(self, page, ticket):
        send(page, ticket, send_at="1h")

        ahead = Delivery.objects.get().due_at - timezone.now()
        assert timedelta(minutes=59) < ahead <= HOUR


class TestTheConversation:
    def test_it_is_taken_back_and_sent_now_from_there(self, page, ticket, agnes):
        delivery = delivery_of(schedule(ticket, agnes))

        answer = page.post(reverse("inbox:take_back", args=[delivery.pk]), headers={"HX-Request": "true"})
        assert f"{WORDS}</textarea>" in answer.content.decode()
        assert Draft.objects.get(user=agnes).text == WORDS

        second = delivery_of(schedule(ticket, agnes, confirm_stale=True))
        page.post(reverse("inbox:retry", args=[second.pk]), headers={"HX-Request": "true"})
        assert delivery_of(second.message).state == "queued"

    @pytest.mark.parametrize("door", ["take_back", "retry"])
    def test_only_who_may_reply_there_touches_it(self, ticket, agnes, amira, oscar, door):
        delivery = delivery_of(schedule(ticket, agnes))
        address = reverse(f"inbox:{door}", args=[delivery.pk])

        assert tab_of(amira).post(address).status_code == 403
        assert tab_of(oscar).post(address).status_code == 404
        assert delivery_of(delivery.message).state == "scheduled"

    def test_what_was_held_back_says_why(self, page, ticket, channel, agnes):
        schedule(ticket, agnes)
        receive_messages(channel, [make_incoming("Hello?", thread="t")])
        pass_time(hours=0)

        thread = page.get(f"/tickets/{ticket.number}/thread/").content.decode()

        assert "Held back</strong><q>The customer has written since.</q>" in thread
        assert ("Send now" in thread, "Goes out</strong>" in thread) == (True, False)

    def test_the_bell_says_so(self, page, ticket, channel, agnes):
        schedule(ticket, agnes)
        receive_messages(channel, [make_incoming("Hello?", thread="t")])
        pass_time(hours=0)

        assert "A reply for later is held back" in page.get("/notifications/").content.decode()
        assert {way for reason, way in wanted_of(agnes) if reason == "held_back"} == {"bell", "mail", "push"}


class TestLists:
    def test_a_ticket_with_a_reply_for_later_says_when_and_no_longer_asks_for_one(self, page, ticket, agnes):
        schedule(ticket, agnes)

        row = page.get("/inbox/mine/list/").content.decode()

        assert ("chip--later" in row, "ticket-row__dot" in row) == (True, False)

    def test_they_are_found_by_their_state(self, page, ticket, channel, agnes):
        make_ticket(channel)
        schedule(ticket, agnes)

        def found(text):
            listed = page.get("/inbox/search/", {"q": text}).context["page"].rows
            return [row.number for row in listed]

        assert found("is:scheduled") == [ticket.number]
        assert ticket.number not in found("-is:scheduled")
        pass_time()
        assert found("is:scheduled") == []

    @pytest.mark.parametrize("path", ["/inbox/mine/list/", "/inbox/search/?q=is:scheduled"])
    def test_ten_cost_what_one_costs(self, page, channel, agnes, path):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert page.get(path).content.decode().count("chip--later") in (1, 10)
            return len(captured)

        schedule(make_ticket(channel), agnes)
        queries()
        one = queries()
        for _ in range(9):
            schedule(make_ticket(channel), agnes)

        assert queries() == one

    def test_looking_for_what_is_due_costs_the_same_for_one_and_ten(self, channel, agnes):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                pass_time(hours=0)
            return len(captured)

        schedule(make_ticket(channel), agnes)
        one = queries()
        for _ in range(9):
            schedule(make_ticket(channel), agnes)

        assert queries() == one


class TestPrograms:
    @pytest.fixture
    def secret(self, northline):
        return make_key(northline, Scope.TICKETS_WRITE, Scope.TICKETS_READ)[1]

    @pytest.fixture
    def door(self, request):
        return {"view": View, "fast": Fast}[request.param]()

    @pytest.fixture
    def post(self, door, ticket, secret):
        def post_reply(at, **fields):
            body = {"text": WORDS, "seen": 2**63 - 1, "send_at": at} | fields
            return door.post(f"/api/v1/tickets/{ticket.number}/replies", json.dumps(body).encode(), bearer(secret))

        return post_reply

    @BOTH_DOORS
    def test_a_program_says_when_its_reply_goes_out(self, post, ticket, secret):
        at = timezone.now() + timedelta(hours=3)

        answer = post(at.isoformat())

        said = answer.json()["delivery"]
        assert (answer.status, said["state"], datetime.fromisoformat(said["send_at"])) == (201, "scheduled", at)
        read = Api(secret).get(f"tickets/{ticket.number}").json()["messages"][-1]["delivery"]
        assert read == said
        pass_time()
        read = Api(secret).get(f"tickets/{ticket.number}").json()["messages"][-1]["delivery"]
        assert (read["state"], read["send_at"]) == ("queued", None)

    @BOTH_DOORS
    @pytest.mark.parametrize(
        ("at", "words"),
        [
            ("2020-01-01T09:00:00Z", "Choose a time in the future."),
            ("2999-01-01T09:00:00Z", "Choose a time in the next 90 days."),
            ("2027-01-01T09:00:00", "Must be "),
            ("tomorrow", "Must be "),
        ],
    )
    def test_a_time_that_can_not_be_is_refused_with_what_can(self, post, at, words):
        answer = post(at)

        (fault,) = answer.json()["errors"]
        assert (answer.status, fault["field"]) == (422, "send_at")
        assert words in fault["message"]
        assert not Delivery.objects.exists()


def test_nothing_goes_out_to_a_customer_who_was_erased(ticket, agnes, max_):
    message = schedule(ticket, agnes)

    request_erasure(ticket.contact, ticket.contact.name, by=max_)
    privacy.do_jobs()

    assert (delivery_of(message).state, pass_time()) == ("cancelled", 0)
    assert Ticket.objects.get(pk=ticket.pk).sends_at is None
