"""Links between tickets, and follow-ups of those that are done; a link tells nothing of what one may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from inbox.actions.custom_fields import fill_ticket_fields
from inbox.actions.links import link_tickets
from inbox.actions.messages import receive_messages
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import reopen_ticket, resolve_ticket
from inbox.models import LinkKind, Message, ReopenPolicy, Ticket, TicketLink
from tests.cast import make_channel, make_incoming, make_key, make_team, make_ticket
from tests.inbox.doors import Api, tab_of
from tests.inbox.test_custom_fields import make_field


def test_a_link_is_shown_on_both_tickets_from_where_one_looks_and_removed_from_either(channel, agnes):
    one, other = make_ticket(channel), make_ticket(channel)
    client = tab_of(agnes)

    asked = client.get(f"/tickets/{one.number}/link/")
    client.post(f"/tickets/{one.number}/link/", {"to": other.number, "kind": "duplicate"})
    here = client.get(f"/tickets/{one.number}/relations/").content.decode()
    there = client.get(f"/tickets/{other.number}/relations/").content.decode()
    twice = client.post(f"/tickets/{other.number}/link/", {"to": one.number, "kind": "related"})
    client.post(f"/links/{TicketLink.objects.get().pk}/remove/")

    assert f'value="{other.number}"'.encode() in asked.content
    assert "Duplicate of" in here
    assert "Duplicated by" in there
    assert twice.status_code == 409
    assert "Duplicate" not in client.get(f"/tickets/{one.number}/relations/").content.decode()
    kinds = ["ticket.linked", "ticket.unlinked"]
    assert [list(t.events.filter(kind__in=kinds).values_list("kind", flat=True)) for t in (one, other)] == [kinds] * 2


def test_a_link_tells_nothing_about_a_ticket_that_one_may_not_see(channel, rail, northline, agnes, lena):
    mine = make_ticket(channel)
    theirs = make_ticket(make_channel(rail, make_team(northline, "Elsewhere")), "secret words", author="tom")
    tab_of(lena).post(f"/tickets/{mine.number}/link/", {"number": theirs.number, "kind": "related"})
    client = tab_of(agnes)

    shown = client.get(f"/tickets/{mine.number}/").content.decode()
    removed = client.post(f"/links/{TicketLink.objects.get().pk}/remove/")
    named = client.post(f"/tickets/{mine.number}/link/", {"number": theirs.number})

    assert "secret words" not in shown
    assert f"#{theirs.number}" not in shown
    assert (removed.status_code, named.status_code) == (404, 422)


def test_ten_links_cost_as_many_queries_as_one(channel, agnes):
    ticket, *others = (make_ticket(channel) for _ in range(11))
    client = tab_of(agnes)

    def count():
        with CaptureQueriesContext(connection) as found:
            client.get(f"/tickets/{ticket.number}/relations/")
        return len(found)

    client.post(f"/tickets/{ticket.number}/link/", {"to": others[0].number})
    count()
    with_one = count()
    for other in others[1:]:
        client.post(f"/tickets/{ticket.number}/link/", {"to": other.number})

    assert count() == with_one


def test_a_follow_up_is_a_new_ticket_in_the_thread_and_answers_what_was_said_before(channel, agnes):
    done = make_ticket(channel, thread="t", external_id="post-first")
    client = tab_of(agnes)
    early = client.post(f"/tickets/{done.number}/follow-up/")
    resolve_ticket(done, by=agnes)

    answer = client.post(f"/tickets/{done.number}/follow-up/")
    twice = client.post(f"/tickets/{done.number}/follow-up/")
    new = Ticket.objects.latest("pk")
    sent = send_reply(new, NewReply("One more thing", "", seen=10**9), by=agnes)
    heard = receive_messages(channel, [make_incoming("Thanks", thread="t")])[0]

    assert (early.status_code, twice.status_code) == (409, 409)
    assert f'data-go="{new.number}"'.encode() in answer.content
    assert (new.assignee, new.status, new.thread_key) == (agnes, "open", "t")
    assert sent.in_reply_to == "post-first"
    assert heard.ticket == new.number
    assert "Follow-up of" in client.get(f"/tickets/{new.number}/relations/").content.decode()


def test_a_follow_up_has_what_was_filled_in_before(channel, agnes, northline):
    make_field(northline, "booking")
    done = fill_ticket_fields(make_ticket(channel, thread="t"), {"booking": "4711"}, by=agnes)
    resolve_ticket(done, by=agnes)

    tab_of(agnes).post(f"/tickets/{done.number}/follow-up/")

    assert Ticket.objects.latest("pk").fields == {"booking": "4711"}


@pytest.mark.parametrize("then", ["nothing", "merged"])
def test_a_follow_up_answers_its_own_customer_whatever_else_it_is_said_to_follow(channel, agnes, then):
    done = make_ticket(channel, thread="t", external_id="post-own")
    other = make_ticket(channel, author="tom", thread="else", external_id="post-other")
    resolve_ticket(done, by=agnes)
    tab_of(agnes).post(f"/tickets/{done.number}/follow-up/")
    new = Ticket.objects.latest("pk")
    link_tickets(new, other, LinkKind.FOLLOW_UP, by=agnes)
    if then == "merged":
        merge_tickets(done, other, by=agnes, confirmed=True)

    assert send_reply(new, NewReply("One more thing", "", seen=10**9), by=agnes).in_reply_to == "post-own"


def test_a_new_ticket_for_an_answer_to_one_that_is_done_is_its_follow_up_and_says_so(channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    done = make_ticket(channel, thread="t")
    resolve_ticket(done, by=agnes)

    received = receive_messages(channel, [make_incoming(thread="t"), make_incoming(thread="u")])

    link = TicketLink.objects.get()
    assert (link.ticket.number, link.other, link.kind) == (received[0].ticket, done, "follow_up")
    shown = tab_of(agnes).get(f"/tickets/{received[0].ticket}/").content.decode()
    assert f"Follows up #{done.number}" in shown
    assert Message.objects.count() == 3


def test_programs_link_and_follow_up(northline, channel, agnes):
    api = Api(make_key(northline, *Scope.values)[1])
    one, other = make_ticket(channel), make_ticket(channel)

    linked = api.post(f"tickets/{one.number}/link", {"to": other.number, "kind": "caused_by"})
    twice = api.post(f"tickets/{one.number}/link", {"to": other.number})
    listed = api.get(f"tickets/{other.number}/links").json()
    api.post(f"tickets/{other.number}/unlink", {"to": one.number})
    api.post(f"tickets/{one.number}/resolve")
    new = api.post(f"tickets/{one.number}/follow-up")

    assert linked.status_code == 200
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:onevoice:problem:link-not-allowed")
    assert listed == {"links": [{"ticket": one.number, "kind": "caused_by", "outgoing": False}]}
    assert new.status_code == 201
    assert api.get(f"tickets/{one.number}/links").json()["links"][0]["ticket"] == new.json()["number"]


def test_what_comes_while_an_older_ticket_of_the_thread_is_open_arrives_there(channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    older = make_ticket(channel, thread="t")
    resolve_ticket(older, by=agnes)
    newer = make_ticket(channel, thread="t")
    resolve_ticket(newer, by=agnes)
    reopen_ticket(older, by=agnes)

    received = receive_messages(channel, [make_incoming("Still here", thread="t")])[0]

    assert received.ticket == older.number
