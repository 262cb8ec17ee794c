"""The website chat on a page of another origin, under that page's own policy, beside the real inbox."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from inbox import delivery, intake
from inbox.actions.replies import NewReply, send_reply
from inbox.connectors.webchat.models import Line
from inbox.models import Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel

PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Northline Bahn</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Fahrplan</h1><p><a href="#fares">Preise</a></p></main>
<script src="{site}/chat/widget.js" data-channel="{channel}" {attributes} defer></script></body></html>"""
POLICY = "default-src 'none'; script-src {site}; connect-src {site}"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def shop(site, rail, care):
    """A website on an origin of its own, and the channel whose chat it shows."""
    channel = make_channel(rail, care, network="webchat", external=False)
    shop = SimpleNamespace(channel=channel, attributes="")

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            is_page = self.path == "/"
            self.send_response(200 if is_page else 204)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", POLICY.format(site=site.address))
            self.end_headers()
            if is_page:
                told = {"site": site.address, "channel": channel.pk, "attributes": shop.attributes}
                self.wfile.write(PAGE.format(**told).encode())

        def log_message(self, *_said):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shop.address = f"http://127.0.0.1:{server.server_port}/"
    channel.keep_access({"origins": shop.address})
    yield shop
    server.shutdown()
    server.server_close()


def look(site, shop, **context):
    """Return the website in a browser that has not been here."""
    page = site.visit("/accounts/login/", **context)
    page.goto(shop.address)
    return page


def write(page, text):
    """Write a line, and see that it has arrived."""
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("li.mine").last).to_contain_text(text)
    expect(page.locator("li.mine[data-waits]")).to_have_count(0)


def hear(page):
    """Let the widget ask at once, as it does when somebody comes back to the page."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def reply(ticket, text, by):
    """Answer, and let a worker deliver it."""
    send_reply(ticket, NewReply(text, "", seen=ticket.messages.latest("pk").pk, purpose="inform"), by=by)
    delivery.deliver_due()


def test_a_visitor_of_another_website_and_an_agent_talk(site, shop, agnes):
    page = look(site, shop)
    page.get_by_role("button", name="Chat").press("Enter")
    expect(page.get_by_role("textbox", name="Ihre Nachricht")).to_be_focused()
    write(page, "Wo ist mein Zug?")
    intake.process_payloads()

    ticket = Ticket.objects.get()
    inbox = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(inbox.locator(".message--inbound")).to_contain_text("Wo ist mein Zug?")
    inbox.fill("#composer-text", "Er fährt von Gleis 4: https://northline.example/4")
    inbox.click(".composer__send")
    expect(inbox.locator("#composer-text")).to_have_value("")
    delivery.deliver_due()

    expect(page.get_by_role("log")).to_contain_text("Er fährt von Gleis 4")
    expect(page.get_by_role("link", name="https://northline.example/4")).to_have_attribute("rel", "noopener noreferrer")
    expect(inbox.locator(".message--outbound")).to_contain_text("Read")

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chat")).to_be_focused()
    page.reload()
    expect(page.locator("li")).to_have_count(2)
    reply(ticket, "Gute Reise!", agnes)
    hear(page)
    expect(page.locator(".count")).to_have_text("1")
    page.get_by_role("button", name="Chat, Neue Antwort (1)").click()
    expect(page.locator("li").filter(visible=True)).to_have_count(3)
    expect(page.locator(".count")).to_have_text("")


@THEMES
def test_the_widget_and_the_page_without_scripts_are_accessible(site, shop, agnes, theme):
    shop.attributes = 'data-open data-accent="#ffd400"'
    page = look(site, shop, color_scheme=theme)
    expect(page.get_by_role("textbox")).to_be_visible()
    expect(page.get_by_role("textbox")).not_to_be_focused()
    write(page, "Wo ist mein Zug?")
    intake.process_payloads()
    reply(Ticket.objects.get(), "An Gleis 4.", agnes)
    hear(page)
    expect(page.locator("li.theirs")).to_be_visible()
    assert complaints(page) == ""
    page.keyboard.press("Escape")
    assert complaints(page) == ""

    plain = site.visit(f"/chat/{shop.channel.pk}/", color_scheme=theme, java_script_enabled=False, **PHONE)
    plain.fill("#text", "Where is my train?")
    plain.get_by_role("button", name="Send").click()
    expect(plain.get_by_role("listitem")).to_contain_text("Where is my train?")
    plain = site.visit(f"/chat/{shop.channel.pk}/", color_scheme=theme, cookies=plain.context.cookies())
    assert complaints(plain) == ""


def test_on_a_phone_it_fills_the_screen_and_loses_nothing_without_a_connection(site, shop):
    # A page that names its language wrongly still gets its chat.
    shop.attributes = 'data-lang="es_ES"'
    page = look(site, shop, **PHONE)
    page.get_by_role("button", name="Chat").tap()
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert complaints(page) == ""
    for name, role in (("Enviar", "button"), ("Cerrar el chat", "button"), ("Conversación", "log")):
        page.keyboard.press("Tab")
        expect(page.get_by_role(role, name=name)).to_be_focused()

    write(page, "Hola")
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Su mensaje").fill("¿Dónde está mi tren?")
    page.get_by_role("button", name="Enviar").tap()
    expect(page.get_by_role("status").filter(has_text="Reintentando")).to_be_visible()
    assert Line.objects.count() == 1

    page.context.set_offline(False)
    expect(page.locator("li.mine[data-waits]")).to_have_count(0)
    assert [line.text for line in Line.objects.order_by("number")] == ["Hola", "¿Dónde está mi tren?"]


def test_a_website_that_is_not_on_the_list_can_not_use_the_chat(site, shop):
    shop.channel.keep_access({"origins": "https://www.northline.example"})
    page = look(site, shop)
    page.get_by_role("button", name="Chat").click()
    page.get_by_role("textbox").fill("Wo ist mein Zug?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Noch nicht gesendet")).to_be_visible()

    page.close()
    assert not Line.objects.exists()
    assert all("CORS" in trouble or "net::ERR_FAILED" in trouble for trouble in site.troubles)
    site.troubles.clear()
