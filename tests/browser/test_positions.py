"""The pages about positions in a real browser: signing on a phone, axe in both themes, no sideways scrolling."""

import pytest
from playwright.sync_api import expect

from brandvoice.actions.positions import (
    NewWording,
    VersionContent,
    create_position,
    draft_version,
    sign_version,
    submit_version,
)
from brandvoice.models import PositionVersion, Status
from tests.browser.test_accessible import THEMES, complaints

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def waiting(lena, amira, rail):
    """A position with signed words, and a second version that waits for a signature."""
    question = "Do season-ticket holders get money back for cancelled trains?"
    position = create_position(question, by=lena, brand=rail, topic="refunds")
    texts = (
        "Yes. With a season ticket you get half a day's fare back for each cancelled train. Please fill in the form.",
        "Yes. With a season ticket you get one day's fare back for each cancelled train; no form needed.",
    )
    for text in texts:
        content = VersionContent(
            (NewWording(text), NewWording("Ja. Sie bekommen einen Tagespreis zurück.", "de")), facts="Fare rules, 14.2"
        )
        version = submit_version(draft_version(position, content, by=lena), by=lena)
        if text == texts[0]:
            sign_version(version, by=amira)
    return version


def test_an_executive_signs_on_a_phone(site, waiting, amira):
    page = site.open(amira, **PHONE)
    page.goto(f"{site.address}/sign/")
    page.tap(".position-row__link")
    expect(page.locator("del").first).to_have_text("half a")
    page.get_by_text("WhatsApp", exact=True).tap()
    expect(page.locator(".bubble:visible").first).to_be_visible()
    page.get_by_role("button", name="Sign", exact=True).tap()

    expect(page.get_by_text("Everything is signed.")).to_be_visible()
    assert PositionVersion.objects.get(pk=waiting.pk).status == Status.SIGNED


@THEMES
def test_the_pages_about_positions_are_accessible(site, theme, waiting, amira):
    key = waiting.position.key
    page = site.open(amira, color_scheme=theme)

    for path in ("/positions/", "/positions/new/", f"/positions/{key}/", f"/positions/{key}/draft/"):
        page.goto(site.address + path)
        assert complaints(page) == "", path
    for path in ("/sign/", f"/sign/{waiting.pk}/", f"/sign/{waiting.pk}/edit/"):
        page.goto(site.address + path)
        assert complaints(page) == "", path


def test_the_pages_about_positions_fit_a_phone(site, waiting, amira):
    key = waiting.position.key
    page = site.open(amira, **PHONE)

    for path in ("/positions/", f"/positions/{key}/", f"/positions/{key}/draft/", "/sign/", f"/sign/{waiting.pk}/"):
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
