"""The reputation page: figures by period and value, who sees which, and what each number opens."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.queries.reader import About
from inbox.actions.enrich import enrich_due
from inbox.actions.lessons import correct_reading
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.rollups import keep_rollups
from inbox.actions.saved_reports import save_report
from inbox.actions.surveys import answer_survey
from inbox.actions.tickets import reopen_ticket, resolve_ticket
from inbox.models import Event, Message, SavedReport
from inbox.queries.reputation import CUTS
from inbox.queries.rollup_sums import Figures, sums
from tests.cast import make_brand, make_channel, make_person, make_ticket
from tests.inbox.signed_words import OLD, whole
from tests.inbox.surveyed import make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def answer(ticket, by, text="We look into it.", **fields):
    seen = ticket.messages.latest("pk").pk
    return send_reply(ticket, NewReply(text=text, visibility="public", seen=seen, **fields), by=by)


def read(client, person, query=""):
    client.force_login(person)
    return client.get(f"/reputation/{query}")


def rated(channel, by, score):
    """Return a survey that a customer has answered."""
    survey = make_survey(make_ticket(channel), by)
    answer_survey(survey, score, "")
    return survey


def card(page, key):
    return next(card for card in page.context["cards"] if card.column.key == key)


def row(page, name):
    cells = dict(page.context["table"].rows)[name]
    return {cell.column.key: cell.cell.text for cell in cells}


class TestThePage:
    def test_it_counts_what_came_how_it_felt_and_how_it_was_answered(self, channel, signed, agnes, lena, client):
        answered, waiting = make_ticket(channel, "Thank you, that was wonderful!"), make_ticket(channel)
        answer(answered, agnes, OLD, spans=whole(signed))
        answer(waiting, agnes)
        resolve_ticket(answered, by=agnes)
        reopen_ticket(answered, by=agnes)
        enrich_due()
        keep_rollups()

        page = read(client, lena)

        found = {key: card(page, key).cell.text for key in ("asked", "replies", "signed", "resolved", "reopened")}
        assert found == {"asked": "2", "replies": "2", "signed": "50 %", "resolved": "1", "reopened": "100 %"}
        assert card(page, "positive").cell.interval
        assert card(page, "first_reply").cell.text.endswith(" s")

    def test_it_is_compared_with_the_period_before(self, channel, lena, client):
        for _ in range(3):
            make_ticket(channel)
        old = Event.objects.filter(kind="message.received").order_by("pk").values("pk")[:1]
        Event.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(
            created_at=timezone.now() - timedelta(days=8)
        )
        keep_rollups()

        asked = card(read(client, lena, "?days=7"), "asked")

        assert (asked.cell.text, asked.before.text, asked.change) == ("2", "1", "+100 %")

    def test_it_says_how_many_were_content_of_those_who_said_anything(self, channel, agnes, jonas, lena, client):
        found = [rated(channel, agnes, score) for score in (5, 4, 1)]
        answer_survey(found[0], 2, "Not any more.")
        answer_survey(rated(channel, jonas, 2), 5, "")
        keep_rollups()

        page = read(client, lena, "?cut=agent")

        assert card(page, "rated").cell.text == "4"
        assert (card(page, "content").cell.text, card(page, "content").cell.interval) == ("50 %", "15–85 %")
        assert [row(page, person.name)["content"] for person in (agnes, jonas)] == ["33 %", "100 %"]
        assert page.context["charts"][-1].rows[-1][1][0].text == "50 %"
        assert row(read(client, lena, "?cut=channel"), channel.name)["rated"] == "4"
        assert card(read(client, agnes), "content").cell.text == "33 %"

    @pytest.mark.parametrize("cut", CUTS)
    def test_it_is_cut_by_each_dimension(self, channel, signed, agnes, lena, client, cut):
        ticket = make_ticket(channel, "Do I get my money back?", language="en", region="North")
        correct_reading(ticket.messages.get(), About.TOPIC, "", by=agnes)
        answer(ticket, agnes, OLD, spans=whole(signed), purpose="inform")
        enrich_due()
        keep_rollups()

        names = [name for name, _cells in read(client, lena, f"?cut={cut}").context["table"].rows]

        known = {"brand": "Northline Rail", "channel": channel.name, "team": channel.team.name, "agent": agnes.name}
        known |= {"purpose": "Inform", "position": signed.position.question, "language": "English"}
        known["region"] = "north"
        assert known.get(cut, "No topic of the library") in names

    def test_one_brand_can_be_looked_at_alone(self, channel, northline, care, lena, client):
        make_ticket(channel)
        air = make_brand(northline, "Northline Air")
        make_ticket(make_channel(air, care, network="x"))
        keep_rollups()

        page = read(client, lena, f"?brand={air.pk}&cut=brand")

        assert card(page, "asked").cell.text == "1"
        assert [name for name, _cells in page.context["table"].rows] == ["Northline Air"]

    def test_a_day_is_shown_by_the_hours_of_the_organizations_clock(self, channel, northline, lena, client):
        northline.time_zone = "Asia/Kolkata"
        northline.save(update_fields=["time_zone"])
        make_ticket(channel)
        Event.objects.filter(kind="message.received").update(created_at="2026-10-24T20:10:00Z")
        keep_rollups()

        page = read(client, lena, "?from=2026-10-25&to=2026-10-25")

        volume = page.context["charts"][0]
        assert card(page, "asked").cell.text == "1"
        assert volume.step == "hour"
        assert [point for point, cells in volume.rows if cells[0].number] == ["25 Oct 01:30"]

    @pytest.mark.parametrize(
        "query", ["?days=x", "?from=2026-99-99&to=1", "?from=2026-02-01&to=2020-01-01", "?brand=0&cut=x", "?days=365"]
    )
    def test_what_makes_no_sense_is_left_out(self, lena, client, query):
        assert read(client, lena, query).status_code == 200

    @pytest.mark.parametrize("number", [1, 10])
    def test_the_number_of_queries_does_not_grow(self, northline, rail, care, lena, client, number):
        for at in range(number):
            make_ticket(make_channel(rail, care, name=f"Channel {at}", handle=f"@{at}"))
        keep_rollups()
        client.force_login(lena)
        client.get("/reputation/?cut=channel")

        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get("/reputation/?cut=channel")

        assert len(page.context["table"].rows) == number
        assert len(queries) <= 20, [query["sql"][:100] for query in queries]


class TestWhoSees:
    def test_an_agent_sees_their_own_numbers_alone(self, channel, agnes, jonas, client):
        answer(make_ticket(channel), agnes)
        for _ in range(2):
            answer(make_ticket(channel), jonas)
        keep_rollups()

        page = read(client, agnes, "?cut=agent")

        assert card(page, "replies").cell.text == "1"
        assert page.context["table"].rows == ()
        assert jonas.name not in page.content.decode()

    def test_an_agents_number_opens_their_own_replies_whatever_the_address_says(self, channel, agnes, jonas, client):
        answer(make_ticket(channel), agnes, "By Agnes.")
        answer(make_ticket(channel), jonas, "By Jonas.")

        client.force_login(agnes)
        page = client.get(f"/reputation/behind/replies/?cut=agent&value={jonas.pk}").content.decode()

        assert "By Agnes." in page
        assert "By Jonas." not in page

    def test_another_organization_sees_nothing_of_it(self, channel, oscar, client):
        make_ticket(channel)
        keep_rollups()
        assert card(read(client, oscar), "asked" if oscar.may("reputation.view") else "replies").cell.text == "0"

    def test_who_is_signed_out_is_sent_to_the_sign_in(self, client):
        assert client.get("/reputation/").status_code == 302


class TestWhatANumberOpens:
    @pytest.fixture
    def told(self, channel, signed, agnes):
        """One ticket that went through everything."""
        ticket = make_ticket(channel, "This is a disgrace, I want my money back!", language="en")
        enrich_due()
        Message.objects.update(topic="Refunds", sentiment=-1)
        answer(ticket, agnes, OLD, spans=whole(signed), purpose="de_escalate")
        resolve_ticket(ticket, by=agnes)
        answer_survey(make_survey(ticket, agnes), 4, "Went well.")
        reopen_ticket(ticket, by=agnes)
        keep_rollups()
        return ticket

    @pytest.mark.parametrize(
        ("behind", "there"),
        [
            *[("asked", 1), ("opened", 1), ("negative", 1), ("positive", 0), ("replies", 1), ("signed", 1)],
            *[("first_reply", 1), ("resolved", 1), ("reopened", 1), ("better", 0), ("worse", 0)],
            *[("rated", 1), ("content", 1)],
        ],
    )
    def test_each_opens_what_it_counts(self, told, lena, client, behind, there):
        client.force_login(lena)
        page = client.get(f"/reputation/behind/{behind}/?days=7")
        assert [row.number for row in page.context["listed"].rows] == [told.number] * there

    @pytest.mark.parametrize("behind", ["asked", "replies", "resolved", "content"])
    def test_they_are_narrowed_down_to_a_value(self, told, channel, signed, agnes, lena, client, behind):
        client.force_login(lena)
        values = {"brand": channel.brand_id, "channel": channel.pk, "team": channel.team_id, "agent": agnes.pk}
        values |= {"purpose": "de_escalate", "position": signed.position_id, "language": "en"}
        if behind == "asked":
            values = {name: values[name] for name in ("brand", "channel", "team", "language")}

        def numbers(cut, value):
            page = client.get(f"/reputation/behind/{behind}/", {"cut": cut, "value": value})
            return [row.number for row in page.context["listed"].rows]

        assert {cut: numbers(cut, value) for cut, value in values.items()} == {cut: [told.number] for cut in values}
        assert {cut: numbers(cut, 999_999) for cut in values} == {cut: [] for cut in values}

    def test_an_answer_to_a_survey_is_listed_with_its_words(self, told, agnes, lena, oscar, client):
        unhappy = make_survey(told, agnes, 2, comment="Took too long.")
        client.force_login(lena)
        (newest, _other) = client.get("/reputation/behind/rated/").context["listed"].rows
        assert (newest.note, newest.who, newest.said) == ("2 of 5", agnes.name, "Took too long.")
        assert "Took too long." not in client.get("/reputation/behind/content/").content.decode()
        assert unhappy.score == 2
        client.force_login(oscar)
        assert not client.get("/reputation/behind/rated/").context["listed"].rows

    @pytest.mark.parametrize("number", [1, 10])
    def test_the_list_of_answers_costs_the_same_for_ten(self, channel, northline, lena, client, number):
        for at in range(number):
            make_survey(make_ticket(channel), make_person(f"Anna{at} Agent", northline, "agent"), 5)
        client.force_login(lena)
        client.get("/reputation/behind/rated/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/reputation/behind/rated/")
        assert len(page.context["listed"].rows) == number
        assert len(queries) <= 9, [query["sql"][:100] for query in queries]


class TestFiles:
    def test_a_csv_holds_the_numbers_of_the_table(self, channel, signed, agnes, lena, client):
        ticket = make_ticket(channel, "Do I get my money back?", language="en")
        answer(ticket, agnes, OLD, spans=whole(signed))
        keep_rollups()
        client.force_login(lena)

        answered = client.get("/reputation/export.csv?cut=channel&days=7")

        assert answered["Content-Type"].startswith("text/csv")
        heads, line = list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))))
        told = dict(zip(heads, line, strict=True))
        assert (told["Channel"], told["Messages"], told["In signed words, %"]) == (channel.name, "1", "100")
        assert 0 <= int(told["First reply, half within, s"]) <= 30

    def test_a_workbook_has_a_page_for_each_table_and_chart(self, channel, lena, client):
        make_ticket(channel)
        keep_rollups()
        client.force_login(lena)

        book = zipfile.ZipFile(io.BytesIO(client.get("/reputation/export.xlsx?cut=team").content))

        pages = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        assert pages[:2] == ["Team", "Purpose"]
        assert "Messages and replies" in pages
        assert channel.team.name in book.read("xl/sharedStrings.xml").decode()

    def test_what_looks_like_a_formula_stays_text(self, channel, lena, client):
        channel.name = "=1+1"
        channel.save(update_fields=["name"])
        make_ticket(channel)
        keep_rollups()
        client.force_login(lena)

        assert "'=1+1" in client.get("/reputation/export.csv?cut=channel").content.decode()
        book = zipfile.ZipFile(io.BytesIO(client.get("/reputation/export.xlsx?cut=channel").content))
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()

    def test_an_agents_file_holds_their_own_numbers(self, channel, agnes, jonas, client):
        for by in (agnes, jonas, jonas):
            answer(make_ticket(channel), by)
        keep_rollups()
        client.force_login(agnes)

        heads, line = list(
            csv.reader(io.StringIO(client.get("/reputation/export.csv?cut=agent").content.decode("utf-8-sig")))
        )

        assert dict(zip(heads, line, strict=True))["Replies"] == "1"


class TestSavedReports:
    def test_a_report_is_kept_under_a_name_and_moves_along_with_today(self, lena, client):
        client.force_login(lena)
        today = timezone.now().date()
        week = {"from": (today - timedelta(days=6)).isoformat(), "to": today.isoformat(), "cut": "team"}

        client.post("/reputation/reports/save/", {"name": "The week", **week})

        report = SavedReport.objects.get()
        assert (report.name, report.query) == ("The week", "days=7&cut=team")
        assert "The week" in read(client, lena).content.decode()

    def test_the_same_name_again_replaces_it(self, lena, client):
        client.force_login(lena)
        for days in ("7", "90"):
            client.post("/reputation/reports/save/", {"name": "Mine", "days": days})
        assert SavedReport.objects.get().query == "days=90&cut=topic"

    def test_nobody_keeps_more_than_fifty(self, lena, max_, client):
        for number in range(50):
            save_report(f"Report {number}", "days=7", by=lena)
        client.force_login(lena)

        refused = client.post("/reputation/reports/save/", {"name": "One more", "days": "7"})

        assert (refused.status_code, "Forget one first." in refused.content.decode()) == (409, True)
        assert not SavedReport.objects.filter(name="One more").exists()
        assert client.post("/reputation/reports/save/", {"name": "Report 7", "days": "90"}).status_code == 302
        assert save_report("One more", "days=7", by=max_)

    def test_it_is_its_owners_alone_and_can_be_forgotten(self, lena, max_, client):
        report = save_report("My weeks", "days=7", by=lena)
        assert "My weeks" not in read(client, max_).content.decode()
        assert client.post(f"/reputation/reports/{report.pk}/forget/").status_code == 404

        client.force_login(lena)
        client.post(f"/reputation/reports/{report.pk}/forget/")

        assert not SavedReport.objects.exists()


# Beginnings and ends of months, and days beside them.
DAYS = (
    *("01-01", "01-31", "02-01", "02-28", "03-01", "03-31", "05-31", "06-01", "06-30", "07-01"),
    *("12-30", "12-31"),
)


class TestMonths:
    """A long period is read off months and the days around them; nobody can tell."""

    @pytest.mark.parametrize(
        "span",
        [
            ("2026-01-01", "2026-12-31"),
            ("2026-01-02", "2026-12-30"),
            ("2026-01-31", "2026-02-28"),
            ("2026-02-01", "2026-02-28"),
            ("2026-03-01", "2026-03-30"),
            ("2026-05-31", "2026-07-01"),
        ],
    )
    def test_a_period_is_the_sum_of_its_days_wherever_it_begins_and_ends(self, channel, span):
        for day in DAYS:
            make_ticket(channel)
            newest = Event.objects.filter(kind="message.received").latest("pk").pk
            Event.objects.filter(pk=newest).update(created_at=f"2026-{day}T12:00:00Z")
        keep_rollups()
        days = tuple(map(date.fromisoformat, span))

        by_day = sums(channel.organization_id, "channel", days, by="day")
        by_value = sums(channel.organization_id, "channel", days, by="value")

        assert by_value[str(channel.pk)].counts == Figures.total(by_day.values()).counts
        assert by_value[str(channel.pk)]["asked"] == len(by_day) > 0
