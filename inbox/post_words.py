"""Signed words in the form of a planned post: where they stand, put in, or put in place of others.

The form keeps the text as it was when its stretches were last said, so that these follow whatever is typed since.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from brandvoice.models import Wording
from brandvoice.spans import Span, follow
from inbox.forms import SpansField, one_line_end
from inbox.models.posts import LONGEST_TEXT

GAP = "\n\n"


def spans_in(data: Mapping[str, Any], text: str) -> tuple[Span, ...]:
    """Return where the signed words of a form stand in its text, which may have been changed since they were said."""
    before = one_line_end(data.get("spans_of", ""))[:LONGEST_TEXT]
    try:
        said: Sequence[Span] = SpansField(required=False).clean(data.get("spans", ""))
    except ValidationError:
        # What can't be read is as if nothing were signed: the guard then reads the words like any.
        return ()
    held = [one for one in said if one.start < one.end <= len(before)]
    return tuple(follow(held, before, text)) if held else ()


def written(spans: Sequence[Span]) -> str:
    """Return stretches as a form keeps them."""
    return json.dumps([{"wording": one.wording_id, "start": one.start, "end": one.end} for one in spans])


def with_wording(data: QueryDict, text: str, spans: Sequence[Span], wording: Wording) -> QueryDict:
    """Return the form with a signed wording after what it says."""
    start = len(text) + len(GAP) if text else 0
    said = f"{text}{GAP}{wording.text}" if text else wording.text
    return _changed(data, said, [*spans, Span(wording.pk, start, start + len(wording.text))])


def with_other_wording(data: QueryDict, text: str, spans: Sequence[Span], old: Span, wording: Wording) -> QueryDict:
    """Return the form with a signed wording in place of one of its stretches."""
    said = text[: old.start] + wording.text + text[old.end :]
    shift = len(wording.text) - (old.end - old.start)
    moved = [Span(one.wording_id, one.start + shift, one.end + shift) for one in spans if one.start >= old.end]
    before = [one for one in spans if one.end <= old.start]
    return _changed(data, said, [*before, Span(wording.pk, old.start, old.end + shift), *moved])


def _changed(data: QueryDict, text: str, spans: Sequence[Span]) -> QueryDict:
    changed = data.copy()
    changed["text"] = changed["spans_of"] = text
    changed["spans"] = written(spans)
    return changed
