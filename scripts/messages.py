"""Collect the words for people from the code into locale/, and compile what translators wrote.

`make messages` runs this, in pure Python. What it writes is committed, so running Onevoice needs no tools for it.
Unfold ships no translations: the words of its pages are collected with ours.
"""

import gettext
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("de", "es")
OURS = ("accounts", "brandvoice", "config", "inbox", "locale", "templates")

KEYWORDS = DEFAULT_KEYWORDS | {
    "_now": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def main() -> None:
    """Bring every catalogue up to date with the code, compile it, and say what a translator has to do."""
    prepare()
    words = collected()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(words, no_fuzzy_matching=True, update_creation_date=False)
        for message in catalog:
            message.auto_comments = []
        write(catalog, language)
        print(f"{language}: {len(catalog)} messages, {len(to_translate(catalog))} to translate in {path(language)}")


def prepare() -> None:
    """Let Django read templates; it needs settings for that, and no database."""
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def path(language: str) -> Path:
    """Return where the language's catalogue stands."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue as translators left it; an empty one when there is none yet."""
    if not path(language).exists():
        return Catalog(language, project="Onevoice", version="", fuzzy=False)
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def write(catalog: Catalog, language: str) -> None:
    """Write the catalogue for translators, and compiled for Django."""
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(file, catalog, width=118, ignore_obsolete=True, include_lineno=False)
    path(language).with_suffix(".mo").write_bytes(compiled(read(language)))


def compiled(catalog: Catalog) -> bytes:
    """Return the catalogue as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def to_translate(catalog: Catalog) -> list[str]:
    """Return the words without a translation, and those with one that was guessed from similar words."""
    entries = [message for message in catalog if message.id]
    return [first(message.id) for message in entries if message.fuzzy or not all(strings(message))]


def strings(message: Message) -> tuple[str, ...]:
    """Return the translations of a message, one for each plural form; an empty one is missing."""
    return message.string if isinstance(message.string, tuple) else (message.string or "",)


def collected() -> Catalog:
    """Return every word for people in the code, each with the files that say it."""
    catalog = Catalog()
    for room in OURS:
        for file in sorted((ROOT / room).rglob("*")):
            for found, context in words_in(file):
                catalog.add(found, context=context, locations=[(str(file.relative_to(ROOT)), 1)])
    known = known_to_django()
    for file in sorted(unfold().rglob("*")):
        for found, context in words_in(file):
            if first(found) not in known and "/contrib/" not in str(file):
                catalog.add(found, context=context, locations=[(str(file.relative_to(unfold().parent)), 1)])
    return catalog


def words_in(file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield the words that a file marks for translation, with their context."""
    if file.suffix == ".py" and "migrations" not in file.parts:
        source = file.read_text()
    elif file.suffix in (".html", ".txt"):
        source = python_of(file.read_text())
    else:
        return
    for _line, found, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield found, context


def python_of(template: str) -> str:
    """Return a template as Python that marks the same words; the parentheses make its indentation harmless."""
    from django.utils.translation.template import templatize

    return f"(\n{templatize(template)}\n)"


def unfold() -> Path:
    """Return the folder of the console's library."""
    import unfold

    return Path(unfold.__file__).parent


def known_to_django() -> set[str]:
    """Return the words that Django and its console have in all our languages."""
    import django

    places = [Path(django.__file__).parent / place for place in ("conf/locale", "contrib/admin/locale")]
    return set.intersection(*({*words_of(places, language)} for language in LANGUAGES))


def words_of(places: list[Path], language: str) -> Iterator[str]:
    """Yield the words that these compiled catalogues translate into the language."""
    for place in places:
        with (place / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
            yield from (first(key) for key in gettext.GNUTranslations(file)._catalog if key)


def first(found: str | tuple[str | int, ...]) -> str:
    """Return the singular of a message."""
    return found if isinstance(found, str) else str(found[0])


if __name__ == "__main__":
    main()
