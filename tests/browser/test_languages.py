"""German and Spanish words are longer: pages still fit a desk and a phone, and axe finds nothing in either theme."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from brandvoice.actions.positions import NewWording, VersionContent, create_position, draft_version, submit_version
from inbox.actions.deliveries import claim_due_deliveries, record_rejected
from inbox.actions.replies import NewReply, send_reply
from tests.browser.test_accessible import complaints
from tests.browser.test_account_and_console import WCAG
from tests.cast import make_channel, make_ticket
from tests.inbox.signed_words import write_and_sign

LANGUAGES = pytest.mark.parametrize("language", ["de", "es"])
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SEEN = pytest.mark.parametrize(
    ("theme", "device"), [("light", DESK), ("dark", PHONE)], ids=["light, at a desk", "dark, on a phone"]
)
# What stands in these must not be cut: nothing in them is longer than they are wide.
WHOLE = ".rail, .composer, .composer__top, .composer__foot, .message__head, .page__head, .button, .card, .voice__head"


def speak(person, language):
    User.objects.filter(pk=person.pk).update(language=language)


def cut_off(page):
    """Return what is wider than its place: the page itself, or a part that shows words as a whole."""
    return page.evaluate(
        """(parts) => {
            const wider = (part) => part.clientWidth && part.scrollWidth > part.clientWidth + 1;
            const found = [document.documentElement, ...document.querySelectorAll(parts)].filter(wider);
            return found.map((part) => `${part.className}: ${part.textContent.trim().slice(0, 60)}`);
        }""",
        WHOLE,
    )


@pytest.fixture
def failed(rail, care, agnes):
    """A ticket whose reply did not go out."""
    channel = make_channel(rail, care, external=False)
    ticket = make_ticket(channel, "Where is my train? " * 8, author="priya", language="en")
    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    record_rejected(claim_due_deliveries(limit=1)[0], "The channel is switched off.")
    return ticket


@LANGUAGES
@SEEN
def test_the_inbox_fits(site, failed, agnes, language, theme, device):
    speak(agnes, language)

    page = site.open(agnes, f"/inbox/open/{failed.number}/", color_scheme=theme, **device)
    expect(page.locator("#voice .customer")).to_be_attached()
    page.fill("#composer-text", "Far too long. " * 30 + "Call +44 20 7946 0958.")
    expect(page.locator(".finding").first).to_be_visible()

    assert page.get_attribute("html", "lang") == language
    assert cut_off(page) == []
    assert complaints(page) == ""


@pytest.fixture
def waiting(lena, amira, rail):
    """A signed position with a new version that waits for a signature."""
    position = create_position("Do I get money back for a cancelled train?", by=lena, brand=rail, topic="refunds")
    write_and_sign(position, "You get the whole fare back within 7 days.", lena, amira)
    content = VersionContent((NewWording("You get it back within 14 days."),), facts="Fare rules, 14.2")
    return submit_version(draft_version(position, content, by=lena), by=lena)


@LANGUAGES
@SEEN
def test_signing_and_the_positions_fit(site, waiting, amira, language, theme, device):
    speak(amira, language)

    page = site.visit("/sign/", cookies=site.cookies(amira), color_scheme=theme, **device)
    assert cut_off(page) == []
    page.locator("main .position-row__link").first.click()
    expect(page.locator(".button--sign")).to_be_visible()

    assert page.get_attribute("html", "lang") == language
    assert cut_off(page) == []
    assert complaints(page) == ""
    for path in ("/positions/", f"/positions/{waiting.position.key}/", "/coverage/"):
        page.goto(site.address + path)
        assert cut_off(page) == [], path
        assert complaints(page) == "", path


@LANGUAGES
@SEEN
def test_the_console_fits(site, failed, max_, language, theme, device):
    speak(max_, language)

    page = site.visit("/console/", cookies=site.cookies(max_), color_scheme=theme, **device)

    words = {"de": "Der Kanal ist ausgeschaltet.", "es": "El canal está desactivado."}
    expect(page.get_by_text(words[language])).to_be_visible()
    assert page.get_attribute("html", "lang") == language
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints(page, WCAG) == ""
