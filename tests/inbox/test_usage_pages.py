"""The pages about use: figures that open exactly what they count, the library's order, habits, forgetting."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.actions import positions as voice
from brandvoice.models import Example, Habit
from brandvoice.queries.usage import interval
from inbox.actions import coverage
from inbox.actions.coverage import days_back
from inbox.actions.edits import find_habits
from inbox.actions.usage import count_days, count_lately
from inbox.models import Delivery, Message, Offer, OfferState
from tests.cast import make_brand, make_channel, make_ticket
from tests.inbox.signed_words import OLD, queue, start_draft
from tests.inbox.used_words import EDITED, say, show, sign

pytestmark = pytest.mark.django_db
WHATS = ("shown", "inserted", "accepted", "rejected", "unchanged", "edited", "sent")
ANSWERS = ("asked", "signed", "free", "open")


@pytest.fixture
def signed(rail, lena, amira):
    """The version that is signed today, which agents may adapt."""
    return sign(voice.create_position("Do I get my fare back?", by=lena, brand=rail, topic="Refunds"), OLD, lena, amira)


@pytest.fixture
def used(channel, signed, agnes, rail, care):
    """Offers and replies of every kind, in two places, now and a while ago."""
    other = make_channel(rail, care, network="mastodon")
    for place, ago in ((channel, 0), (other, 0), (other, 20)):
        tickets = [make_ticket(place, language="en") for _ in range(5)]
        for ticket in tickets:
            show(ticket, signed, agnes)
        queue(tickets[0], signed, agnes)
        queue(tickets[1], signed, agnes, EDITED)
        say(tickets[2], agnes)
        start_draft(tickets[3], signed, agnes)
        lost = queue(make_ticket(place), signed, agnes)
        Delivery.objects.filter(message=lost).update(state="failed")
        moment = timezone.now() - timedelta(days=ago)
        Message.objects.filter(ticket__in=tickets).update(created_at=moment, topic="Refunds")
        Offer.objects.filter(ticket__in=tickets).update(shown_at=moment)
    count_days(days_back(30))
    return signed


def read(client, person, address):
    client.force_login(person)
    return client.get(address)


def behind(client, person, address):
    return len(read(client, person, address).context["listed"].rows)


class TestNumbers:
    @pytest.mark.parametrize("query", ["", "?days=7", "?network=mastodon", "?days=90&network=mastodon", "?language=de"])
    def test_each_number_of_a_position_opens_exactly_what_it_counts(self, client, used, amira, query):
        use = read(client, amira, f"/positions/{used.position.key}/{query}").context["use"]
        opened = {
            what: behind(client, amira, f"/coverage/positions/{used.position_id}/{what}/{query}") for what in WHATS
        }
        assert opened == {what: getattr(use, what) for what in WHATS}
        if not query:
            assert opened == {
                "shown": 15, "inserted": 9, "accepted": 6, "rejected": 3, "unchanged": 3, "edited": 3, "sent": 6
            }  # fmt: skip

    def test_versions_are_counted_apart(self, client, used, agnes, lena, amira, channel):
        newer = sign(used.position, "Half of it.", lena, amira)
        show(make_ticket(channel), newer, agnes)
        count_lately()
        rows = read(client, amira, f"/positions/{used.position.key}/").context["uses"]
        assert [(row.number, row.use.shown) for row in rows] == [(2, 1), (1, 15)]
        address = f"/coverage/positions/{used.position_id}/shown/?version={newer.pk}"
        assert behind(client, amira, address) == 1

    @pytest.mark.parametrize(
        "query", ["days=30", "days=7&network=mastodon", "days=30&language=en", "days=30&topic=Refunds"]
    )
    def test_each_number_of_coverage_opens_exactly_what_it_counts(self, client, used, amira, query):
        coverage.count_days(days_back(30))
        table = read(client, amira, f"/coverage/?{query}").context["coverage"]
        counts = next((row.counts for row in table.rows if row.topic == "Refunds" and "topic" in query), table.counts)
        opened = {answer: behind(client, amira, f"/coverage/messages/{answer}/?{query}") for answer in ANSWERS}
        assert opened == {answer: getattr(counts, answer) for answer in ANSWERS}
        assert opened["asked"] > 0

    def test_the_page_leads_there(self, client, used, amira):
        coverage.count_lately()
        page = read(client, amira, "/coverage/").content.decode()
        for address in (
            f"/coverage/positions/{used.position_id}/rejected/?days=30",
            "/coverage/messages/open/?days=30&amp;topic=Refunds",
            "/coverage/messages/asked/?days=30&amp;topic=",
        ):
            assert address in page

    def test_acceptance_says_how_sure_it_is(self):
        assert (interval(0, 0), interval(5, 5), interval(50, 100)) == ((0, 100), (57, 100), (40, 60))

    def test_lists_have_pages_and_cost_the_same_for_one_row_as_for_ten(self, client, channel, signed, agnes, amira):
        addresses = [f"/coverage/positions/{signed.position_id}/{what}/" for what in ("shown", "unchanged")]
        addresses.append("/coverage/messages/asked/?topic=")
        counts = []
        for size in (1, 9):
            for _ in range(size):
                ticket = make_ticket(channel)
                show(ticket, signed, agnes)
                queue(ticket, signed, agnes)
            count_lately()
            for address in addresses:
                read(client, amira, address)
                with CaptureQueriesContext(connection) as queries:
                    read(client, amira, address)
                counts.append(len(queries))
        assert counts[:3] == counts[3:]

        for _ in range(42):
            show(make_ticket(channel), signed, agnes)
        first = read(client, amira, addresses[0]).context["listed"]
        second = read(client, amira, f"{addresses[0]}?after={first.next}").context["listed"]
        assert (len(first.rows), len(second.rows), second.next) == (50, 2, None)


class TestWhoSees:
    def test_lists_are_for_those_who_see_coverage(self, client, used, agnes, lena, amira, oscar):
        for person, status in ((agnes, 403), (lena, 200), (amira, 200), (oscar, 404)):
            assert read(client, person, f"/coverage/positions/{used.position_id}/shown/").status_code == status
        assert behind(client, oscar, "/coverage/messages/asked/") == 0

    def test_the_owner_sees_the_figures_and_opens_nothing(self, client, used, agnes, jonas):
        address = f"/positions/{used.position.key}/"
        assert "use" not in read(client, agnes, address).context
        used.position.owner = jonas
        used.position.save(update_fields=["owner"])
        page = read(client, jonas, address)
        assert page.context["use"].shown == 15
        assert "/coverage/" not in page.content.decode().split("usage-title")[1]

    def test_agents_find_no_figures_in_the_library(self, client, used, agnes, amira):
        assert read(client, amira, "/positions/").context["page"].rows[0].use.shown == 15
        page = read(client, agnes, "/positions/?order=shown")
        assert page.context["page"].rows[0].use.shown == 0
        assert "position-row__use" not in page.content.decode()


class TestLibrary:
    @pytest.fixture
    def library(self, channel, rail, lena, amira, agnes):
        """Four positions: one refused, one often sent, one edited, one that nobody has seen."""
        versions = [
            sign(voice.create_position(f"Question {name}?", by=lena, brand=rail), OLD, lena, amira) for name in "ABCD"
        ]
        for version, times, text in ((versions[0], 1, ""), (versions[1], 3, OLD), (versions[2], 2, EDITED)):
            for _ in range(times):
                ticket = make_ticket(channel)
                show(ticket, version, agnes)
                queue(ticket, version, agnes, text) if text else say(ticket, agnes)
        count_lately()
        return versions

    @pytest.mark.parametrize(
        ("order", "expected"),
        [("", "ABCD"), ("shown", "BCAD"), ("sent", "BCAD"), ("edited", "CABD"), ("refused", "ABCD")],
    )
    def test_it_stands_in_the_order_of_use(self, client, library, amira, order, expected, monkeypatch):
        monkeypatch.setattr("brandvoice.queries.library.PAGE", 2)
        first = read(client, amira, f"/positions/?order={order}").context["page"]
        second = read(client, amira, f"/positions/?order={order}&after={first.next}").context["page"]
        asked = [row.position.question[9] for row in (*first.rows, *second.rows)]
        assert "".join(asked) == expected
        assert second.next is None

    @pytest.mark.parametrize("order", ["", "refused"])
    def test_it_costs_the_same_for_one_position_as_for_ten(self, client, channel, rail, lena, amira, agnes, order):
        counts = []
        for size in (1, 9):
            for number in range(size):
                position = voice.create_position(f"Question {size}.{number}?", by=lena, brand=rail)
                show(make_ticket(channel), sign(position, OLD, lena, amira), agnes)
            count_lately()
            read(client, amira, f"/positions/?order={order}")
            with CaptureQueriesContext(connection) as queries:
                read(client, amira, f"/positions/?order={order}")
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestHabits:
    @pytest.fixture
    def habit(self, channel, signed, agnes, jonas):
        """What two agents have changed in three replies."""
        for person in (agnes, jonas, agnes):
            queue(make_ticket(channel), signed, person, EDITED)
        count_lately()
        find_habits()
        return Habit.objects.get()

    def test_it_is_shown_to_executives_and_to_the_owner_with_what_would_change(self, client, habit, amira, jonas):
        for person, address in ((amira, "/coverage/"), (amira, f"/positions/{habit.position.key}/")):
            (view,) = read(client, person, address).context["habits"]
            assert [(part.change, part.text) for part in view.parts if part.change != "same"] == [
                ("removed", "7 days"), ("added", "a week"),
            ]  # fmt: skip
        habit.position.owner = jonas
        habit.position.save(update_fields=["owner"])
        page = read(client, jonas, f"/positions/{habit.position.key}/")
        assert page.context["habits"]
        assert f"?habit={habit.pk}" not in page.content.decode()

    def test_its_number_opens_its_replies(self, client, habit, amira, oscar):
        assert behind(client, amira, f"/coverage/habits/{habit.pk}/") == habit.replies
        assert read(client, oscar, f"/coverage/habits/{habit.pk}/").status_code == 404

    def test_one_click_drafts_a_version_with_the_agents_words(self, client, habit, signed, lena):
        address = f"/positions/{habit.position.key}/draft/?habit={habit.pk}"
        editor = read(client, lena, address).context["editor"]
        assert editor.wordings.forms[0].initial["text"] == EDITED
        assert read(client, lena, address.split("?")[0]).context["editor"].wordings.forms[0].initial["text"] == OLD

    def test_another_positions_habit_changes_nothing(self, client, habit, rail, lena, amira, oscar):
        other = sign(voice.create_position("Why?", by=lena, brand=rail), OLD, lena, amira).position
        theirs = voice.create_position("Why?", by=oscar, brand=make_brand(oscar.organization))
        for person, position in ((lena, other), (oscar, theirs)):
            page = read(client, person, f"/positions/{position.key}/draft/?habit={habit.pk}")
            texts = [form.initial.get("text", "") for form in page.context["editor"].wordings.forms]
            assert EDITED not in texts


class TestForgetting:
    @pytest.fixture
    def learned(self, signed, agnes, lena):
        fields = {"organization": signed.organization, "position": signed.position, "language": "en"}
        Example.objects.create(
            **fields, text="ghost train again", source="accept", created_by=agnes, origin="message 1"
        )
        Example.objects.create(**fields, text="written by hand", source="manual", created_by=lena)
        return signed.position

    def test_what_replies_have_taught_is_forgotten_and_what_people_wrote_stays(self, client, learned, lena):
        assert read(client, lena, f"/positions/{learned.key}/").context["page"].learned == 1
        answer = client.post(f"/positions/{learned.key}/forget/")
        assert answer.status_code == 302
        texts = set(Example.objects.filter(position=learned).values_list("text", flat=True))
        assert "ghost train again" not in texts
        assert "written by hand" in texts
        assert "Forget them" not in read(client, lena, f"/positions/{learned.key}/").content.decode()

    def test_agents_and_strangers_can_t(self, client, learned, agnes, oscar):
        for person, status in ((agnes, 403), (oscar, 404)):
            client.force_login(person)
            assert client.post(f"/positions/{learned.key}/forget/").status_code == status
        assert Example.objects.learned().count() == 1


def test_a_state_says_how_the_words_came_before_the_agent(client, channel, signed, agnes, amira):
    show(make_ticket(channel), signed, agnes, state=OfferState.CHOOSE)
    (row,) = read(client, amira, f"/coverage/positions/{signed.position_id}/shown/").context["listed"].rows
    assert row.note == "One of several · place 1, 90 %"
