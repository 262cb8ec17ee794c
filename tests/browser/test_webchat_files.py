"""Files in the website chat, under the policy of the page that shows it, beside the real inbox."""

from pathlib import Path

from playwright.sync_api import expect

from inbox import attachments, delivery, intake
from inbox.connectors.webchat.models import File
from inbox.models import Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.browser.test_webchat import PHONE, look, shop, write
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


def test_a_visitor_attaches_a_picture_and_the_agent_sees_it(site, shop, agnes):
    shop.attributes = "data-open"
    page = look(site, shop, **PHONE)
    clip = page.get_by_role("button", name="Dateien anhängen")
    assert min(clip.bounding_box()["width"], clip.bounding_box()["height"]) >= 24
    page.get_by_role("textbox").focus()
    page.keyboard.press("Shift+Tab")
    expect(clip).to_be_focused()
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files({"name": "ticket.png", "mimeType": "image/png", "buffer": png(60, 40)})

    expect(page.get_by_role("img", name="ticket.png")).to_have_js_property("width", 60)
    expect(page.locator("li.mine[data-waits]")).to_have_count(0)
    intake.process_payloads()
    attachments.fetch_due()
    inbox = site.open(agnes, f"/inbox/open/{Ticket.objects.get().number}/")
    expect(inbox.locator(".message--inbound").get_by_role("img", name="ticket.png")).to_be_visible()
    page.reload()
    expect(page.get_by_role("img", name="ticket.png")).to_have_js_property("width", 60)
    assert complaints(page) == ""


def test_what_can_not_be_sent_is_said_by_name_and_what_waits_is_sent_later(site, shop):
    shop.attributes = "data-open data-lang=es"
    page = look(site, shop)
    expect(page.get_by_role("heading", name="Northline Rail")).to_be_visible()
    give = page.locator("input[type=file]").set_input_files
    give({"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"0" * 10_000_001})
    expect(
        page.get_by_role("status").filter(has_text="Demasiado grande: film.mp4. El límite es 10 MB.")
    ).to_be_visible()
    give({"name": "all.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04"})
    expect(page.get_by_role("status").filter(has_text="No se admite este tipo: all.zip.")).to_be_visible()
    expect(page.locator("li")).to_have_count(0)
    assert all("422" in trouble for trouble in site.troubles)
    site.troubles.clear()
    give([{"name": f"{number}.txt", "mimeType": "text/plain", "buffer": b"9:14"} for number in range(11)])
    expect(page.get_by_role("status").filter(has_text="Como máximo 10 archivos")).to_be_visible()

    page.context.set_offline(True)
    give({"name": "way.txt", "mimeType": "text/plain", "buffer": b"9:14"})
    expect(page.get_by_role("status").filter(has_text="Reintentando")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("li.mine[data-waits]")).to_have_count(0)
    assert [file.name for file in File.objects.all()] == ["way.txt"]
