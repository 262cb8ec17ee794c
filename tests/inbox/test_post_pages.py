"""The pages of planned posts: composing with a preview, the list, the calendar, approving."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.actions.post_rows import NewPost
from inbox.actions.posts import (
    change_post,
    schedule_post,
)
from inbox.models import (
    Post,
    PostFile,
    PostState,
)
from tests.inbox.posts import state_of, when_due
from tests.pictures import png


def form_of(channel, objective, **fields):
    said = {"text": "On Sunday.", "purpose": "inform", "objective": objective.pk, f"on_{channel.pk}": "on"}
    return said | {"publish_at": "2100-03-01T09:30", "client_uuid": str(uuid4())} | fields


def test_a_post_is_composed_on_its_page_by_the_companys_clock_with_a_file(
    client, lena, bluesky, objective, northline, own_files
):
    northline.time_zone = "Europe/Berlin"
    northline.save()
    client.force_login(lena)
    picture = SimpleUploadedFile("map.png", png(4, 3), "image/png")

    saved = client.post("/posts/new/", form_of(bluesky, objective, files=picture))

    post = Post.objects.get()
    assert saved.url == f"/posts/{post.pk}/"
    assert post.publish_at == datetime(2100, 3, 1, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    page = client.get(saved.url).content.decode()
    assert "Describe “map.png” for those who can" in page
    assert "1 Mar 2100, 09:30" in page

    file = PostFile.objects.get()
    again = form_of(bluesky, objective, version=1, **{f"alt_{file.pk}": "The lines and their stops"})
    client.post(f"/posts/{post.pk}/change/", again)
    assert client.post(f"/posts/{post.pk}/schedule/", {"version": 2}).status_code == 302
    assert state_of(post) == PostState.SCHEDULED
    assert b"".join(client.get(f"/posts/files/{file.pk}/").streaming_content).startswith(b"\x89PNG")


def test_a_post_that_is_changed_on_its_page_keeps_the_language_that_a_program_has_given_it(
    client, lena, compose, bluesky, objective
):
    post = compose(language="de")
    client.force_login(lena)

    client.post(f"/posts/{post.pk}/change/", form_of(bluesky, objective, text="Am Montag.", version=1))

    post.refresh_from_db()
    assert (post.text, post.language) == ("Am Montag.", "de")


def test_the_preview_counts_for_each_network_what_stands_in_the_form(client, lena, bluesky, mastodon, objective):
    client.force_login(lena)
    form = form_of(bluesky, objective, text="x" * 301) | {f"on_{mastodon.pk}": "on", f"words_{mastodon.pk}": "Hello"}

    page = client.post("/posts/preview/", form).content.decode()

    assert "301 / 300" in page
    assert "5 / 500" in page
    assert Post.objects.count() == 0


def test_an_approver_sees_what_has_changed_and_lets_it_out_from_the_page(
    client, schedule, bluesky, agnes, lena, max_, objective
):
    post = schedule(by=agnes)
    client.force_login(max_)
    client.post(f"/posts/{post.pk}/send-back/", {"note": "Say which lines."})
    assert state_of(post) == PostState.DRAFT
    new = NewPost(
        text="The timetable of S1 changes on Sunday.",
        channels={bluesky.pk: ""},
        purpose="inform",
        objective=objective,
        publish_at=when_due(),
    )
    schedule_post(change_post(post, new, seen=1, by=agnes), seen=2, by=agnes)

    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "<ins>" in page
    assert "Say which lines." in page
    assert client.post(f"/posts/{post.pk}/approve/", {"version": 1}).status_code == 409
    assert client.post(f"/posts/{post.pk}/approve/", {"version": 2}).status_code == 302
    assert state_of(post) == PostState.SCHEDULED


@pytest.mark.parametrize("count", [1, 10])
def test_lists_of_posts_take_the_same_queries_however_many_there_are(
    client, lena, schedule, bluesky, mastodon, count, max_
):
    for _number in range(count):
        schedule(channels={bluesky.pk: "", mastodon.pk: ""})
    client.force_login(lena)

    with CaptureQueriesContext(connection) as captured:
        assert client.get("/posts/").status_code == 200

    assert len(captured) <= 10, [query["sql"][:90] for query in captured]


def test_the_calendar_shows_a_post_on_its_day_by_the_companys_clock_and_moves_it_there_by_day(
    client, lena, compose, northline
):
    northline.time_zone = "Europe/Berlin"
    northline.save()
    post = compose(publish_at=datetime(2100, 3, 26, 23, 30, tzinfo=UTC))
    client.force_login(lena)

    month = client.get("/posts/calendar/?at=2100-03-01").content.decode()
    days = {part[:10]: part for part in month.split('data-day="')[1:]}
    assert f'href="/posts/{post.pk}/"' in days["2100-03-27"]
    assert len(days) == 35
    assert f"calendar-post-{post.pk}" in client.get("/posts/calendar/?span=week&at=2100-03-24").content.decode()

    # Across the change of the clocks the hour stays.
    client.post(f"/posts/{post.pk}/move/", {"day": "2100-04-02"})

    post.refresh_from_db()
    assert post.publish_at == datetime(2100, 4, 2, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert "2100-05-04T09:00" in client.get("/posts/new/?at=2100-05-04").content.decode()
    assert client.get("/posts/calendar/?span=x&at=9999-99-99").status_code == 200


@pytest.mark.parametrize("count", [1, 10])
def test_the_calendar_takes_the_same_queries_however_much_is_planned(client, lena, compose, count):
    for _number in range(count):
        compose()
    client.force_login(lena)

    with CaptureQueriesContext(connection) as captured:
        assert client.get("/posts/calendar/").status_code == 200

    assert len(captured) <= 10, [query["sql"][:90] for query in captured]
