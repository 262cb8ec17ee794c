"""What rules say to customers: signed words, if the guard finds nothing; and no rules go round or say more."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brandvoice.actions import positions as voice
from brandvoice.models import GuardDecision
from inbox.actions.approvals import approve_reply
from inbox.actions.deliveries import claim_due_deliveries
from inbox.actions.macros import NewMacro, create_macro
from inbox.actions.messages import receive_messages
from inbox.actions.rule_runs import run_rules
from inbox.actions.splits import split_ticket
from inbox.actions.taking_back import take_back_reply
from inbox.actions.tickets import set_labels, set_priority
from inbox.models import Approval, Call, Delivery, Draft, Endpoint, Event, Message, Notification, RuleRun, Span
from inbox.ticket_rules import MOST_IN_A_CHAIN
from tests.cast import make_channel, make_incoming, make_rule, make_ticket
from tests.inbox.rules import add, made, names, worked
from tests.inbox.signed_words import OLD

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def reading(northline):
    """The log is read from here on."""
    run_rules()


def said():
    return [*Message.objects.filter(direction="outbound").order_by("pk").values_list("text", flat=True)]


def answer(version):
    return {"do": "answer", "position": version.position_id}


def test_signed_words_go_out_in_nobodys_name_and_can_be_undone_for_a_moment(rail, care, signed, max_, agnes):
    channel = make_channel(rail, care, network="sandbox", external=False, undo_seconds=10)
    made(max_, "received", answer(signed), tests=[("text_any", "fare")])
    ticket = worked(make_ticket(channel, "Do I get my fare back?", language="en"))
    message = Message.objects.get(direction="outbound")
    assert (message.text, message.user, ticket.assignee) == (OLD, None, None)
    assert Span.objects.get(message=message).version == signed
    assert (message.decision.door, message.decision.outcome) == (GuardDecision.Door.RULE, "ok")
    assert message.delivery.due_at > timezone.now() + timedelta(seconds=5)
    assert claim_due_deliveries(limit=5) == []
    take_back_reply(message.delivery, by=agnes)
    assert Draft.objects.get(user=agnes).text == OLD


def test_a_customer_s_message_is_answered_once_and_a_ticket_three_times_a_day(channel, signed, max_):
    made(max_, "received", answer(signed), name="One")
    made(max_, "received", answer(signed), name="Two")
    made(max_, "replied", answer(signed), name="Three")
    ticket = worked(make_ticket(channel, thread="t", language="en"))
    assert said() == [OLD]
    for _time in range(4):
        receive_messages(channel, [make_incoming(thread="t")])
        worked(ticket)
    assert said() == [OLD] * 3
    whys = set(Event.objects.filter(kind="rule.not_answered").values_list("facts__why", flat=True))
    assert "A rule has answered since the customer wrote last." in whys
    assert "Rules have answered here often enough today." in whys


def test_what_is_split_off_is_not_answered_again_until_the_customer_writes(channel, signed, max_, agnes):
    made(max_, "created", answer(signed), name="First")
    made(max_, "received", answer(signed), name="Each")
    ticket = make_ticket(channel, thread="t", language="en")
    receive_messages(channel, [make_incoming(thread="t")])
    worked(ticket)
    before = said()

    new = split_ticket(ticket, [ticket.messages.filter(direction="inbound").latest("pk").pk], by=agnes)
    worked(new)

    assert said() == before
    receive_messages(channel, [make_incoming(thread="t")])
    worked(new)
    assert said() == [*before, OLD]


def test_words_that_are_withdrawn_are_not_sent_and_the_ticket_says_so(channel, signed, max_, amira, client):
    made(max_, "received", answer(signed), add("seen"))
    voice.withdraw_version(signed, reason="Not so any more.", by=amira)
    ticket = worked(make_ticket(channel))
    assert (said(), names(ticket)) == ([], ["seen"])
    client.force_login(max_)
    thread = client.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "The rule has sent no answer: The position has no signed wording that may be used here now." in thread


def test_what_the_guard_warns_of_waits_for_approval_and_what_it_stops_becomes_a_draft(
    channel, northline, signed, max_, lena, agnes, client
):
    made(max_, "received", answer(signed))
    warned = make_rule(northline, "fare", outcome="warn", kind="term.banned")
    ticket = worked(make_ticket(channel, language="en"))
    approval = Approval.objects.get()
    assert (approval.message.text, approval.asked_by, approval.message.delivery.state) == (OLD, max_, "waiting")
    client.force_login(lena)
    assert OLD in client.get("/approvals/").content.decode()
    assert "waits for approval" in client.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert client.post(f"/approvals/{approval.message_id}/approve/").status_code in (200, 302)
    assert Delivery.objects.get().state == "queued"

    warned.active = False
    warned.save()
    make_rule(northline, "fare back", outcome="block", kind="term.banned")
    stopped = worked(make_ticket(channel, language="en"))
    draft = Draft.objects.get()
    assert (draft.ticket, draft.user, draft.text, draft.shared) == (stopped, max_, OLD, True)
    client.force_login(agnes)
    assert OLD in client.get(f"/tickets/{stopped.number}/drafts/").content.decode()
    assert len(said()) == 1


def test_an_answer_that_waits_begins_with_the_first_step_of_the_policy_that_holds(
    channel, northline, signed, max_, lena, make_policy
):
    policy = make_policy({"people": [lena], "hours": 4}, what="replies")
    make_rule(northline, "fare", outcome="warn", kind="term.banned")
    made(max_, "received", answer(signed))

    worked(make_ticket(channel, language="en"))

    approval = Approval.objects.get()
    assert (approval.policy, approval.due_at is not None) == (policy, True)
    assert Notification.objects.filter(user=lena, reason="approval").count() == 1
    approve_reply(approval.message, by=lena)
    assert Delivery.objects.get().state == "queued"


def test_an_answer_that_waits_for_approval_counts_as_one(channel, northline, signed, max_):
    make_rule(northline, "fare", outcome="warn", kind="term.banned")
    made(max_, "received", answer(signed), name="One")
    made(max_, "received", answer(signed), name="Two")
    ticket = worked(make_ticket(channel, thread="t", language="en"))
    assert Approval.objects.count() == 1
    for _time in range(4):
        receive_messages(channel, [make_incoming(thread="t")])
        worked(ticket)
    assert Approval.objects.count() == 3
    whys = set(Event.objects.filter(kind="rule.not_answered").values_list("facts__why", flat=True))
    assert whys == {
        "A rule has answered since the customer wrote last.",
        "Rules have answered here often enough today.",
    }


def test_a_draft_that_is_there_already_is_kept_and_the_ticket_says_so(channel, northline, signed, max_, lena, client):
    make_rule(northline, "fare back", outcome="block", kind="term.banned")
    macro = create_macro(NewMacro("Greet", [{"do": "text", "text": "Hi {name}!"}]), by=lena)
    made(max_, "labelled", answer(signed))
    made(max_, "prioritised", {"do": "macro", "macro": macro.pk})
    ticket = make_ticket(channel, language="en")
    fields = {"organization": northline, "visibility": "public", "updated_at": timezone.now()}
    Draft.objects.create(ticket=ticket, user=max_, kind="reply", text="My own words.", **fields)
    set_labels(ticket, ["x"], by=lena)
    set_priority(ticket, 2, by=lena)
    worked()
    assert Draft.objects.get().text == "My own words."
    kinds = [*Event.objects.filter(kind__startswith="rule.not").values_list("kind", flat=True)]
    assert kinds == ["rule.not_drafted", "rule.not_drafted"]
    client.force_login(max_)
    thread = client.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert thread.count(f"The rule has left no draft: {max_.name} has one here.") == 2


def test_a_macro_s_text_becomes_a_draft_and_its_other_steps_are_taken(channel, signed, max_, lena):
    steps = [{"do": "text", "text": "Hi {name}, "}, {"do": "wording", "position": signed.position_id}]
    macro = create_macro(NewMacro("Greet", [*steps, {"do": "add_labels", "labels": ["greeted"]}]), by=lena)
    made(max_, "received", {"do": "macro", "macro": macro.pk})
    ticket = worked(make_ticket(channel, language="en"))
    assert (said(), names(ticket)) == ([], ["greeted"])
    draft = Draft.objects.get()
    assert (draft.text, draft.shared) == (f"Hi Priya, {OLD}", True)
    span = draft.spans.get()
    assert draft.text[span.start : span.end] == OLD


def test_a_webhook_is_told_which_rule_ran_and_of_the_ticket_as_it_is_then(channel, northline, max_, olga):
    endpoint = Endpoint.objects.create(organization=northline, name="Shop", url="https://shop.example/", kinds=["x"])
    rule = made(max_, "received", add("told"), {"do": "call", "endpoint": endpoint.pk})
    ticket = worked(make_ticket(channel))
    call = Call.objects.get()
    body = json.loads(call.body)
    assert (body["type"], body["data"]["facts"]["rule"], body["data"]["ticket"]["number"]) == (
        "rule.run",
        rule.pk,
        ticket.number,
    )
    endpoint.active = False
    endpoint.save()
    assert names(worked(make_ticket(channel))) == []
    assert RuleRun.objects.latest("pk").words == "The webhook is switched off, or not here any more."


TRIGGERS = ["created", "received", "replied", "noted", "assigned", "unassigned", "moved", "prioritised", "labelled"]
TIMED = ["since_created", "since_customer", "since_reply", "since_resolved", "since_unassigned"]
SIMPLE = [
    *({"do": "priority", "priority": number} for number in range(4)),
    *({"do": do, "labels": ["a"]} for do in ("add_labels", "remove_labels")),
    {"do": "open"},
    {"do": "resolve"},
    {"do": "snooze", "hours": 1},
    {"do": "note", "text": "x"},
    {"do": "assign", "to": "nobody"},
]


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_set_of_rules_goes_round_or_sends_words_that_nobody_signed(channel, signed, max_, agnes, lena, data):
    RuleRun.objects.all().delete()
    max_.ticket_rules.all().delete()
    macro = create_macro(NewMacro("Text", [{"do": "text", "text": "Unsigned words."}]), by=lena)
    actions = [*SIMPLE, answer(signed), {"do": "macro", "macro": macro.pk}, {"do": "assign", "to": str(agnes.pk)}]
    for number in range(data.draw(st.integers(1, 6))):
        trigger = data.draw(st.sampled_from(TRIGGERS + TIMED))
        chosen = data.draw(st.lists(st.sampled_from(actions), min_size=1, max_size=3))
        made(max_, trigger, *chosen, name=str(number), hours=1 if trigger in TIMED else None)
    before = len(said())
    ticket = make_ticket(channel, language="en")
    rounds = 0
    while run_rules(now=timezone.now() + timedelta(hours=2 * rounds)):
        rounds += 1
        assert rounds < 40
    texts = said()[before:]
    assert set(texts) <= {OLD}
    assert len(texts) <= 1
    runs = RuleRun.objects.filter(ticket=ticket)
    assert all(len(run.chain) <= MOST_IN_A_CHAIN for run in runs if run.outcome == "done")
    assert all(len(set(run.chain)) == len(run.chain) for run in runs if run.outcome == "done")
