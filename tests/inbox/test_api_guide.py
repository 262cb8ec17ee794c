"""The guide for connector authors says what is so: its examples are taken, and every scope and status is in it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models.keys import Scope
from inbox.api.documents import PRIORITIES
from inbox.api.schema import WHAT_IT_MEANS
from tests.cast import make_key
from tests.inbox.doors import Api

GUIDE = (Path(settings.BASE_DIR) / "docs/connectors/rest.md").read_text()


@pytest.fixture
def description():
    return Client().get(reverse("api:schema")).json()


@pytest.mark.django_db
def test_the_guides_message_is_taken(northline, channel):
    message = json.loads(re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)[0])

    answer = Api(make_key(northline, Scope.MESSAGES_WRITE)[1]).post(f"channels/{channel.pk}/messages", message)

    assert answer.json()["created"] == 1


def test_the_guide_names_every_scope_and_every_status():
    assert [scope for scope in Scope.values if f"`{scope}`" not in GUIDE] == []
    assert [status for status in WHAT_IT_MEANS if f"`{status}`" not in GUIDE] == []


def test_the_description_is_openapi_3_1_and_documents_every_refusal_as_a_problem(description):
    assert description["openapi"].startswith("3.1")
    for methods in description["paths"].values():
        for method in methods.values():
            assert {"401", "403", "429", "500", "503"} <= set(method["responses"])
            refusals = [answer for status, answer in method["responses"].items() if status >= "400"]
            assert {kind for answer in refusals for kind in answer["content"]} == {"application/problem+json"}
            assert method["security"] == [{"key": []}]


def test_every_field_of_a_message_is_described_as_it_is_checked(description):
    message = description["components"]["schemas"]["IncomingMessage"]

    assert message["required"] == ["external_id", "thread_key", "author", "sent_at"]
    assert message["properties"]["external_id"] == {"type": "string", "minLength": 1, "maxLength": 255}
    assert message["additionalProperties"] is False


def test_the_names_of_priorities_are_those_of_the_description(description):
    assert set(description["components"]["schemas"]["NewPriority"]["properties"]["priority"]["enum"]) == set(PRIORITIES)


@pytest.mark.parametrize("name", ["api:schema", "api:docs"])
def test_the_description_is_open_to_strangers_to_read_and_to_nothing_else(name):
    assert Client().get(reverse(name)).status_code == 200
    assert Client().post(reverse(name)).status_code == 405
