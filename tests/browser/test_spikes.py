"""A rumour comes up: the page of whoever may declare says so by itself, one click and Enter declare the incident."""

from playwright.sync_api import expect

from inbox.actions.spikes import find_spikes
from inbox.models import Incident
from tests.browser.test_accessible import complaints
from tests.inbox.spike_weeks import RUMOUR, come, remember_weeks


def test_a_rumour_is_proposed_on_the_open_page_and_declared_by_one_click_and_enter(site, channel, lena):
    remember_weeks(channel)
    page = site.open(lena, "/inbox/open/")

    come(channel, [RUMOUR] * 12)
    find_spikes()

    bar = page.locator(".incident-bar__line--spike")
    expect(bar).to_contain_text("Much more than usual about “bridge is cracked”")
    assert complaints(page) == ""
    page.set_viewport_size({"width": 390, "height": 844})
    assert complaints(page) == ""
    bar.get_by_text("Declare").click()
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Much more than usual about “bridge is cracked”")
    assert Incident.objects.get().phrases == ["bridge is cracked"]

    page.goto(site.address + "/spikes/")
    page.click(".position-row__link")
    expect(page.locator("h2", has_text="Whether it helped")).to_be_visible()
    assert complaints(page) == ""
