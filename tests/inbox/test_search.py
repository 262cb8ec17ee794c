"""Finding tickets by what was said in them, through the page that agents use."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.actions.positions import create_position
from inbox.actions.replies import write_note
from inbox.actions.tickets import assign_ticket, resolve_ticket, set_labels
from inbox.models import Message, Ticket
from inbox.queries import search as room
from tests import cast
from tests.cast import make_channel, make_team, make_ticket


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


def find(client, text, **more):
    """Return the numbers that a search lists, in order."""
    page = client.get(f"/inbox/search/?{urlencode({'q': text, **more})}")
    assert page.status_code == 200
    return [int(number) for number in re.findall(r'id="ticket-(\d+)"', page.content.decode())]


def test_tickets_are_found_by_what_was_said_in_them_newest_first(agent, channel):
    first = make_ticket(channel, "My refund has not arrived")
    make_ticket(channel, "Where is my train?")
    last = make_ticket(channel, "How long does a refund take?")
    assert find(agent, "refund") == [last.number, first.number]
    assert find(agent, "refund arrived") == [first.number]
    assert find(agent, "refund -arrived") == [last.number]
    assert find(agent, '"long does a refund"') == [last.number]
    assert find(agent, '"a long refund"') == []


def test_accents_capitals_and_the_end_of_the_last_word_do_not_matter(agent, channel):
    ticket = make_ticket(channel, "Der Zug nach MÜNCHEN fällt aus")
    for text in ("munchen", "München", "fallt aus", "zug nach mün", "MÜNCH"):
        assert find(agent, text) == [ticket.number], text
    assert find(agent, "mu") == []


def test_a_ticket_is_listed_once_with_the_words_that_were_found(agent, channel):
    ticket = make_ticket(channel, "A <b>broken</b> seat", thread="seat")
    make_ticket(channel, "Still a broken seat & a broken lamp", thread="seat", sent_at=timezone.now())
    make_ticket(channel, "Thank you", thread="seat")
    page = agent.get("/inbox/search/?q=broken").content.decode()
    assert page.count(f'id="ticket-{ticket.number}"') == 1
    assert "Still a <mark>broken</mark> seat &amp; a <mark>broken</mark> lamp" in page


def test_notes_are_found_too(agent, channel, agnes):
    ticket = make_ticket(channel)
    write_note(ticket, "Asked the workshop about bogies", by=agnes)
    assert find(agent, "bogies") == [ticket.number]


def test_an_edited_message_is_found_by_what_it_says_now(agent, channel):
    ticket = make_ticket(channel, "Lost my umbrella")
    Message.objects.filter(ticket=ticket).update(text="Lost my hat")
    assert (find(agent, "umbrella"), find(agent, "hat")) == ([], [ticket.number])


@pytest.mark.parametrize("text", ["%", "'", "a'b & |", "!!!", "(", ":*", "\\", "<->", "🚆", '"', "-", "x" * 400])
def test_signs_of_any_kind_are_only_words(agent, channel, text):
    make_ticket(channel)
    assert find(agent, text) == []


def test_tokens_narrow_what_is_found(agent, channel, agnes, rail, care):
    mail = make_channel(rail, care, network="email")
    priya = make_ticket(channel, "Train 12 is late", author="priya")
    omar = make_ticket(mail, "Train 13 is late", author="omar")
    done = make_ticket(channel, "Train 14 was late", author="lea")
    assign_ticket(priya, agnes, by=agnes)
    set_labels(omar, ["refund"], by=agnes)
    resolve_ticket(done, by=agnes)
    every = {priya.number, omar.number, done.number}
    wanted = {
        "from:@pri": {priya}, "from:omar": {omar}, "-from:omar": {priya, done}, "is:open": {priya, omar},
        "is:resolved": {done}, "is:unassigned": {omar}, "is:mine": {priya}, "is:unanswered": {priya, omar},
        "-is:resolved": {priya, omar}, "label:Refund": {omar}, "has:label": {omar}, "has:file": set(),
        "assignee:me": {priya}, "assignee:agnes": {priya}, "assignee:nobody": {omar, done}, "assignee:jonas": set(),
        "brand:rail": {priya, omar, done}, 'team:"rail care"': {priya, omar, done}, "team:hotel": set(),
        "network:email": {omar},
        "on:today": {priya, omar, done}, "before:today": set(), "after:yesterday": {priya, omar, done},
        "is:open network:email": {omar}, "is:mine network:email": set(),
    }  # fmt: skip
    for text, tickets in wanted.items():
        numbers = {ticket.number for ticket in tickets}
        assert set(find(agent, f"{text} late")) == numbers, text
        assert set(find(agent, text)) == numbers, text
    assert set(find(agent, "http://late")) <= every


def test_days_are_those_on_which_it_was_said(agent, channel):
    old = datetime(2026, 9, 30, 12, tzinfo=UTC)
    ticket = make_ticket(channel, "The old lift is broken", sent_at=old, thread="lift")
    make_ticket(channel, "Thank you", thread="lift", sent_at=old + timedelta(days=5))
    assert find(agent, "lift on:2026-09-30") == [ticket.number]
    assert find(agent, "lift after:2026-09-30") == find(agent, "lift before:2026-09-30") == []
    assert find(agent, "thank after:2026-09-30 before:2026-10-06") == [ticket.number]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "is:lost",
            "“is:” can be open, snoozed, resolved, spam, unassigned, assigned, mine, unanswered, scheduled, due, "
            "overdue, vip, urgent.",
        ),
        ("train before:soon", "“before:” takes a day such as 2026-10-01, today, yesterday or 7d (days ago)."),
        ("team:press", "“team:” can be Rail care."),
        ("assignee:me,jonas", "“assignee:me” stands alone, without commas."),
        ("priority:highest", "“priority:” can be low, normal, high, urgent."),
        ("feeling:odd", "“feeling:” can be negative, neutral, positive."),
    ],
)
def test_a_token_that_is_not_understood_says_what_it_takes(agent, channel, text, said):
    make_ticket(channel)
    page = agent.get(f"/inbox/search/?{urlencode({'q': text})}").content.decode()
    assert said in page
    assert "ticket-row__link" not in page


def test_nobody_finds_what_they_may_not_see(client, channel, rail, northline, agnes, oscar, max_):
    hotel = make_channel(rail, make_team(northline, "Hotel care"))
    ours, theirs = make_ticket(channel, "A secret word"), make_ticket(hotel, "A secret word")
    for person, numbers in ((agnes, [ours.number]), (max_, [theirs.number, ours.number]), (oscar, [])):
        client.force_login(person)
        assert find(client, "secret") == numbers
        assert find(client, "is:open") == numbers


def test_pages_follow_each_other_and_no_ticket_stands_on_two(agent, channel, monkeypatch):
    monkeypatch.setattr(room, "PAGE", 4)
    monkeypatch.setattr(room, "AT_ONCE", 3)
    for round_ in range(2):
        for number in range(10):
            make_ticket(channel, f"late again, round {round_}", thread=f"t{number}")
    for text in ("late", "is:open"):
        seen, after = [], ""
        for _page in range(9):
            html = agent.get(f"/inbox/search/list/?{urlencode({'q': text, 'after': after})}").content.decode()
            seen += [int(number) for number in re.findall(r'id="ticket-(\d+)"', html)]
            more = re.search(r"after=([0-9-]+)&amp;q=(\w+)", html)
            if not more:
                break
            after = more[1]
        assert seen == [*Ticket.objects.order_by("-last_message_at", "-pk").values_list("number", flat=True)], text


def test_a_cursor_of_somewhere_else_is_refused(agent, channel):
    make_ticket(channel)
    for text in ("train", "is:open"):
        assert agent.get(f"/inbox/search/?{urlencode({'q': text, 'after': 'quux'})}").status_code == 404


@pytest.mark.parametrize("text", ["late", "is:open label:refund", "late from:@a is:open"])
def test_a_search_asks_as_often_for_ten_as_for_one(agent, channel, agnes, text):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            find(agent, text)
        return len(queries)

    def add(number):
        set_labels(make_ticket(channel, "late", author=f"a{number}"), ["refund"], by=agnes)

    add(0)
    find(agent, text)
    one = cost()
    for number in range(1, 10):
        add(number)
    assert cost() == one


def test_a_message_in_another_organization_is_never_counted_among_ours(agent, channel, oscar):
    verde = make_channel(cast.make_brand(oscar.organization), make_team(oscar.organization))
    make_ticket(verde, "Secret of theirs")
    assert find(agent, "secret") == []


@pytest.mark.parametrize("text", ["late", "late is:open from:@a", "label:refund", "from:@priya"])
def test_no_search_reads_a_whole_table_of_what_is_stored(agent, channel, text):
    make_ticket(channel, "late")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            find(agent, text)
        for query in queries:
            if '"inbox_message"' in query["sql"] and query["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
                assert not re.search(r"Seq Scan on inbox_(message|ticket|identity|event)\b", plan), plan


def options(client, text):
    """Return what the palette offers, as text."""
    answer = client.get(f"/find/?{urlencode({'q': text})}")
    assert answer.status_code == 200
    found = re.findall(r'role="option".*?</a>', answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", one.partition(">")[2]).split()) for one in found]


def test_the_palette_finds_tickets_customers_positions_and_colleagues(agent, channel, rail, lena):
    create_position("What does a late train to Priyaville cost us?", by=lena, brand=rail)
    ticket = make_ticket(channel, "Late again", author="priya")
    assert options(agent, f"#{ticket.number}")[0] == f"Priya Late again #{ticket.number}"
    assert options(agent, "priya") == [
        "Priya @priya · Bluesky",
        "What does a late train to Priyaville cost us?",
        "Search all that was said for “priya”",
    ]
    assert "Lena Brandt their tickets" in options(agent, "lena")
    assert options(agent, " ") == []
    assert options(agent, "\0%_") == ["Search all that was said for “%_”"]


def test_the_palette_finds_nothing_of_others(client, channel, rail, northline, lena, agnes, oscar):
    create_position("Secret question", by=lena, brand=rail)
    make_ticket(channel, "A secret word", author="secretive")
    hotel = make_ticket(make_channel(rail, make_team(northline, "Hotel care")), "A secret word", author="other")
    client.force_login(oscar)
    assert options(client, "secret") == ["Search all that was said for “secret”"]
    client.force_login(agnes)
    assert len(options(client, "secret")) == 4
    assert options(client, str(hotel.number))[0].startswith("Search all")


def test_the_palette_asks_as_often_for_ten_as_for_one(agent, channel):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            options(agent, "late")
        return len(queries)

    make_ticket(channel, "late", author="late0")
    options(agent, "late")
    one = cost()
    for number in range(1, 10):
        make_ticket(channel, "late", author=f"late{number}")
    assert cost() == one
