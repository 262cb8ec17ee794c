"""Customers are asked whether they were content: when, whom and how, what they answer, and what nobody learns."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.models import GuardDecision
from inbox import outbox, privacy
from inbox.actions.customer_records import record_consent, withdraw_consent
from inbox.actions.deliveries import claim_due_deliveries, record_rejected
from inbox.actions.messages import receive_messages
from inbox.actions.privacy import request_erasure
from inbox.actions.spam import block_account, mark_spam
from inbox.actions.surveys import OPEN_FOR, ask, ask_due
from inbox.actions.tickets import reopen_ticket, resolve_ticket
from inbox.actions.told_replies import claim_replies
from inbox.models import CustomerConsent, Delivery, Endpoint, Event, Message, Shape, Survey, SurveyPolicy, Ticket
from inbox.queries.customer_export import export_of
from inbox.queries.outgoing import outgoing_replies
from inbox.queries.surveys import address_of, find_survey
from tests.cast import make_channel, make_incoming, make_key, make_rule, make_ticket
from tests.inbox.surveyed import asked, helped, later, make_mail, path_of
from tests.inbox.test_privacy_jobs import breaking

HTMX = {"HX-Request": "true"}


@pytest.fixture
def mail(rail, care):
    """A channel on which customers write privately, and are asked an hour after."""
    return make_mail(rail, care)


def test_a_customer_is_asked_an_hour_after_an_agent_has_resolved_their_ticket(mail, agnes, client):
    ticket = helped(mail, agnes, text="When does it leave?", language="en")
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    ask_due()
    assert Survey.objects.get().state == "waiting"

    ask_due(later())

    survey = Survey.objects.get()
    assert (survey.state, survey.team, survey.person, survey.language) == ("asked", ticket.team, agnes, "en")
    message = survey.message
    words = "Were you content with our help? You can tell us here, in one click:"
    assert message.text == words
    assert (message.user, message.visibility, message.purpose) == (None, "direct", "inform")
    assert (message.decision.door, message.decision.outcome) == (GuardDecision.Door.SURVEY, "ok")
    # It is no answer: neither the list nor any deadline takes note of it.
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
    assert not Event.objects.filter(kind="reply.queued", message=message).exists()
    client.force_login(agnes)
    thread = client.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "The customer was asked whether they were content" in thread
    # Whoever reads along could answer in the customer's name.
    assert survey.key not in thread
    assert "Survey</" in thread
    assert "Sent through the API" not in thread
    earlier = Delivery.objects.exclude(message=message)
    earlier.update(state="sent")
    (delivery,) = claim_due_deliveries(limit=5)
    assert outgoing_replies([delivery])[delivery.pk].text == f"{words}\n{address_of(survey)}"


def test_a_survey_goes_out_by_the_outbox_of_a_program_too(rail, care, agnes, client):
    channel = make_channel(rail, care, network="email")
    SurveyPolicy.objects.create(organization=channel.organization, channel=channel, active=True)
    survey = asked(channel, agnes)
    secret = make_key(channel.organization, "outbox")[1]
    headers = {"Authorization": f"Bearer {secret}"}
    Delivery.objects.exclude(message=survey.message).update(state="sent")
    told = client.get(f"/api/v1/channels/{channel.pk}/outbox", headers=headers).json()
    assert address_of(survey) in str(told)


def test_a_program_that_is_told_of_replies_by_webhook_gets_the_link(rail, care, agnes, northline):
    channel = make_channel(rail, care, network="email")
    SurveyPolicy.objects.create(organization=northline, channel=channel, active=True)
    place = {"organization": northline, "channel": channel, "url": "https://shop.example/"}
    Endpoint.objects.create(name="Shop", shape=Shape.CHATWOOT, **place)
    survey = asked(channel, agnes)
    Delivery.objects.exclude(message=survey.message).update(state="sent")
    (call,) = claim_replies(limit=5)
    body = json.loads(call.body)
    assert body["content"].endswith(address_of(survey))
    assert body["conversation"]["messages"][0]["content"] == body["content"]


def off(channel, agnes, lena):
    SurveyPolicy.objects.update(active=False)


def reopened(channel, agnes, lena):
    reopen_ticket(Ticket.objects.get(), by=agnes)


def written_again(channel, agnes, lena):
    receive_messages(channel, [make_incoming("One more thing", thread="t", visibility="direct")])


def spam(channel, agnes, lena):
    ticket = reopen_ticket(Ticket.objects.get(), by=agnes)
    mark_spam(ticket, by=agnes)


def blocked(channel, agnes, lena):
    block_account(Ticket.objects.get().identity, "Rude", until=None, by=lena)


def consent(channel, agnes, lena):
    SurveyPolicy.objects.update(consent="Surveys")


def withdrawn(channel, agnes, lena):
    contact = Ticket.objects.get().contact
    record_consent(contact, "Surveys", "E-mail", timezone.now(), by=agnes)
    withdraw_consent(CustomerConsent.objects.get(), by=agnes)
    SurveyPolicy.objects.update(consent="Surveys")


def guard(channel, agnes, lena):
    make_rule(channel.organization, "content", outcome="block")


@pytest.mark.parametrize(
    ("happens", "skip"),
    [
        (off, "off"),
        (reopened, "reopened"),
        (written_again, "reopened"),
        (spam, "spam"),
        (blocked, "spam"),
        (consent, "consent"),
        (withdrawn, "consent"),
        (guard, "guard"),
    ],
)
def test_nobody_is_asked_where(mail, agnes, lena, happens, skip):
    helped(mail, agnes, thread="t")
    happens(mail, agnes, lena)
    messages = Message.objects.count()

    ask_due(later())

    survey = Survey.objects.get()
    assert (survey.state, survey.skip, survey.message) == ("skipped", skip, None)
    assert Message.objects.count() == messages


def test_nobody_is_asked_in_public_or_whom_nobody_has_answered_or_after_the_network_s_window(mail, rail, care, agnes):
    helped(mail, agnes, visibility="public")
    resolve_ticket(make_ticket(mail, author="ada", visibility="direct"), by=agnes)
    whatsapp = make_channel(rail, care, network="whatsapp")
    SurveyPolicy.objects.create(organization=rail.organization, channel=whatsapp, active=True)
    late = helped(whatsapp, agnes)
    Ticket.objects.filter(pk=late.pk).update(last_inbound_at=timezone.now() - timedelta(hours=25))

    ask_due(later())

    assert [*Survey.objects.order_by("pk").values_list("skip", flat=True)] == ["public", "unanswered", "window"]


def test_who_has_agreed_is_asked_where_that_is_needed(mail, agnes):
    SurveyPolicy.objects.update(consent="Surveys")
    ticket = helped(mail, agnes)
    record_consent(ticket.contact, "surveys", "E-mail", timezone.now(), by=agnes)
    ask_due(later())
    assert Survey.objects.get().state == "asked"


def test_a_customer_is_asked_once_a_month_and_no_more_once_they_say_so(mail, agnes, client):
    first = asked(mail, agnes, author="ada")
    assert asked(mail, agnes, author="ada").skip == "lately"
    Survey.objects.filter(pk=first.pk).update(asked_at=timezone.now() - timedelta(days=31))
    second = asked(mail, agnes, author="ada")
    assert second.state == "asked"

    page = client.post(path_of(second), {"stop": "yes"}, follow=True).content.decode()

    assert "We ask you no more" in page
    Survey.objects.update(asked_at=timezone.now() - timedelta(days=31))
    assert asked(mail, agnes, author="ada").skip == "stopped"
    assert asked(mail, agnes, author="bo").state == "asked"


def test_what_programs_resolve_is_asked_about_by_nobody_and_neither_are_other_channels(mail, channel, agnes, northline):
    key = make_key(northline, "tickets:write")[0]
    resolve_ticket(make_ticket(mail, visibility="direct"), by=key)
    helped(channel, agnes)
    assert not Survey.objects.exists()


def test_a_ticket_that_is_resolved_again_is_asked_about_from_then_on(mail, agnes, jonas):
    ticket = helped(mail, agnes)
    first = Survey.objects.get().due_at
    reopen_ticket(ticket, by=jonas)
    resolve_ticket(ticket, by=jonas)
    assert Survey.objects.get().due_at > first


def test_the_page_speaks_the_customer_s_language_and_takes_a_score_and_words(mail, agnes, client):
    survey = asked(mail, agnes, text="Wann fährt der Zug?", language="de")
    assert "Waren Sie mit unserer Hilfe zufrieden?" in survey.message.text
    path = path_of(survey)
    page = client.get(path)
    assert (page.status_code, page.headers["Content-Language"]) == (200, "de")
    assert "Waren Sie mit unserer Hilfe zufrieden?" in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert not page.cookies
    assert client.post(path, {"comment": "No face"}).status_code == 422

    answer = client.post(path, {"score": "4", "comment": " Schnell und <b>nett</b>. "})

    assert answer.status_code == 302
    survey.refresh_from_db()
    assert (survey.score, survey.comment) == (4, "Schnell und <b>nett</b>.")
    thanks = client.get(answer.headers["Location"]).content.decode()
    assert "Danke" in thanks
    assert "Schnell und &lt;b&gt;nett&lt;/b&gt;." in thanks
    client.post(path, {"score": "4", "comment": "Schnell und <b>nett</b>."})
    client.post(path, {"score": "1", "comment": "Doch nicht."})
    events = Event.objects.filter(kind="survey.answered").order_by("pk")
    assert [event.facts["score"] for event in events] == [4, 1]
    client.force_login(agnes)
    thread = client.get(f"/tickets/{survey.ticket.number}/", headers=HTMX).content.decode()
    assert "The customer’s verdict: 1 of 5" in thread


def test_the_words_are_the_channel_s_own_where_it_has_some(mail, agnes):
    SurveyPolicy.objects.update(text_es="¿Qué tal?", text_en="Happy?")
    assert asked(mail, agnes, language="es", author="ada").message.text == "¿Qué tal?"
    assert asked(mail, agnes, language="fr", author="bo").message.text == "Happy?"


def test_a_link_that_is_over_takes_nothing(mail, agnes, client):
    survey = asked(mail, agnes)
    Survey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = client.get(path_of(survey))
    assert page.status_code == 410
    assert "This question is over" in page.content.decode()
    assert client.post(path_of(survey), {"score": "1"}).status_code == 410
    assert client.post(path_of(survey), {"stop": "yes"}).status_code == 410
    survey.refresh_from_db()
    assert (survey.score, survey.stopped_at, OPEN_FOR.days) == (None, None, 14)


def test_strangers_learn_nothing_from_links_they_guess(mail, agnes, client):
    survey = asked(mail, agnes)
    waiting = helped(mail, agnes, author="ada").surveys.get()
    token = path_of(survey)[3:-1]
    key, _dot, signature = token.partition(".")
    for guess in (key, f"{key}.{signature[::-1]}", f"{waiting.key}.{signature}", str(survey.pk), "x" * 500, "ü.%00"):
        answer = client.get(f"/s/{guess}/")
        assert answer.status_code == 404, guess
        assert mail.brand.name not in answer.content.decode()
        assert client.post(f"/s/{guess}/", {"score": "1"}).status_code == 404
    assert client.get(path_of(waiting)).status_code == 404
    assert not Survey.objects.answered().exists()


def test_whoever_asks_too_often_has_to_wait(mail, agnes, client):
    path = path_of(asked(mail, agnes))
    for key in outbox.valkey().scan_iter("*survey*"):
        outbox.valkey().delete(key)
    answers = [client.get(path, REMOTE_ADDR="192.0.2.7").status_code for _time in range(62)]
    assert answers[:60] == [200] * 60
    assert answers[-1] == 429
    assert client.get(path, REMOTE_ADDR="192.0.2.8").status_code == 200


def test_a_survey_is_answered_so_often_a_day_and_no_oftener(mail, agnes, client):
    survey, other = asked(mail, agnes, author="ada"), asked(mail, agnes, author="bo")
    path = path_of(survey)
    answers = [client.post(path, {"score": str(1 + time % 2)}, REMOTE_ADDR="192.0.2.9") for time in range(20)]
    assert {answer.status_code for answer in answers} == {302}

    refused = client.post(path, {"score": "5"}, REMOTE_ADDR="192.0.2.10")

    assert (refused.status_code, int(refused.headers["Retry-After"]) > 3600) == (429, True)
    assert "What you said last holds." in refused.content.decode()
    survey.refresh_from_db()
    assert survey.score == 2
    assert Event.objects.filter(kind="survey.answered").count() == 20
    assert client.post(path_of(other), {"score": "5"}).status_code == 302
    assert client.post(path, {"stop": "yes"}).status_code == 302


def test_what_was_answered_before_and_is_said_again_is_no_news(mail, agnes, client):
    path = path_of(asked(mail, agnes))
    said = {"score": "4", "comment": "Quick.\r\nAnd kind."}
    for _time in range(2):
        client.post(path, said)
    assert Event.objects.filter(kind="survey.answered").count() == 1
    client.post(path, said | {"comment": "Quick."})
    client.post(path, {"score": "5", "comment": "Quick."})
    assert Event.objects.filter(kind="survey.answered").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_somebody_holds_is_asked_about_the_next_time(mail, agnes):
    held, free = helped(mail, agnes, author="ada"), helped(mail, agnes, author="bo")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Ticket.objects.lock(held.pk)
        assert pool.submit(ask_impatiently).result() == 2
        assert [*Survey.objects.order_by("pk").values_list("state", flat=True)] == ["waiting", "asked"]
    assert free.surveys.get().message

    assert ask_due(later()) == 1

    assert held.surveys.get().state == "asked"


def test_a_round_that_takes_too_long_is_gone_on_with_by_the_next(mail, agnes):
    ticket = helped(mail, agnes)

    assert ask_due(later(), seconds=0) == 0
    assert ask_due(later()) == 1

    assert ticket.surveys.get().state == "asked"


def ask_impatiently():
    """Ask as a worker of its own that waits for nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        return ask_due(later())
    finally:
        connection.close()


