"""Makes PDF of pages, where the machine has what that takes; nothing is fetched for it."""

import logging
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

STYLE = "css/report.css"

logger = logging.getLogger(__name__)


class NoPdf(Exception):
    """The machine lacks Pango."""

    def __str__(self) -> str:
        return _("This machine makes no PDF. Its operator can install Pango.")


@cache
def is_possible() -> bool:
    """Return whether PDF can be made here; looked at once."""
    try:
        import weasyprint  # noqa: F401  it opens the system's libraries
    except OSError as missing:
        logger.warning("No PDF without Pango: %s", missing)
        return False
    return True


def write_pdf(html: str) -> bytes:
    """Return a page as PDF, set in the style of reports; raises NoPdf."""
    if not is_possible():
        raise NoPdf
    from weasyprint import CSS, HTML

    style = CSS(string=Path(str(finders.find(STYLE))).read_text())
    pdf: bytes = HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[style])
    return pdf


def _refuse(url: str, **_: object) -> dict[str, object]:
    raise ValueError(f"Reports fetch nothing: {url[:80]}")
