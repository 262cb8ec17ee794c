"""The report of an incident: what is left of it on paper and in a spreadsheet, as far as its reader may see tickets."""

import csv
import io
import re
import zlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox import pdf
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.enrich import enrich_messages
from inbox.actions.incidents import NewIncident, acknowledge_incident, declare_incident, stand_down
from inbox.actions.replies import NewReply
from inbox.models import Delivery, IncidentLevel
from inbox.queries.incident_reports import report_of
from tests.cast import make_channel, make_team, make_ticket
from tests.inbox.signed_words import OLD, whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def incident(northline, lena):
    level = IncidentLevel.objects.get(organization=northline, name="Serious")
    return declare_incident(NewIncident(name="Bridge closed", level=level, phrases=["bridge"]), by=lena)


@pytest.fixture
def told(incident, channel, agnes, lena):
    """A customer has asked, Agnes has read the briefing and answered, Lena has let it out and stood it down."""
    ticket = make_ticket(channel, "=Is the bridge closed?")
    enrich_messages()
    acknowledge_incident(incident, by=agnes)
    message = hand_over_reply(ticket, NewReply("The bridge opens at nine.", "public", seen=2**63 - 1), by=agnes)
    approve_reply(message, by=lena)
    Delivery.objects.filter(message=message).update(state="sent")
    stand_down(incident, by=lena)
    return ticket


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_spreadsheet_tells_the_story_in_order_and_holds_no_formula(client, told, incident, lena):
    client.force_login(lena)

    answer = client.get(f"/incidents/{incident.pk}/report.csv")

    assert answer["Content-Disposition"] == f'attachment; filename="bridge-closed-{incident.pk}.csv"'
    rows = rows_of(answer)
    assert [(row["what"], row["who"], row["approved by"]) for row in rows] == [
        ("Declared", "Lena Brandt", ""),
        ("Gathered", "", ""),
        ("Briefing read", "Agnes Berg", ""),
        ("Reply: Sent", "Agnes Berg", "Lena Brandt"),
        ("Stood down", "Lena Brandt", ""),
    ]
    assert rows[1]["ticket"] == str(told.number)
    assert rows[1]["words"] == "'=Is the bridge closed?"
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)


def test_a_reply_says_on_which_signed_version_it_rests(client, signed, incident, channel, agnes, lena):
    ticket = make_ticket(channel, "Is the bridge closed?")
    enrich_messages()
    acknowledge_incident(incident, by=agnes)
    hand_over_reply(ticket, NewReply(OLD, "public", seen=2**63 - 1, spans=whole(signed)), by=agnes)
    client.force_login(lena)

    (row,) = [row for row in rows_of(client.get(f"/incidents/{incident.pk}/report.csv")) if row["signed"]]

    assert row["signed"] == f"{signed.position.question} ({signed.number})"


def test_what_its_reader_may_not_see_is_not_in_it(client, northline, rail, told, incident, agnes, lena):
    there = make_channel(rail, make_team(northline, "Others"))
    client.force_login(lena)
    everything = rows_of(client.get(f"/incidents/{incident.pk}/report.csv"))
    told.team, told.channel = there.team, there
    told.save()
    client.force_login(agnes)

    rows = rows_of(client.get(f"/incidents/{incident.pk}/report.csv"))

    assert {row["ticket"] for row in everything} == {"", str(told.number)}
    assert [row["what"] for row in rows] == ["Declared", "Briefing read", "Stood down"]


def unpacked(pdf):
    """Return all that a PDF packs away."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(one) for one in packed if one[:1] == b"x")


def test_the_paper_is_a_pdf_with_its_name_and_figures(client, told, incident, lena):
    client.force_login(lena)

    answer = client.get(f"/incidents/{incident.pk}/report.pdf")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert b"/Title (Bridge closed)" in unpacked(answer.content)


def test_without_pango_the_page_offers_no_pdf_and_its_address_says_why(client, incident, lena, monkeypatch):
    client.force_login(lena)
    assert "report.pdf" in client.get(f"/incidents/{incident.pk}/").content.decode()
    monkeypatch.setattr(pdf, "is_possible", lambda: False)
    monkeypatch.setattr("inbox.views.incidents.is_possible", lambda: False)

    assert "report.pdf" not in client.get(f"/incidents/{incident.pk}/").content.decode()
    answer = client.get(f"/incidents/{incident.pk}/report.pdf")
    assert answer.status_code == 503
    assert "Pango" in answer.content.decode()


def test_its_hours_count_what_was_said_since_it_was_declared(told, incident, lena):
    report = report_of(incident, lena)

    assert [(hour.messages, hour.sent) for hour in report.hours] == [(1, 1)]
    assert (report.figures.tickets, report.figures.sent) == (1, 1)


def test_a_stranger_gets_neither(client, incident, oscar):
    client.force_login(oscar)

    for ending in ("pdf", "csv"):
        assert client.get(f"/incidents/{incident.pk}/report.{ending}").status_code == 404


def test_a_report_of_ten_tickets_costs_as_many_queries_as_one_of_one(client, incident, channel, agnes, lena):
    client.force_login(lena)
    acknowledge_incident(incident, by=agnes)
    costs = []
    for count in (1, 9):
        for _number in range(count):
            ticket = make_ticket(channel, "The bridge?")
            enrich_messages()
            hand_over_reply(ticket, NewReply("It opens at nine.", "public", seen=2**63 - 1), by=agnes)
        client.get(f"/incidents/{incident.pk}/report.csv")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/incidents/{incident.pk}/report.csv")
        costs.append(len(queries))

    assert costs[0] == costs[1]
