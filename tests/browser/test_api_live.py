"""The REST API as it is served: its description holds for inputs that nobody thinks of, and its page can be read."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import httpx
import pytest
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.models import Message
from tests.cast import make_key, make_ticket

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"
)


@pytest.fixture
def secret(northline):
    """A key that may do everything, as often as it likes."""
    return make_key(northline, *Scope.values, per_minute=1_000_000)[1]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_sent_breaks_the_api_or_what_its_description_promises(served, channel, secret, tmp_path):
    ticket = make_ticket(channel)
    config = tmp_path / "schemathesis.toml"
    config.write_text(f'[parameters]\n"path.channel_id" = {channel.pk}\n"path.number" = {ticket.number}\n')

    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run"),
            *(f"{served}/api/v1/schema/", "--header", f"Authorization: Bearer {secret}", "--checks", CHECKS),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--max-time", "100", "--seed", "7"),
            *("--generation-deterministic", "--generation-with-security-parameters", "false"),
            *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
        ],
        env=os.environ | {"PYTHONUTF8": "1"},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.django_db(transaction=True)
def test_whoever_has_no_key_gets_401_at_every_address(served, channel):
    names = defaultdict(lambda: 1, channel_id=channel.pk)
    description = httpx.get(f"{served}/api/v1/schema/").json()

    asked = [
        (method, path, httpx.request(method, served + path.format_map(names)))
        for path, methods in description["paths"].items()
        for method in methods
    ]

    assert len(asked) > 12
    assert [(method, path) for method, path, answer in asked if answer.status_code != 401] == []
    assert {answer.headers["Content-Type"] for _method, _path, answer in asked} == {"application/problem+json"}


@pytest.mark.django_db(transaction=True)
def test_a_message_posted_to_the_served_site_is_stored(served, channel, secret):
    item = {"external_id": "1", "thread_key": "1", "author": {"external_id": "a"}, "text": "Hello"}

    answer = httpx.post(
        f"{served}/api/v1/channels/{channel.pk}/messages",
        content=json.dumps([item | {"sent_at": timezone.now().isoformat()}]),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json; charset=utf-8"},
    )

    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    assert Message.objects.get().text == "Hello"


@pytest.mark.browser
def test_the_description_can_be_read_as_a_page(site):
    page = site.visit("/api/v1/docs/")

    page.wait_for_selector("#operations-channels-post_messages")
    page.click("#operations-channels-post_messages .opblock-summary-control")
    page.wait_for_selector("text=the same again is harmless")
    assert page.locator("button.authorize").is_visible()
