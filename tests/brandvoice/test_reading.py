"""Messages are read for language, sentiment and urgency, with a confidence that can be trusted."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from brandvoice.embedding import thorough_embedder
from brandvoice.reading.language import judge_language
from brandvoice.reading.sentiment import NEGATIVE, NEUTRAL, POSITIVE, sentiment_chances
from brandvoice.reading.tone import NAMES, tone_of
from brandvoice.reading.urgency import signs_in, urgency_chances

LANGUAGES = frozenset({"en", "de", "es", "fr", "it", "nl", "da", "tr", "ja", "zh"})
LABELLED = Path(__file__).parents[2] / "benchmarks" / "labelled"


def sentiment_of(text):
    chances = sentiment_chances(text, thorough_embedder().middle(text))
    return max(chances, key=lambda label: chances[label])


def urgency_of(text):
    chances = urgency_chances(text)
    return chances.index(max(chances))


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Thank you so much, you made my day!", POSITIVE),
        ("love the new app 😍", POSITIVE),
        ("Worst service ever. I am so disappointed", NEGATIVE),
        ("My train is late AGAIN and nobody tells us anything 😡", NEGATIVE),
        ("Which platform does the 9:40 leave from?", NEUTRAL),
        ("My booking number is 4711", NEUTRAL),
    ],
)
def test_plain_feelings_are_recognised(text, sentiment):
    assert sentiment_of(text) == sentiment


def test_chances_of_sentiment_add_up_for_any_text():
    for text in ("", "👍", "@northline https://example.org", "好"):
        assert sum(sentiment_chances(text, thorough_embedder().middle(text)).values()) == pytest.approx(1)


def test_a_denied_word_is_turned_round_and_a_drawl_counts_more():
    balance = NAMES.index("balance")

    assert tone_of("good")[balance] > 0 > tone_of("not good")[balance]
    assert tone_of("soooo goooood")[balance] > tone_of("good")[balance]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Thanks, great service", 0),
        ("How do I change my seat?", 1),
        ("I can't log in to my account and nobody answers my e-mails", 2),
        ("My account was hacked, somebody is spending my money right now!", 3),
        ("My train is cancelled and I am stranded at the airport", 3),
    ],
)
def test_urgency_follows_its_signs(text, level):
    assert urgency_of(text) == level


def test_urgency_of_the_measured_half_stays_well_above_key_words():
    rows = [json.loads(line) for line in (LABELLED / "urgency.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row["half"] == "measure"]

    distance = sum(abs(urgency_of(row["text"]) - row["urgency"]) for row in rows) / len(rows)

    assert distance < 0.4  # a list of key words is off by 0.75


def test_a_very_long_text_is_searched_in_linear_time():
    assert "locked_out" in signs_in("can't " * 20_000 + "can't log in")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wo bleibt mein Paket?", "de"),
        ("Paket kaputt", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("colis perdu", "fr"),
        ("dov'è il mio ordine", "it"),
        ("Hvor er min pakke?", "da"),
        ("注文はどこですか", "ja"),
        ("订单在哪里", "zh"),
        ("kargom nerede?", "tr"),
        ("where's my order", "en"),
        ("Zeig mir bitte die Sendung From South Africa to South Carolina", "de"),
    ],
)
def test_short_texts_are_told_apart(text, language):
    spoken = judge_language(text, LANGUAGES)

    assert spoken.code == language
    assert 0 < spoken.confidence <= 1


def test_the_place_decides_where_the_words_hardly_do():
    assert judge_language("Status", {"da", "en"}, expected="da").code == "da"
    assert judge_language("Status", {"da", "en"}, expected="en").code == "en"


@pytest.mark.parametrize("text", ["👍👍", "https://example.org", "@NorthlineRail", "42", "…", ""])
def test_what_has_no_words_has_no_language(text):
    assert judge_language(text, LANGUAGES) is None


def test_evaluating_sentiment_ends_with_one_json_object(tmp_path):
    texts, labels = tmp_path / "t.txt", tmp_path / "l.txt"
    texts.write_text("I hate this so much\nMy booking number is 4711\nIt\\u2019s wonderful, thank you!\n")
    labels.write_text("0\n1\n2\n")
    out = StringIO()

    call_command("evaluate_sentiment", texts=texts, labels=labels, stdout=out)

    figures = json.loads(out.getvalue().splitlines()[-1])
    assert {key: figures[key] for key in list(figures)[:3]} == {"n": 3, "macro_recall": 100.0, "accuracy": 100.0}
    assert figures["p50_ms"] > 0


def test_evaluating_refuses_files_that_do_not_belong_together(tmp_path):
    (tmp_path / "t.txt").write_text("one\ntwo\n")
    (tmp_path / "l.txt").write_text("0\n")

    with pytest.raises(CommandError, match="2 lines"):
        call_command("evaluate_sentiment", texts=tmp_path / "t.txt", labels=tmp_path / "l.txt")
