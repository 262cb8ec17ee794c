"""The SDK with which gateways speak to Chatwoot, in the order in which they do, against a served Onevoice."""

import queue
import subprocess
import threading
import time

import pytest

from accounts.models.keys import Scope
from inbox import calls
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Attachment, Delivery, Message, Ticket
from tests.cast import make_key
from tests.networks.conftest import SCRIPTS
from tests.served import serve

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 240.0


def lines_of(process):
    """Return a queue of what the process prints, and None at its end."""
    lines = queue.Queue()

    def read():
        for line in process.stdout:
            lines.put(line.rstrip())
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def drive(address, key, organization, agent):
    """Let the driver run; answer as the agent when it asks for that, and be the worker meanwhile."""
    command = ["bash", str(SCRIPTS / "chatwoot.sh"), address, key, str(organization.pk)]
    driver = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said, deadline, lines = [], time.monotonic() + PATIENCE, lines_of(driver)
    try:
        while time.monotonic() < deadline:
            calls.call_endpoints()
            try:
                line = lines.get(timeout=0.2)
            except queue.Empty:
                continue
            if line is None:
                break
            said.append(line)
            if line.startswith("ANSWER "):
                ticket = Ticket.objects.get(number=int(line.split()[1]))
                send_reply(ticket, NewReply("At platform 4.", "", seen=ticket.messages.latest("pk").pk), by=agent)
    finally:
        driver.kill()
    return said


def test_a_gateway_that_was_written_for_chatwoot_works_with_onevoice(
    northline, rail, care, agnes, tmp_path, settings, transactional_db
):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    key = make_key(northline, *Scope.values)[1]
    with serve(tmp_path, ONEVOICE_ALLOW_PRIVATE_ADDRESSES="yes") as address:
        said = drive(address, key, northline, agnes)

    assert said[-1:] == ["all passed"], "\n".join(said)
    assert sorted(Delivery.objects.values_list("message__text", "state")) == [
        ("At platform 4.", "sent"),
        ("init", "read"),
    ]
    assert list(Attachment.objects.values_list("state", "size")) == [("kept", 300_008)]
    assert Message.objects.filter(direction="note").count() == 1
