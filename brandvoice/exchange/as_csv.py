"""Positions as CSV: a row a wording; rows with the same key are one position, and the first of them holds the rest."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

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

WORDING = ("language", "channel_kind", "text")
COLUMNS = ("key", "question", *WORDING, "facts", *TEXTS, *LISTS, "fill_ins", "links")
# A spreadsheet takes a cell that begins like this for a formula; an apostrophe before it makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(records: Sequence[PositionRecord]) -> str:
    """Return the file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for record in records:
        for number, wording in enumerate(record.wordings or (WordingRecord("", "", ""),)):
            spoken = {name: getattr(wording, name) for name in WORDING}
            row = {"key": record.key} | spoken | ({} if number else _frame(record))
            writer.writerow({name: safe_cell(value) for name, value in row.items()})
    return out.getvalue()


def read(text: str) -> list[PositionRecord]:
    """Read the file; rows are counted as a spreadsheet counts them."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = set(reader.fieldnames or ())
    if unknown := sorted(str(name) for name in header - set(COLUMNS)):
        raise FileNotRead(1, _("Unknown column: %s.") % ", ".join(unknown))
    if missing := sorted({"question", "text"} - header):
        raise FileNotRead(1, _("Missing column: %s.") % ", ".join(missing))
    groups: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, row in enumerate(reader, 2):
        if None in row:
            raise FileNotRead(number, _("It has more cells than there are columns."))
        cells = {name: _plain(value or "") for name, value in row.items()}
        groups.setdefault(cells.get("key") or f"\0{number}", []).append((number, cells))
    return [_record(rows) for rows in groups.values()]


def _frame(record: PositionRecord) -> dict[str, str]:
    return {
        "question": record.question,
        "facts": record.facts,
        **{name: getattr(record, name) for name in TEXTS},
        **{name: ", ".join(getattr(record, name)) for name in LISTS},
        "fill_ins": "\n".join(fill_in_line(f) for f in record.fill_ins),
        "links": "\n".join(link_line(link) for link in record.links),
    }


def _record(rows: Sequence[tuple[int, Mapping[str, str]]]) -> PositionRecord:
    number, first = rows[0]
    wordings = [WordingRecord(*(row.get(name, "") for name in WORDING)) for _number, row in rows]
    values: dict[str, Any] = {name: first.get(name, "").strip() for name in TEXTS}
    values |= {name: split_words(first.get(name, "")) for name in LISTS}
    return PositionRecord(
        key=first.get("key", ""),
        question=first.get("question", ""),
        facts=first.get("facts", ""),
        **values,
        fill_ins=tuple(read_fill_in(line) for line in first.get("fill_ins", "").splitlines() if line.strip()),
        links=tuple(read_link(line) for line in first.get("links", "").splitlines() if line.strip()),
        wordings=tuple(wording for wording in wordings if wording.text),
        row=number,
    )


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith((*FORMULA, "'")) else value


def _plain(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith((*FORMULA, "'")) else value
