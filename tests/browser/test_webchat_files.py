"""Files in the website chat, under the policy of the page that shows it, beside the real inbox."""

from pathlib import Path

from playwright.sync_api import expect

from inbox import delivery, intake
from inbox.models import Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.browser.test_webchat import look, shop, write
from tests.pictures import png

__all__ = ["shop"]
PDF = b"%PDF-1.7 fares"


def answer_with_files(site, agnes):
    """Answer in the inbox with a picture, described, and a paper; and let a worker deliver it."""
    intake.process_payloads()
    inbox = site.open(agnes, f"/inbox/open/{Ticket.objects.get().number}/")
    for name, mime, content in (("way.png", "image/png", png(320, 200)), ("Fares.pdf", "application/pdf", PDF)):
        inbox.set_input_files("#composer-upload", {"name": name, "mimeType": mime, "buffer": content})
        expect(inbox.locator("#composer").get_by_role("button", name=f"Remove {name}")).to_be_visible()
    inbox.get_by_label("Description of way.png").fill("The way to platform 4")
    inbox.fill("#composer-text", "Er fährt von Gleis 4.")
    inbox.click(".composer__send")
    expect(inbox.locator(".message--outbound")).to_contain_text("Fares.pdf")
    delivery.deliver_due()
    return inbox


@THEMES
def test_what_an_agent_sends_is_seen_and_saved_by_the_visitor(site, shop, agnes, theme):
    shop.attributes = "data-open"
    page = look(site, shop, color_scheme=theme)
    write(page, "Wo ist mein Zug?")
    answer_with_files(site, agnes)

    picture = page.get_by_role("img", name="The way to platform 4")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("width", 320)
    assert picture.evaluate("canvas => [...canvas.getContext('2d').getImageData(9, 9, 1, 1).data]") == [128] * 3 + [255]
    with page.expect_download() as saved:
        page.get_by_role("button", name="Speichern: Fares.pdf (1 kB)").press("Enter")
    assert saved.value.suggested_filename == "Fares.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF
    assert complaints(page) == ""
