"""A survey is a message of ours and no answer: nothing that counts, measures or shows answers takes it for one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brandvoice.models import Example, UsageDay
from inbox.actions import regrouping
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.changes import edit_messages
from inbox.actions.corrections import ask_for_corrections
from inbox.actions.coverage import count_days
from inbox.actions.deadlines import keep_deadlines
from inbox.actions.deliveries import claim_due_deliveries, record_rejected, retry_delivery
from inbox.actions.enrich import enrich_due
from inbox.actions.incidents import NewIncident, declare_incident, stand_down
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.rollups import keep_rollups
from inbox.actions.surveys import ask_due
from inbox.actions.teaching import teach_from_replies
from inbox.actions.tickets import reopen_ticket, resolve_ticket
from inbox.actions.usage import count_lately
from inbox.connectors.base import MessageEdited
from inbox.models import (
    Correction,
    CoverageDay,
    Delivery,
    Event,
    IncidentLevel,
    Message,
    Offer,
    Regrouping,
    RollupDay,
    SlaPolicy,
    SlaTarget,
    Survey,
    Ticket,
    TicketClock,
    Urgency,
)
from inbox.queries.incident_reports import report_of, said_in
from inbox.queries.today import figures
from inbox.queries.voice import unanswered_texts
from tests.cast import make_incoming, make_ticket
from tests.inbox.signed_words import OLD, whole
from tests.inbox.surveyed import asked, helped, later, make_mail
from tests.inbox.used_words import show


@pytest.fixture
def mail(rail, care):
    return make_mail(rail, care)


def write(channel, text="One more thing", **fields):
    """Have the customer write in the same thread again."""
    receive_messages(channel, [make_incoming(text, **({"thread": "t", "visibility": "direct"} | fields))])
    return Message.objects.latest("pk")


def answer(ticket, by, text="It leaves at nine.", **fields):
    return send_reply(ticket, NewReply(text, "", seen=ticket.messages.latest("pk").pk, **fields), by=by)


def asked_after(ticket, by):
    """Resolve a ticket whose customer's last words nobody has answered, and have them asked."""
    resolve_ticket(Ticket.objects.get(pk=ticket.pk), by=by)
    ask_due(later())
    return Survey.objects.get(ticket=ticket, state="asked")


def behind(client, person, what):
    client.force_login(person)
    return client.get(what).content.decode()


def test_merging_lets_a_ticket_wait_on_with_its_own_words_and_urgency(mail, agnes):
    source = helped(mail, agnes, author="ada", thread="s")
    target = make_ticket(mail, "And my seat?", author="ada", thread="t", visibility="direct")
    Message.objects.filter(ticket=target).update(urgency=Urgency.NOW)
    ask_due(later())

    regrouping.merge_tickets(source, target, by=agnes)

    target.refresh_from_db()
    assert Survey.objects.get().state == "asked"
    assert (target.awaiting_reply, target.preview, target.urgency) == (True, "And my seat?", Urgency.NOW)


@pytest.mark.django_db(transaction=True)
def test_a_customer_waits_since_what_nobody_has_answered(mail, agnes):
    target = make_ticket(mail, author="ada", thread="t", visibility="direct")
    answer(target, agnes)
    source = make_ticket(mail, author="ada", thread="s", visibility="direct")
    regrouping.merge_tickets(source, target, by=agnes)
    unanswered = write(mail, author="ada")
    asked_after(target, agnes)

    regrouping.undo_merge(Regrouping.objects.get(), by=agnes)

    target.refresh_from_db()
    assert target.waiting_since == unanswered.created_at


def test_an_edit_shows_in_the_list_although_a_survey_came_after(mail, agnes):
    ticket = make_ticket(mail, thread="t", visibility="direct")
    answer(ticket, agnes)
    thanks = write(mail, "Thnaks!")
    asked_after(ticket, agnes)
    edit_messages(mail, [MessageEdited(thanks.external_id, timezone.now(), "Thanks!")])
    assert Ticket.objects.get(pk=ticket.pk).preview == "Thanks!"


def test_a_correction_stays_open(mail, signed, agnes, amira):
    ticket = make_ticket(mail, visibility="direct")
    reply = answer(ticket, agnes, OLD, spans=whole(signed))
    Delivery.objects.update(state="sent")
    ask_for_corrections(signed, [reply.pk], by=amira)
    asked_after(ticket, agnes)
    assert Correction.objects.open().exists()


def test_it_is_no_example_beside_a_similar_ticket(mail, agnes, client):
    like = asked(mail, agnes, text="My train was cancelled, how can I get my refund?").ticket
    ticket = make_ticket(mail, "How do I get a refund for my cancelled train?")
    enrich_due()
    page = behind(client, agnes, f"/tickets/{ticket.number}/similar/")
    assert f"#{like.number}" in page
    assert "It leaves at nine." in page
    assert "content with our help" not in page


