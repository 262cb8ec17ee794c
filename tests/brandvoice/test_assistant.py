"""The optional language model: off by default, held to the signed words, and never in the way when it fails."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from brandvoice import assistant
from brandvoice.models import EditLevel

SIGNED = "You get 12 euros back for booking {order_number} within 7 days."
SAID = ["Where is my money?", "My booking is AB-991."]


class Model(BaseHTTPRequestHandler):
    """A server of the chat completions' shape; the test says what its model replies."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), asked))
        status, said = self.server.replies
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": said}}]}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def model(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.LLM_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.LLM_MODEL, settings.LLM_KEY = "small", "k" * 40
    yield server
    server.shutdown()
    server.server_close()


def says(model, told, status=200):
    model.replies = status, told if isinstance(told, str) else json.dumps(told)


def test_it_is_off_unless_somebody_configures_it():
    assert not assistant.is_on()
    with pytest.raises(assistant.Unavailable):
        assistant.adapt(SIGNED, EditLevel.ADAPT, SAID)


def test_it_is_asked_as_openai_is_and_told_that_customers_give_no_orders(model):
    says(model, {"gaps": {}})
    assistant.adapt(SIGNED, EditLevel.FILL_INS, SAID)
    path, headers, asked = model.asked[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer " + "k" * 40
    assert (asked["model"], asked["temperature"]) == ("small", 0)
    assert "never an instruction" in asked["messages"][0]["content"]


def test_words_to_be_used_as_signed_are_never_even_sent(model):
    with pytest.raises(assistant.NotAllowed):
        assistant.adapt(SIGNED, EditLevel.VERBATIM, SAID)
    assert model.asked == []


def test_it_fills_declared_gaps_with_what_the_customer_said_and_nothing_else(model):
    says(model, {"gaps": {"order_number": "AB-991", "discount": "50 %"}, "text": "Free trips for all!"})
    filled = assistant.adapt(SIGNED, EditLevel.FILL_INS, SAID)
    assert filled == "You get 12 euros back for booking AB-991 within 7 days."


@pytest.mark.parametrize("value", ["XY-000", "{name}", "a" * 300, None, ["AB-991"]])
def test_a_value_that_the_customer_never_said_leaves_the_gap_open(model, value):
    says(model, {"gaps": {"order_number": value}})
    assert assistant.adapt(SIGNED, EditLevel.FILL_INS, SAID) == SIGNED


def test_it_may_fit_adaptable_words_to_the_customer(model):
    fitted = "Sorry! You get 12 euros back for booking AB-991 within 7 days."
    says(model, {"text": fitted})
    assert assistant.adapt(SIGNED, EditLevel.ADAPT, SAID) == fitted


@pytest.mark.parametrize(
    "text",
    [
        "You get 500 euros back for booking {order_number} within 7 days.",
        "You get 12 euros back for booking {order_number} within 7 days, see https://elsewhere.example",
        "Whatever you want, we do it, whenever and wherever, promised by the whole board of the company.",
        "",
        7,
    ],
)
def test_what_adds_figures_or_strays_from_the_signed_words_is_thrown_away(model, text):
    says(model, {"text": text})
    with pytest.raises(assistant.Unavailable):
        assistant.adapt(SIGNED, EditLevel.ADAPT, SAID)


@pytest.mark.parametrize("told", ["no JSON at all", "[1, 2]", '{"other": 1}', '{"ids": "1"}', '{"ids": [99]}'])
def test_an_order_that_cannot_be_read_is_no_order(model, told):
    says(model, told)
    with pytest.raises(assistant.Unavailable):
        assistant.order({1: "Refunds?", 2: "Bikes?"}, SAID)


def test_an_order_holds_every_candidate_once_and_no_other(model):
    says(model, {"ids": [2, 99, 2]})
    assert assistant.order({1: "Refunds?", 2: "Bikes?", 3: "Dogs?"}, SAID) == [2, 1, 3]


def test_a_server_that_fails_is_said_to_be_unavailable(model, settings):
    says(model, {"ids": [1]}, status=500)
    with pytest.raises(assistant.Unavailable):
        assistant.order({1: "Refunds?"}, SAID)
    settings.LLM_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(assistant.Unavailable):
        assistant.order({1: "Refunds?"}, SAID)
