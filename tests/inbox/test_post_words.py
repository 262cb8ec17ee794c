"""Planned posts hold signed words: chosen in the form, kept with their version, held when these are over."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brandvoice.actions import positions as voice
from brandvoice.actions.signing import withdraw_version
from inbox.actions.deliveries import claim_due_deliveries
from inbox.actions.post_approvals import approve_post
from inbox.actions.posts import PostStopped, schedule_post
from inbox.models import ApprovalState, Delivery, Event, Post, PostSpan, PostState
from tests.cast import make_brand, make_channel
from tests.inbox.posts import promised, state_of, when_due
from tests.inbox.signed_words import NEW, OLD, whole, write_and_sign
from tests.inbox.test_post_pages import form_of

AFTER = f"{OLD} Just ask."


@pytest.fixture
def resting(schedule, signed):
    """A scheduled post that rests on signed words."""
    return schedule(AFTER, spans=whole(signed))


def words(client, form, **asked):
    return client.post("/posts/words/", form | asked, headers={"HX-Request": "true"}).content.decode()


def form_with(channel, objective, version, **fields):
    held = json.dumps([{"wording": version.wordings.get().pk, "start": 0, "end": len(OLD)}])
    return form_of(channel, objective, text=AFTER, spans=held, spans_of=AFTER) | fields


# In the form.


def test_what_is_signed_for_the_chosen_channels_is_offered_and_put_after_what_is_written(
    client, lena, amira, bluesky, objective, signed, northline, care
):
    elsewhere = make_brand(northline, "Northline Air")
    other = voice.create_position("Where is my bag?", by=lena, brand=elsewhere)
    write_and_sign(other, "Your bag is on its way.", lena, amira)
    client.force_login(lena)
    form = form_of(bluesky, objective, text="Hello.\r\nNews:")

    shown = words(client, form)
    put = words(client, form, wording=signed.wordings.get().pk, put="in")

    assert (OLD in shown, "Your bag" in shown) == (True, False)
    assert f"Hello.\nNews:\n\n{OLD}</textarea>" in put
    assert 'id="post-preview"' in put
    assert f'<span class="signed-span" title="signed v1 by Amira Ito">{OLD}</span>' in put
    assert not Post.objects.exists()


def test_nothing_is_offered_that_one_of_the_channels_may_not_say(
    client, lena, bluesky, objective, signed, northline, care
):
    air = make_channel(make_brand(northline, "Northline Air"), care, network="mastodon", external=False)
    client.force_login(lena)
    both = form_of(bluesky, objective) | {f"on_{air.pk}": "on"}

    assert "Nothing is signed for all of these channels." in words(client, both)
    assert OLD in words(client, both | {f"words_{air.pk}": "Other words."}), "that one says something else"
    assert "Choose a channel first." in words(client, {"text": "Hello"})
    wording = signed.wordings.get().pk
    assert f"{OLD}</textarea>" not in words(client, both, wording=wording, put="in")


def test_signed_words_are_kept_with_their_version_and_follow_what_is_written_around_them(
    client, lena, bluesky, objective, signed
):
    client.force_login(lena)
    form = form_with(bluesky, objective, signed, text=f"Good news.\r\n{AFTER}")

    client.post("/posts/new/", form)

    post, span = Post.objects.get(), PostSpan.objects.get()
    assert post.text[span.start : span.end] == OLD
    assert (span.version, span.distance) == (signed, 0)
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "signed v1 by Amira Ito" in page
    change = client.get(f"/posts/{post.pk}/change/").content.decode()
    assert "&quot;start&quot;: 11" in change
    client.post(f"/posts/{post.pk}/change/", form_of(bluesky, objective, text="Other words.", version=1))
    assert not PostSpan.objects.exists()


def test_what_was_signed_as_it_is_can_not_be_changed_and_one_press_restores_it(
    client, lena, bluesky, objective, signed
):
    client.force_login(lena)
    form = form_with(bluesky, objective, signed, text=AFTER.replace("whole", "entire"))

    preview = client.post("/posts/preview/", form).content.decode()
    assert "the rest stays as it was signed" in preview
    start, end = 0, len(OLD) + 1
    assert f'value="{start}:{end}:{signed.wordings.get().pk}"' in preview
    restored = words(client, form, instead=f"{start}:{end}:{signed.wordings.get().pk}")

    assert f"{AFTER}</textarea>" in restored
    assert "stays as it was signed" not in restored
    client.post("/posts/new/", form)
    with pytest.raises(PostStopped):
        schedule_post(Post.objects.get(), seen=1, by=lena)


def test_spans_that_can_not_be_read_are_none(client, lena, bluesky, objective, signed):
    client.force_login(lena)
    theirs = json.dumps([{"wording": 2**40, "start": 0, "end": 5}])

    for spans in ("{", "[1]", "[" * 100_000, theirs, json.dumps([{"wording": 1, "start": 5, "end": 500}])):
        form = form_of(bluesky, objective, spans=spans, spans_of="On Sunday.")
        assert client.post("/posts/preview/", form).status_code == 200
        assert client.post("/posts/words/", form | {"instead": "a:b", "wording": "x", "put": "in"}).status_code == 200
    assert client.post("/posts/new/", form).status_code == 302
    assert not PostSpan.objects.exists()


def test_of_a_text_longer_than_any_post_no_more_is_read_than_a_post_may_say(client, lena, bluesky, objective, signed):
    client.force_login(lena)
    beyond = json.dumps([{"wording": signed.wordings.get().pk, "start": 10_000, "end": 10_000 + len(OLD)}])

    client.post("/posts/new/", form_of(bluesky, objective, text=OLD, spans=beyond, spans_of="x" * 10_000 + OLD))

    assert not PostSpan.objects.exists()


def test_without_a_script_the_form_comes_back_with_the_words_and_no_mistakes(client, lena, bluesky, signed):
    client.force_login(lena)
    form = {"text": "Hello.", f"on_{bluesky.pk}": "on", "wording": signed.wordings.get().pk, "put": "in"}

    page = client.post("/posts/words/", form)

    assert page.status_code == 200
    assert f"Hello.\n\n{OLD}</textarea>" in page.content.decode()
    assert "field__error" not in page.content.decode()


# When they may no longer be said.


@pytest.mark.parametrize("how", ["withdrawn", "replaced"])
def test_a_scheduled_post_is_held_at_once_when_its_words_may_no_longer_be_said(resting, signed, lena, amira, how):
    if how == "withdrawn":
        withdraw_version(signed, by=amira, reason="Wrong.")
    else:
        write_and_sign(signed.position, NEW, lena, amira)

    held = promised(resting).get()
    assert (held.state, how in held.error, state_of(resting)) == ("held", True, PostState.SCHEDULED)
    event = Event.objects.get(kind="post.held")
    assert (event.facts["post"], event.facts["words"]) == (resting.pk, held.error)
    assert claim_due_deliveries(limit=5, now=when_due()) == []


def test_the_dispatcher_looks_again_whatever_was_marked(resting, signed, amira):
    withdraw_version(signed, by=amira, reason="Wrong.")
    Delivery.objects.update(state="queued", error="")

    assert claim_due_deliveries(limit=5, now=when_due()) == []
    assert promised(resting).get().error == "These words were withdrawn."


def test_a_channel_with_words_of_its_own_goes_out(schedule, signed, bluesky, mastodon, amira):
    post = schedule(AFTER, spans=whole(signed), channels={bluesky.pk: "", mastodon.pk: "Something else."})
    withdraw_version(signed, by=amira, reason="Wrong.")

    (taken,) = claim_due_deliveries(limit=5, now=when_due())

    assert taken.channel == mastodon
    assert promised(post).get(channel=bluesky).state == "held"


def test_a_post_that_waits_comes_back_when_its_words_were_withdrawn(schedule, signed, agnes, lena, amira):
    post = schedule(AFTER, spans=whole(signed), by=agnes)
    withdraw_version(signed, by=amira, reason="Wrong.")

    assert approve_post(post, seen=1, by=lena).state == ApprovalState.STALE
    assert state_of(post) == PostState.DRAFT


def test_the_new_wording_is_taken_by_one_press_and_the_post_goes_out(
    client, resting, signed, bluesky, objective, lena, amira
):
    new = write_and_sign(signed.position, NEW, lena, amira)
    client.force_login(lena)

    page = client.get(f"/posts/{resting.pk}/change/").content.decode()
    assert "These words were replaced by a newer version." in page
    assert "Use the current wording" in page
    form = form_with(bluesky, objective, signed) | {"version": 1}
    taken = words(client, form, instead=f"0:{len(OLD)}:{new.wordings.get().pk}", post=resting.pk)

    assert f"{NEW} Just ask.</textarea>" in taken
    assert "signed v2 by Amira Ito" in taken
    text = f"{NEW} Just ask."
    held = json.dumps([{"wording": new.wordings.get().pk, "start": 0, "end": len(NEW)}])
    saved = client.post(f"/posts/{resting.pk}/change/", form | {"text": text, "spans": held, "spans_of": text})
    assert saved.status_code == 302
    post = schedule_post(Post.objects.get(), seen=2, by=lena)
    assert (post.state, PostSpan.objects.get().version) == (PostState.SCHEDULED, new)
    (on_its_way,) = claim_due_deliveries(limit=5, now=post.publish_at)
    assert on_its_way.words == text


# What rests on them.


def test_whoever_signs_is_told_of_the_posts_that_are_on_their_way_and_those_that_are_out(
    client, schedule, signed, agnes, lena, amira, bluesky
):
    for by in (lena, agnes):
        schedule(AFTER, spans=whole(signed), by=by)
    out = schedule(AFTER, spans=whole(signed))
    promised(out).update(state="sent")
    schedule(AFTER, spans=whole(signed), channels={bluesky.pk: "Other words."})
    client.force_login(amira)
    content = voice.VersionContent((voice.NewWording(NEW),))
    version = voice.submit_version(voice.draft_version(signed.position, content, by=lena), by=lena)

    page = client.get(f"/sign/{version.pk}/").content.decode()

    assert "2 planned posts are held" in page
    assert "1 published post rests on them" in page


def test_the_recall_list_names_published_posts_on_the_channels_that_say_the_words(
    client, schedule, signed, bluesky, mastodon, amira
):
    out = schedule(AFTER, spans=whole(signed), channels={bluesky.pk: "Other words.", mastodon.pk: ""})
    promised(out).update(state="sent", url="https://social.example/1")
    schedule(AFTER, spans=whole(signed))
    client.force_login(amira)

    page = client.get(f"/recall/{signed.pk}/")

    (post,) = page.context["recall"].posts
    assert (post.post_id, [one.channel for one in post.variants]) == (out.pk, [mastodon])
    assert f'href="/posts/{out.pk}/"' in page.content.decode()
    assert page.content.decode().count("https://social.example/1") == 1


def test_the_recall_list_takes_as_many_queries_for_ten_posts_as_for_one(client, schedule, signed, amira):
    client.force_login(amira)
    counts = []
    for more in (1, 9):
        for _ in range(more):
            promised(schedule(AFTER, spans=whole(signed))).update(state="sent")
        client.get(f"/recall/{signed.pk}/")
        with CaptureQueriesContext(connection) as captured:
            shown = client.get(f"/recall/{signed.pk}/").context["recall"].posts
        counts.append((len(shown), len(captured)))

    assert counts[0][1] == counts[1][1]
    assert (counts[0][0], counts[1][0]) == (1, 10)


# Whose they are, and what it costs.


def test_strangers_see_none_of_it(client, oscar, bluesky, objective, signed, resting):
    client.force_login(oscar)
    form = form_of(bluesky, objective, spans_of=AFTER)

    assert OLD not in words(client, form, wording=signed.wordings.get().pk, put="in")
    assert client.post("/posts/words/", form | {"post": resting.pk}).status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_the_form_takes_as_many_queries_for_ten_wordings_as_for_one(
    client, lena, amira, bluesky, rail, objective, count
):
    for number in range(count):
        write_and_sign(
            voice.create_position(f"Question {number}?", by=lena, brand=rail), f"{OLD} {number}", lena, amira
        )
    client.force_login(lena)

    with CaptureQueriesContext(connection) as captured:
        shown = words(client, form_of(bluesky, objective))

    assert shown.count(OLD) == count
    assert len(captured) <= 11, [query["sql"][:90] for query in captured]
