"""Customers' messages in the language of whoever reads them: asked for once, masked, and never in anybody's way."""

import json

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from brandvoice import translator as brandvoice_translator
from inbox.actions.changes import edit_messages, remove_messages
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.connectors.base import MessageEdited, MessageRemoved
from inbox.models import Delivery, Event, Message, Ticket, Translation
from tests.cast import make_incoming, make_ticket
from tests.inbox.test_privacy import erase
from tests.inbox.translators import serving

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def translator(settings):
    """A translator of LibreTranslate's shape, named in the settings."""
    with serving() as server:
        settings.TRANSLATE_URL, settings.TRANSLATE_WITH, settings.TRANSLATE_KEY = server.address, "libretranslate", ""
        server.said = "Where is my train?"
        yield server


@pytest.fixture
def message(channel):
    """What a customer has said in German."""
    return make_ticket(channel, "Wo ist mein Zug?", language="de").messages.get()


def translate(client, message, **headers):
    return client.post(f"/messages/{message.pk}/translation/", headers=headers or HTMX)


def thread(client, message):
    return client.get(f"/tickets/{message.ticket.number}/", headers=HTMX).content.decode()


def test_nothing_is_offered_where_no_translator_is_named(page, message):
    assert "Translate" not in thread(page, message)
    assert translate(page, message).status_code == 503
    assert "Nobody has set up a translator." in page.get(f"/messages/{message.pk}/translation/").content.decode()


def test_a_message_in_another_language_is_translated_below_its_words_and_says_that_a_machine_did_it(
    page, message, translator
):
    assert "Translate" in thread(page, message)

    shown = translate(page, message).content.decode()

    for html in (shown, thread(page, message)):
        assert "Wo ist mein Zug?" in html
        assert "Machine translation" in html
        assert "Where is my train?" in html
        assert f'href="/messages/{message.pk}/translation/"' not in html
    path, _headers, asked = translator.asked[0]
    assert path == "/translate"
    assert asked == {"q": "Wo ist mein Zug?", "source": "de", "target": "en", "format": "text"}
    assert Event.objects.get(kind="message.translated").facts == {"language": "en"}
    assert not Delivery.objects.exists()


def test_it_is_asked_for_once_and_colleagues_of_the_same_language_read_it(client, page, message, translator, jonas):
    translate(page, message)
    translate(page, message)
    client.force_login(jonas)
    assert "Where is my train?" in thread(client, message)
    assert len(translator.asked) == 1

    User.objects.filter(pk=jonas.pk).update(language="es")
    assert "Traducir" in thread(client, message)
    translator.said = "¿Dónde está mi tren?"
    assert "¿Dónde está mi tren?" in translate(client, message).content.decode()
    assert translator.asked[1][2]["target"] == "es"


def test_what_is_in_the_readers_language_and_what_we_said_are_not_offered(page, channel, translator, agnes):
    ticket = make_ticket(channel, "Where is my train?", language="en")
    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    assert "translation/" not in thread(page, ticket.messages.first())
    reply = Message.objects.get(direction="outbound")
    assert translate(page, reply).status_code == 404


def test_the_translator_gets_the_words_alone_without_what_names_anybody(page, channel, translator):
    text = "Priya hier, @helper_77 hilft nicht. Mail priya@example.org, Tel. +49 30 901820, https://x.example/p?u=9"
    message = make_ticket(channel, text, language="de", author="priya").messages.get()
    translate(page, message)
    _path, headers, asked = translator.asked[0]
    assert asked["q"] == "[…] hier, […] hilft nicht. Mail […], Tel. […], […]"
    said = json.dumps([headers, asked])
    assert "priya" not in said.lower()
    assert str(message.pk) not in asked["q"]


def test_a_model_of_openais_shape_is_asked_with_its_key(page, message, translator, settings):
    settings.TRANSLATE_WITH, settings.TRANSLATE_MODEL, settings.TRANSLATE_KEY = "openai", "small", "k" * 40
    settings.TRANSLATE_URL = f"{translator.address}/v1"
    assert "Where is my train?" in translate(page, message).content.decode()
    path, headers, asked = translator.asked[0]
    assert (path, headers["Authorization"], asked["model"]) == ("/v1/chat/completions", "Bearer " + "k" * 40, "small")
    assert "into English" in asked["messages"][0]["content"]
    assert json.loads(asked["messages"][1]["content"]) == {"customer": "Wo ist mein Zug?"}


