"""Positions as JSON: a list of objects, one a position."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from django.utils.translation import gettext as _

from brandvoice.exchange.records import LISTS, FileNotRead, FillInRecord, LinkRecord, PositionRecord, WordingRecord

PARTS = {"fill_ins": FillInRecord, "links": LinkRecord, "wordings": WordingRecord}
NAMES = {field.name for field in fields(PositionRecord)} - {"row"}


def write(records: Sequence[PositionRecord]) -> str:
    """Return the file."""
    rows = [{name: value for name, value in asdict(record).items() if name != "row"} for record in records]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> list[PositionRecord]:
    """Read the file; a row is a position's place in the list."""
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileNotRead(error.lineno, error.msg) from error
    if not isinstance(rows, list):
        raise FileNotRead(1, _("A list of positions is expected."))
    return [_record(row, place) for place, row in enumerate(rows, 1)]


def _record(row: object, place: int) -> PositionRecord:
    if not isinstance(row, Mapping):
        raise FileNotRead(place, _("An object is expected."))
    if unknown := sorted(set(row) - NAMES):
        raise FileNotRead(place, _("Unknown: %s.") % ", ".join(map(str, unknown)))
    try:
        values: dict[str, Any] = {name: _value(name, value) for name, value in row.items()}
        return PositionRecord(**values, row=place)
    except (TypeError, AttributeError) as error:
        raise FileNotRead(place, _("It does not have the shape of an export: %s.") % error) from error


def _value(name: str, value: object) -> object:
    if name in PARTS:
        if not isinstance(value, list):
            raise TypeError(name)
        return tuple(PARTS[name](**part) for part in value)
    if name in LISTS:
        if not isinstance(value, list):
            raise TypeError(name)
        return tuple(str(word) for word in value)
    return "" if value is None else str(value)
