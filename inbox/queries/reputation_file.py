"""The reputation page as a file: CSV for programs, XLSX for people; every figure with its number and not as words."""

import csv
import io
from collections.abc import Iterator, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from brandvoice.exchange.as_csv import safe_cell
from inbox.queries.reputation import Reputation, Wanted
from inbox.queries.reputation_page import Chart, Table, charts_of, own_table, table_of
from inbox.queries.reputation_table import Cell, Unit

Line = Sequence[str | float | None]
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet calls a page at most.
LONGEST_NAME = 31


def as_csv(table: Table) -> str:
    """Return the table of a cut, a line for each value; times in seconds, shares in percent."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in _lines(table):
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in line])
    return out.getvalue()


def as_xlsx(wanted: Wanted, tables: Sequence[Table], charts: Sequence[Chart]) -> bytes:
    """Return a workbook: a page for each table and each chart."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    period = f"{wanted.since:%Y-%m-%d} – {wanted.until:%Y-%m-%d} ({wanted.zone})"
    pages = [(str(table.name), list(_lines(table))) for table in tables]
    pages += [(chart.title, list(_points(chart))) for chart in charts]
    for name, lines in pages:
        sheet = book.add_worksheet(name[:LONGEST_NAME])
        sheet.set_column(0, 0, 32)
        sheet.write(0, 0, period)
        for at, line in enumerate(lines, 2):
            sheet.write_row(at, 0, line, bold if at == 2 else None)
        sheet.freeze_panes(3, 1)
    book.close()
    return out.getvalue()


def workbook_of(wanted: Wanted, found: Reputation) -> bytes:
    """Return the whole page as a workbook."""
    return as_xlsx(wanted, tables_of(wanted, found), charts_of(wanted, found))


def tables_of(wanted: Wanted, found: Reputation) -> list[Table]:
    """Return the tables of the page: that of the cut first."""
    if wanted.agent_id:
        return [own_table(found)]
    purposes = [] if wanted.cut == "purpose" else [table_of("purpose", found.purposes)]
    return [table_of(wanted.cut, found.rows), *purposes]


def name_of(wanted: Wanted, kind: str) -> str:
    """Return what the file is called."""
    return f"reputation-{wanted.since:%Y-%m-%d}-{wanted.until:%Y-%m-%d}.{kind}"


def _lines(table: Table) -> Iterator[Line]:
    heads = [str(table.name)]
    for column in table.columns:
        heads.append(f"{column.label}{_unit(column.unit)}")
        if column.unit == Unit.SHARE:
            heads += [_("from, %"), _("to, %")]
    yield heads
    for name, cells in table.rows:
        yield [name, *(number for one in cells for number in _numbers(one.cell))]


def _points(chart: Chart) -> Iterator[Line]:
    yield ["", *(f"{one.label}{_unit(chart.unit)}" for one in chart.series)]
    for point, cells in chart.rows:
        yield [point, *(cell.number for cell in cells)]


def _numbers(cell: Cell) -> list[float | None]:
    if cell.unit != Unit.SHARE:
        return [cell.number]
    return [cell.number, cell.low, cell.high] if cell.number is not None else [None, None, None]


def _unit(unit: Unit) -> str:
    return {Unit.NUMBER: "", Unit.SHARE: ", %", Unit.TIME: ", s"}[unit]
