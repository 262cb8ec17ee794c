"""Every network counts in its own way; the vectors are those that the networks publish."""

import json
from pathlib import Path

import pytest

from brandvoice.limits import count, fitting_length

# twitter-text, conformance/validate.yml at 30e2430: what X counts, with each emoji as two.
X_VECTORS = json.loads((Path(__file__).parent / "vectors/x_weighted.json").read_text())
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        # twitter-text's conformance suite, emoji discounted.
        ("Hi http://test.co", 26),
        ("http://test.co", 23),
        ("https://www.twitter.com/aloha " * 10, 240),
        ("故" * 160, 320),
        ("the" + "故" * 160, 323),
        ("😷" * 160, 320),
        ("A\u0301B", 2),
        ("Aש\ufb2a".replace("ש\ufb2a", "\ufb2a\u05bc"), 4),
        (f"H🐱☺{FAMILY}", 7),
        ("😷👾😡🔥💩", 10),
        ("🙋🏽👨\u200d🎤", 4),
        ("randomurl" * 7 + "s.com", 68),
        # Punctuation after a link belongs to the sentence; an address is no link.
        ("See https://a.example/b.", 28),
        ("ana@example.com", 15),
        ("", 0),
    ],
)
def test_x_weighs_characters_and_shortens_links(text, used):
    assert count(text, "x").used == used


@pytest.mark.parametrize("vector", X_VECTORS, ids=range(len(X_VECTORS)))
def test_x_counts_as_its_own_library_does(vector):
    assert count(vector["text"], "x").used == vector["length"]


def test_x_has_room_for_280():
    assert count("a" * 280, "x").over == 0
    assert count("a" * 281, "x").over == 1


def test_bluesky_counts_what_a_reader_sees_and_bytes_as_well():
    assert count("e\u0301" * 300, "bluesky").over == 0
    assert count("a" * 301, "bluesky").over == 1
    assert count(FAMILY * 120, "bluesky").over == 0
    assert (count(FAMILY * 121, "bluesky").over, str(count(FAMILY * 121, "bluesky").unit)) == (25, "bytes")


def test_mastodon_counts_a_link_as_23_and_a_mention_without_its_server():
    assert count("https://example.com/" + "a" * 200, "mastodon").used == 23
    assert count("@ana@mastodon.example hi", "mastodon").used == 7
    assert count("é" * 500, "mastodon").over == 0


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        # Mastodon, spec/validators/status_length_validator_spec.rb at d5e278d: what it lets through, and what not.
        ("a" * 520, False),
        ("a" * 476 + " http://" + "b" * 30 + ".com/example", True),
        ("a" * 476 + "http://" + "b" * 30 + ".com/example", False),
        ("http://example.com/valid?" + "#foo?" * 1000, False),
        ("a" * 475 + " @alice@" + "b" * 30 + ".com", True),
        ("@alice@" + "b" * 500 + ".com", False),
        ("✨" * 500, True),
        ("\U0001f3f3\ufe0f\u200d\u26a7\ufe0f" * 500, True),
    ],
)
def test_mastodon_lets_through_what_its_own_validator_does(text, fits):
    assert (count(text, "mastodon").over == 0) is fits


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the euro sign is not cut in two
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 66, 2),  # 33 pairs a part: a pair is not cut in two
        ("😀" * 67, 3),
        ("ç", 1),  # not in GSM-7, though the capital is
    ],
)
def test_an_sms_is_paid_by_the_part(text, parts):
    assert count(text, "sms").used == parts


@pytest.mark.parametrize(
    ("network", "text", "used", "limit"),
    [
        ("instagram", "é" * 500, 1000, 1000),
        ("line", "🍎", 2, 5000),  # the example in LINE's guide to counting
        ("telegram", "😀" * 2048, 4096, 4096),
        ("whatsapp", "a" * 4097, 4097, 4096),
        ("facebook", "😀" * 1000, 2000, 2000),
        ("messenger", "a" * 2000, 2000, 2000),
        ("matrix", "é" * 15_001, 30_002, 30_000),
        ("sandbox", FAMILY, 1, 300),
        ("webchat", FAMILY, 1, 4000),
        ("email", "a" * 100_000, 100_000, None),
        ("a network of tomorrow", "abc", 3, None),
    ],
)
def test_the_other_networks(network, text, used, limit):
    counted = count(text, network)

    assert (counted.used, counted.limit) == (used, limit)
    assert counted.over == (max(0, used - limit) if limit else 0)


def test_the_part_that_fits_is_known():
    assert fitting_length("a" * 290, "x") == 280
    assert fitting_length("short", "x") == 5
    assert fitting_length("é" * 501, "instagram") == 500
