"""Search looks into subjects and names of files, finds numbers, and knows customers by what they are nearly called."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions.tickets import resolve_ticket
from inbox.connectors.base import IncomingAttachment
from inbox.queries import search as room
from tests.cast import make_channel, make_team, make_ticket
from tests.inbox.test_search import find


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


def with_file(channel, name, text="Look at this", **fields):
    file = IncomingAttachment(url=f"https://cdn.example/{name}", type="application/pdf", name=name)
    return make_ticket(channel, text, attachments=(file,), **fields)


def people(client, text):
    """Return what stands above the rows: its title, and the searches that it offers."""
    page = client.get(f"/inbox/search/?{urlencode({'q': text})}").content.decode()
    part = re.search(r'<section class="search-people".*?</section>', page, re.DOTALL)
    if not part:
        return "", []
    title = re.search(r'search-people__title">([^<]+)<', part[0])[1]
    return title, [word.replace("&quot;", '"') for word in re.findall(r'data-search="([^"]*)"', part[0])]


def test_tickets_are_found_by_their_subject_before_those_in_which_it_was_said(agent, channel):
    mail = make_ticket(channel, "Good day", subject="Invoice <b>for</b> March")
    said = make_ticket(channel, "Where is my invoice?")
    assert find(agent, "invoice") == [mail.number, said.number]
    assert find(agent, "march invo") == [mail.number]
    assert find(agent, "invoice -march") == [said.number]
    assert find(agent, "-quux") == [said.number, mail.number]
    page = agent.get("/inbox/search/?q=invoice").content.decode()
    assert "<mark>Invoice</mark> &lt;b&gt;for&lt;/b&gt; March" in page


@pytest.mark.parametrize(
    "text", ["ticket_12", "ticket", "ticket 12 pdf", "ticket_12-final.pdf", "final", "fin", "fínal"]
)
def test_tickets_are_found_by_the_names_of_their_files(agent, channel, text):
    filed = with_file(channel, "ticket_12-final.pdf")
    assert find(agent, text) == [filed.number]


def test_a_file_that_was_found_is_named_in_the_row(agent, channel):
    with_file(channel, "seat-map.pdf")
    page = agent.get("/inbox/search/?q=seat").content.decode()
    assert "File: <mark>seat</mark>-map.pdf" in page


def test_tokens_and_days_hold_for_subjects_and_files_too(agent, channel, agnes):
    filed = with_file(channel, "map.pdf")
    mail = resolve_ticket(make_ticket(channel, "Hi", subject="A map"), by=agnes)
    assert set(find(agent, "map")) == {filed.number, mail.number}
    assert find(agent, "map is:open") == [filed.number]
    assert find(agent, "map has:file") == [filed.number]
    assert find(agent, "map before:today") == []
    assert set(find(agent, "map after:yesterday")) == {filed.number, mail.number}


def test_a_number_finds_its_ticket_and_nothing_else(agent, channel):
    ticket = make_ticket(channel, "Hello")
    make_ticket(channel, f"My order is {ticket.number}")
    assert find(agent, f"#{ticket.number}") == [ticket.number]
    assert find(agent, f"#{ticket.number} is:resolved") == []
    assert find(agent, "#999999999") == []


def test_customers_who_are_called_so_stand_above_what_was_said(agent, channel):
    make_ticket(channel, "Where is Priya?", author="omar")
    make_ticket(channel, "Here", author="priya")
    assert people(agent, "priya") == ("Customers", ["from:@priya"])
    assert people(agent, "priya is:open") == ("", [])
    assert people(agent, "he") == ("", [])


@pytest.mark.parametrize("text", ["prya", "Pryia", "@priyaa", "from:prja", 'from:"prya"', "ramen"])
def test_a_misspelt_name_finds_whom_it_may_have_meant(agent, channel, text):
    make_ticket(channel, "Hello there", author="priya raman")
    make_ticket(channel, "Hello there", author="omar")
    title, searches = people(agent, text)
    assert (title, searches) == ("Did you mean", ['from:"@priya raman"'])
    assert len(find(agent, searches[0])) == 1


def test_what_is_like_no_name_offers_nobody(agent, channel):
    make_ticket(channel, "Hello there", author="priya")
    for text in ("zzzzzz", "is:snoozed", "%_", "\0\0\0", "from:", "x" * 300):
        assert people(agent, text) == ("", []), text


def test_nobody_is_led_to_what_they_may_not_see(client, channel, rail, northline, agnes, oscar, max_):
    hotel = make_channel(rail, make_team(northline, "Hotel care"))
    with_file(hotel, "secret.pdf", author="secretive", subject="A secret word")
    client.force_login(max_)
    assert len(find(client, "secret")) == 1
    assert people(client, "secretive")[1] == ["from:@secretive"]
    for person in (agnes, oscar):
        client.force_login(person)
        assert find(client, "secret") == find(client, "#1") == []
        assert people(client, "secretive") == people(client, "secretif") == ("", [])


def test_what_is_called_so_stands_on_the_first_page_only(agent, channel, monkeypatch):
    monkeypatch.setattr(room, "PAGE", 2)
    mail = make_ticket(channel, "late today", subject="late", sent_at=timezone.now() - timedelta(days=9))
    said = [make_ticket(channel, "late").number for _ in range(5)]
    seen, after = [], ""
    while True:
        html = agent.get(f"/inbox/search/list/?{urlencode({'q': 'late', 'after': after})}").content.decode()
        seen += [int(number) for number in re.findall(r'id="ticket-(\d+)"', html)]
        more = re.search(r"after=([0-9-]+)&amp;q=(\w+)", html)
        if not more:
            break
        after = more[1]
    assert seen == [mail.number, *reversed(said)]


@pytest.mark.parametrize("text", ["map", "prya"])
def test_it_asks_as_often_for_ten_as_for_one(agent, channel, text):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            find(agent, text)
        return len(queries)

    with_file(channel, "map.pdf", subject="A map", author="priya0")
    find(agent, text)
    one = cost()
    for number in range(1, 10):
        with_file(channel, "map.pdf", subject="A map", author=f"priya{number}")
    assert cost() == one


@pytest.mark.parametrize("text", ["map", "map is:open", "prya", "from:prya", "#12", "priya"])
def test_no_place_is_read_as_a_whole(agent, channel, text):
    with_file(channel, "map.pdf", subject="A map", author="priya")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            find(agent, text)
        for query in queries:
            if query["sql"].startswith("SELECT") and re.search(
                r'FROM "inbox_(message|ticket|identity|attach)', query["sql"]
            ):
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
                assert not re.search(r"Seq Scan on inbox_(message|ticket|identity|attachment|contact)\b", plan), plan
