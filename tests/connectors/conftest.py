"""The make-believe network over real HTTP, with an account and the channel that it belongs to."""

import pytest

from inbox.connectors import registry
from inbox.connectors.sandbox.models import Account
from tests.cast import make_channel

SECRET = "a secret that both sides know"


@pytest.fixture
def site(live_server, settings):
    """A web server of the test's own, where the network and our webhooks live."""
    settings.SITE_URL = live_server.url
    settings.SANDBOX = True
    return live_server.url


@pytest.fixture
def sandbox(rail, care):
    """Northline Rail's channel on the make-believe network, posted to by our own connector."""
    channel = make_channel(rail, care, network="sandbox", handle="northline", external=False, webhook_secret=SECRET)
    registry.connect(channel)
    return channel


@pytest.fixture
def account(sandbox):
    """The same presence as the network knows it."""
    return Account.objects.get(handle=sandbox.handle)


def pytest_terminal_summary(terminalreporter):
    """Print which network does what: connector by case, with the reasons for what a network lacks below."""
    rows: dict[str, dict[str, str]] = {}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", ()):
                if name == "conformance":
                    network, case, said = value
                    rows.setdefault(network, {})[case] = said if outcome == "passed" else "FAILED"
    if rows:
        terminalreporter.section("conformance")
        for line in table(rows):
            terminalreporter.write_line(line)


def table(rows):
    """Yield the lines of the table: cases down, networks across, a number for each reason."""
    networks = sorted(rows)
    cases = list(dict.fromkeys(case for cells in rows.values() for case in cells))
    reasons: list[str] = []
    yield "".ljust(22) + " ".join(network[:10].ljust(10) for network in networks)
    for case in cases:
        cells = []
        for network in networks:
            said = rows[network].get(case, "")
            if said not in ("yes", "FAILED", ""):
                note = f"{network}: {said}"
                reasons += [] if note in reasons else [note]
                said = f"none ({reasons.index(note) + 1})"
            cells.append(said.ljust(10))
        yield case.ljust(22) + " ".join(cells)
    for number, reason in enumerate(reasons, 1):
        yield f"({number}) {reason}"
