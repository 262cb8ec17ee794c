"""A reply for later, with an approval before it; and what counts it as said, from when it goes out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brandvoice.actions.signing import withdraw_version
from inbox.actions.approvals import approve_reply, hand_over_reply
from inbox.actions.corrections import ask_for_corrections
from inbox.actions.deadlines import keep_deadlines
from inbox.actions.deliveries import claim_due_deliveries, report_status
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.rollups import keep_rollups
from inbox.actions.surveys import ask_due
from inbox.actions.taking_back import take_back_reply
from inbox.models import (
    Approval,
    ApprovalState,
    Correction,
    Delivery,
    Draft,
    Event,
    Message,
    RollupHour,
    SlaPolicy,
    SlaTarget,
    Survey,
    TicketStory,
)
from inbox.queries.customer_timeline import timeline_of
from tests.cast import make_ticket
from tests.inbox.later import HOUR, WORDS, delivery_of, hear, pass_time, schedule, state_of, told
from tests.inbox.signed_words import OLD, whole
from tests.inbox.surveyed import helped, later, make_mail


@pytest.fixture
def ticket(push):
    return make_ticket(push, "Where is my train?", thread="t", external_id="post", language="en")


class TestApprovals:
    LAW = "You are legally right."

    def hand_over(self, ticket, by, *, hours):
        seen = ticket.messages.latest("pk").pk
        new = NewReply(self.LAW, "public", seen=seen, send_at=timezone.now() + hours * HOUR)
        return hand_over_reply(ticket, new, by=by)

    def test_approved_before_its_time_it_goes_out_then(self, ticket, agnes, lena):
        message = self.hand_over(ticket, agnes, hours=3)
        assert (state_of(message), pass_time(hours=4)) == ("waiting", 0)

        approve_reply(message, by=lena)

        ticket.refresh_from_db()
        assert (state_of(message), ticket.sends_at) == ("scheduled", delivery_of(message).due_at)
        assert claim_due_deliveries(limit=5) == []
        assert not Event.objects.filter(kind="reply.approved").exists()
        pass_time()
        assert [taken.message_id for taken in claim_due_deliveries(limit=5)] == [message.pk]
        assert Event.objects.filter(kind="reply.queued", message=message).count() == 1

    def test_approved_after_its_time_it_goes_out_at_once(self, ticket, agnes, lena):
        message = self.hand_over(ticket, agnes, hours=3)
        Delivery.objects.update(due_at=timezone.now() - HOUR)

        approve_reply(message, by=lena)

        assert [taken.message_id for taken in claim_due_deliveries(limit=5)] == [message.pk]

    def test_one_without_a_time_goes_out_at_once(self, push, agnes, lena):
        Delivery.objects.all().delete()
        ticket = make_ticket(push)
        message = hand_over_reply(ticket, NewReply(self.LAW, "public", seen=10**9), by=agnes)
        assert delivery_of(message).chosen_at is None

        approve_reply(message, by=lena)

        assert state_of(message) == "queued"

    def test_approved_it_is_held_back_where_the_customer_writes_and_can_be_taken_back(self, ticket, push, agnes, lena):
        message = self.hand_over(ticket, agnes, hours=3)
        approve_reply(message, by=lena)
        hear(push)
        pass_time()
        assert (state_of(message), told(agnes)) == ("held_back", [ticket.number])

        take_back_reply(delivery_of(message), by=agnes)

        assert Draft.objects.get(user=agnes).text == self.LAW
        assert Approval.objects.get().state == ApprovalState.APPROVED


class TestNobodyHasSaidItYet:
    def test_a_correction_is_done_when_it_goes_out(self, channel, signed, agnes, amira):
        ticket = make_ticket(channel)
        message = send_reply(ticket, NewReply(OLD, "public", seen=10**9, spans=whole(signed)), by=agnes)
        report_status(delivery_of(message), "sent", external_id="1")
        withdraw_version(signed, by=amira, reason="Wrong.")
        ask_for_corrections(signed, [message.pk], by=amira)

        schedule(ticket, agnes, "That was wrong.")
        assert Correction.objects.open().count() == 1

        pass_time()
        assert Correction.objects.open().count() == 0

    def test_it_stands_in_the_customers_timeline_from_then_on(self, ticket, agnes, lena):
        schedule(ticket, agnes)

        def said():
            return [moment.text for moment in timeline_of(ticket.contact, lena).moments]

        assert WORDS not in said()
        pass_time()
        assert WORDS in said()

    def test_whether_they_were_content_is_asked_after_it(self, rail, care, agnes):
        mail = make_mail(rail, care)
        ticket = helped(mail, agnes)
        schedule(ticket, agnes, "And here is your seat.", visibility="direct", hours=3)

        ask_due(later(2))
        survey = Survey.objects.get()
        assert (survey.state, survey.due_at - delivery_of(Message.objects.latest("pk")).due_at) == ("waiting", HOUR)

        pass_time()
        ask_due(later(5))
        assert Survey.objects.get().state == "asked"


@pytest.mark.django_db(transaction=True)
class TestWhatIsCounted:
    def test_a_deadline_is_met_when_it_leaves_and_not_when_it_is_written(self, push, northline, agnes):
        policy = SlaPolicy.objects.create(organization=northline, name="Standard")
        SlaTarget.objects.create(policy=policy, metric="first_reply", minutes=60, warning=10)
        keep_deadlines()
        ticket = make_ticket(push)
        schedule(ticket, agnes)
        keep_deadlines()
        ticket.refresh_from_db()
        assert ticket.due_metric == "first_reply"

        pass_time()
        keep_deadlines()

        ticket.refresh_from_db()
        assert ticket.due_at is None
        event = Event.objects.get(kind="target.fulfilled")
        assert event.pk > Event.objects.get(kind="reply.queued").pk

    def test_taken_back_it_leaves_every_deadline_as_it_was(self, push, northline, agnes):
        policy = SlaPolicy.objects.create(organization=northline, name="Standard")
        SlaTarget.objects.create(policy=policy, metric="first_reply", minutes=60, warning=10)
        keep_deadlines()
        ticket = make_ticket(push)
        keep_deadlines()
        ticket.refresh_from_db()
        before = (ticket.due_at, ticket.due_from, ticket.due_metric)

        take_back_reply(delivery_of(schedule(ticket, agnes)), by=agnes)
        keep_deadlines()

        ticket.refresh_from_db()
        assert (ticket.due_at, ticket.due_from, ticket.due_metric) == before

    def test_figures_count_it_when_it_goes_out(self, push, agnes):
        keep_rollups()
        message = schedule(make_ticket(push), agnes)
        keep_rollups()
        assert sum(RollupHour.objects.filter(kind="agent").values_list("replies", flat=True)) == 0

        pass_time()
        keep_rollups()

        assert RollupHour.objects.get(kind="agent", value=str(agnes.pk), replies=1)
        assert TicketStory.objects.count() == 1
        message.refresh_from_db()
        assert abs(message.created_at - timezone.now()) < timedelta(minutes=1)
        assert Message.objects.answers().count() == 1