def test_whoever_looked_before_a_ticket_was_resolved_again_asks_too_early_by_then(mail, agnes, jonas):
    ticket = helped(mail, agnes)
    survey = Survey.objects.get()
    looked_at = survey.due_at
    reopen_ticket(ticket, by=jonas)
    resolve_ticket(ticket, by=jonas)

    ask(survey.pk, ticket.pk, looked_at)

    survey.refresh_from_db()
    assert (survey.state, survey.due_at > looked_at) == ("waiting", True)


def test_a_survey_that_does_not_arrive_leaves_the_ticket_resolved(mail, agnes):
    ticket = helped(mail, agnes, thread="t")
    Delivery.objects.update(state="sent")
    Ticket.objects.filter(pk=ticket.pk).update(awaiting_reply=True)
    receive = make_incoming("Thanks!", thread="t", visibility="direct")
    receive_messages(mail, [receive])
    resolve_ticket(ticket, by=agnes)
    ask_due(later())
    (delivery,) = claim_due_deliveries(limit=5)

    record_rejected(delivery, "Gone.")

    ticket.refresh_from_db()
    assert (ticket.status, Delivery.objects.get(pk=delivery.pk).state) == ("resolved", "failed")


def test_what_was_said_is_exported_and_erased_with_the_customer(mail, agnes, max_, client):
    survey = asked(mail, agnes, author="ada")
    client.post(path_of(survey), {"score": "2", "comment": "My secret is Xyz."})
    contact = survey.ticket.contact
    told = export_of(contact)["tickets"][0]["surveys"]
    assert [(one["score"], one["comment"]) for one in told] == [(2, "My secret is Xyz.")]

    request_erasure(contact, contact.name, by=max_)
    privacy.do_jobs()

    survey.refresh_from_db()
    assert (survey.score, survey.comment) == (2, "")
    assert find_survey(path_of(survey)[3:-1]) is None


