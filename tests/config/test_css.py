"""Stylesheets know no left and no right: a page that is read from right to left is the same page turned round."""

import re

import pytest
from django.conf import settings

SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
SIDED = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-\w+)?|left|right"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_stylesheet_names_no_side(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert [found[0] for found in SIDED.finditer(rules)] == []


def test_a_side_would_be_found():
    for rule in ("margin-left: 1px", "left: 0", "text-align: right", "border-top-left-radius: 2px", "float:left"):
        assert SIDED.search(f"  .x {{ {rule}; }}"), rule
    for rule in ("margin-inline-start: 1px", "mask-image: linear-gradient(to left, red)", "--left: 1"):
        assert not SIDED.search(f"  .x {{ {rule}; }}"), rule
