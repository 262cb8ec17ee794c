"""Asking the desk in real browsers: an agent asks, an executive answers on a phone, the agent has the words."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import embed_missing_examples
from tests.cast import make_ticket

PHONE = {"viewport": {"width": 390, "height": 844}}
ANSWER = "Folded e-scooters travel free of charge."


def test_the_answer_of_the_desk_reaches_the_agent_who_waits_without_reload(site, channel, agnes, amira):
    ticket = make_ticket(channel, "Can I bring my scooter?")
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(hers.locator(".no-fit")).to_be_visible()
    hers.fill("#ask-text", "Do we take e-scooters on board?")
    hers.get_by_role("button", name="Ask", exact=True).click()
    expect(hers.locator(".ask__state")).to_contain_text("Asked of Amira Ito")
    expect(hers.locator("#thread")).to_contain_text("The desk was asked by Agnes Berg")

    phone = site.visit("/questions/", cookies=site.cookies(amira), **PHONE)
    expect(phone.locator(".question")).to_contain_text("Can I bring my scooter?")
    phone.get_by_label("What agents may say").fill(ANSWER)
    phone.get_by_role("button", name="Sign and answer").click()
    expect(phone.locator("main")).to_contain_text("Nobody waits for an answer.")

    expect(hers.locator(".desk-answer")).to_contain_text(ANSWER)
    hers.locator(".desk-answer .suggestion__use").click()
    expect(hers.locator("#composer-text")).to_have_value(ANSWER)
    expect(hers.locator("#composer-layer .signed-span")).to_have_text(ANSWER)


def test_a_colleague_is_offered_to_wait_with_those_who_have_asked(site, channel, agnes, jonas, amira):
    first, second = make_ticket(channel, "Can I bring my scooter?"), make_ticket(channel, "Scooters?")
    hers = site.open(agnes, f"/inbox/open/{first.number}/")
    hers.fill("#ask-text", "Do we take e-scooters on board?")
    hers.get_by_role("button", name="Ask", exact=True).click()
    expect(hers.locator(".ask__state")).to_be_visible()

    his = site.open(jonas, f"/inbox/open/{second.number}/")
    his.locator("#ask-text").press_sequentially("Do we take e-scooters?")
    his.locator(".ask__like").click()

    expect(his.locator(".ask__state")).to_contain_text("2 tickets wait")


def test_words_that_begin_to_be_valid_appear_on_open_pages_by_themselves(site, channel, agnes, lena, amira, rail):
    position = voice.create_position("Can I bring my scooter?", by=lena, brand=rail)
    ticket = make_ticket(channel, "Can I bring my scooter?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator(".no-fit")).to_be_visible()
    now = timezone.now()
    content = voice.VersionContent((voice.NewWording(ANSWER),), valid_from=now - timedelta(seconds=1))
    version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
    voice.sign_version(version, by=amira, now=now - timedelta(days=1))
    embed_missing_examples()

    voice.begin_due_versions()

    expect(page.locator(".suggestion")).to_contain_text(ANSWER)