def test_messages_without_an_answer_stay_so(mail, agnes, lena, client):
    ticket = make_ticket(mail, thread="t", visibility="direct")
    answer(ticket, agnes)
    write(mail, "And who pays for the taxi?")
    asked_after(ticket, agnes)
    assert "And who pays for the taxi?" in behind(client, lena, "/coverage/messages/open/")
    count_days([timezone.now().date()])
    assert CoverageDay.objects.values_list("asked", "signed", "free").get() == (2, 0, 1)


def test_it_is_none_of_the_replies_of_a_day(mail, agnes, lena, max_, client):
    asked(mail, agnes)
    page = behind(client, lena, "/reputation/behind/replies/")
    assert "It leaves at nine." in page
    assert "content with our help" not in page
    assert figures(mail.organization_id, since=timezone.now() - timedelta(days=1)).sent == 1
    listed = behind(client, max_, "/console/inbox/message/?direction__exact=outbound&survey__isnull=True")
    assert "It leaves at nine." in listed
    assert "content with our help" not in listed
    assert "survey__isnull=True" in behind(client, max_, "/console/")


def test_it_decides_nothing_about_words_that_were_offered(mail, signed, agnes):
    ticket = make_ticket(mail, thread="t", visibility="direct")
    answer(ticket, agnes)
    write(mail)
    show(ticket, signed, agnes)
    asked_after(ticket, agnes)
    reply = answer(ticket, agnes)
    count_lately()
    assert (Offer.objects.get().reply, UsageDay.objects.get().rejected) == (reply, 1)


def test_what_the_customer_said_before_it_is_still_to_be_answered(mail, signed, agnes):
    ticket = make_ticket(mail, thread="t", visibility="direct")
    answer(ticket, agnes)
    write(mail, "Who pays for the taxi that I had to take home?")
    asked_after(ticket, agnes)
    write(mail, "I ask because the last train had been cancelled without a word.")
    assert [text.split()[0] for text in unanswered_texts(ticket.pk)] == ["Who", "I"]
    answer(ticket, agnes, OLD, spans=whole(signed))
    Delivery.objects.update(state="sent")
    teach_from_replies()
    assert "Who pays for the taxi" in Example.objects.exclude(source="seed").get().text


def test_a_reply_that_waits_for_its_approval_is_not_overtaken_by_it(mail, agnes, lena):
    ticket = make_ticket(mail, visibility="direct")
    seen = answer(ticket, agnes).pk
    waiting = hand_over_reply(ticket, NewReply("Legally, you are owed half of it.", "direct", seen=seen), by=agnes)
    asked_after(ticket, agnes)
    approve_reply(waiting, by=lena)
    assert Delivery.objects.get(message=waiting).state == "queued"


def test_a_crisis_report_does_not_hold_it(mail, northline, agnes, lena):
    level = IncidentLevel.objects.get(organization=northline, name="Serious")
    ticket = make_ticket(mail, "Is the bridge closed?", visibility="direct")
    answer(ticket, agnes)
    incident = declare_incident(NewIncident(name="Bridge closed", level=level, phrases=["bridge"]), by=lena)
    # While it lasts nobody is asked.
    stand_down(incident, by=lena)
    incident.refresh_from_db()
    asked_after(ticket, agnes)
    Delivery.objects.update(state="sent")
    Message.objects.update(sent_at=incident.declared_at, created_at=incident.declared_at)
    report = report_of(incident, lena)
    assert (report.figures.sent, [hour.sent for hour in report.hours]) == (1, [1])
    assert "content with our help" not in " ".join(said.text for said in said_in(incident, lena))


@pytest.mark.django_db(transaction=True)
def test_one_that_is_tried_again_is_neither_a_reply_nor_an_answer(mail, agnes, northline):
    policy = SlaPolicy.objects.create(organization=northline, name="Standard")
    SlaTarget.objects.create(policy=policy, metric="next_reply", minutes=60, warning=10)
    keep_deadlines()
    ticket = make_ticket(mail, thread="t", visibility="direct")
    answer(ticket, agnes)
    write(mail)
    survey = asked_after(ticket, agnes)
    Delivery.objects.exclude(message=survey.message).update(state="sent")
    (delivery,) = claim_due_deliveries()
    retry_delivery(record_rejected(delivery, "Full."), by=agnes)
    # So it is where the network's echo came before its receipt.
    Event.objects.filter(kind="survey.sent").update(kind="message.seen_on_network")
    reopen_ticket(ticket, by=agnes)

    keep_rollups()
    keep_deadlines()

    assert RollupDay.objects.get(kind="all").replies == 1
    assert TicketClock.objects.get(ticket=ticket).state["awaiting"] is True
