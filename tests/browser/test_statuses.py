"""A status of the organization is set by keyboard, and colleagues see it in list and head."""

from playwright.sync_api import expect

from inbox.actions.saved_views import NewView, create_view
from inbox.actions.view_members import keep_views
from inbox.models import Category, NamedStatus
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_a_status_is_set_by_keyboard_and_colleagues_see_it(site, channel, northline, agnes, jonas, lena):
    ticket = make_ticket(channel)
    NamedStatus.objects.create(organization=northline, name="With the press office", category=Category.OPEN)
    NamedStatus.objects.create(organization=northline, name="With the supplier", category=Category.WAITING)
    keep_views()
    create_view(NewView("Supplier", 'status:"with the supplier"', owner=None), by=lena)
    keep_views()
    page, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    expect(his.locator("#rail-saved [data-count]")).to_have_text("0")
    page.keyboard.press("t")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for one in (page, his):
        expect(one.locator("#ticket-head")).to_contain_text("With the supplier")
        expect(one.locator(f"#ticket-{ticket.number}")).to_have_count(0)
    keep_views()
    expect(his.locator("#rail-saved [data-count]")).to_have_text("1")
    his.keyboard.press("g")
    his.keyboard.press("1")
    expect(his.locator(f"#ticket-{ticket.number} .chip--status")).to_have_text("With the supplier")


@THEMES
def test_the_menu_of_statuses_is_accessible(site, channel, northline, agnes, theme):
    ticket = make_ticket(channel)
    NamedStatus.objects.create(organization=northline, name="With the supplier", category=Category.WAITING)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="With the supplier")).to_be_visible()
    assert complaints(page) == ""
