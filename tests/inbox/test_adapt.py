"""The language model in the voice column: absent unless configured, and held to the signed words."""

import json

import pytest

from brandvoice.actions import positions as voice
from brandvoice.models import EditLevel
from inbox.models import Purpose
from tests.brandvoice.test_assistant import model, says  # noqa: F401 - a fixture
from tests.cast import make_ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WORDS = "You get 12 euros back for your booking within 7 days."


def sign(amira, lena, rail, level=EditLevel.ADAPT):
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    content = voice.VersionContent((voice.NewWording(WORDS),), edit_level=level)
    version = voice.draft_version(position, content, by=lena)
    return voice.sign_version(voice.submit_version(version, by=lena), by=amira)


def adapt(client, ticket, wording, **fields):
    return client.post(f"/tickets/{ticket.number}/adapt/", {"wording": wording} | fields, headers=HTMX)


@pytest.fixture
def ticket(client, channel, agnes):
    client.force_login(agnes)
    return make_ticket(channel, "Where is my money?", language="en")


def test_fitted_words_keep_their_wording_so_that_their_signer_is_known(client, ticket, amira, lena, rail, model):  # noqa: F811
    wording = sign(amira, lena, rail).wordings.get()
    says(model, {"text": "Sorry! You get 12 euros back for your booking within 7 days."})

    html = adapt(client, ticket, wording.pk).content.decode()

    assert f'data-wording="{wording.pk}"' in html
    assert "Sorry! You get 12 euros back" in html
    assert "Amira Ito" in html


def test_they_sound_as_the_purpose_in_force_asks(client, ticket, amira, lena, rail, model):  # noqa: F811
    Purpose.objects.filter(key="de_escalate").update(tone="calm, short, no jokes")
    wording = sign(amira, lena, rail).wordings.get()
    says(model, {"text": WORDS})

    adapt(client, ticket, wording.pk, purpose="de_escalate")
    adapt(client, ticket, wording.pk, purpose="resolve")

    tones = [json.loads(asked["messages"][1]["content"]).get("tone") for _path, _headers, asked in model.asked]
    assert tones == ["calm, short, no jokes", None]


def test_words_that_may_not_be_changed_are_refused(client, ticket, amira, lena, rail, model):  # noqa: F811
    wording = sign(amira, lena, rail, EditLevel.VERBATIM).wordings.get()
    assert adapt(client, ticket, wording.pk).status_code == 422
    assert model.asked == []


def test_withdrawn_words_and_those_of_others_are_refused(client, ticket, amira, lena, rail, model):  # noqa: F811
    version = sign(amira, lena, rail)
    wording = version.wordings.get()
    voice.withdraw_version(version, by=amira, reason="Over.")
    for number in (wording.pk, 999_999, "x"):
        assert adapt(client, ticket, number).status_code == 422
    assert model.asked == []


def test_without_a_model_there_is_no_button_and_no_harm(client, ticket, amira, lena, rail):
    wording = sign(amira, lena, rail).wordings.get()
    assert adapt(client, ticket, wording.pk).status_code == 503
    assert b"suggestion__adapt" not in client.get(f"/tickets/{ticket.number}/voice/", headers=HTMX).content
