"""Signed stretches keep their place when somebody changes the text around them, and in them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brandvoice.spans import Span, follow

OLD = "Hello. You get it back. Bye."
HELD = Span(1, 7, 23)
texts = st.text(alphabet="ab .\n", max_size=12)


def held_in(new, old=OLD, span=HELD):
    return [one.cut(new) for one in follow([span], old, new)]


@pytest.mark.parametrize(
    ("new", "held"),
    [
        (OLD, ["You get it back."]),
        ("Hello there, Anna. You get it back. Goodbye.", ["You get it back."]),
        ("You get it back. Bye.", ["You get it back."]),
        ("Hello. You get all of it back. Bye.", ["You get all of it back."]),
        ("Hello. So you get it back. Bye.", ["So you get it back."]),
        ("Hello. You get it back. And soon. Bye.", ["You get it back."]),
        ("Bye. You get it back. Hello.", ["You get it back."]),
        ("You are so kind. You get it back.", ["You get it back."]),
        ("Hello. You do. Bye.", []),
        ("Hello. Bye.", []),
        ("Something else altogether", []),
        ("", []),
    ],
)
def test_what_is_changed_inside_belongs_to_it_and_what_comes_before_or_after_does_not(new, held):
    assert held_in(new) == held


def test_each_of_two_stretches_moves_by_itself():
    old, new = "One two. Three four.", "Zero. One two! Three and four."

    found = follow([Span(1, 0, 8), Span(2, 9, 20)], old, new)

    assert [(one.wording_id, one.cut(new)) for one in found] == [(1, "One two!"), (2, "Three and four.")]


@given(texts, texts, st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_stretches_stay_inside_the_text_in_order_and_apart(old, new, one, two, three):
    start, middle, end = sorted(min(place, len(old)) for place in (one, two, three))
    held = [span for span in (Span(1, start, middle), Span(2, middle, end)) if span.start < span.end]

    found = follow(held, old, new)

    assert all(0 <= span.start < span.end <= len(new) for span in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert follow(held, old, old) == held