def test_a_customer_who_is_to_be_erased_is_asked_nothing(mail, agnes, max_):
    ticket = helped(mail, agnes)
    request_erasure(ticket.contact, "Priya", by=max_)

    ask_due(later())

    survey = Survey.objects.get()
    assert (survey.state, survey.skip, survey.message) == ("skipped", "spam", None)
    assert ticket.messages.filter(direction="outbound").count() == 1


def test_a_survey_that_waits_goes_with_the_first_step_of_an_erasure(mail, agnes, max_, monkeypatch):
    ticket = helped(mail, agnes)
    breaking("examples", monkeypatch, at=1)
    request_erasure(ticket.contact, "Priya", by=max_)

    assert privacy.do_jobs() == 0

    assert Survey.objects.get().state == "skipped"


def test_asking_costs_the_same_for_each(mail, agnes):
    def cost(number):
        for _ticket in range(number):
            helped(mail, agnes, author=f"ada{Ticket.objects.count()}")
        with CaptureQueriesContext(connection) as queries:
            assert ask_due(later()) == number
        return len(queries)

    none, one, ten = cost(0), cost(1), cost(10)
    # One look for those that are due, and another once there were some.
    assert (none, ten) == (1, 2 + 10 * (one - 2))


def test_managers_say_where_customers_are_asked(mail, rail, care, max_, lena, client):
    other = make_channel(rail, care, network="email")
    client.force_login(max_)
    form = {"channel": other.pk, "active": "on", "delay_minutes": "30", "pause_days": "14", "consent": ""}
    form |= {"text_en": "Happy?", "text_de": "", "text_es": ""}
    assert client.post("/console/inbox/surveypolicy/add/", form).status_code == 302
    policy = SurveyPolicy.objects.get(channel=other)
    assert (policy.active, policy.delay_minutes, policy.text_en) == (True, 30, "Happy?")
    assert "surveypolicy" in client.get("/console/").content.decode()
    client.force_login(lena)
    assert client.post("/console/inbox/surveypolicy/add/", form).status_code in (302, 403)
    assert SurveyPolicy.objects.count() == 2
