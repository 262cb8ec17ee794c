"""What agents put in place of signed words: whole words, gaps aside, with a place for what was only added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brandvoice.spans import alike, altered_outside_fill_ins, open_fill_ins, replace_words, replacements

GAPS = "Dear {name}, you get {amount} back within 7 days."
PLAIN = "Please claim it with the form on our page."
texts = st.text(alphabet="ab {}.\n", max_size=30)


def changes(signed, current):
    return [(change.was, change.now) for change in replacements(signed, current)]


@pytest.mark.parametrize(
    ("signed", "current", "expected"),
    [
        (GAPS, "Dear Anna, you get 12 € back within 7 days.", []),
        (GAPS, "Dear Anna, you get 12 € back within 14 days.", [("7", "14")]),
        (GAPS, "Dear Anna, you get 12 € back within a week.", [("7 days", "a week")]),
        (GAPS, "Dear Anna, you get 12 € back within 7 days. Sorry!", [("days.", "days. Sorry!")]),
        (PLAIN, f"We are sorry. {PLAIN}", [("Please", "We are sorry. Please")]),
        (PLAIN, "Please claim it on our page.", [("with the form", "")]),
        (PLAIN, "Please claim it with the form, on our page.", [("form", "form,")]),
        (PLAIN, "please claim  it with the FORM on our page.", []),
        ("It’s fine – really.", "It's fine - really.", []),
        ("Yes. You can.", "Yes! You can.", [("Yes.", "Yes!")]),
        (PLAIN, "We shall be in touch by mail.", []),
    ],
)
def test_a_change_says_what_stood_there_and_what_stands_there_now(signed, current, expected):
    assert changes(signed, current) == expected


@given(texts, texts)
def test_words_that_are_as_signed_are_read_as_signed(signed, current):
    if not altered_outside_fill_ins(signed, current):
        assert open_fill_ins(signed, current) == signed
        assert changes(signed, current) == []


@given(texts)
def test_what_was_changed_can_be_put_in_its_place(signed):
    for change in replacements(f"one two three {signed}", f"one 2 three {signed}"):
        assert replace_words(f"one two three {signed}", change.was, change.now) == f"one 2 three {signed}"


def test_words_are_replaced_whole_and_wherever_they_stand():
    assert replace_words("7 days, 17 days, 7 days", "7 days", "a week") == "a week, 17 days, a week"
    assert replace_words("nothing here", "", "x") == "nothing here"


def test_texts_are_alike_whatever_their_case_spaces_and_quotes():
    assert alike("It’s  «Fine»\n") == alike('it\'s "fine"')
    assert alike("7 days") != alike("14 days")
