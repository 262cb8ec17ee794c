"""Positions, signed and unsigned, as the tests of this room need them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.urls import reverse

from brandvoice.actions.examples import add_examples, embed_missing_examples
from brandvoice.actions.positions import (
    NewWording,
    VersionContent,
    create_position,
    draft_version,
    sign_version,
    submit_version,
)
from brandvoice.queries.suggest import SuggestQuery, suggest
from tests import cast

REFUND = "You get the whole fare back within 7 days."


@pytest.fixture
def make_version(amira, lena, rail):
    """Return a maker of versions, signed by Amira unless told otherwise."""

    def make(
        question="How do I get my money back for a cancelled train?",
        text=REFUND,
        *,
        until="signed",
        brand=rail,
        position=None,
        **content,
    ):
        wordings = content.pop("wordings", (NewWording(text),))
        position = position or create_position(question, by=lena, brand=brand)
        version = draft_version(position, VersionContent(wordings, **content), by=lena)
        if until != "draft":
            version = submit_version(version, by=lena)
        if until == "signed":
            version = sign_version(version, by=amira)
        return version

    return make


@pytest.fixture
def teach(lena):
    """Return a teacher: what customers write about a version's position."""

    def teach(version, *texts, language="en"):
        add_examples(version.position, texts, language=language, by=lena)
        embed_missing_examples()

    return teach


@pytest.fixture
def ask(northline, rail):
    """Return a way to ask for suggestions on Northline Rail's Bluesky channel."""
    usual = SuggestQuery(northline.pk, rail.pk, "bluesky", "en", ())

    def ask(*texts, now=None, **other):
        embed_missing_examples()
        return suggest(replace(usual, texts=texts, **other), now=now)

    return ask


@pytest.fixture
def heard():
    """Collect what the voice announces while a test runs."""
    from brandvoice.signals import version_changed

    told = []

    def listen(sender, *, version, change, by, **_):
        told.append(SimpleNamespace(version=version.pk, change=change, by=by))

    version_changed.connect(listen)
    yield told
    version_changed.disconnect(listen)


@pytest.fixture
def make_brand(northline):
    """Return a maker of further brands of Northline."""
    return lambda name: cast.make_brand(northline, name)


@pytest.fixture
def visit(client):
    """Return a way to open a page of this room as somebody, or to post to it."""

    def visit(person, name, *, post=None, **address):
        client.force_login(person)
        where = reverse(f"brandvoice:{name}", kwargs=address)
        return client.get(where) if post is None else client.post(where, post)

    return visit
