import re

import pytest

pytestmark = pytest.mark.django_db


def policy_of(response):
    header = response.headers["Content-Security-Policy"]
    return dict(rule.split(" ", 1) for rule in header.split("; "))


def test_every_page_allows_only_its_own_origin_and_its_own_nonce(client):
    policy = policy_of(client.get("/accounts/login/"))

    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", policy["script-src"])
    assert re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", policy["style-src"])
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"


def test_no_two_answers_share_a_nonce(client):
    once, again = (policy_of(client.get("/accounts/login/"))["script-src"] for _ in range(2))

    assert once != again


def test_only_the_console_may_evaluate_scripts(client):
    assert "'unsafe-eval'" in policy_of(client.get("/console/"))["script-src"]
    assert "unsafe" not in client.get("/nowhere/").headers["Content-Security-Policy"]


def test_pages_are_not_framed_and_leak_no_referrer(client):
    headers = client.get("/accounts/login/").headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
