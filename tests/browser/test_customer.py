"""Saying who the customer is: the words that are for them appear, here and on colleagues' pages."""

import pytest
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import embed_missing_examples
from brandvoice.spans import Span
from inbox.actions.drafts import save_draft
from inbox.actions.merges import merge_customers
from tests.cast import make_ticket

QUESTION, WORDS = "Can I keep my luggage in the shop?", "Your luggage is welcome in our shops in Vienna."


@pytest.fixture
def position(lena, rail):
    return voice.create_position(QUESTION, by=lena, brand=rail)


def sign(position, text, lena, amira, **scope):
    content = voice.VersionContent((voice.NewWording(text),), **scope)
    version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
    embed_missing_examples()
    return voice.sign_version(version, by=amira)


def test_words_for_some_customers_appear_everywhere_once_an_agent_says_who_it_is(
    site, channel, position, agnes, jonas, lena, amira
):
    sign(position, WORDS, lena, amira, regions=("at", "ch"))
    ticket = make_ticket(channel, QUESTION)
    address = f"/inbox/open/{ticket.number}/"
    page, colleague = site.open(agnes, address), site.open(jonas, address)
    for each in (page, colleague):
        expect(each.locator(".no-fit")).to_be_visible()
    page.click("#thread")

    page.keyboard.press("c")
    expect(page.locator("#customer-region")).to_be_focused()
    page.keyboard.type("AT")
    page.keyboard.press("Enter")

    for each in (page, colleague):
        expect(each.locator(".suggestion")).to_contain_text(WORDS)
        expect(each.locator(".event-line")).to_contain_text("Customer described: at by Agnes Berg")
        expect(each.locator("#customer")).to_contain_text("Region")
    page.click("#thread")
    page.keyboard.press("1")
    expect(page.locator("#composer-text")).to_have_value(WORDS)


def test_words_for_some_customers_appear_once_the_customer_is_merged_with_one_of_them(
    site, channel, position, agnes, lena, amira
):
    sign(position, WORDS, lena, amira, regions=("at",))
    ticket, other = make_ticket(channel, QUESTION), make_ticket(channel, author="ada")
    type(other.contact).objects.filter(pk=other.contact_id).update(region="at")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator(".no-fit")).to_be_visible()

    merge_customers(other.contact, ticket.contact, "", by=agnes)

    expect(page.locator(".suggestion")).to_contain_text(WORDS)


@pytest.mark.parametrize("region", ["at", "de"])
def test_new_words_for_some_customers_are_offered_to_theirs_alone(site, channel, position, agnes, lena, amira, region):
    old = sign(position, "Old words.", lena, amira)
    ticket = make_ticket(channel, QUESTION)
    save_draft(ticket, by=agnes, text="Old words.", visibility="public", spans=(Span(old.wordings.get().pk, 0, 10),))
    type(ticket.contact).objects.update(region=region)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator("#customer")).to_contain_text(region)

    sign(position, WORDS, lena, amira, regions=("at", "ch"))

    expect(page.locator(".overtaken")).to_have_count(1)
    expect(page.locator("[data-take-new]")).to_have_count(1 if region == "at" else 0)


def test_a_composer_asks_the_guard_again_when_the_customer_turns_out_to_be_another(
    site, channel, position, agnes, lena, amira
):
    version = sign(position, WORDS, lena, amira, regions=("at",))
    ticket = make_ticket(channel, QUESTION)
    held = (Span(version.wordings.get().pk, 0, len(WORDS)),)
    save_draft(ticket, by=agnes, text=WORDS, visibility="public", spans=held)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.locator("#composer-text").press_sequentially("!")
    expect(page.locator(".finding--block")).to_contain_text("for customers in at")

    page.click(".customer__describe summary")
    page.fill("#customer-region", "at")
    page.click(".customer__describe button")

    expect(page.locator(".finding--block")).to_have_count(0)
