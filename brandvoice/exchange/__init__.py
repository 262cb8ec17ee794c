"""Positions as files: what one is, and how CSV, JSON and Markdown write it down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandvoice.exchange import as_csv, as_json, as_markdown
from brandvoice.exchange.records import FileNotRead, FillInRecord, LinkRecord, PositionRecord, WordingRecord

__all__ = [
    "FORMATS",
    "FileNotRead",
    "FillInRecord",
    "Format",
    "LinkRecord",
    "PositionRecord",
    "WordingRecord",
    "format_of",
]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write positions down."""

    label: str | Promise
    ending: str
    mime: str
    write: Callable[[Sequence[PositionRecord]], str]
    read: Callable[[str], list[PositionRecord]]


FORMATS = {
    "csv": Format(_("CSV, for spreadsheets"), "csv", "text/csv", as_csv.write, as_csv.read),
    "json": Format(_("JSON, for programs"), "json", "application/json", as_json.write, as_json.read),
    "markdown": Format(_("Markdown, to read"), "md", "text/markdown", as_markdown.write, as_markdown.read),
}


def format_of(name: str) -> str:
    """Return the format that a file's name ends with, "" if none does."""
    ending = name.rpartition(".")[2].lower()
    return next((key for key, kind in FORMATS.items() if kind.ending == ending), "")
