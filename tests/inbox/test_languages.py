"""Everybody reads in their own language: pages, what appears by itself, moments, and what a worker noted."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.utils import timezone, translation

from accounts.models import User
from inbox.actions.deliveries import claim_due_deliveries, record_rejected
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import assign_ticket, snooze_ticket
from inbox.queries.noted import said
from inbox.queries.rows import age_of
from tests.cast import make_channel, make_incoming, make_ticket
from tests.inbox.test_hub import hear, page, watch

pytestmark = pytest.mark.django_db(transaction=True)


def speak(person, language):
    User.objects.filter(pk=person.pk).update(language=language)
    person.refresh_from_db()


@pytest.mark.parametrize(("language", "mine", "send"), [("de", "Meine", "Senden"), ("es", "Míos", "Enviar")])
def test_the_inbox_is_in_the_language_that_its_person_chose(client, channel, agnes, language, mine, send):
    speak(agnes, language)
    client.force_login(agnes)

    html = client.get(f"/inbox/open/{make_ticket(channel).number}/", headers={"Accept-Language": "en"}).content.decode()

    assert f'<html lang="{language}"' in html
    assert f"{mine}</span>" in html
    assert f"{send}</span>" in html


def test_each_page_hears_in_its_own_language_and_the_row_is_made_once_for_each(channel, agnes, lena):
    speak(lena, "de")
    ticket = make_ticket(channel, author="priya")

    async def scenario():
        async with page(agnes) as english, page(lena) as german:
            await watch(english, ticket)
            await watch(german, ticket)
            await sync_to_async(receive_messages)(channel, [make_incoming("Still waiting", author="priya")])
            heard = [await _message(english), await _message(german)]
            assert [frame["announce"] for frame in heard] == ["New message from Priya", "Neue Nachricht von Priya"]
            assert ["waits for an answer" in heard[0]["row"], "wartet auf eine Antwort" in heard[1]["row"]] == [
                True,
                True,
            ]
            await sync_to_async(assign_ticket)(ticket, to=agnes, by=lena)
            assert f"Assigned to {agnes.name}" in await _line(english)
            assert f"Zugewiesen an {agnes.name}" in await _line(german)

    async_to_sync(scenario)()


async def _message(socket):
    while (frame := await hear(socket, "event"))["kind"] != "message.received":
        pass
    return frame


async def _line(socket):
    while "event-line" not in (frame := await hear(socket, "items"))["html"]:
        pass
    return frame["html"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "3 Dec 09:00"), ("de", "3. Dez. 09:00"), ("es", "3 dic 09:00")],
)
def test_moments_are_written_as_the_language_writes_them(client, channel, agnes, language, shown):
    speak(agnes, language)
    ticket = make_ticket(channel)
    snooze_ticket(ticket, datetime(2099, 12, 3, 9, tzinfo=UTC), by=agnes)
    client.force_login(agnes)

    assert shown in client.get(f"/inbox/open/{ticket.number}/").content.decode()


@pytest.mark.parametrize(
    ("language", "ages"), [("en", ["now", "4m", "3h", "2d"]), ("de", ["jetzt", "4min", "3h", "2T"])]
)
def test_ages_are_as_short_in_every_language(language, ages):
    now = timezone.now()
    waited = [timedelta(), timedelta(minutes=4), timedelta(hours=3), timedelta(days=2)]

    with translation.override(language):
        assert [age_of(now - length, now) for length in waited] == ages


def test_what_a_worker_noted_is_translated_and_a_networks_words_stay(client, rail, care, agnes):
    speak(agnes, "de")
    ticket = make_ticket(make_channel(rail, care, external=False))
    reply = NewReply("It left at nine.", "public", seen=10**9, client_uuid=uuid4())
    send_reply(ticket, reply, by=agnes)
    record_rejected(claim_due_deliveries(limit=1)[0], "The channel is switched off.")
    client.force_login(agnes)

    assert "Der Kanal ist ausgeschaltet." in client.get(f"/inbox/open/{ticket.number}/").content.decode()
    with translation.override("de"):
        assert said("The network could not be reached: ConnectError") == (
            "Das Netzwerk war nicht zu erreichen: ConnectError"
        )
        assert said("These words were withdrawn. Shouting: no.") == "Dieser Wortlaut wurde zurückgezogen. Shouting: no."
        assert said("Your account is suspended") == "Your account is suspended"
        assert said("") == ""
