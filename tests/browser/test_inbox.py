"""Agents at work in real browsers: they see each other, answer by keyboard, and lose nothing."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Team
from brandvoice.actions.examples import add_examples, embed_missing_examples
from brandvoice.actions.positions import (
    NewWording,
    VersionContent,
    create_position,
    draft_version,
    sign_version,
    submit_version,
)
from inbox.actions.deliveries import claim_due_deliveries, record_rejected
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import assign_ticket, set_labels
from inbox.models import Draft, Message, Priority, Span, Ticket
from tests.browser.conftest import go_offline
from tests.browser.test_accessible import complaints
from tests.cast import make_channel, make_incoming, make_ticket

REFUND = "Yes. With a season ticket you get one day's fare back for each cancelled train."


@pytest.fixture
def refund(northline, rail, lena, amira):
    """Signed wording about refunds, with what customers write about it."""
    position = create_position("Do season-ticket holders get money back?", by=lena, brand=rail)
    version = draft_version(position, VersionContent((NewWording(REFUND),)), by=lena)
    version = sign_version(submit_version(version, by=lena), by=amira)
    add_examples(position, ["do i get my money back for the cancelled train"], language="en", by=lena)
    embed_missing_examples()
    return version


def test_a_customers_message_appears_in_every_open_inbox_of_the_team_without_reload(site, channel, agnes, lena):
    hers, leads = site.open(agnes, "/inbox/unassigned/"), site.open(lena, "/inbox/open/")

    ticket = make_ticket(channel, "Where is my train?", author="priya")

    for page, view in ((hers, "unassigned"), (leads, "open")):
        expect(page.locator(f"#ticket-{ticket.number}")).to_contain_text("Where is my train?")
        expect(page.locator(f"[data-count={view}]")).to_have_text("1")


def test_two_agents_see_each_others_work_as_it_happens(site, channel, agnes, jonas):
    ticket = make_ticket(channel, "Where is my train?")
    address = f"/inbox/open/{ticket.number}/"
    hers, his = site.open(agnes, address), site.open(jonas, address)

    hers.fill("#composer-text", "It left at nine.")
    hers.click(".composer__send")

    expect(his.locator(".message--outbound")).to_contain_text("It left at nine.")
    expect(his.locator(".message--outbound")).to_contain_text("Agnes Berg")
    expect(his.locator("#ticket-head")).to_contain_text("Agnes Berg")
    expect(hers.locator(".message--outbound")).to_have_count(1)
    expect(hers.locator("#composer-text")).to_have_value("")

    his.click("[data-action=resolve]")

    expect(hers.locator("#ticket-head")).to_contain_text("resolved")
    expect(hers.locator(f"#ticket-{ticket.number}")).to_have_count(0)
    expect(hers.locator("[data-count=open]")).to_have_text("0")


def test_a_ticket_is_answered_with_signed_words_by_keyboard_alone(site, channel, agnes, refund):
    ticket = make_ticket(channel, "Do I get my money back for the cancelled train?", language="en")
    page = site.open(agnes, "/inbox/unassigned/")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".suggestion")).to_have_count(1)
    page.keyboard.press("r")
    page.keyboard.press("1")
    expect(page.locator("#composer-text")).to_have_value(REFUND)
    expect(page.locator("#composer-layer .signed-span")).to_have_text(REFUND)
    page.keyboard.type(" 🙂 Bye!")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".message--outbound .signed-span")).to_have_text(REFUND)
    expect(page.locator(".message--outbound")).to_contain_text("signed v1 by Amira Ito")
    span = Span.objects.get(message__ticket=ticket)
    assert (span.version_id, span.start, span.end, span.distance) == (refund.pk, 0, len(REFUND), 0)
    assert span.message.text == f"{REFUND} 🙂 Bye!"

    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#ticket-head")).to_contain_text("resolved")


def test_signed_words_keep_their_line_through_edits_around_and_inside_them(site, channel, agnes, refund):
    make_ticket(channel, "Do I get my money back for the cancelled train?", language="en")
    page = site.open(agnes, "/inbox/unassigned/")
    page.click(".ticket-row__link")
    page.click("[data-insert]")
    layer = page.locator("#composer-layer .signed-span")

    page.keyboard.press("Control+Home")
    page.keyboard.type("😀 Hi. ")
    expect(layer).to_have_text(REFUND)

    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("indeed ")
    expect(layer).to_have_text(REFUND[:5] + "indeed " + REFUND[5:])

    for _ in range(len("indeed ")):
        page.keyboard.press("Backspace")
    expect(layer).to_have_text(REFUND)

    page.keyboard.press("Control+a")
    page.keyboard.type("No.")
    expect(layer).to_have_count(0)


def test_a_reply_to_what_a_colleague_has_answered_is_held_back_and_can_be_sent_anyway(site, channel, agnes, jonas):
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "It is late.")
    page.evaluate("document.dispatchEvent(new CustomEvent('live:watch', { detail: null }))")
    page.evaluate("document.querySelector('[name=seen]').readOnly = true")

    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=jonas)
    page.click(".composer__send")

    expect(page.locator(".stale")).to_contain_text("It left at nine.")
    expect(page.locator("#composer-text")).to_have_value("It is late.")
    assert Message.objects.filter(direction="outbound").count() == 1

    page.click("text=Send anyway")
    expect(page.locator(".message--outbound")).to_have_count(2)
    expect(page.locator("#composer-text")).to_have_value("")


def test_the_guard_speaks_while_one_types_and_its_fix_is_a_button(site, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?", language="en")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")

    page.fill("#composer-text", "👍 Write to priya@mail.example please.")
    expect(page.locator(".finding")).to_contain_text("e-mail address")
    expect(page.locator("#composer-layer .found")).to_have_text("priya@mail.example")
    page.click("[data-fix]")

    expect(page.locator("#composer-text")).to_have_value("👍 Write to  please.")
    expect(page.locator(".finding")).to_have_count(0)


def test_a_draft_comes_back_after_leaving_and_never_mixes_with_the_note(site, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "Half an answer")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")

    page.click(".tab:has([value=note])")
    expect(page.locator("#composer-text")).to_have_value("")
    page.keyboard.type("Only for us")
    # "Draft saved" may still be said of the reply; whatever leaving the page has to save, can come late.
    for _ in range(200):
        if Draft.objects.filter(kind="note", text="Only for us").exists():
            break
        page.wait_for_timeout(50)
    page.reload()

    expect(page.locator("#composer-text")).to_have_value("Half an answer")
    page.click(".tab:has([value=note])")
    expect(page.locator("#composer-text")).to_have_value("Only for us")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message--note")).to_contain_text("Only for us")
    assert Draft.objects.get().text == "Half an answer"


def test_new_tickets_wait_at_the_top_while_the_agent_is_scrolled_away(site, channel, agnes):
    for number in range(40):
        make_ticket(channel, f"Question {number}", author=f"author{number}")
    page = site.open(agnes, "/inbox/unassigned/")
    page.evaluate("document.getElementById('list-scroll').scrollTop = 400")

    ticket = make_ticket(channel, "One more")

    expect(page.locator("#list-fresh")).to_have_text("1 new ↑")
    expect(page.locator(f"#ticket-{ticket.number}")).to_have_count(0)
    page.click("#list-fresh")
    expect(page.locator(".ticket-row").first).to_contain_text("One more")
    expect(page.locator("#list-fresh")).to_be_hidden()


def test_older_tickets_come_while_scrolling_each_once(site, channel, agnes):
    receive_messages(channel, [make_incoming(f"Question {number}", author=f"a{number}") for number in range(150)])
    page = site.open(agnes, "/inbox/unassigned/")

    for _ in range(6):
        page.evaluate("document.getElementById('list-scroll').scrollTop = 1e6")
        page.wait_for_timeout(150)

    expect(page.locator(".ticket-row")).to_have_count(150)
    assert page.evaluate("new Set([...document.querySelectorAll('.ticket-row')].map((row) => row.id)).size") == 150


def test_selected_tickets_are_taken_together(site, channel, agnes):
    for number in range(3):
        make_ticket(channel, f"Question {number}", author=f"author{number}")
    page = site.open(agnes, "/inbox/unassigned/")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#selection-count")).to_have_text("2 selected")
    page.click("[data-bulk=assign]")

    expect(page.locator(".ticket-row")).to_have_count(1)
    expect(page.locator("[data-count=mine]")).to_have_text("2")
    assert Ticket.objects.assigned_to(agnes).count() == 2


def test_selected_tickets_are_given_away_labelled_and_made_urgent_together(site, channel, care, agnes, jonas):
    tickets = [make_ticket(channel, f"Question {number}", author=f"author{number}") for number in range(3)]
    set_labels(tickets[2], ["delay"], by=agnes)
    page = site.open(agnes, "/inbox/unassigned/")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")

    page.click("[data-bulk-change]")
    dialog = page.locator("#relate")
    expect(dialog.get_by_label("Give to")).to_be_focused()
    assert complaints(page) == ""
    dialog.get_by_label("Give to").select_option(label=jonas.name)
    dialog.get_by_label("Priority").select_option(label="Urgent")
    dialog.get_by_label("Add labels").fill("refund")
    dialog.get_by_role("button", name="Change").click()

    expect(page.locator(".ticket-row")).to_have_count(1)
    changed = Ticket.objects.filter(assignee=jonas, priority=Priority.URGENT)
    labels = {ticket.number: sorted(ticket.labels.values_list("name", flat=True)) for ticket in changed}
    assert labels == {tickets[2].number: ["delay", "refund"], tickets[1].number: ["refund"]}
    expect(page.locator("#selection")).to_be_hidden()


def test_a_selected_ticket_that_is_gone_keeps_none_of_the_others_from_being_changed(site, northline, channel, agnes):
    kept, gone = (make_ticket(channel, f"Question {number}", author=f"author{number}") for number in range(2))
    page = site.open(agnes, "/inbox/unassigned/")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    # Without a word to the page, as while its connection is down.
    Ticket.objects.filter(pk=gone.pk).update(team=Team.objects.create(organization=northline, name="Elsewhere"))

    page.click("[data-bulk-change]")
    page.get_by_label("Add labels").fill("refund")
    page.locator("#relate").get_by_role("button", name="Change").click()

    expect(page.locator("#toasts")).not_to_be_empty()
    expect(page.locator(f"#ticket-{kept.number}")).to_contain_text("refund")
    assert [ticket.labels.count() for ticket in (kept, gone)] == [1, 0]
    site.troubles[:] = [trouble for trouble in site.troubles if "404" not in trouble]


def test_what_was_missed_while_offline_is_there_without_a_reload(site, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "Half an answer")
    go_offline(page)
    expect(page.locator(".offline-bar")).to_be_visible()
    page.press("#composer-text", "Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Offline")

    other = make_ticket(channel, "Another question", author="kai")
    receive_messages(channel, [make_incoming("Hello?", thread=ticket.thread_key)])
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(page.locator(f"#ticket-{other.number}")).to_be_visible()
    expect(page.locator(".thread")).to_contain_text("Hello?")
    expect(page.locator("#composer-text")).to_have_value("Half an answer")
    expect(page.locator(".offline-bar")).to_be_hidden()


def test_a_failed_delivery_shows_the_networks_words_and_a_retry_that_retries(site, rail, care, agnes):
    channel = make_channel(rail, care, external=False)
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    delivery = claim_due_deliveries(limit=1)[0]

    record_rejected(delivery, "Your account is suspended")

    failed = page.locator(".delivery--failed")
    expect(failed).to_contain_text("Your account is suspended")
    failed.locator("text=Retry").click()
    expect(page.locator(".delivery--queued")).to_be_visible()
    delivery.refresh_from_db()
    assert delivery.state == "queued"


def test_back_and_forward_walk_through_what_was_open(site, channel, agnes):
    first, second = make_ticket(channel, "First question"), make_ticket(channel, "Second question", author="kai")
    page = site.open(agnes, "/inbox/unassigned/")
    page.click(f"#ticket-{first.number} a")
    expect(page.locator(".thread")).to_contain_text("First question")
    page.click(f"#ticket-{second.number} a")
    expect(page.locator(".thread")).to_contain_text("Second question")

    page.go_back()
    expect(page.locator(".thread")).to_contain_text("First question")
    expect(page).to_have_url(re.compile(f"/inbox/unassigned/{first.number}/$"))
    page.go_forward()
    expect(page.locator(".thread")).to_contain_text("Second question")


def test_views_change_without_losing_the_socket(site, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, "/inbox/mine/")
    expect(page.locator("#list-empty")).to_be_visible()
    page.evaluate("window.stillHere = true")

    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page.locator(f"#ticket-{ticket.number}")).to_be_visible()
    assign_ticket(ticket, agnes, by=agnes)

    expect(page.locator(f"#ticket-{ticket.number}")).to_have_count(0)
    assert page.evaluate("window.stillHere")


def test_an_agent_answers_from_a_phone(site, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(
        agnes, "/inbox/unassigned/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )

    page.tap(f"#ticket-{ticket.number} a")
    page.fill("#composer-text", "It left at nine.")
    page.tap(".composer__send")
    expect(page.locator(".message--outbound")).to_contain_text("It left at nine.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap(".ticket__back")
    expect(page.locator("#list")).to_be_visible()


def test_reading_and_replying_work_without_scripts(site, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, "/inbox/unassigned/", java_script_enabled=False)

    page.click(f"#ticket-{ticket.number} a")
    page.fill("#composer-text", "It left at nine.\nSorry!")
    page.click(".composer__send")
    expect(page.locator(".message--outbound")).to_contain_text("It left at nine.")

    assert Message.objects.get(direction="outbound").text == "It left at nine.\nSorry!"


def test_thirty_tickets_fit_on_a_screen(site, channel, agnes):
    receive_messages(channel, [make_incoming(f"Question {number}", author=f"a{number}") for number in range(60)])
    page = site.open(agnes, "/inbox/unassigned/", viewport={"width": 1920, "height": 1080})

    page.click(".list__density")

    visible = (
        "[...document.querySelectorAll('.ticket-row')].filter((row) => row.getBoundingClientRect().bottom <= 1080)"
    )
    assert page.evaluate(f"{visible}.length") >= 30


def test_a_sent_reply_is_undone_by_one_key_and_its_words_are_there_again(site, rail, care, agnes, jonas):
    ticket = make_ticket(make_channel(rail, care, undo_seconds=10))
    page, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    page.fill("#composer-text", "It left at nine.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Sent. u takes it back.")).to_be_visible()
    expect(his.locator(".message--outbound .delivery")).to_contain_text("Queued")
    page.keyboard.press("Escape")
    page.keyboard.press("u")

    expect(page.locator("#composer-text")).to_have_value("It left at nine.")
    for one in (page, his):
        expect(one.locator(".message--outbound .delivery")).to_contain_text("Taken back")
        expect(one.locator("[data-undo]")).to_have_count(0)
