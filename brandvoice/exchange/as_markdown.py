"""Positions as Markdown: a heading a question, a list of what frames it, its words as quotations."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import re2
from django.utils.translation import gettext as _

from brandvoice.exchange.records import (
    LISTS,
    TEXTS,
    FileNotRead,
    PositionRecord,
    WordingRecord,
    fill_in_line,
    link_line,
    read_fill_in,
    read_link,
    split_words,
)

ANY = "any"
FACTS, WORDING = "Rests on", "Wording"
_ITEM = re2.compile(r"- ([a-z_]+): (.*)")
_PLACE = re2.compile(r"Wording ([\w-]+) · ([\w-]+)")


def write(records: Sequence[PositionRecord]) -> str:
    """Return the file."""
    return "\n".join("\n".join(_lines(record)) for record in records)


def read(text: str) -> list[PositionRecord]:
    """Read the file; a row is a line."""
    lines = list(enumerate(text.replace("\r\n", "\n").split("\n"), 1))
    starts = [place for place, (_number, line) in enumerate(lines) if line.startswith("# ")]
    stray = next((n for n, line in lines[: starts[0] if starts else None] if line.strip()), 0)
    if stray or not starts:
        raise FileNotRead(stray or 1, _("A heading with the question is expected: # Where is my order?"))
    return [_record(lines[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _lines(record: PositionRecord) -> Iterator[str]:
    yield from (f"# {record.question}", "", f"- key: {record.key}")
    for name in TEXTS:
        if getattr(record, name):
            yield f"- {name}: {getattr(record, name)}"
    for name in LISTS:
        if getattr(record, name):
            yield f"- {name}: {', '.join(getattr(record, name))}"
    yield from (f"- fill_in: {fill_in_line(fill_in)}" for fill_in in record.fill_ins)
    yield from (f"- link: {link_line(link)}" for link in record.links)
    yield ""
    if record.facts:
        yield from _quoted(FACTS, record.facts)
    for wording in record.wordings:
        yield from _quoted(f"{WORDING} {wording.language} · {wording.channel_kind or ANY}", wording.text)


def _quoted(heading: str, text: str) -> Iterator[str]:
    yield from (f"## {heading}", "")
    yield from (f"> {line}" if line else ">" for line in text.split("\n"))
    yield ""


def _record(lines: Sequence[tuple[int, str]]) -> PositionRecord:
    number, heading = lines[0]
    values: dict[str, str] = {}
    parts: dict[str, list[str]] = {"fill_in": [], "link": []}
    end = next((place for place, (_n, line) in enumerate(lines) if line.startswith("## ")), len(lines))
    for at, line in lines[1:end]:
        _read_item(at, line, values, parts)
    quotes = list(_quotes(lines[end:]))
    frame: dict[str, Any] = {name: values.get(name, "").strip() for name in TEXTS}
    frame |= {name: split_words(values.get(name, "")) for name in LISTS}
    return PositionRecord(
        question=heading[2:].strip(),
        key=values.get("key", "").strip(),
        **frame,
        fill_ins=tuple(read_fill_in(line) for line in parts["fill_in"]),
        links=tuple(read_link(line) for line in parts["link"]),
        facts=next((text for _at, title, text in quotes if title == FACTS), ""),
        wordings=tuple(_wording(at, title, text) for at, title, text in quotes if title != FACTS),
        row=number,
    )


def _read_item(at: int, line: str, values: dict[str, str], parts: dict[str, list[str]]) -> None:
    if not line.strip():
        return
    item = re2.fullmatch(_ITEM, line.rstrip())
    name, value = item.groups() if item else ("", "")
    if name in parts:
        parts[name].append(value)
    elif name == "key" or name in TEXTS or name in LISTS:
        values[name] = value
    else:
        raise FileNotRead(at, _("“%s” is not understood here.") % line.strip())


def _quotes(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Yield each second heading with the quotation below it."""
    at, title, quoted = 0, "", list[str]()
    for number, line in lines:
        if line.startswith("## "):
            if title:
                yield at, title, "\n".join(quoted)
            at, title, quoted = number, line[3:].strip(), []
        elif line.startswith(">"):
            quoted.append(line[2:] if line.startswith("> ") else line[1:])
        elif line.strip():
            raise FileNotRead(number, _("Begin each line of a text with “> ”."))
    if title:
        yield at, title, "\n".join(quoted)


def _wording(at: int, title: str, text: str) -> WordingRecord:
    place = re2.fullmatch(_PLACE, title)
    if place is None:
        raise FileNotRead(at, _("Write a language and a kind of channel: ## Wording en · any"))
    language, kind = place.groups()
    return WordingRecord(language, "" if kind == ANY else kind, text)
