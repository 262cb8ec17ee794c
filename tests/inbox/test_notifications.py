"""People are told what concerns them: in the page, and by a letter where they don't look."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.permissions import Role
from inbox.actions import notification_mail
from inbox.actions.enrich import enrich_due
from inbox.actions.notification_choices import choose_notifications
from inbox.actions.notifications import follow_ticket, unfollow_ticket
from inbox.actions.replies import write_note
from inbox.actions.tickets import assign_ticket
from inbox.models import Follower, Notification, Reason, Way
from tests.cast import make_channel, make_person, make_team, make_ticket


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t")


def told(person):
    """Return what a person was told and has not seen, in order."""
    return [*Notification.objects.of(person).unseen().order_by("pk").values_list("reason", flat=True)]


def test_a_note_tells_those_whom_it_names_and_they_follow_the_ticket(ticket, agnes, jonas, lena):
    write_note(ticket, "@jonas okafor, do you know? cc @Lena Brandt.", by=agnes)
    assert told(jonas) == told(lena) == ["mentioned"]
    assert told(agnes) == []
    assert Notification.objects.get(user=jonas).excerpt == "@jonas okafor, do you know? cc @Lena Brandt."

    write_note(ticket, "I do.", by=jonas)
    assert told(lena) == ["mentioned", "noted"]
    assert set(Follower.objects.values_list("user", flat=True)) == {jonas.pk, lena.pk}


def test_a_team_is_called_by_its_name_and_the_longest_name_counts(ticket, northline, care, agnes, jonas, lena):
    make_person("Lena Brandtner", northline, Role.AGENT, teams=(care,))
    write_note(ticket, "@Rail care: who knows?", by=agnes)
    assert told(jonas) == told(lena) == ["mentioned"]
    Notification.objects.all().delete()
    write_note(ticket, "@Lena Brandtner knows. mail@jonas okafor", by=agnes)
    assert told(lena) == ["noted"]
    assert told(jonas) == ["noted"]


def test_nobody_is_called_to_a_ticket_that_they_may_not_see(ticket, rail, northline, agnes, oscar):
    other = make_person("Hugo Hotel", northline, Role.AGENT, teams=(make_team(northline, "Hotel care"),))
    write_note(ticket, "@Hugo Hotel @Oscar Out @Hotel care @nobody @", by=agnes)
    assert not Notification.objects.exists()
    assert told(other) == []


def test_who_is_given_a_ticket_is_told_unless_they_take_it_themselves(ticket, agnes, jonas):
    assign_ticket(ticket, jonas, by=agnes)
    assert told(jonas) == ["assigned"]
    assign_ticket(ticket, agnes, by=agnes)
    assert told(agnes) == []


def test_followers_are_told_once_that_the_customer_wrote_until_they_look(client, channel, ticket, agnes, jonas):
    enrich_due()
    follow_ticket(ticket, by=jonas)
    for text in ("Hello?", "Anybody?"):
        make_ticket(channel, text, thread="t")
        enrich_due()
    assert told(jonas) == ["customer_wrote"]
    assert told(agnes) == []

    client.force_login(jonas)
    assert client.get("/inbox/counts/").json()["notifications"] == "1"
    client.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"})
    assert told(jonas) == []
    assert client.get("/inbox/counts/").json()["notifications"] == ""
    make_ticket(channel, "Still there?", thread="t")
    enrich_due()
    assert told(jonas) == ["customer_wrote"]
    unfollow_ticket(ticket, by=jonas)
    Notification.objects.all().delete()
    make_ticket(channel, "Bye", thread="t")
    enrich_due()
    assert told(jonas) == []


def test_the_page_lists_what_one_was_told_and_takes_all_as_seen(client, ticket, agnes, jonas):
    write_note(ticket, "Look at this, @Jonas Okafor", by=agnes)
    client.force_login(jonas)
    page = client.get("/notifications/").content.decode()
    assert "<strong>Agnes Berg</strong> mentioned you" in page
    assert "Look at this, @Jonas Okafor" in page
    assert client.post("/notifications/seen/").status_code == 302
    assert "notification--unseen" not in client.get("/notifications/").content.decode()
    client.force_login(agnes)
    assert "mentioned you" not in client.get("/notifications/").content.decode()


def test_what_one_may_no_longer_see_is_neither_listed_nor_counted(client, channel, ticket, agnes, jonas, care):
    write_note(ticket, "A secret, @Jonas Okafor", by=agnes)
    assign_ticket(make_ticket(channel), jonas, by=agnes)
    client.force_login(jonas)
    assert client.get("/inbox/counts/").json()["notifications"] == "2"
    care.members.remove(jonas)
    assert "secret" not in client.get("/notifications/").content.decode()
    assert client.get("/inbox/counts/").json()["notifications"] == "1"


def test_the_list_asks_as_often_for_ten_as_for_one(client, channel, agnes, jonas):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/")
        return len(queries)

    client.force_login(jonas)
    write_note(make_ticket(channel), "@Jonas Okafor", by=agnes)
    cost()
    one = cost()
    for _ticket in range(9):
        write_note(make_ticket(channel), "@Jonas Okafor", by=agnes)
    assert cost() == one


def test_one_letter_tells_of_all_that_was_not_seen_for_five_minutes(channel, ticket, agnes, jonas):
    write_note(ticket, "Do you know, @Jonas Okafor?", by=agnes)
    assign_ticket(make_ticket(channel, "And mine?"), jonas, by=agnes)
    assert notification_mail.mail_notifications() == 0
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert notification_mail.mail_notifications() == 1
    assert notification_mail.mail_notifications() == 0
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([jonas.email], "2 things wait for you in Onevoice")
    assert "Agnes Berg mentioned you" in letter.body
    assert "Do you know, @Jonas Okafor?" in letter.body
    assert "/notifications/" in letter.body


@pytest.mark.parametrize("why", ["seen", "unwanted", "gone", "old", "followed"])
def test_no_letter_where_it_would_be_no_news(channel, ticket, agnes, jonas, why):
    write_note(ticket, "Do you know, @Jonas Okafor?", by=agnes)
    Notification.objects.update(created_at=timezone.now() - timedelta(days=2 if why == "old" else 0, minutes=6))
    if why == "seen":
        Notification.objects.update(seen_at=timezone.now())
    if why == "followed":
        Notification.objects.update(reason="customer_wrote")
    if why == "unwanted":
        choose_notifications({(Reason.MENTIONED, Way.BELL)}, by=jonas)
    if why == "gone":
        jonas.is_active = False
        jonas.save()
    assert notification_mail.mail_notifications() == 0
    assert mail.outbox == []


def test_names_are_offered_by_their_beginnings_to_those_who_may_see_the_ticket(
    client, ticket, rail, northline, care, agnes, jonas, lena, max_, oscar
):
    make_person("Joan Hotel", northline, Role.AGENT, teams=(make_team(northline, "Hotel care"),))
    client.force_login(agnes)

    def names(letters):
        return client.get(f"/tickets/{ticket.number}/people/", {"q": letters}).json()["names"]

    assert names("jo") == ["Jonas Okafor"]
    assert names("BRA") == ["Lena Brandt"]
    assert names("rail") == ["Rail care"]
    assert set(names("")) == {"Agnes Berg", "Jonas Okafor", "Lena Brandt", "Max Winter", "Rail care"}
    assert names("x\0%") == []
    hotel = make_ticket(make_channel(rail, make_team(northline, "Beach care")))
    assert client.get(f"/tickets/{hotel.number}/people/").status_code == 404
    assert client.post(f"/tickets/{hotel.number}/follow/", {"follow": "yes"}).status_code == 404
