"""Files beside a reply: dropped, pasted and chosen, described, sent, and there for a colleague who looks."""

import base64

import pytest
from playwright.sync_api import expect

from config.bodies import FILE
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_ticket
from tests.pictures import png

GIVE = """([kind, target, files]) => {
    const given = new DataTransfer();
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        given.items.add(new File([bytes], name, { type }));
    }
    const how = { bubbles: true, cancelable: true };
    const event = kind === "paste" ? new ClipboardEvent("paste", { ...how, clipboardData: given })
        : new DragEvent(kind, { ...how, dataTransfer: given });
    document.querySelector(target).dispatchEvent(event);
}"""


def give(page, how, target, name, mime, content):
    page.evaluate(GIVE, [how, target, [[name, mime, base64.b64encode(content).decode()]]])


@pytest.fixture
def ticket(rail, care):
    return make_ticket(make_channel(rail, care, network="sandbox", external=True))


def test_a_picture_is_pasted_another_dropped_both_described_sent_and_seen_by_a_colleague(site, ticket, agnes, jonas):
    hers, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    give(hers, "paste", "#composer-text", "platform.png", "image/png", png(60, 40))
    expect(hers.get_by_label("Description of platform.png")).to_be_focused()
    hers.keyboard.type("The signs at platform 4")
    give(hers, "drop", "#thread", "map.png", "image/png", png(40, 60))
    hers.get_by_label("Description of map.png").fill("A map of the station")
    hers.fill("#composer-text", "Here is the way.")
    expect(hers.locator("#findings [data-files-problem]")).to_have_count(0)
    hers.keyboard.press("Control+Enter")

    for page in (hers, his):
        expect(page.get_by_role("img", name="The signs at platform 4")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("img", name="A map of the station")).to_be_visible()
    expect(hers.locator("#composer .file")).to_have_count(0)


def test_what_is_wrong_with_files_is_said_before_they_are_sent_and_they_stay_with_the_draft(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.set_input_files("#composer-upload", {"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ\x00\x01"})
    expect(page.locator("#composer .file--refused")).to_contain_text("of a kind that is not sent")
    page.get_by_role("button", name="Close").click()
    page.set_input_files("#composer-upload", {"name": "way.png", "mimeType": "image/png", "buffer": png()})
    expect(page.locator("#findings")).to_contain_text("Describe “way.png”")
    page.reload()
    page.wait_for_selector("html[data-live=online][data-synced]")
    expect(page.locator("#composer .file")).to_contain_text("way.png")

    page.get_by_role("button", name="Remove way.png").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#composer .file")).to_have_count(0)
    expect(page.locator("#findings")).to_be_empty()
    expect(page.get_by_title("Attach files")).to_be_focused()


def test_a_file_that_the_server_lets_go_of_while_it_comes_is_refused_in_words(site, ticket, agnes, tmp_path):
    film = tmp_path / "film.mp4"
    with film.open("wb") as empty:
        empty.truncate(FILE + 1)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")

    page.set_input_files("#composer-upload", film)

    expect(page.locator("#toasts")).to_contain_text(
        "This is larger than the 26 MB that are taken here.", timeout=20_000
    )
    expect(page.locator("#composer .file")).to_have_count(0)


def test_a_note_has_files_of_its_own(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.locator("[data-tab][value=note]").check()
    page.set_input_files("#composer-upload", {"name": "film.mp4", "mimeType": "", "buffer": b"\0\0\0\x18ftypmp42\0"})
    expect(page.locator("#composer .file")).to_contain_text("film.mp4")
    page.locator("[data-tab][value=public]").check()
    expect(page.locator("#composer .file")).to_be_hidden()
    page.locator("[data-tab][value=note]").check()

    page.get_by_role("button", name="Add note").click()

    expect(page.locator(".message--note")).to_contain_text("film.mp4", timeout=20_000)


def test_without_scripts_a_file_goes_with_the_form(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", java_script_enabled=False)
    page.set_input_files("#composer-upload", {"name": "time.txt", "mimeType": "text/plain", "buffer": b"9:14"})
    page.fill("#composer-text", "Here it is.")
    page.get_by_role("button", name="Send").click()

    expect(page.locator("#thread")).to_contain_text("time.txt")


@THEMES
def test_a_composer_with_files_is_accessible(site, ticket, agnes, theme):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.set_input_files("#composer-upload", {"name": "way.png", "mimeType": "image/png", "buffer": png()})
    expect(page.get_by_label("Description of way.png")).to_be_visible()
    page.set_input_files("#composer-upload", {"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ\x00\x01"})
    expect(page.locator("#composer .file--refused")).to_be_visible()
    expect(page.locator("#findings")).to_contain_text("Describe")

    assert complaints(page) == ""
