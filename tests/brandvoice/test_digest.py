"""The daily mail: to those for whom something waits, once a day, in their language."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actions.delegations import delegate_signing
from accounts.mail import FROM_HOUR
from brandvoice.actions.digests import send_digests
from brandvoice.models import PositionVersion


@pytest.fixture
def morning():
    return timezone.now().replace(hour=FROM_HOUR, minute=0)


def test_each_signer_gets_one_mail_a_day_about_what_waits_for_them(make_version, amira, olga, morning, mailoutbox):
    make_version("For anybody?", until="in_review")
    make_version("For Olga?", until="in_review", signers=(olga.pk,))

    assert send_digests(morning) == 2
    assert send_digests(morning + timedelta(hours=3)) == 0
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert mails[amira.email].subject == "One position waits for your signature"
    assert "For Olga?" not in mails[amira.email].body
    assert "/sign/" in mails[olga.email].body
    assert "For Olga?" in mails[olga.email].alternatives[0][0]
    assert send_digests(morning + timedelta(days=1)) == 2


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("de", "Eine Position wartet auf Ihre Unterschrift", "Guten Tag Amira"),
        ("es", "Una posición espera su firma", "Hola, Amira"),
    ],
)
def test_the_mail_is_in_the_language_of_its_reader(
    make_version, amira, morning, mailoutbox, language, subject, greeting
):
    make_version(until="in_review")
    amira.language = language
    amira.save(update_fields=["language"])

    send_digests(morning)

    (mail,) = [mail for mail in mailoutbox if mail.to == [amira.email]]
    assert mail.subject == subject
    assert greeting in mail.body
    assert f'<html lang="{language}"' in mail.alternatives[0][0]


def test_nothing_is_sent_when_nothing_waits_or_before_the_morning(make_version, amira, morning, mailoutbox):
    make_version()

    assert send_digests(morning) == 0
    make_version("Another?", until="in_review")
    assert send_digests(morning - timedelta(hours=1)) == 0
    assert mailoutbox == []


def test_it_comes_in_the_morning_of_the_organizations_clock_and_tells_times_by_it(
    make_version, northline, amira, mailoutbox
):
    northline.time_zone = "America/New_York"
    northline.save(update_fields=["time_zone"])
    version = make_version(until="in_review")
    PositionVersion.objects.filter(pk=version.pk).update(submitted_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    morning = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)

    assert send_digests(morning) == 0
    assert send_digests(morning + timedelta(hours=5)) == 1

    assert "24 Nov 18:30" in mailoutbox[0].body
    assert send_digests(morning + timedelta(hours=20)) == 0, "it is still the same day there"


def test_nothing_is_looked_up_for_whoever_has_had_it_today(make_version, amira, morning, django_assert_num_queries):
    make_version(until="in_review")
    send_digests(morning)

    # Who wants it; and in whose name the lead signs, who has had none.
    with django_assert_num_queries(2):
        assert send_digests(morning + timedelta(minutes=15)) == 0


def test_those_who_do_not_want_it_or_do_not_sign_get_none(make_version, amira, lena, morning, mailoutbox):
    make_version(until="in_review")
    amira.wants_digest = False
    amira.save(update_fields=["wants_digest"])

    assert send_digests(morning) == 0
    delegate_signing(lena, by=amira, ends_at=timezone.now() + timedelta(days=3))
    assert send_digests(timezone.now().replace(hour=23)) == 1
    assert mailoutbox[0].to == [lena.email]


def test_a_mail_that_could_not_be_sent_is_tried_again(make_version, amira, morning, monkeypatch, mailoutbox):
    make_version(until="in_review")
    with monkeypatch.context() as away:
        away.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _fail)
        assert send_digests(morning) == 0

    assert send_digests(morning + timedelta(minutes=15)) == 1


def test_a_round_that_takes_too_long_is_gone_on_with_by_the_next(make_version, amira, morning, mailoutbox):
    make_version(until="in_review")

    assert send_digests(morning, seconds=0) == 0

    assert send_digests(morning) > 0


def _fail(*_):
    raise ConnectionRefusedError("no mail server")


def test_another_organization_hears_nothing(make_version, oscar, amira, morning, mailoutbox):
    make_version(until="in_review")

    send_digests(morning)

    assert oscar.email not in {mail.to[0] for mail in mailoutbox}
