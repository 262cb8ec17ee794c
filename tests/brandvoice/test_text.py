"""The pure helpers: word diffs, spans that follow edits, personal data, terms."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brandvoice.diff import diff_words, edits
from brandvoice.personal_data import find_personal_data
from brandvoice.spans import altered_outside_fill_ins, edit_distance
from brandvoice.terms import find_term

WORDS = st.text(alphabet="ab c.é\n", max_size=40)


def shown(old, new):
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[part.change].format(part.text) for part in diff_words(old, new))


def test_a_diff_reads_word_by_word():
    assert shown("You get half a fare back.", "You get one fare back.") == "You get [-half a-][+one+] fare back."
    assert shown("", "New.") == "[+New.+]"
    assert shown("Same.", "Same.") == "Same."


@given(WORDS, WORDS)
def test_a_diff_loses_nothing(old, new):
    parts = diff_words(old, new)

    assert "".join(part.text for part in parts if part.change != "added") == old
    assert "".join(part.text for part in parts if part.change != "removed") == new


def test_a_diff_of_two_long_texts_that_share_nothing_ends_soon():
    started = time.monotonic()
    edits("a b " * 5000, "c d " * 5000)
    edits(" ".join(map(str, range(350))), " ".join(map(str, range(350, 700))))

    assert time.monotonic() - started < 2


SIGNED = "Dear {name}, we pay {amount} back within 7 days."


@pytest.mark.parametrize(
    ("current", "altered"),
    [
        (SIGNED, []),
        ("Dear Ana, we pay €12.50 back within 7 days.", []),
        ("Dear Ana María and Luis, we pay twelve euros back within 7 days.", []),
        ("Dear , we pay  back within 7 days.", []),
        ("Dear Ana, we pay €12.50 back within 14 days.", ["14"]),
        ("Dear Ana, we pay €12.50 back within 7 days!", ["!"]),
        ("Hello Ana, we pay €12.50 back within 7 days. Promised.", ["Hello", " Promised."]),
        ("Dear Ana, we pay €12.50 back.", [""]),
        ("Dear Ana, we may pay €12.50 back within 7 days.", ["may "]),
        ("Dear Ana\n\nBob, we pay €12.50 back within 7 days.", ["\n\n"]),
        (SIGNED.replace("{name}", "very " * 41 + "dear"), ["very " * 41 + "dear"]),
        ("", [""]),
    ],
)
def test_words_changed_outside_the_fill_ins_are_found(current, altered):
    assert [current[start:end] for start, end in altered_outside_fill_ins(SIGNED, current)] == altered


@given(st.lists(st.text(alphabet="ab .é", max_size=12), min_size=2, max_size=4), st.data())
def test_filling_in_alters_nothing(pieces, data):
    filled = pieces[0]
    for piece in pieces[1:]:
        filled += data.draw(st.text(alphabet="xy {}é.", max_size=12)) + piece

    assert altered_outside_fill_ins("{x}".join(pieces), filled) == []


@given(WORDS, WORDS)
def test_words_without_a_fill_in_are_altered_by_any_change(signed, current):
    assert (altered_outside_fill_ins(signed, current) == []) == (signed == current)


def test_a_long_text_is_compared_soon():
    signed = "We pay {amount} back within 7 days, as {name} has told you. " * 6
    started = time.monotonic()
    altered_outside_fill_ins(signed, signed.replace("7", "14"))

    assert time.monotonic() - started < 0.5


@given(st.text(alphabet="abc", max_size=12), st.text(alphabet="abc", max_size=12))
def test_the_edit_distance_is_levenshteins(one, other):
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (left != right))

    assert edit_distance(one, other) == row[-1]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Write to ana.b+c@mail.example.com, please", "en", [("email", "ana.b+c@mail.example.com")]),
        ("@ana look at a@b", "en", []),
        ("+49 30 901820 or 0171 1234567", "de", [("phone", "+49 30 901820"), ("phone", "0171 1234567")]),
        ("+34 912 345 678", "", [("phone", "+34 912 345 678")]),
        ("(415) 555-2671", "en", [("phone", "(415) 555-2671")]),
        ("Your order 2024123456 of 24.11.2026, 19.99 EUR", "en", []),
        ("DE89 3704 0044 0532 0130 00 and more", "de", [("iban", "DE89 3704 0044 0532 0130 00")]),
        ("DE88 3704 0044 0532 0130 02", "de", []),
        ("GB29NWBK60161331926819", "en", [("iban", "GB29NWBK60161331926819")]),
        ("card 4111 1111 1111 1111!", "en", [("card", "4111 1111 1111 1111")]),
        ("card 4111 1111 1111 1112", "en", []),
        ("https://shop.example/4111111111111111?mail=ana@example.com", "en", []),
        ("Call 112. Platform 9, coach 12, 7:42.", "en", []),
    ],
)
def test_personal_data_is_found_outside_links(text, language, found):
    assert [(item.kind, text[item.start : item.end]) for item in find_personal_data(text, language)] == found


@pytest.mark.parametrize(
    ("term", "language", "text", "found"),
    [
        (
            "guarantee",
            "en",
            "GUARANTEED, guaranteeing guarantees.",
            ["GUARANTEED", "guaranteeing", "guarantees"],
        ),
        ("promise", "en", "Promising promises; compromise", ["Promising", "promises"]),
        ("no problem", "en", "No\u00a0 problem, noproblem, no problems", ["No\u00a0 problem", "no problems"]),
        ("kostenlos", "de", "Kostenlose Lieferung, kostenlosx", ["Kostenlose"]),
        ("Größe", "de", "GRÖẞE, Größen, Großer", ["GRÖẞE", "Größen"]),
        ("barato", "es", "Baratos, baratísimo", ["Baratos"]),
        ("cheap", "", "cheap cheaper", ["cheap"]),
        ("100%", "en", "100% sure, 1100%", ["100%"]),
        ("C++", "en", "c++ and c", ["c++"]),
        ("(a+)+$", "en", "aaaaaaa", []),
        ("   ", "en", "anything", []),
    ],
)
def test_terms_are_found_as_whole_words_with_simple_inflections(term, language, text, found):
    assert [text[start:end] for start, end in find_term(term, language, text)] == found


@pytest.mark.parametrize("piece", ["1 ", "a@", "DE89 ", "a", "+1(", "é\u0301", "4111 1111 "])
def test_hostile_text_is_read_in_a_moment(piece):
    hostile = piece * (10_000 // len(piece))
    started = time.monotonic()
    find_personal_data(hostile, "en")
    list(find_term("a a a a", "en", hostile))

    assert time.monotonic() - started < 1
