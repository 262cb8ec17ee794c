"""What we say to networks, what our simulators answer and what they push, held against the networks' own descriptions.

The descriptions are other people's, so that they are no part of this project. Put them into a folder, name it with
TEST_SPECS, and run `make test-networks`:

    line-messaging-api.yml   messaging-api.yml from https://github.com/line/line-openapi
    line-webhook.yml         webhook.yml from the same place
    twilio_api_v2010.json    spec/json/twilio_api_v2010.json from https://github.com/twilio/twilio-oai
    whatsapp-cloud-v23.yaml  business-messaging-api_v23.0.yaml from https://github.com/facebook/openapi
    x-v2.json                https://api.x.com/2/openapi.json

A customer is answered on a simulated network, in every trouble there is. What was said then goes through Prism once
more, to a server that repeats the simulator's answers, and Prism says what in either does not fit the description. It
knows shapes only: whether a message arrives, and limits that stand in prose, it does not tell.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from accounts.models import User
from inbox import delivery as dispatcher
from inbox import intake
from inbox.connectors.base import Polls
from inbox.connectors.registry import connector_for
from inbox.models import Channel, Ticket
from tests.connectors.conformance import answer, dispatch
from tests.connectors.fake import Answer, Call, FakeNetwork
from tests.connectors.stage import Pushed, Stage
from tests.connectors.stages import STAGES
from tests.networks.conftest import SPECS, running

pytestmark = pytest.mark.django_db(transaction=True)

PRISM, UPSTREAM_PORT = "http://127.0.0.1:25110", 25111


@dataclass(frozen=True)
class Description:
    """A network's own description, and where in it the network's address stands."""

    file: str
    prefix: str = ""
    # Parts of addresses that are described elsewhere, or nowhere.
    beyond: tuple[str, ...] = ()
    # Whether it describes the refusals of which the simulator knows.
    refusals: bool = True
    # A field of ours that only the network's prose knows.
    prose: str = ""


SPOKEN = {
    "line": Description("line-messaging-api.yml"),
    "sms": Description("twilio_api_v2010.json", refusals=False),
    "whatsapp": Description(
        "whatsapp-cloud-v23.yaml", prefix="/v23.0", refusals=False, prose="biz_opaque_callback_data"
    ),
    "x": Description("x-v2.json", refusals=False, beyond=("/oauth2/",)),
}
# Meta describes what it pushes, too, but so that its own examples are refused; those are read in
# tests/connectors/whatsapp.
PUSHED = {"line": Description("line-webhook.yml", prefix="/callback")}


class Playback(FakeNetwork):
    """Gives the answers that were given before."""

    port = UPSTREAM_PORT

    def __init__(self) -> None:
        super().__init__()
        self.next = Answer()

    def handle(self, call: Call) -> Answer:
        return self.next

    def refuse(self, fault: str) -> Answer:
        return self.next


@pytest.fixture(scope="module")
def playback():
    network = Playback()
    yield network
    network.close()


@pytest.fixture(scope="module")
def prism(request, playback):
    """Prism with the description that the test names."""
    yield from running("prism", str(Path(SPECS) / request.param), playback.address)


def violations(method: str, path: str, **said: object) -> list[str]:
    """Send something through Prism and return what does not fit."""
    answer = httpx.request(method, f"{PRISM}{path}", timeout=60, **said)
    told = answer.headers.get("sl-violations", "[]")
    if "stoplight.io/prism/errors" in answer.text or not told.startswith("["):
        # The address is not described, or there is more to say than there is room for.
        return [f"{told} {answer.text}"]
    return [f"{'.'.join(str(part) for part in one['location'])}: {one['message']}" for one in json.loads(told)]


def spoken(description: Description, call: Call, answer: Answer, playback: Playback) -> list[str]:
    """Return what does not fit in a request of ours, or in what the simulator answered."""
    playback.next = answer
    passed = {name: value for name, value in call.headers.items() if name not in ("host", "content-length")}
    address = f"{description.prefix}{call.path}?{call.query_string}"
    body = call.body
    if description.prose and description.prose.encode() in body:
        body = json.dumps({name: value for name, value in call.json().items() if name != description.prose}).encode()
    found = violations(call.method, address, content=body, headers=passed)
    # None describes every refusal.
    unsaid = "response: Unable to match the returned status code" if description.refusals else "response"
    return [one for one in found if answer.status < 400 or not one.startswith(unsaid)]


def pushed(description: Description, told: Pushed, playback: Playback) -> list[str]:
    """Return what does not fit in what the simulator pushes; what is answered to that does not matter."""
    playback.next = Answer()
    headers = {"content-type": told.content_type, "authorization": "Bearer any", **told.headers}
    found = violations("POST", description.prefix, content=told.body, headers=headers)
    return [one for one in found if not one.startswith("response")]


def tell_everything(stage: Stage, said: str) -> None:
    """Let a customer do all that the network has, and the network say all that it says of a post of ours."""
    told = {
        "album": lambda: stage.say_album(2),
        "echo": lambda: stage.say_natively("Typed on the network", said),
        "edit": lambda: stage.edit(said, "Where is it?"),
        "delete": lambda: stage.remove(said),
        "statuses": lambda: [stage.report(stage.posts()[0].external_id, one) for one in ("delivered", "read")],
    }
    for case, tell in told.items():
        if case not in stage.lacks:
            tell()


def answer_through_trouble(stage: Stage, agent: User) -> None:
    """Let an agent answer while all goes well, and in every trouble of which the network says something."""
    stage.say("Where is my train?")
    stage.pump()
    for fault in ("expired_token", "rate_limit", "timeout_after_send"):
        answer(Ticket.objects.earliest("pk"), f"Never mind the {fault}.", agent)
        stage.fail_next(fault)
        dispatch(stage.channel)
        if fault == "expired_token":
            stage.mend()
            assert dispatcher.probe(Channel.objects.get(pk=stage.channel.pk))
        dispatch(stage.channel)
    assert len(stage.posts()) == 3


@pytest.fixture
def stage(network, site, rail, care):
    stage = STAGES[network](site, rail, care)
    yield stage
    stage.close()


@pytest.mark.parametrize(
    ("prism", "network"), [(one.file, network) for network, one in SPOKEN.items()], indirect=["prism"]
)
def test_what_we_say_and_what_the_simulator_answers_fit_the_networks_own_description(
    prism, playback, network, stage, agnes
):
    connector = connector_for(stage.channel)
    connector.probe()
    intake.subscribe(stage.channel)
    if isinstance(connector, Polls):
        connector.fetch("")
    answer_through_trouble(stage, agnes)
    fake = next(one for one in vars(stage).values() if isinstance(one, FakeNetwork))
    said = [
        (call, answered)
        for call, answered in fake.exchanges
        if answered.status < 500 and not any(part in call.path for part in SPOKEN[network].beyond)
    ]

    assert {200, 401} <= {answered.status for _, answered in said}
    for call, answered in said:
        found = spoken(SPOKEN[network], call, answered, playback)
        assert not found, f"{call.method} {call.path} {call.body!r} → {answered}\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("prism", "network"), [(one.file, network) for network, one in PUSHED.items()], indirect=["prism"]
)
def test_what_the_simulator_pushes_fits_the_networks_own_description(prism, playback, network, stage, agnes):
    said = stage.say("Where is my train?")
    stage.pump()
    answer(Ticket.objects.get(), "At platform 4.", agnes)
    dispatch(stage.channel)
    tell_everything(stage, said)

    told = [*stage.told, *stage.outgoing]
    assert len(told) >= 4
    for one in told:
        assert not (found := pushed(PUSHED[network], one, playback)), f"{one.body!r}\n" + "\n".join(found)
