"""The list of customers and the page of one: who sees whom, and what is written down about them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions.customer_records import mark_vip, record_consent, write_customer_note
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.tickets import assign_ticket, resolve_ticket
from inbox.models import Contact, CustomerConsent, CustomerNote, Event, Identity
from inbox.queries import customer_lists, customer_timeline
from tests.cast import make_channel, make_incoming, make_team, make_ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


@pytest.fixture
def elsewhere(rail, northline):
    """A channel of a team that Agnes is not in."""
    return make_channel(rail, make_team(northline, "Claims"), network="email", handle="claims@northline.example")


def page_of(client, contact, query=""):
    return client.get(f"/customers/{contact.pk}/{query}")


def same_customer(ticket, channel, text, author="ada"):
    """Have the ticket's customer write somewhere else as well."""
    other = make_ticket(channel, text, author=author)
    Identity.objects.filter(pk=other.identity_id).update(contact=ticket.contact_id)
    type(other).objects.filter(pk=other.pk).update(contact=ticket.contact_id)
    other.refresh_from_db()
    return other


def test_the_page_shows_accounts_facts_tickets_and_all_that_was_said(agent, ticket, channel, rail, care, agnes, lena):
    mail = same_customer(ticket, make_channel(rail, care, network="email", handle="help@rail"), "By mail now")
    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    write_note(ticket, "She was kind", by=lena)
    resolve_ticket(mail, by=agnes)
    Contact.objects.update(region="at", audience="business")

    shown = page_of(agent, ticket.contact).content.decode()

    for words in ("@priya", "@ada", "Where is my train?", "By mail now", "It left at nine.", "She was kind"):
        assert words in shown, words
    for words in ("Resolved by Agnes Berg", "business", f"/tickets/{ticket.number}/", f"/tickets/{mail.number}/"):
        assert words in shown, words
    assert shown.index("She was kind") < shown.index("Where is my train?", shown.index("timeline")), "newest first"


def test_an_agent_sees_the_customers_of_their_own_tickets_alone(agent, ticket, elsewhere, agnes):
    stranger = make_ticket(elsewhere, "A claim", author="bela")

    assert page_of(agent, stranger.contact).status_code == 404
    assert agent.post(f"/customers/{stranger.contact_id}/notes/", {"text": "x"}).status_code == 404
    listed = agent.get("/customers/").content.decode()
    assert "Priya" in listed
    assert "Bela" not in listed
    assert "Bela" not in agent.get("/customers/?q=bela").content.decode()
    assert "Bela" not in agent.get("/find/?q=bela").content.decode()
    assert "Priya" in agent.get("/find/?q=priya").content.decode()
    # Given one of their tickets, she may know them.
    type(stranger).objects.filter(pk=stranger.pk).update(assignee=agnes)
    assert page_of(agent, stranger.contact).status_code == 200


def test_what_was_said_to_another_team_is_not_on_the_page(agent, client, ticket, elsewhere, lena):
    claim = same_customer(ticket, elsewhere, "My secret claim")

    shown = page_of(agent, ticket.contact).content.decode()

    assert "My secret claim" not in shown
    assert f"/tickets/{claim.number}/" not in shown
    assert "1 ticket" in agent.get("/customers/").content.decode()
    client.force_login(lena)
    assert "My secret claim" in page_of(client, ticket.contact).content.decode()
    assert "2 tickets" in client.get("/customers/").content.decode()


def test_customers_are_found_by_the_names_of_their_accounts(agent, channel):
    for author in ("priya", "kai"):
        make_ticket(channel, author=author)
    Contact.objects.filter(name="Kai").update(name="Kai Holm")

    for query, expected in {"priya": ["Priya"], "@KAI": ["Kai Holm"], "Kai Holm": ["Kai Holm"], "nobody": []}.items():
        shown = agent.get("/customers/", {"q": query}).content.decode()
        assert [name for name in ("Priya", "Kai Holm") if f">{name}<" in shown] == expected, query


def test_accounts_of_other_organizations_are_not_looked_through(agent, ticket, oscar):
    Identity.objects.update(organization=oscar.organization)

    assert agent.get("/customers/?q=@priya").context["page"].rows == ()
    assert [row.name for row in agent.get("/customers/?q=Priya").context["page"].rows] == ["Priya"], "by their own name"


def test_the_list_goes_by_name_a_page_at_a_time(agent, channel, monkeypatch):
    monkeypatch.setattr(customer_lists, "PAGE", 2)
    made = [make_ticket(channel, author=author).contact for author in ("cem", "ana", "bo", "bo2", "dov")]
    Contact.objects.filter(pk=made[3].pk).update(name="Bo")

    first = agent.get("/customers/").context["page"]
    second = agent.get(f"/customers/?after={first.next}").context["page"]
    third = agent.get(f"/customers/?after={second.next}").context["page"]

    names = [[row.name for row in page.rows] for page in (first, second, third)]
    assert names == [["Ana", "Bo"], ["Bo", "Cem"], ["Dov"]]
    assert third.next is None


def test_leads_mark_vips_which_shows_in_list_and_head_and_is_searched(client, agent, ticket, channel, agnes, lena):
    make_ticket(channel, author="kai")
    address = f"/customers/{ticket.contact_id}/vip/"
    assert agent.post(address, {"vip": "yes"}).status_code == 403
    client.force_login(lena)
    client.post(address, {"vip": "yes"})
    client.post(address, {"vip": "yes"})
    client.force_login(agnes)

    assert 'chip--vip">VIP' in agent.get("/inbox/open/list/").content.decode()
    opened = agent.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert 'chip--vip">VIP' in opened
    assert "Customer marked as a VIP by Lena Brandt" in opened
    found = agent.get("/inbox/search/?q=is:vip").content.decode()
    assert found.count('class="ticket-row ') == 1
    assert f'id="ticket-{ticket.number}"' in found
    assert [row.name for row in agent.get("/customers/?vip=yes").context["page"].rows] == ["Priya"]
    assert Event.objects.filter(kind="customer.marked").count() == 2, "for the log, and for the ticket"
    timeline = page_of(agent, ticket.contact).content.decode()
    assert timeline.count("Customer marked as a VIP") == 1


