"""Every word for people is there in every language, and says the same."""

import re
from collections import Counter

import pytest

from scripts import messages

EVERY_LANGUAGE = pytest.mark.parametrize("language", messages.LANGUAGES)
# %(name)s and %d, {name}, <strong>: what the code or the browser puts in or reads.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?(?:\.\d+)?[a-z%]|\{[^{}\s]*\}|<[^<>]+>")


@pytest.fixture(scope="module")
def words():
    """Return what the code says."""
    return messages.collected()


def keys(catalog):
    return {(messages.first(message.id), message.context) for message in catalog if message.id}


def translations_of(catalog):
    """Return pairs of what is said and how, one for each form of a plural."""
    for message in catalog:
        if message.id:
            said = message.id if message.pluralizable else (message.id,)
            yield from zip(said, messages.strings(message), strict=True)


@EVERY_LANGUAGE
def test_every_word_of_the_code_has_an_entry_and_every_entry_is_said(words, language):
    catalog = messages.read(language)

    assert keys(words) ^ keys(catalog) == set(), "run `make messages`, then translate what is new"


@EVERY_LANGUAGE
def test_every_entry_is_translated_and_none_is_a_guess(language):
    assert messages.to_translate(messages.read(language)) == []


@EVERY_LANGUAGE
def test_a_translation_has_the_placeholders_and_the_tags_of_the_original(language):
    different = [
        (said, translated)
        for said, translated in translations_of(messages.read(language))
        if Counter(PLACEHOLDER.findall(said)) != Counter(PLACEHOLDER.findall(translated))
    ]

    assert different == []


@EVERY_LANGUAGE
def test_what_django_reads_is_compiled_from_what_translators_wrote(language):
    compiled = messages.path(language).with_suffix(".mo").read_bytes()

    assert compiled == messages.compiled(messages.read(language)), "run `make messages`"
