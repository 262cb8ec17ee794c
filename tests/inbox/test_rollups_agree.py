"""Rollups equal a recount of the log, whatever happened, through a rebuild and across a change of the clocks.

`ROLLUP_ACTIONS` says how many random actions; without it 600.
"""

import os
import random
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.models import WorkingHours
from brandvoice.actions import positions as voice
from brandvoice.queries.reader import About
from inbox.actions import tickets as actions
from inbox.actions.deadlines import keep_some as keep_deadlines
from inbox.actions.deliveries import report_status, retry_delivery
from inbox.actions.enrich import enrich_messages
from inbox.actions.lessons import NotALabel, correct_reading
from inbox.actions.messages import receive_messages
from inbox.actions.regrouping import CustomersDiffer, merge_tickets
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.rollups import READER, keep_rollups, keep_some, rebuild_rollups
from inbox.actions.spam import mark_spam, unmark_spam
from inbox.actions.surveys import answer_survey
from inbox.actions.taking_back import TakeBackNotAllowed, take_back_reply
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.models import (
    Delivery,
    Event,
    LogReader,
    Message,
    RollupDay,
    RollupHour,
    RollupMonth,
    SlaPolicy,
    SlaTarget,
    Survey,
    Ticket,
)
from tests import cast
from tests.inbox.recount import kept, recounted
from tests.inbox.signed_words import OLD, whole, write_and_sign
from tests.inbox.surveyed import make_survey

pytestmark = pytest.mark.django_db(transaction=True)

ACTIONS = int(os.environ.get("ROLLUP_ACTIONS", "600"))
# In the night to Sunday, 25 October 2026, clocks in Berlin go back: that day has 25 hours.
BEGIN = datetime(2026, 10, 23, tzinfo=UTC)
END = datetime(2026, 10, 28, tzinfo=UTC)
TEXTS = (
    "Where is my refund? I have been waiting for weeks and nobody answers!",
    "Thank you so much, that was wonderful!",
    "Is there a bus at noon?",
    "Wo bleibt mein Geld? Das ist eine Frechheit.",
    "Help, we are locked in the train right now",
    "¿Puedo llevar mi bicicleta?",
    "🙂",
)
PURPOSES = ("resolve", "inform", "de_escalate", "thank", "")