def test_what_is_long_is_translated_from_its_beginning_and_says_so(page, channel, translator):
    message = make_ticket(channel, "Wo ist mein Zug? " * 400, language="de").messages.get()
    assert "the beginning only" in translate(page, message).content.decode()
    assert len(translator.asked[0][2]["q"]) == 5_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 500},
        {"said": ""},
        {"said": "\0"},
        {"said": ["no", "text"]},
        {"said": "long" * 500},
        {"said": "x" * 600_000},
        {"body": b"[" * 200_000},
    ],
)
def test_a_translator_that_answers_nonsense_changes_nothing_and_may_be_asked_again(page, message, translator, wrong):
    for name, value in wrong.items():
        setattr(translator, name, value)
    answer = translate(page, message)
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    assert not Translation.objects.exists()

    translator.status, translator.said, translator.body = 200, "Where is my train?", b""
    assert "Where is my train?" in translate(page, message).content.decode()


def test_halves_of_characters_are_shown_as_unreadable_and_break_nothing(page, message, translator):
    translator.said = "Where is my train? \ud83d"
    answer = translate(page, message)
    assert answer.status_code == 200
    assert "Where is my train? ?" in answer.content.decode()


def test_a_translator_that_hangs_or_drips_is_not_waited_for(page, message, translator, monkeypatch):
    monkeypatch.setattr(brandvoice_translator, "_TIMEOUT", httpx.Timeout(0.4, connect=0.2))
    for pause in (0.02, 3):
        translator.pause = pause
        started = timezone.now()
        assert translate(page, message).status_code == 503
        assert (timezone.now() - started).total_seconds() < 2.5


def test_nobody_listening_is_no_mistake_of_the_readers(page, message, settings):
    settings.TRANSLATE_URL = "http://127.0.0.1:9"
    assert translate(page, message).status_code == 503


def test_whoever_changes_or_takes_away_a_message_or_erases_its_author_has_its_translation_forgotten(
    page, channel, message, translator, max_
):
    translate(page, message)
    later = timezone.now()
    edit_messages(channel, [MessageEdited(message.external_id, later, "Wo ist mein Bus?")])
    assert not Translation.objects.exists()
    assert "Where is my train?" not in thread(page, message)

    translate(page, message)
    remove_messages(channel, [MessageRemoved(message.external_id, later, erase=True)])
    assert not Translation.objects.exists()

    other = make_ticket(channel, "Wo bleibt er?", language="de", author="kai").messages.get()
    translate(page, other)
    erase(other.identity.contact, max_)
    assert not Translation.objects.exists()


def test_what_a_message_said_before_is_not_kept_as_its_translation(page, message, translator, monkeypatch):
    translated = brandvoice_translator.translate

    def while_it_changes(*args, **kwargs):
        said = translated(*args, **kwargs)
        Message.objects.filter(pk=message.pk).update(text="Wo ist mein Bus?")
        return said

    monkeypatch.setattr(brandvoice_translator, "translate", while_it_changes)
    assert translate(page, message).status_code == 409
    assert not Translation.objects.exists()


def test_whoever_may_not_see_the_ticket_gets_nothing_and_nothing_is_sent(client, message, translator, oscar, amira):
    client.force_login(oscar)
    assert translate(client, message).status_code == 404
    assert client.get(f"/messages/{message.pk}/translation/").status_code == 404
    assert translator.asked == []
    client.force_login(amira)
    assert translate(client, message).status_code == 200


def test_without_scripts_a_page_asks_first_and_shows_it_then(page, message, translator):
    asks = page.get(f"/messages/{message.pk}/translation/").content.decode()
    assert "Translate" in asks
    assert translator.asked == []
    assert "Where is my train?" in page.post(f"/messages/{message.pk}/translation/").content.decode()
    assert "Where is my train?" in page.get(f"/messages/{message.pk}/translation/").content.decode()


def test_a_thread_costs_the_same_with_one_translation_and_with_ten(page, channel, message, translator):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            thread(page, message)
        return len(captured)

    translate(page, message)
    one = cost()
    more = [make_incoming(f"Und {n}?", thread=message.ticket.thread_key, language="de") for n in range(9)]
    receive_messages(channel, more)
    for said in Ticket.objects.get().messages.all():
        translate(page, said)
    assert Translation.objects.count() == 10
    assert cost() == one
