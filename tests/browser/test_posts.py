"""Planned posts in a real browser: composed beside their preview, moved in the calendar, approved on a phone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.post_rows import NewPost
from inbox.actions.posts import create_post, schedule_post
from inbox.models import Objective, Post, PostState
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def channels(rail, care):
    return [make_channel(rail, care, network=network, external=False) for network in ("bluesky", "mastodon")]


@pytest.fixture
def objective(northline):
    return Objective.objects.create(organization=northline, name="Fewer questions", measure="resolved", target=80)


@pytest.fixture
def plan(channels, objective):
    def plan(text, at, by):
        said = {"purpose": "inform", "objective": objective, "publish_at": at}
        return create_post(NewPost(text=text, channels={channel.pk: "" for channel in channels}, **said), by=by)

    return plan


def middle_of_month():
    """Return a day in the middle of next month, so that its neighbours are on the same page."""
    first = (timezone.now().replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime(first.year, first.month, 15, 9, 30, tzinfo=ZoneInfo("UTC"))


def test_a_post_is_composed_beside_its_preview_and_scheduled(site, channels, objective, lena):
    page = site.visit("/posts/new/?at=2100-05-04", cookies=site.cookies(lena), **DESK)
    page.get_by_label("What all channels say").fill("x" * 301)
    for channel in channels:
        page.get_by_label(channel.name).first.check()

    preview = page.get_by_label("Preview")
    expect(preview).to_contain_text("301 / 300")
    expect(preview).to_contain_text("301 / 500")
    expect(preview).to_contain_text("1 characters too long: 301 of 300.")

    page.get_by_text("Other words here").first.click()
    page.get_by_label(f"Other words for {channels[0].name}").fill("Short.")
    expect(preview).to_contain_text("6 / 300")
    page.get_by_label("Purpose").select_option(label="Inform")
    page.get_by_label("Objective").select_option(label="Fewer questions")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Schedule").click()

    expect(page.locator(".incident-state")).to_contain_text("Scheduled")
    assert Post.objects.get().state == PostState.SCHEDULED


def test_a_post_is_moved_by_keys_and_by_drag_and_keeps_the_focus(site, plan, lena):
    at = middle_of_month()
    post = plan("The timetable changes on Sunday.", at, lena)
    page = site.visit(f"/posts/calendar/?at={at:%Y-%m-%d}", cookies=site.cookies(lena), **DESK)

    page.locator(".calendar-post").focus()
    page.keyboard.press("Alt+ArrowRight")
    moved = page.locator(f'[data-day="{at + timedelta(days=1):%Y-%m-%d}"] .calendar-post')
    expect(moved).to_be_focused()
    expect(page.locator("#calendar-said")).to_contain_text("Moved to")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(f'[data-day="{at - timedelta(days=6):%Y-%m-%d}"] .calendar-post')).to_be_focused()

    page.locator(".calendar-post").drag_to(page.locator(f'[data-day="{at + timedelta(days=3):%Y-%m-%d}"]'))

    expect(page.locator(f'[data-day="{at + timedelta(days=3):%Y-%m-%d}"] .calendar-post')).to_be_visible()
    post.refresh_from_db()
    assert post.publish_at == at + timedelta(days=3)


def test_an_executive_lets_a_post_out_on_a_phone(site, plan, agnes, amira):
    post = plan("The timetable changes on Sunday.", timezone.now() + timedelta(days=2), agnes)
    schedule_post(post, seen=1, by=agnes)
    page = site.visit("/approvals/", cookies=site.cookies(amira), **PHONE)

    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Approve").click()

    expect(page.locator(".incident-state")).to_contain_text("Scheduled")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@THEMES
def test_the_pages_of_posts_are_accessible(site, theme, plan, agnes, lena):
    at = middle_of_month()
    post = schedule_post(plan("The timetable changes on Sunday.", at, agnes), seen=1, by=agnes)
    page = site.visit("/posts/", cookies=site.cookies(lena), color_scheme=theme, **DESK)

    for path in ("", "calendar/", f"calendar/?span=week&at={at:%Y-%m-%d}", "new/", f"{post.pk}/", f"{post.pk}/change/"):
        page.goto(f"{site.address}/posts/{path}")
        assert complaints(page) == "", path
