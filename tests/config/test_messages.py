"""Every word for people is there in every language, and says the same."""

import re
from collections import Counter

import pytest
from django.contrib import admin
from django.utils.functional import Promise

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


def test_every_name_that_the_console_shows_can_be_translated():
    admins = list(admin.site._registry.items())
    admins += [(inline.model, inline) for _model, shown in admins for inline in shown.inlines]

    unmarked = [
        f"{model.__name__}.{field.name}"
        for model, shown in admins
        for field in (model._meta.get_field(name) for name in names_of(model, shown))
        if not isinstance(field.verbose_name, Promise)
    ]

    assert unmarked == []


def names_of(model, shown):
    """Return the fields of a model that its page, its list or its filters name."""
    pages = [name for _title, part in shown.fieldsets or () for name in part["fields"]] or [*(shown.fields or ())]
    lists = [*getattr(shown, "list_display", ()), *getattr(shown, "list_filter", ())]
    flat = [name for one in [*pages, *lists] for name in (one if isinstance(one, tuple) else (one,))]
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    return [name for name in flat if name in fields] if pages else sorted(fields & {*map(str, flat)})
