"""The pages about positions in a real browser: signing on a phone, axe in both themes, no sideways scrolling."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
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
from tests.browser.conftest import Site
from tests.browser.test_accessible import THEMES, complaints
from tests.codes import code_of_the_phone
from tests.served import serve

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
    expect(page.locator(".preview--whatsapp").first).to_be_visible()
    page.get_by_role("button", name="Sign", exact=True).tap()

    expect(page.get_by_text("Everything is signed.")).to_be_visible()
    assert PositionVersion.objects.get(pk=waiting.pk).status == Status.SIGNED


@pytest.fixture
def strict_site(transactional_db, served, browser, tmp_path):
    """The site as it is where signing asks for the second factor."""
    with serve(tmp_path, ONEVOICE_SIGN_SECOND_FACTOR="yes") as address:
        site = Site(address, browser)
        yield site
        for context in site.contexts:
            context.close()
    assert site.troubles == []


def test_signing_asks_for_the_second_factor_on_the_phone(strict_site, waiting, amira):
    secret = generate_totp_secret()
    TOTP.activate(amira, secret)
    page = strict_site.open(amira, **PHONE)
    page.goto(f"{strict_site.address}/sign/{waiting.pk}/")
    page.get_by_role("button", name="Sign", exact=True).tap()
    code = page.locator("input[name=code]")
    expect(code).to_be_visible()
    assert complaints(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    code.fill(code_of_the_phone(secret))
    code.press("Enter")

    expect(page.get_by_text("Everything is signed.")).to_be_visible()
    assert waiting.signatures.get().second_factor


def test_an_executive_edits_then_signs_on_a_phone(site, waiting, amira):
    page = site.open(amira, **PHONE)
    page.goto(f"{site.address}/sign/{waiting.pk}/")
    page.get_by_role("link", name="Edit, then sign").tap()
    page.get_by_label("Wording", exact=True).nth(1).fill("Yes: the whole fare, without a form.")
    page.get_by_role("button", name="Save, then read and sign").tap()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("button", name="Sign", exact=True).tap()

    expect(page.get_by_text("Everything is signed.")).to_be_visible()
    assert waiting.wordings.get(language="en").text == "Yes: the whole fare, without a form."


@THEMES
def test_the_pages_about_positions_are_accessible(site, theme, waiting, amira):
    key = waiting.position.key
    page = site.open(amira, color_scheme=theme)

    for path in (
        "/positions/",
        "/positions/new/",
        "/positions/import/",
        f"/positions/{key}/",
        f"/positions/{key}/draft/",
    ):
        page.goto(site.address + path)
        assert complaints(page) == "", path
    for path in ("/sign/", f"/sign/{waiting.pk}/", f"/sign/{waiting.pk}/edit/", "/sign/delegations/"):
        page.goto(site.address + path)
        assert complaints(page) == "", path


def test_the_pages_about_positions_fit_a_phone(site, waiting, amira):
    key = waiting.position.key
    page = site.open(amira, **PHONE)

    signing = ("/sign/", f"/sign/{waiting.pk}/", "/sign/delegations/")
    for path in ("/positions/", "/positions/import/", f"/positions/{key}/", f"/positions/{key}/draft/", *signing):
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
