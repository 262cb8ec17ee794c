"""The briefing: what has changed since somebody was last here, and that it is read before they answer about it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organization
from brandvoice.actions import positions as voice
from brandvoice.actions.signing import withdraw_version
from inbox.actions.replies import NewReply, ReplyStopped, send_reply
from inbox.models import BriefingRead, CoverageDay, Event, Ticket
from tests.cast import make_brand, make_rule, make_ticket
from tests.inbox.signed_words import NEW, OLD, write_and_sign

PAGE = "/briefing/"


@pytest.fixture
def refunds(signed):
    """The position about refunds, with a topic."""
    signed.position.topic = "Refunds"
    signed.position.save(update_fields=["topic"])
    return signed.position


@pytest.fixture
def asked(channel):
    """A ticket about refunds."""
    ticket = make_ticket(channel, "When do I get my money back?")
    Ticket.objects.filter(pk=ticket.pk).update(topic="refunds")
    ticket.refresh_from_db()
    return ticket


def reading_first(northline):
    Organization.objects.filter(pk=northline.pk).update(changes_read_first=True)


def read(client):
    page = client.get(PAGE).content.decode()
    shown_at = page.split('name="shown_at" value="')[1].split('"')[0]
    return client.post(f"{PAGE}read/", {"shown_at": shown_at})


def reply(text="You get it back soon."):
    return NewReply(text, "public", seen=2**63 - 1)


def unread(page):
    return [change.version.position.question for change in page.context["briefing"].changes if change.unread]


def test_it_shows_what_became_of_the_words_and_who_signed_them_until_it_is_read(client, refunds, agnes, lena, amira):
    client.force_login(agnes)
    read(client)
    write_and_sign(refunds, NEW, lena, amira)

    page = client.get(PAGE)
    assert unread(page) == [refunds.question]
    shown = page.content.decode()
    for words in ("<del>7</del>", "<ins>14</ins>", "Amira Ito", "New to you"):
        assert words in shown
    link = shown.split('class="brief-change"')[1].split('href="')[1].split('"')[0]
    assert client.get(link).status_code == 200

    assert read(client).status_code == 302
    page = client.get(PAGE)
    assert (unread(page), "New to you" in page.content.decode()) == ([], False)
    assert refunds.question in page.content.decode()
    assert Event.objects.filter(kind="briefing.read", actor=agnes).count() == 2


def test_what_may_not_be_said_any_more_is_said_to_be_over(client, signed, agnes, amira):
    withdraw_version(signed, by=amira, reason="The law has changed.")
    client.force_login(agnes)

    shown = client.get(PAGE).content.decode()

    assert "Not said any more" in shown
    assert "The law has changed." in shown
    assert OLD not in shown


def test_words_signed_for_a_day_that_had_passed_are_new_from_their_signature_on(client, refunds, agnes, lena, amira):
    client.force_login(agnes)
    read(client)
    version = voice.draft_version(
        refunds,
        voice.VersionContent((voice.NewWording(NEW),), valid_from=timezone.now() - timedelta(days=9)),
        by=lena,
    )
    voice.sign_version(voice.submit_version(version, by=lena), by=amira)

    assert unread(client.get(PAGE)) == [refunds.question]


def test_withdrawing_what_has_not_begun_changes_nothing(client, refunds, agnes, lena, amira):
    client.force_login(agnes)
    read(client)
    content = voice.VersionContent((voice.NewWording(NEW),), valid_from=timezone.now() + timedelta(days=9))
    later = voice.draft_version(refunds, content, by=lena)
    later = voice.sign_version(voice.submit_version(later, by=lena), by=amira)

    withdraw_version(later, by=amira, reason="Not yet.")

    page = client.get(PAGE)
    assert unread(page) == []
    assert "Not said any more" not in page.content.decode()


def test_what_changes_while_somebody_reads_is_still_to_be_read(client, refunds, agnes, lena, amira):
    client.force_login(agnes)
    page = client.get(PAGE).content.decode()
    write_and_sign(refunds, NEW, lena, amira)

    client.post(f"{PAGE}read/", {"shown_at": page.split('name="shown_at" value="')[1].split('"')[0]})

    assert unread(client.get(PAGE)) == [refunds.question]


@pytest.mark.parametrize("shown_at", ["", "soon", "2026-13-45", "9999-01-01T00:00:00+00:00", "2026-11-01T00:00:00"])
def test_a_reading_at_no_time_that_was_is_refused(client, agnes, shown_at):
    client.force_login(agnes)

    assert client.post(f"{PAGE}read/", {"shown_at": shown_at}).status_code == 422
    assert not BriefingRead.objects.exists()


def test_nobody_answers_about_what_has_changed_before_they_have_read_it(
    client, northline, refunds, asked, channel, agnes
):
    reading_first(northline)
    agnes.refresh_from_db()

    with pytest.raises(ReplyStopped, match="read the briefing first") as stopped:
        send_reply(asked, reply(), by=agnes)
    assert [finding.rule for finding in stopped.value.verdict.findings] == ["briefing.unread"]
    send_reply(make_ticket(channel, "Where is my train?"), reply("It left at nine."), by=agnes)

    client.force_login(agnes)
    read(client)
    assert send_reply(asked, reply(), by=agnes).pk


def test_another_brands_position_on_the_same_topic_stops_nobody(northline, lena, amira, asked, agnes):
    reading_first(northline)
    agnes.refresh_from_db()
    air = make_brand(northline, "Northline Air")
    write_and_sign(voice.create_position("And by air?", by=lena, brand=air, topic="refunds"), OLD, lena, amira)

    assert send_reply(asked, reply(), by=agnes).pk


def test_where_the_organization_does_not_ask_for_it_nobody_has_to(refunds, asked, agnes):
    assert send_reply(asked, reply(), by=agnes).pk


def test_it_names_new_rules_topics_and_the_readers_own_queue(client, northline, rail, asked, agnes, jonas):
    make_rule(northline, "no worries", outcome="block")
    old = make_rule(northline, "long ago", outcome="block")
    type(old).objects.filter(pk=old.pk).update(changed_at=timezone.now() - timedelta(days=30))
    today = timezone.localdate()
    days = {"organization": northline, "brand": rail, "network": "bluesky", "topic": "Refunds"}
    for back, count in ((0, 9), (8, 4), (20, 50)):
        CoverageDay.objects.create(day=today - timedelta(days=back), asked=count, signed=0, free=0, **days)
    Ticket.objects.filter(pk=asked.pk).update(assignee=agnes)
    client.force_login(agnes)

    briefing = client.get(PAGE).context["briefing"]

    assert [rule.parameters["phrases"] for rule in briefing.rules] == [["no worries"]]
    assert [(topic.topic, topic.now, topic.before, topic.more) for topic in briefing.asked] == [("Refunds", 9, 4, 5)]
    assert [row.number for row in briefing.queue] == [asked.number]
    client.force_login(jonas)
    assert client.get(PAGE).context["briefing"].queue == ()


def test_an_outsider_reads_of_their_own_company_only(client, refunds, oscar):
    client.force_login(oscar)

    assert refunds.question not in client.get(PAGE).content.decode()


def test_it_costs_the_same_with_ten_changes_as_with_one(client, rail, channel, agnes, lena, amira):
    client.force_login(agnes)
    costs = []
    for count in (1, 9):
        for number in range(count):
            position = voice.create_position(f"Question {count} {number}?", by=lena, brand=rail)
            write_and_sign(position, OLD, lena, amira)
            ticket = make_ticket(channel)
            Ticket.objects.filter(pk=ticket.pk).update(assignee=agnes)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        costs.append(len(queries))

    assert costs[0] == costs[1]