def test_all_tickets_of_a_customer_are_searched_by_number(agent, ticket, channel):
    make_ticket(channel, author="kai")

    found = agent.get(f"/inbox/search/?q=customer:{ticket.contact_id}").content.decode()

    assert found.count('class="ticket-row ') == 1
    assert f'id="ticket-{ticket.number}"' in found
    assert "takes the number" in agent.get("/inbox/search/?q=customer:priya").content.decode()


def test_notes_about_a_customer_are_written_and_taken_away(client, agent, ticket, agnes, jonas, lena):
    notes = f"/customers/{ticket.contact_id}/notes/"
    agent.post(notes, {"text": "Prefers mail"})
    note = CustomerNote.objects.get()

    assert page_of(agent, ticket.contact).content.decode().count("Prefers mail") == 2, "as a note, and in the timeline"
    assert agent.post(notes, {"text": " "}).status_code == 422
    client.force_login(jonas)
    assert client.post(f"{notes}{note.pk}/delete/").status_code == 403
    client.force_login(lena)
    client.post(f"{notes}{note.pk}/delete/")
    assert not CustomerNote.objects.exists()
    kinds = Event.objects.filter(kind__startswith="customer.note").order_by("pk").values_list("kind", flat=True)
    assert [*kinds] == ["customer.noted", "customer.note_deleted"]


def test_a_note_is_deleted_through_its_own_customer_only(agent, ticket, channel, agnes):
    other = make_ticket(channel, author="kai").contact
    note = write_customer_note(other, "Mine", by=agnes)

    assert agent.post(f"/customers/{ticket.contact_id}/notes/{note.pk}/delete/").status_code == 404
    assert CustomerNote.objects.exists()


def test_consent_is_a_log_of_what_for_since_when_and_from_where(agent, ticket, agnes):
    address = f"/customers/{ticket.contact_id}/consents/"
    said = {"purpose": "News by mail", "source": "Form at the counter", "on": "2026-01-05"}
    agent.post(address, said)
    again = agent.post(address, said)
    consent = CustomerConsent.objects.get()

    assert again.status_code == 409
    assert "already" in again.content.decode()
    assert (consent.given_at.date().isoformat(), consent.recorded_by) == ("2026-01-05", agnes)
    agent.post(f"{address}{consent.pk}/withdraw/")
    consent.refresh_from_db()
    assert consent.withdrawn_by == agnes
    agent.post(address, said)
    assert CustomerConsent.objects.count() == 2, "given again"
    assert page_of(agent, ticket.contact).content.decode().count("News by mail") >= 2
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert agent.post(address, said | {"purpose": "Calls", "on": tomorrow}).status_code == 409


def test_who_may_only_look_writes_down_no_consent(client, ticket, amira):
    client.force_login(amira)

    address = f"/customers/{ticket.contact_id}/consents/"
    assert client.post(address, {"purpose": "a", "source": "b"}).status_code == 403
    assert page_of(client, ticket.contact).status_code == 200


def test_the_timeline_is_read_a_page_at_a_time_and_misses_nothing(agent, ticket, channel, agnes, monkeypatch):
    monkeypatch.setattr(customer_timeline, "PAGE", 3)
    same_moment = timezone.now()
    for number in range(4):
        said = make_incoming(f"Words {number}", thread=ticket.thread_key, author="priya", sent_at=same_moment)
        receive_messages(channel, [said])
    write_customer_note(ticket.contact, "Words of a note", by=agnes)
    assign_ticket(ticket, agnes, by=agnes)

    seen, after = [], ""
    while True:
        page = agent.get(f"/customers/{ticket.contact_id}/?after={after}", headers=HTMX if after else {})
        timeline = page.context["timeline"] if after else page.context["customer"].timeline
        seen += [(moment.rank, moment.pk) for moment in timeline.moments]
        after = timeline.next
        if not after:
            break

    assert len(seen) == len(set(seen)) == 7
    assert agent.get(f"/customers/{ticket.contact_id}/?after=nonsense").status_code == 404


@pytest.mark.parametrize("path", ["list", "page"])
def test_list_and_page_ask_as_often_for_ten_as_for_one(agent, ticket, channel, agnes, path):
    address = "/customers/" if path == "list" else f"/customers/{ticket.contact_id}/"

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(address).status_code == 200
        return len(queries)

    def fill(number):
        make_ticket(channel, author=f"somebody-{number}")
        other = same_customer(ticket, channel, "Again", author=f"priya-{number}")
        assign_ticket(other, agnes, by=agnes)
        write_customer_note(ticket.contact, "A note", by=agnes)
        record_consent(ticket.contact, f"Purpose {number}", "A form", timezone.now(), by=agnes)

    fill(0)
    cost()
    one = cost()
    for number in range(1, 10):
        fill(number)
    assert cost() == one


def test_marking_tells_each_unresolved_ticket_in_one_statement(channel, ticket, lena):
    with CaptureQueriesContext(connection) as few:
        mark_vip(ticket.contact, True, by=lena)
    for number in range(9):
        same_customer(ticket, channel, "More", author=f"priya-{number}")
    with CaptureQueriesContext(connection) as many:
        mark_vip(ticket.contact, False, by=lena)
    assert len(many) <= len(few)
