"""Asking the desk: nothing fits, somebody with authority answers once, and every ticket that waits is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import embed_missing_examples
from brandvoice.models import Example, Position
from inbox.actions.desk_mail import tell_desk
from inbox.actions.messages import receive_messages
from inbox.actions.questions import (
    AlreadySettled,
    Answer,
    NothingAsked,
    answer_question,
    ask_desk,
    decline_question,
)
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import snooze_ticket
from inbox.models import Event, Question, Ticket, WaitingTicket
from inbox.queries.alternatives import signed_alternatives
from inbox.queries.desks import open_ticket
from inbox.queries.voice import unanswered_texts, voice_of
from tests.cast import make_incoming, make_ticket

pytestmark = pytest.mark.django_db
ANSWER = Answer("Do you take e-scooters on board?", "Folded e-scooters travel free of charge.", "en")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def question(channel, agnes, amira):
    return ask_desk(make_ticket(channel, "Can I bring my scooter?"), "Do we take e-scooters?", by=agnes)


def kinds(ticket):
    said = Event.objects.filter(ticket=ticket, kind__startswith="question").order_by("pk")
    return list(said.values_list("kind", flat=True))


class TestAsking:
    def test_an_agent_asks_from_the_ticket_and_sees_who_was_asked_until_when(self, client, channel, agnes, amira):
        ticket = make_ticket(channel, "Can I bring my scooter?")
        client.force_login(agnes)

        client.post(f"/tickets/{ticket.number}/ask/", {"text": "Do we take e-scooters?"}, headers=HTMX)

        html = client.get(f"/tickets/{ticket.number}/voice/", headers=HTMX).content.decode()
        assert "Do we take e-scooters?" in html
        assert "Asked of Amira Ito" in html
        assert WaitingTicket.objects.get().customer_text == "Can I bring my scooter?"
        assert kinds(ticket) == ["question.asked"]

    def test_it_goes_to_whoever_owns_most_of_the_brands_positions(self, channel, agnes, amira, olga, lena, rail):
        for number in range(2):
            voice.create_position(f"Question {number}?", by=lena, owner=olga, brand=rail)
        assert ask_desk(make_ticket(channel), "Why?", by=agnes).owner == olga

    def test_a_second_agent_waits_with_the_first_instead_of_asking_again(self, client, channel, question, jonas):
        ticket = make_ticket(channel, "Scooters?")
        client.force_login(jonas)
        offered = client.get(f"/tickets/{ticket.number}/ask/like/", {"text": "Do you take scooters"})
        assert f'value="{question.pk}"' in offered.content.decode()

        client.post(f"/tickets/{ticket.number}/ask/", {"like": question.pk}, headers=HTMX)

        assert Question.objects.count() == 1
        assert question.waiting.count() == 2

    def test_a_question_without_words_is_refused(self, channel, agnes, amira):
        with pytest.raises(NothingAsked):
            ask_desk(make_ticket(channel), "  ", by=agnes)

    def test_its_owner_is_written_to_once_and_once_more_when_the_time_is_over(self, question, amira):
        assert [tell_desk(), tell_desk()] == [1, 0]
        assert mail.outbox[0].to == [amira.email]
        assert mail.outbox[0].subject == "Customers ask: Do we take e-scooters?"

        Question.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        assert [tell_desk(), tell_desk()] == [1, 0]
        assert mail.outbox[1].subject == "Still waiting: Do we take e-scooters?"

    def test_the_letter_tells_times_by_the_organizations_clock(self, question, northline):
        northline.time_zone = "Asia/Tokyo"
        northline.save(update_fields=["time_zone"])
        Question.objects.update(due_at=datetime(2026, 11, 24, 18, 30, tzinfo=UTC))

        tell_desk()

        assert "25 Nov 03:30" in mail.outbox[0].body


class TestAnswering:
    def test_a_signers_answer_is_a_position_at_once_and_every_waiting_ticket_is_told(
        self, channel, question, jonas, amira
    ):
        second = make_ticket(channel, "Scooter on the train?")
        ask_desk(second, "", by=jonas, like=question)

        version = answer_question(question, ANSWER, by=amira)

        assert (version.status, version.signed_by) == ("signed", amira)
        question.refresh_from_db()
        assert (question.state, question.position, question.settled_by) == ("answered", version.position, amira)
        for ticket in question.tickets.all():
            assert kinds(ticket) == ["question.asked", "question.answered"]
        taught = set(Example.objects.filter(position=version.position).values_list("text", flat=True))
        assert taught == {ANSWER.question, "Can I bring my scooter?", "Scooter on the train?"}

    def test_the_answer_stands_first_in_the_voice_column_of_the_ticket(self, client, question, agnes, amira):
        answer_question(question, ANSWER, by=amira)
        client.force_login(agnes)

        html = client.get(f"/tickets/{question.tickets.get().number}/voice/", headers=HTMX).content.decode()

        assert "The desk has answered" in html
        assert ANSWER.text in html

    def test_withdrawn_again_it_is_offered_no_more(self, client, question, agnes, amira):
        version = answer_question(question, ANSWER, by=amira)
        voice.withdraw_version(version, by=amira, reason="Too soon.")
        client.force_login(agnes)
        html = client.get(f"/tickets/{question.tickets.get().number}/voice/", headers=HTMX).content.decode()
        assert ANSWER.text not in html

    def test_a_leads_answer_waits_for_a_signature_and_tells_nobody_before_it(self, question, lena, amira):
        version = answer_question(question, ANSWER, by=lena)
        ticket = question.tickets.get()
        question.refresh_from_db()
        assert (version.status, question.state) == ("in_review", "written")
        assert kinds(ticket) == ["question.asked"]

        voice.sign_version(version, by=amira)

        question.refresh_from_db()
        assert question.state == "answered"
        assert kinds(ticket) == ["question.asked", "question.answered"]

    def test_a_ticket_that_was_put_off_until_then_is_open_again(self, question, agnes, amira):
        ticket = question.tickets.get()
        snooze_ticket(ticket, timezone.now() + timedelta(days=1), by=agnes)

        answer_question(question, ANSWER, by=amira)

        assert Ticket.objects.get(pk=ticket.pk).status == "open"

    def test_a_question_is_answered_once(self, question, amira):
        answer_question(question, ANSWER, by=amira)
        with pytest.raises(AlreadySettled):
            answer_question(question, ANSWER, by=amira)
        with pytest.raises(AlreadySettled):
            decline_question(question, "No.", by=amira)
        assert Position.objects.count() == 1

    def test_declining_tells_the_agents_why(self, client, question, agnes, amira):
        client.force_login(amira)
        client.post(f"/questions/{question.pk}/decline/", {"reason": "We don't comment on rumours."})

        client.force_login(agnes)
        html = client.get(f"/tickets/{question.tickets.get().number}/voice/", headers=HTMX).content.decode()
        assert "We don&#x27;t comment on rumours." in html

    def test_a_signed_position_that_answers_it_already_can_be_named(self, client, question, signed, agnes, amira):
        client.force_login(amira)
        client.post(f"/questions/{question.pk}/point/", {"position": signed.position.key})

        question.refresh_from_db()
        assert (question.state, question.position) == ("answered", signed.position)
        assert Example.objects.filter(position=signed.position, text="Can I bring my scooter?").exists()

    def test_telling_costs_the_same_for_one_ticket_as_for_ten(self, channel, agnes, lena, amira):
        counts = []
        for size in (1, 10):
            question = None
            for _ in range(size):
                question = ask_desk(make_ticket(channel), f"Question of {size}?", by=agnes, like=question)
            version = answer_question(question, ANSWER, by=lena)
            with CaptureQueriesContext(connection) as queries:
                voice.sign_version(version, by=amira)
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestThePage:
    def test_it_shows_what_waits_the_soonest_due_first_with_the_customers_words(self, client, question, amira):
        client.force_login(amira)
        html = client.get("/questions/").content.decode()
        assert "Do we take e-scooters?" in html
        assert "Can I bring my scooter?" in html
        assert "1 customer waits" in html

    def test_it_costs_the_same_for_one_question_as_for_ten(self, client, channel, question, agnes, amira):
        client.force_login(amira)
        client.get("/questions/")
        with CaptureQueriesContext(connection) as one:
            client.get("/questions/")
        for number in range(9):
            ask_desk(make_ticket(channel), f"Question {number}?", by=agnes)
        with CaptureQueriesContext(connection) as ten:
            client.get("/questions/")
        assert len(one) == len(ten)

    def test_agents_ask_and_leaders_answer(self, client, question, agnes, oscar):
        client.force_login(agnes)
        assert client.get("/questions/").status_code == 403
        assert client.post(f"/questions/{question.pk}/decline/", {"reason": "No."}).status_code == 403
        client.force_login(oscar)
        assert client.post(f"/questions/{question.pk}/decline/", {"reason": "No."}).status_code in (403, 404)

    def test_an_answer_without_words_is_shown_again_with_what_is_missing(self, client, question, amira):
        client.force_login(amira)
        answer = client.post(f"/questions/{question.pk}/answer/", {"question": "Scooters?", "language": "en"})
        assert answer.status_code == 422
        assert "This field is required." in answer.content.decode()
        assert not Position.objects.exists()


class TestTheHoldingStatement:
    @pytest.fixture
    def holding(self, lena, amira, rail):
        position = voice.create_position("What do we say meanwhile?", by=lena, brand=rail, holding=True)
        words = voice.NewWording("We are asking and come back to you here.", "en")
        version = voice.draft_version(position, voice.VersionContent((words,)), by=lena)
        return voice.sign_version(voice.submit_version(version, by=lena), by=amira)

    def html_of(self, client, agnes, ticket):
        client.force_login(agnes)
        return client.get(f"/tickets/{ticket.number}/voice/", headers=HTMX).content.decode()

    def test_it_is_offered_where_nothing_approved_fits(self, client, channel, holding, agnes):
        html = self.html_of(client, agnes, make_ticket(channel, "Can I bring my scooter?", language="en"))
        assert "Until there is an answer" in html
        assert "We are asking and come back to you here." in html

    def test_in_another_language_or_once_withdrawn_it_is_not(self, client, channel, holding, agnes, amira):
        german, english = (make_ticket(channel, "Roller?", language=language) for language in ("de", "en"))
        assert "Until there is an answer" not in self.html_of(client, agnes, german)
        voice.withdraw_version(holding, by=amira, reason="Too vague.")
        assert "Until there is an answer" not in self.html_of(client, agnes, english)

    def test_it_is_no_answer_even_to_its_own_question(self, channel, holding, agnes):
        embed_missing_examples()
        ticket = make_ticket(channel, "What do we say meanwhile?", language="en")
        shown = voice_of(ticket, agnes)
        assert shown.suggestions == ()
        assert shown.holding.wording_id == holding.wordings.get().pk


def test_words_for_named_people_are_offered_as_a_fix_to_those_alone(channel, agnes, jonas, lena, amira, rail):
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    content = voice.VersionContent(
        (voice.NewWording("You get it back."),), sensitivity="named", named_people=(agnes.pk,)
    )
    voice.sign_version(voice.submit_version(voice.draft_version(position, content, by=lena), by=lena), by=amira)
    embed_missing_examples()
    ticket = make_ticket(channel, "Do I get my fare back?", language="en")
    offered = {who: signed_alternatives(ticket, who) for who in (agnes.pk, jonas.pk, None)}
    assert [len(words) for words in offered.values()] == [1, 0, 0]


def test_what_was_said_before_our_question_comes_along_where_the_reply_to_it_is_short(channel, agnes):
    ticket = make_ticket(channel, "My train was cancelled twice. Do I get my money back?", thread="t")
    seen = ticket.messages.latest("pk").pk
    send_reply(ticket, NewReply("Which station do you start from?", "public", seen), by=agnes)
    receive_messages(channel, [make_incoming("Harbour Street.", thread="t")])
    assert unanswered_texts(ticket.pk) == ["My train was cancelled twice. Do I get my money back?", "Harbour Street."]


class TestAnswersForLater:
    @pytest.fixture
    def begins(self):
        return timezone.now() + timedelta(days=2)

    @pytest.fixture
    def version(self, question, amira, lena, begins):
        """The desk's answer, signed for the day after tomorrow."""
        version = answer_question(question, ANSWER, by=lena)
        content = voice.VersionContent((voice.NewWording(ANSWER.text),), valid_from=begins)
        return voice.sign_version(voice.revise_version(version, content, by=amira), by=amira)

    def test_whoever_waits_is_told_when_the_answer_can_be_given_and_not_before(self, question, version, begins, agnes):
        ticket = question.tickets.get()
        snooze_ticket(ticket, begins + timedelta(days=7), by=agnes)
        question.refresh_from_db()
        assert question.state == "written"
        assert kinds(ticket) == ["question.asked"]
        assert voice_of(open_ticket(ticket.number, agnes), agnes).answer is None

        voice.begin_due_versions(begins)

        question.refresh_from_db()
        ticket.refresh_from_db()
        assert (question.state, ticket.status) == ("answered", "open")
        assert kinds(ticket) == ["question.asked", "question.answered"]
        assert Event.objects.get(kind="position.begun").facts["version"] == version.pk

    def test_words_that_are_not_valid_yet_are_not_named_as_an_answer(
        self, client, version, begins, channel, agnes, lena
    ):
        asked = ask_desk(make_ticket(channel), ANSWER.question, by=agnes)
        client.force_login(lena)

        assert version.position.question not in client.get(f"/questions/{asked.pk}/near/").text
