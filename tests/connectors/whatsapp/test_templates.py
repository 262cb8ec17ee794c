"""WhatsApp's templates: Meta's own example read, the account's pages gone through, and one said to a customer."""

import json
from pathlib import Path

import pytest

from inbox import delivery as dispatcher
from inbox.connectors.templates import OutgoingTemplate, blanks_in, fill
from inbox.connectors.whatsapp.connector import WhatsAppConnector
from tests.connectors.meta.replies import make_graph, make_reply
from tests.connectors.meta.simulator import BUSINESS, NUMBER
from tests.connectors.meta.stage import WhatsAppStage

ANSWER = json.loads((Path(__file__).parent / "templates.json").read_text())["answer"]
PROMO = "Hi {{1}}, our Fall Sale is on! Use promo code {{2}} Get an extra 25% off every order above $350!"


def template(name, *components, **fields):
    return {"id": name, "name": name, "language": "de", "status": "APPROVED", "components": list(components), **fields}


def part(kind, text="", **fields):
    return {"type": kind, "text": text, **fields}


@pytest.fixture
def connector(network):
    return WhatsAppConnector(make_graph(network), NUMBER, "verify me", BUSINESS)


def test_metas_own_example_is_read(network, connector):
    network.templates = [ANSWER]

    hello, promo = connector.templates()

    assert (hello.name, hello.header, blanks_in(hello.body)) == ("hello_world", "Hello World", [])
    assert (promo.external_id, promo.language, promo.category) == ("920070352646140", "en_US", "MARKETING")
    assert (promo.status, promo.body, promo.buttons) == ("APPROVED", PROMO, ("Stop promotions",))
    assert promo.footer == "Not interested in any of our sales? Tap Stop Promotions"


def test_all_pages_are_read_and_none_without_an_account(network, connector):
    more = {"cursors": {"after": "1"}, "next": "https://graph.example/?after=1"}
    network.templates = [{"data": [template("one", part("BODY", "1"))], "paging": more}]
    network.templates.append({"data": [template("two", part("BODY", "2"))]})

    assert [each.name for each in connector.templates()] == ["one", "two"]
    assert WhatsAppConnector(make_graph(network), NUMBER, "verify me").templates() == ()


@pytest.mark.parametrize(
    "parts",
    [
        [part("HEADER", format="IMAGE"), part("BODY", "Hello")],
        [part("HEADER", "For {{1}}", format="TEXT"), part("BODY", "Hello")],
        [part("BODY", "Hello"), part("BUTTONS", buttons=[{"type": "URL", "url": "https://a.example/{{1}}"}])],
        [part("BODY", "Hello"), part("BUTTONS", buttons=[{"type": "OTP", "text": "Copy"}])],
        [part("BODY", "Hello"), part("CAROUSEL")],
    ],
)
def test_what_needs_more_than_words_in_its_body_is_left_out(network, connector, parts):
    network.templates = [{"data": [template("more", *parts)]}]

    assert connector.templates() == []


@pytest.mark.parametrize("named", [False, True])
def test_a_template_is_said_with_its_values(network, connector, named):
    body = "Hi {{name}}, {{train}} is back." if named else "Hi {{1}}, {{2}} is back."
    network.templates = [{"data": [template("back", part("BODY", body))]}]
    blanks = blanks_in(body)
    chosen = OutgoingTemplate("back", "de", tuple(zip(blanks, ("Robin", "the 7:42"), strict=True)), named=named)

    receipt = connector.post_reply(make_reply("16505551234", template=chosen))

    (post,) = network.posted
    assert (receipt.external_id, post.text) == (post.id, "Hi Robin, the 7:42 is back.")
    assert post.body["template"]["language"] == {"policy": "deterministic", "code": "de"}


def test_blanks_are_counted_and_filled_once_each():
    assert blanks_in("{{2}} and {{ 1 }}, {{10}} and {{1}}") == ["1", "2", "10"]
    assert blanks_in("{{who}} and {{first_name}}") == ["who", "first_name"]
    assert fill("{{1}} and {{2}} and {{1}}", {"1": "{{2}}"}) == "{{2}} and {{2}} and {{2}}"


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_whether_the_channel_works_reads_its_templates(site, rail, care):
    stage = WhatsAppStage(site, rail, care)
    stage.graph.templates = [ANSWER]

    assert dispatcher.probe(stage.channel)
    assert set(stage.channel.templates.values_list("name", flat=True)) == {"hello_world", "2023_april_promo"}

    stage.graph.templates = [{"error": {"code": 200, "message": "Permissions error"}}]
    assert dispatcher.probe(stage.channel)
    stage.channel.refresh_from_db()
    assert "templates can't be read" in stage.channel.health_words
    assert stage.channel.templates.count() == 2
    stage.close()
