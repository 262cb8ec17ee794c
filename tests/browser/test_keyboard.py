"""A person without a mouse does all of an agent's work, and sees at every step where they are."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import expect

from accounts.models import User
from inbox.models import Delivery, DeliveryState, Message, Status, Ticket
from tests.browser import test_inbox
from tests.browser.test_inbox import REFUND
from tests.cast import PASSWORD, make_channel, make_ticket

refund = test_inbox.refund
# Whether what has the focus is shown, and is marked: by itself, by what is drawn round it, or as a dialog's only field.
FOCUS = """() => {
  const one = document.activeElement;
  const marked = (part) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0 || boxShadow !== "none";
  };
  const frame = one.closest(".composer__text, .purpose, .list__head, dialog");
  const name = one.id || one.className || one.tagName;
  return [one !== document.body && one.checkVisibility(), marked(one) || Boolean(frame && marked(frame)), name];
}"""


class Hands:
    """A person without a mouse, who has to see where they are."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def sees(self, *, name=""):
        """Check that what has the focus is shown and marked."""
        shown, marked, what = self.page.evaluate(FOCUS)
        assert (shown, marked) == (True, True), what
        if name:
            expect(self.page.locator(":focus")).to_have_accessible_name(name)

    def tab_to(self, name, *, most=100):
        """Press Tab until what is called so has the focus, seeing each stop on the way."""
        for _ in range(most):
            self.press("Tab")
            self.sees()
            if self.page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel") == name:
                return
        raise AssertionError(f"No way by Tab to {name}")


def test_a_day_without_a_mouse(site, rail, care, agnes, jonas, refund):
    channel = make_channel(rail, care, undo_seconds=60)
    first = make_ticket(channel, "Do I get my money back for the cancelled train?", author="priya", language="en")
    second = make_ticket(channel, "And mine?", author="kai")
    # The served site knows only slow hashes.
    User.objects.filter(pk=agnes.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
    page = site.visit("/accounts/login/")
    hands = Hands(page)
    page.locator("input[name=login]").focus()
    hands.sees()
    page.keyboard.type(agnes.email)
    hands.press("Tab")
    hands.sees()
    page.keyboard.type(PASSWORD)
    hands.press("Enter")
    page.wait_for_url("**/inbox/mine/")
    page.wait_for_selector("html[data-live=online][data-synced]")

    hands.press("g", "o")
    expect(page.locator(".ticket-row")).to_have_count(2)
    hands.press("j", "j", "Enter")
    expect(page.locator(".ticket-head__number")).to_have_text(f"#{first.number}")
    hands.sees()
    expect(page.locator(".suggestion")).to_have_count(1)
    hands.press("1")
    expect(page.locator("#composer-text")).to_have_value(REFUND)
    hands.sees()
    expect(page.locator("#findings [data-verdict]")).to_be_attached()
    hands.press("Control+Enter")
    expect(page.locator(".message--outbound")).to_have_count(1)
    hands.press("Escape", "u")
    expect(page.locator("#composer-text")).to_have_value(REFUND)
    assert Delivery.objects.get().state == DeliveryState.CANCELLED
    hands.press("Escape")

    hands.press("a")
    hands.sees()
    hands.press("ArrowDown", "ArrowDown")
    hands.sees()
    hands.press("Enter")
    expect(page.locator(".ticket-head__facts")).to_contain_text("Jonas Okafor")
    hands.press("l")
    hands.sees()
    page.get_by_label("New label").focus()
    page.keyboard.type("refund")
    hands.press("Enter")
    expect(page.locator(".ticket-head .chip")).to_have_text("refund")
    hands.press("Escape", "Escape")
    hands.press("s")
    hands.sees()
    hands.press("Enter")
    expect(page.locator(".ticket-head__state")).to_contain_text("snoozed")

    hands.press("Control+k")
    hands.sees()
    page.keyboard.type(f"#{second.number}")
    expect(page.get_by_role("option").first).to_contain_text(f"{second.number}")
    hands.press("Enter")
    expect(page.locator(".ticket-head__number")).to_have_text(f"#{second.number}")
    hands.press("e")
    expect(page.locator(".ticket-head__state--done")).to_be_visible()
    states = dict(Ticket.objects.values_list("number", "status"))
    assert states == {first.number: "snoozed", second.number: "resolved"}

    page.goto("/notifications/choices/")
    hands.tab_to("Save")
    hands.press("Enter")
    expect(page.locator(".toast")).to_have_text("Saved.")
    assert not Message.objects.filter(direction="note").exists()


def test_single_keys_can_be_switched_off_and_what_they_do_is_still_reached(site, rail, care, agnes):
    ticket = make_ticket(make_channel(rail, care), "Do I get my money back?", language="en")
    User.objects.filter(pk=agnes.pk).update(single_keys=False)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")

    page.keyboard.press("e")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open]")).to_be_visible()

    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN
    assert page.url.endswith(f"/inbox/open/{ticket.number}/")
    page.keyboard.type("Resolve")
    page.keyboard.press("Enter")
    expect(page.locator("[data-action=reopen]").first).to_be_visible()
