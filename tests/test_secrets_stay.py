"""What opens doors is written nowhere: on no page, in no answer, no log and no mail, nor readable in the database."""

import logging

import pytest
from django.core import mail
from django.db import connection

from accounts.models.keys import Scope
from inbox import calls, intake
from inbox import delivery as dispatcher
from inbox.actions.endpoints import create_endpoint, try_endpoint
from inbox.actions.payloads import NewPayload, store_payloads
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Channel, Endpoint, Message, Ticket
from tests import cast
from tests.cast import make_key
from tests.planted import plant
from tests.test_wall import ROUTES, arrive, fill, signed_in

TOKEN = "hush-access-token"
WEBHOOK = "hush-webhook-secret"
# The page that connects a channel, and what leads back to it.
CONNECT = ("/connect/", "/allow/", "/allowed/")
# Unguessable and of use once, or made to be read by whoever opens the page.
NOT_WALKED = ("accounts/logout/", "i18n/setlang/")


@pytest.fixture
def house(db, settings):
    """One of everything, and secrets of every kind."""
    settings.ALLOW_PRIVATE_ADDRESSES = True
    planted = plant()
    channel = Channel.objects.get()
    channel.webhook_secret = WEBHOOK
    channel.save()
    # A network that can't be reached, by an address that holds a token, as Telegram's do.
    channel.keep_access({"server": f"http://127.0.0.1:9/bot{TOKEN}", "token": TOKEN})
    endpoint = Endpoint(organization=planted.organization, name="Shop", url=f"http://127.0.0.1:9/{TOKEN}")
    secret = create_endpoint(endpoint, by=planted.owner)
    key = make_key(planted.organization, *Scope.values)[1]
    return planted, channel, endpoint, [TOKEN, WEBHOOK, secret, secret.removeprefix("whsec_"), key, cast.PASSWORD]


def stir(planted, channel, endpoint):
    """Let everything that speaks to the outside go wrong."""
    ticket = Ticket.objects.earliest("pk")
    seen = Message.objects.latest("pk").pk
    send_reply(ticket, NewReply("Out of the door", "public", seen=seen), by=planted.owner)
    store_payloads(channel, [NewPayload("broken", b"{")])
    dispatcher.deliver_due()
    dispatcher.probe(channel)
    intake.process_payloads()
    try_endpoint(endpoint, by=planted.owner)
    calls.call_endpoints()


def test_secrets_stand_on_no_page_in_no_log_in_no_mail_and_in_no_table(house, caplog):
    planted, channel, endpoint, secrets = house
    caplog.set_level(logging.DEBUG)
    stir(planted, channel, endpoint)
    client = signed_in(planted.owner)
    client.raise_request_exception = False
    told, walked = [], 0
    for route in ROUTES:
        if route.startswith(NOT_WALKED):
            continue
        try:
            address = fill(route, planted)
        except pytest.fail.Exception:
            continue
        answer = arrive(client, client.get(address))
        walked += answer.status_code == 200
        body = answer.getvalue().decode(errors="replace")
        told += [(address, secret) for secret in secrets if secret in body]

    assert walked > 80
    # An address is no secret to the managers who entered it: of an endpoint, of a network's server.
    entered = [one for one in told if one[1] == TOKEN and ("/endpoint/" in one[0] or one[0].endswith(CONNECT))]
    assert [one for one in told if one not in entered] == []
    said = "\n".join(record.getMessage() + (record.exc_text or "") for record in caplog.records)
    assert [secret for secret in secrets if secret in said] == []
    letters = "\n".join(str(letter.message()) for letter in mail.outbox)
    assert [secret for secret in secrets if secret in letters] == []
    assert written(secrets) == {("inbox_endpoint", TOKEN)}


def written(secrets):
    """Return which table holds which secret in plain letters."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for secret in secrets:
                cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{secret}%"])
                if cursor.fetchone()[0]:
                    found.add((table, secret))
    return found
