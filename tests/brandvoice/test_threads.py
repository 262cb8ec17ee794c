"""Long texts become posts that each fit, cut where a reader would pause, with nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brandvoice import guard
from brandvoice.limits import count
from brandvoice.threads import MOST_POSTS, has_threads, posts_of

SENTENCE = "The 7:42 leaves from platform 4 today, since platform 2 is being repaired. "


def test_what_fits_is_one_post_and_so_is_anything_where_there_are_no_threads():
    assert posts_of("Short.", "bluesky", "public") == ["Short."]
    assert len(posts_of("word " * 500, "instagram", "public")) == 1
    assert has_threads("x", "public")
    assert not has_threads("x", "direct")
    assert has_threads("mastodon", "direct")


def test_posts_end_with_paragraphs_else_sentences_else_words():
    paragraphs = posts_of(SENTENCE * 3 + "\n\n" + SENTENCE * 2, "bluesky", "public")
    assert [post.count("platform 4") for post in paragraphs] == [3, 2]

    sentences = posts_of(SENTENCE * 9, "bluesky", "public")
    assert all(post.endswith("repaired.") for post in sentences)

    words = posts_of("platform " * 90, "bluesky", "public")
    assert all(post.endswith("platform") for post in words)
    assert " ".join(words).split() == ["platform"] * 90


def test_what_has_no_borders_is_cut_between_characters_as_readers_see_them():
    family = "👩‍👩‍👧‍👦"
    posts = posts_of(family * 130, "bluesky", "public")

    assert len(posts) > 1
    assert all(post == family * (len(post) // len(family)) for post in posts)


def test_links_count_as_the_network_counts_them_and_stay_whole():
    link = "https://northline.example/" + "a" * 100
    posts = posts_of(f"See {link} please. " * 12, "x", "public")

    assert all(not count(post, "x").over for post in posts)
    assert sum(post.count(link) for post in posts) == 12


@given(st.text(min_size=1, max_size=1500), st.sampled_from(["bluesky", "mastodon", "x"]))
def test_every_post_fits_and_no_word_is_lost(text, network):
    posts = posts_of(text, network, "public")

    if len(posts) > 1:
        assert all(not count(post, network).over for post in posts)
        assert "".join("".join(posts).split()) == "".join(text.split())


@pytest.mark.parametrize(("threads", "times", "stopped"), [(False, 9, True), (True, 9, False), (True, 60, True)])
def test_the_guard_takes_a_thread_for_what_it_is_up_to_so_many_posts(northline, rail, threads, times, stopped):
    context = guard.GuardContext(
        northline.pk, rail.pk, "bluesky", "en", "public", purpose="inform", purposes=("inform",), threads=threads
    )
    findings = [one for one in guard.check(SENTENCE * times, context).findings if one.rule == "limit.over"]

    assert bool(findings) is stopped
    assert MOST_POSTS == 10