class World:
    """Two brands, their people and what happens to them, on a clock that runs through five days."""

    def __init__(self, organization, channels, people, version, seed):
        self.organization, self.channels, self.people, self.version = organization, channels, people, version
        self.chance, self.seen = random.Random(seed), 0
        self.clock = BEGIN

    def run(self, number):
        """Let so many random actions happen; nobody waits for the disk."""
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        doings = self._doings()
        for _ in range(number):
            self.clock += (END - BEGIN) / number
            (doing,) = self.chance.choices(list(doings), list(doings.values()))
            with suppress(
                MoveNotAllowed,
                RegroupingNotAllowed,
                CustomersDiffer,
                TakeBackNotAllowed,
                NotALabel,
                Ticket.DoesNotExist,
            ):
                doing()
            self._date()

    def _doings(self):
        return {
            self.ask: 24, self.ask_again: 16, self.answer: 24, self.resolve: 10, self.reopen: 4, self.read: 6,
            self.correct: 6, self.fail: 3, self.retry: 2, self.take_back: 2, self.report: 4, self.spam: 1,
            self.no_spam: 1, self.merge: 1, self.count_time: 3, self.keep: 3, self.rate: 6, self.rate_again: 3,
        }  # fmt: skip

    def _date(self):
        """Let what was just logged have happened at this moment."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE inbox_event SET created_at = %s WHERE id > %s RETURNING id", [self.clock, self.seen])
            self.seen = max([self.seen, *(pk for (pk,) in cursor.fetchall())])

    def ticket(self, **fields):
        found = list(Ticket.objects.filter(**fields).order_by("-pk")[:40])
        if not found:
            raise Ticket.DoesNotExist
        return self.chance.choice(found)

    def delivery(self, **fields):
        found = list(Delivery.objects.filter(**fields).order_by("-pk")[:20])
        if not found:
            raise Ticket.DoesNotExist
        return self.chance.choice(found)

    def ask(self):
        language, region = self.chance.choice(["", "", "fr-CA"]), self.chance.choice(["", "", "North", "South"])
        incoming = cast.make_incoming(self.chance.choice(TEXTS), language=language, region=region)
        receive_messages(self.chance.choice(self.channels), [incoming])

    def ask_again(self):
        ticket = self.ticket(is_spam=False)
        text = self.chance.choice(TEXTS)
        receive_messages(ticket.channel, [cast.make_incoming(text, thread=ticket.thread_key)])

    def answer(self):
        ticket = self.ticket(is_spam=False, merged_into=None)
        if ticket.messages.filter(direction="outbound").count() > 6:
            return
        signed = self.chance.random() < 0.4
        seen = ticket.messages.latest("pk").pk
        reply = NewReply(
            text=OLD if signed else "We look into it.", visibility="", seen=seen, confirm_stale=True,
            purpose=self.chance.choice(PURPOSES), spans=whole(self.version) if signed else (),
        )  # fmt: skip
        send_reply(ticket, reply, by=self.chance.choice(self.people))

    def resolve(self):
        actions.resolve_ticket(self.ticket(status="open"), by=self.chance.choice(self.people))

    def reopen(self):
        actions.reopen_ticket(self.ticket(status="resolved"), by=self.chance.choice(self.people))

    def read(self):
        enrich_messages(limit=self.chance.choice([3, 20]))

    def correct(self):
        about = self.chance.choice([About.SENTIMENT, About.URGENCY, About.TOPIC])
        right = {"sentiment": ["-1", "0", "1", ""], "urgency": ["0", "3"], "topic": ["Refunds", ""]}[about.value]
        read = Message.objects.filter(direction="inbound", enriched_at__isnull=False).order_by("-pk")[:30]
        if read:
            correct_reading(self.chance.choice(read), about, self.chance.choice(right), by=self.people[0])

    def fail(self):
        report_status(self.delivery(state__in=["queued", "sent"]), "failed", words="No such account")

    def report(self):
        report_status(self.delivery(state__in=["queued", "sent", "failed"]), "sent")

    def retry(self):
        retry_delivery(self.delivery(state="failed"), by=self.people[0])

    def take_back(self):
        take_back_reply(self.delivery(state="queued", message__user__isnull=False), by=self.people[0])

    def spam(self):
        mark_spam(self.ticket(is_spam=False, merged_into=None), by=self.people[0])

    def no_spam(self):
        unmark_spam(self.ticket(is_spam=True), by=self.people[0])

    def merge(self):
        source, target = self.ticket(is_spam=False), self.ticket(is_spam=False, status="open")
        merge_tickets(source, target, by=self.people[0], confirmed=True)

    def rate(self):
        survey = make_survey(self.ticket(status="resolved"), self.chance.choice([*self.people, None]))
        answer_survey(survey, self.chance.randint(1, 5), "")

    def rate_again(self):
        surveys = Survey.objects.answered().order_by("-pk")[:10]
        if surveys:
            answer_survey(self.chance.choice(surveys), self.chance.randint(1, 5), "")

    def count_time(self):
        keep_deadlines(now=self.clock)

    def keep(self):
        keep_some(limit=self.chance.choice([1, 7, 500]))


@pytest.fixture
def world(northline, rail, care, agnes, jonas, lena, amira):
    northline.time_zone = "Europe/Berlin"
    northline.save(update_fields=["time_zone"])
    night = cast.make_team(northline, "Night")
    for person in (agnes, jonas):
        person.teams.add(night)
    air = cast.make_brand(northline, "Northline Air")
    channels = [
        cast.make_channel(rail, care, external=True),
        cast.make_channel(rail, night, network="mastodon", external=True, reopen_policy="new_ticket"),
        cast.make_channel(air, night, network="x", external=True),
    ]
    WorkingHours.objects.create(team=care, weekdays=[0, 1, 2, 3, 4], opens="09:00", closes="17:00")
    policy = SlaPolicy.objects.create(organization=northline, name="Standard")
    policy.teams.add(care)
    for metric in ("first_reply", "resolution"):
        SlaTarget.objects.create(policy=policy, metric=metric, minutes=240, warning=10, working=True)
    keep_deadlines()
    version = write_and_sign(voice.create_position("Refund?", by=lena, topic="Refunds"), OLD, lena, amira)
    return World(northline, channels, [agnes, jonas], version, seed=int(os.environ.get("ROLLUP_SEED", "7")))


def read_to_the_end():
    """Read the log until nothing is left, also while the database's own housekeeping holds its end back."""
    deadline = time.monotonic() + 60
    last = Event.objects.latest("transaction", "pk").pk
    while LogReader.objects.filter(name=READER).exclude(event=last).exists() and time.monotonic() < deadline:
        keep_rollups()
        time.sleep(0.01)


def test_rollups_equal_a_recount_of_the_log(world, capsys):
    world.run(ACTIONS)
    read_to_the_end()

    hours, days, months = (recounted(model) for model in (RollupHour, RollupDay, RollupMonth))
    assert kept(RollupHour) == hours
    assert kept(RollupDay) == days
    assert kept(RollupMonth) == months
    for _ in rebuild_rollups():
        pass
    read_to_the_end()
    assert kept(RollupHour) == hours
    assert kept(RollupDay) == days
    assert kept(RollupMonth) == months
    with capsys.disabled():
        sys.stdout.write(f"\n{ACTIONS:,} random actions, {Event.objects.count():,} events: ")
        sys.stdout.write(f"{len(hours):,} hours, {len(days):,} days and {len(months):,} months ")
        sys.stdout.write("agree with a recount, also after a rebuild\n")
    for cell in ("asked", "signed", "reopened", "better", "worse", "positive", "at_once", "rated", "content"):
        assert any(cell in cells for cells in days.values()), cell
    assert {day.isoformat() for _o, _b, day, *_k in days} >= {"2026-10-24", "2026-10-25", "2026-10-26"}
