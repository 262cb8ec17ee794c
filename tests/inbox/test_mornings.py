"""What is mailed in the morning: the briefing, executives before all, and the reports that somebody wants mailed."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.mail import write_due
from accounts.models import User
from inbox.actions.briefing_mail import mail_briefings
from inbox.actions.report_mail import mail_reports
from inbox.actions.rollups import keep_rollups
from inbox.models import BriefingRead, Event, SavedReport
from tests.cast import make_ticket
from tests.served import environment_at

pytestmark = pytest.mark.django_db(transaction=True)

# A Wednesday.
MORNING = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def to(mailoutbox, person):
    return [mail for mail in mailoutbox if mail.to == [person.email]]


class TestTheBriefing:
    def test_executives_get_it_once_a_day_as_they_would_read_it(self, channel, signed, agnes, amira, mailoutbox):
        make_ticket(channel)
        keep_rollups()
        now = timezone.now() + DAY

        assert mail_briefings(now.replace(hour=7))
        assert mail_briefings(now.replace(hour=9)) == 0

        (mail,) = to(mailoutbox, amira)
        assert mail.subject == "Briefing: one position has changed"
        for body in (mail.body, mail.alternatives[0][0]):
            for words in (signed.position.question, signed.wordings.get().text, "Messages", "/briefing/", "/profile/"):
                assert words in body
        assert not to(mailoutbox, agnes)
        assert not BriefingRead.objects.exists()
        assert mail_briefings(now.replace(hour=7) + DAY)

    def test_everybody_chooses_on_their_own_page(self, client, amira, agnes, mailoutbox):
        shown = {"name": "A", "title": "", "language": "en", "theme": "system"}
        client.force_login(amira)
        assert re.search(r'name="wants_briefing"[^>]* checked', client.get("/accounts/profile/").content.decode())
        client.post("/accounts/profile/", shown)
        client.force_login(agnes)
        client.post("/accounts/profile/", shown | {"wants_briefing": "on", "language": "de"})

        mail_briefings(MORNING)

        assert not to(mailoutbox, amira)
        (mail,) = to(mailoutbox, agnes)
        assert mail.subject == "Briefing: nichts hat sich geändert"

    def test_it_comes_in_the_morning_of_the_organizations_clock(self, northline, amira, mailoutbox):
        northline.time_zone = "America/New_York"
        northline.save(update_fields=["time_zone"])

        assert mail_briefings(MORNING) == 0
        assert mail_briefings(MORNING + timedelta(hours=5)) > 0

    def test_one_that_cannot_be_written_is_left_out_and_keeps_nobody_waiting(self, amira):
        due = User.objects.filter(pk=amira.pk, briefing_on=None)

        def stumble():
            raise ValueError

        assert write_due(amira, due, {"briefing_on": MORNING.date()}, stumble) is False
        assert not due.exists()
        assert not User.objects.exclude(letters_held_until=None).exists()

    def test_who_may_not_sign_in_gets_nothing(self, amira, mailoutbox):
        amira.is_active = False
        amira.save(update_fields=["is_active"])

        mail_briefings(MORNING)

        assert not to(mailoutbox, amira)

    def test_a_mail_server_that_is_away_gets_it_later(self, amira, settings, mailoutbox):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        assert mail_briefings(MORNING) == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

        assert mail_briefings(MORNING) > 0

        assert to(mailoutbox, amira)

    def test_a_round_that_takes_too_long_is_gone_on_with_by_the_next(self, amira, mailoutbox):
        assert mail_briefings(MORNING, seconds=0) == 0

        assert mail_briefings(MORNING) > 0

        assert to(mailoutbox, amira)


LETTERS = """
import django
django.setup()
from datetime import datetime
from inbox.actions.briefing_mail import mail_briefings
mail_briefings(datetime.fromisoformat("2026-11-25T06:30:00+00:00"))
"""


def die_over_a_letter():
    """Have a process write the morning's letters through a mail server that says nothing, and kill it meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        port = silent.getsockname()[1]
        environment = environment_at(port) | {"ONEVOICE_EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        worker = subprocess.Popen([sys.executable, "-c", LETTERS], env=environment, cwd=settings.BASE_DIR)
        with silent.accept()[0]:
            os.kill(worker.pid, signal.SIGKILL)
            assert worker.wait() == -signal.SIGKILL


class TestAKilledWorker:
    """What it had in hand is written again, but never more than twice."""

    def lapse(self):
        assert User.objects.exclude(letters_held_until=None).update(letters_held_until=timezone.now()) == 1

    @pytest.mark.slow
    def test_its_letter_is_written_again_once_its_hold_has_lapsed(self, amira, mailoutbox):
        die_over_a_letter()

        assert mail_briefings(MORNING) == 0
        self.lapse()
        assert mail_briefings(MORNING) == 1
        assert mail_briefings(MORNING + timedelta(hours=1)) == 0

        assert len(to(mailoutbox, amira)) == 1
        assert mail_briefings(MORNING + DAY) == 1

    @pytest.mark.slow
    def test_a_letter_that_two_have_died_over_is_given_up(self, amira, mailoutbox):
        die_over_a_letter()
        self.lapse()
        die_over_a_letter()
        self.lapse()

        assert mail_briefings(MORNING) == 0

        assert mail_briefings(MORNING + DAY) == 1

    def test_a_mail_server_that_is_away_the_second_time_counts_for_nothing(self, amira, settings, mailoutbox):
        User.objects.filter(pk=amira.pk).update(letters_held_until=timezone.now())
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        assert mail_briefings(MORNING) == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

        assert mail_briefings(MORNING) == 1


class TestReports:
    def save(self, client, person, every, **fields):
        client.force_login(person)
        client.post("/reputation/reports/save/", {"name": "Trains", "days": "7", "every": every, **fields})
        return SavedReport.objects.get()

    def test_a_report_is_mailed_with_its_workbook(self, client, channel, lena, mailoutbox):
        report = self.save(client, lena, "day", cut="channel")
        make_ticket(channel)
        Event.objects.filter(kind="message.received").update(created_at=timezone.now() - DAY)
        keep_rollups()

        assert mail_reports((timezone.now() + DAY).replace(hour=7)) == 1

        (mail,) = to(mailoutbox, lena)
        assert mail.subject.startswith("Trains: ")
        assert "Messages" in mail.body
        assert f"report={report.pk}" in mail.alternatives[0][0]
        ((name, content, _type),) = mail.attachments
        assert name.endswith(".xlsx")
        assert channel.name in zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml").decode()

    @pytest.mark.parametrize(
        ("every", "days"),
        [
            ("day", ["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02"]),
            ("week", ["2026-11-30"]),
            ("month", ["2026-12-01"]),
            ("", []),
        ],
    )
    def test_it_comes_as_often_as_it_is_wanted(self, client, lena, mailoutbox, every, days):
        report = self.save(client, lena, every)
        SavedReport.objects.update(mailed_on=MORNING.date())

        looks = (MORNING + timedelta(days=day, hours=hour) for day in range(8) for hour in range(3))
        sent = [look.date().isoformat() for look in looks if mail_reports(look)]

        assert sent == days
        assert Event.objects.filter(kind="report.saved", facts__report=report.pk, facts__every=every).exists()

    def test_a_monday_on_which_nothing_ran_is_made_up_for(self, client, lena, mailoutbox):
        self.save(client, lena, "week")
        SavedReport.objects.update(mailed_on=MORNING.date())

        assert mail_reports(MORNING + 7 * DAY) == 1

    def test_the_page_says_how_often_and_saving_again_changes_it(self, client, lena):
        report = self.save(client, lena, "week")

        page = client.get(f"/reputation/?report={report.pk}").content.decode()
        assert "every Monday</span>" in page
        assert '<option value="week" selected>' in page
        assert 'value="Trains"' in page

        assert self.save(client, lena, "never-ever").every == ""

    def test_agents_are_mailed_their_own_numbers_alone(self, client, channel, agnes, lena, mailoutbox):
        self.save(client, agnes, "day", cut="agent")
        make_ticket(channel)
        keep_rollups()

        mail_reports((timezone.now() + DAY).replace(hour=7))

        (mail,) = to(mailoutbox, agnes)
        assert "Messages" not in mail.body
        words = zipfile.ZipFile(io.BytesIO(mail.attachments[0][1])).read("xl/sharedStrings.xml").decode()
        assert lena.name not in words

    def test_who_may_not_sign_in_any_more_gets_none(self, client, lena, mailoutbox):
        self.save(client, lena, "day")
        lena.is_active = False
        lena.save(update_fields=["is_active"])

        assert mail_reports(MORNING + DAY) == 0

    def test_a_round_that_takes_too_long_is_gone_on_with_by_the_next(self, client, lena, mailoutbox):
        self.save(client, lena, "month")
        SavedReport.objects.update(mailed_on=MORNING.date())

        assert mail_reports(MORNING + 7 * DAY, seconds=0) == 0

        assert mail_reports(MORNING + 7 * DAY) == 1
