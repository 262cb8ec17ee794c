"""What the guard decides is kept with the text's proof, and a form letter is noticed."""

import hashlib

import pytest
from django.db import DatabaseError, transaction

from brandvoice.models import GuardDecision
from inbox.actions import deliveries
from inbox.actions.replies import NewReply, ReplyStopped, send_replies, send_reply
from inbox.models import DeliveryState
from tests.cast import make_channel, make_key, make_rule, make_ticket

FORM = "Hi {}, we are sorry that your train did not come at all this morning."


def reply(ticket, text, **fields):
    seen = ticket.messages.latest("pk").pk
    return NewReply(**({"text": text, "visibility": "public", "seen": seen} | fields))


def test_a_reply_that_goes_out_is_kept_with_what_let_it_go(channel, agnes):
    ticket = make_ticket(channel)

    message = send_reply(ticket, reply(ticket, "It costs 12 €."), by=agnes)

    decision = message.decision
    assert (decision.outcome, decision.door, decision.by) == ("warn", "composer", agnes)
    assert bytes(decision.text_sha256) == hashlib.sha256("It costs 12 €.".encode()).digest()
    (finding,) = decision.findings
    assert (finding["rule"], finding["version"], finding["start"], finding["end"]) == ("claim.price", 0, 9, 13)


def test_a_reply_that_is_stopped_is_kept_as_well_with_the_rules_version(channel, agnes, northline):
    rule = make_rule(northline, "legendary")
    ticket = make_ticket(channel)

    with pytest.raises(ReplyStopped):
        send_reply(ticket, reply(ticket, "Our legendary trains!"), by=agnes)

    decision = GuardDecision.objects.get()
    assert (decision.outcome, decision.findings[0]["rule_id"], decision.findings[0]["version"]) == ("block", rule.pk, 1)
    assert decision.revision == rule.versions.get().pk


def test_a_programs_reply_is_kept_under_its_key(channel, northline):
    key = make_key(northline, "tickets:write")[0]
    ticket = make_ticket(channel)

    message = send_reply(ticket, reply(ticket, "It left."), by=key)

    assert (message.decision.door, message.decision.key, message.decision.by) == ("api", key, None)


def test_dispatch_decides_again_and_is_kept_with_the_delivery(channel, agnes, rail, care, northline):
    push = make_channel(rail, care, network="sandbox", external=False, handle="@push")
    going, stopped = (make_ticket(push) for _ in range(2))
    send_reply(going, reply(going, "It left."), by=agnes)
    held = send_reply(stopped, reply(stopped, "Our legendary trains!"), by=agnes).delivery
    make_rule(northline, "legendary")

    (claimed,) = deliveries.claim_due_deliveries(limit=2)

    held.refresh_from_db()
    assert (claimed.decision.door, claimed.decision.outcome) == ("dispatch", "ok")
    assert (held.state, held.decision.outcome, held.message.decision.outcome) == (DeliveryState.HELD, "block", "ok")


def test_decisions_never_change(channel, agnes):
    ticket = make_ticket(channel)
    send_reply(ticket, reply(ticket, "It left."), by=agnes)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        GuardDecision.objects.update(outcome="block")


def test_the_fourth_time_the_same_words_are_a_form_letter_in_a_group_too(channel, agnes):
    for name in ("Ana", "Joe", "Kim"):
        ticket = make_ticket(channel)
        send_reply(ticket, reply(ticket, FORM.format(name)), by=agnes)
    tickets = [make_ticket(channel), make_ticket(channel)]
    texts = [FORM.format("Lee"), "Something else altogether, which nobody has ever said."]

    sent = send_replies({one.number: reply(one, text) for one, text in zip(tickets, texts, strict=True)}, by=agnes)

    rules = [[finding["rule"] for finding in sent[ticket.number].decision.findings] for ticket in tickets]
    assert rules == [["repeated"], []]


def test_while_writing_a_form_letter_is_pointed_out(channel, agnes, client):
    for name in ("Ana", "Joe", "Kim"):
        ticket = make_ticket(channel)
        send_reply(ticket, reply(ticket, FORM.format(name)), by=agnes)
    client.force_login(agnes)
    ticket = make_ticket(channel)

    page = client.post(f"/tickets/{ticket.number}/guard/", {"text": FORM.format("Lee"), "visibility": "public"})

    assert "networks take that for a robot" in page.content.decode()
