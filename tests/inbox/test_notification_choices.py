"""People choose what they are told of, and how."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from inbox.actions.notification_mail import mail_notifications
from inbox.actions.replies import write_note
from inbox.actions.tickets import assign_ticket
from inbox.models import Notification, NotificationChoice, Reason, Way
from inbox.queries.notifications import unseen_count, wanted_of
from tests.cast import make_ticket

CHOICES = "/notifications/choices/"


def checked(page):
    """Return the values of the boxes that are ticked."""
    boxes = page.split('type="checkbox"')[1:]
    return {box.split('value="')[1].split('"')[0] for box in boxes if " checked>" in box.split("<span")[0]}


@pytest.fixture
def called(channel, agnes, jonas):
    """Jonas was called in one ticket and given another."""
    write_note(make_ticket(channel), "@Jonas Okafor, do you know?", by=agnes)
    assign_ticket(make_ticket(channel), jonas, by=agnes)
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=6))


def test_at_first_the_bell_rings_for_everything_and_letters_are_about_oneself(client, jonas):
    client.force_login(jonas)

    found = checked(client.get(CHOICES).content.decode())

    assert {f"{reason}:bell" for reason in Reason} <= found
    assert {value for value in found if value.endswith(":mail")} == {
        f"{reason}:mail" for reason in Reason if reason not in {"noted", "customer_wrote"}
    }
    assert not NotificationChoice.objects.exists()


def test_what_is_switched_off_for_the_bell_is_neither_listed_nor_counted(client, called, jonas):
    client.force_login(jonas)
    assert unseen_count(jonas) == "2"

    client.post(CHOICES, {"wanted": ["assigned:bell", "mentioned:mail"]})

    assert unseen_count(jonas) == "1"
    page = client.get("/notifications/").content.decode()
    assert "gave you this ticket" in page
    assert "mentioned you" not in page


def test_letters_are_about_what_one_wants_letters_about(client, called, jonas):
    client.force_login(jonas)
    client.post(CHOICES, {"wanted": ["assigned:bell", "mentioned:mail"]})

    mail_notifications()

    [letter] = mail.outbox
    assert "mentioned you" in letter.body
    assert "gave you this ticket" not in letter.body


def test_a_choice_is_kept_and_only_what_is_unusual_is_stored(client, jonas):
    client.force_login(jonas)
    usual = checked(client.get(CHOICES).content.decode())
    client.post(CHOICES, {"wanted": [*usual - {"noted:bell"}, "noted:mail", "nonsense", "mentioned:pigeon"]})

    assert checked(client.get(CHOICES).content.decode()) == (usual - {"noted:bell"}) | {"noted:mail"}
    assert set(NotificationChoice.objects.values_list("reason", "way", "wanted")) == {
        ("noted", "bell", False),
        ("noted", "mail", True),
    }

    client.post(CHOICES, {"wanted": [*usual]})
    assert not NotificationChoice.objects.exists()


def test_choices_are_ones_own(client, jonas, agnes):
    client.force_login(agnes)
    client.post(CHOICES, {"wanted": []})
    assert wanted_of(agnes) == set()
    assert (Reason.MENTIONED, Way.BELL) in wanted_of(jonas)
