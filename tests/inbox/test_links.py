"""Links are shown as they will go out, with the room that each takes, and can lose what follows their readers."""

import pytest

from inbox.queries.links import cleaned, links_of


def test_a_link_counts_as_its_network_counts_it():
    text = "Look: https://www.northline.example/refund/form. Or (https://northline.example/a), please."

    assert [(link.shown, link.used) for link in links_of(text, "x")] == [
        ("northline.example/refund/form", 23),
        ("northline.example/a", 23),
    ]
    assert [link.used for link in links_of(text, "telegram")] == [41, 27]


def test_a_link_stands_where_the_text_has_it():
    text = "👋 See https://northline.example/?utm_source=mail!"

    (link,) = links_of(text, "x")

    assert text[link.start : link.end] == "https://northline.example/?utm_source=mail"
    assert link.clean == "https://northline.example/"


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://a.example/b?utm_campaign=x&case=7&fbclid=1#top", "https://a.example/b?case=7#top"),
        ("https://a.example/b?case=7", "https://a.example/b?case=7"),
        ("https://a.example/b?x=%5B1%5D", "https://a.example/b?x=%5B1%5D"),
        ("https://[broken/?utm_source=a", "https://[broken/?utm_source=a"),
    ],
)
def test_only_what_follows_its_readers_is_taken_out(address, clean):
    assert cleaned(address) == clean


def test_a_text_of_many_links_shows_the_first():
    assert len(links_of("https://a.example " * 50, "x")) == 5
