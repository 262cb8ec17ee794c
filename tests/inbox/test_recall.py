"""The recall list: what has gone out with a version's words, public replies first, and having it put right."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brandvoice.actions import positions as voice
from inbox.actions.corrections import ask_for_corrections
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.spam import mark_spam
from inbox.actions.tickets import resolve_ticket
from inbox.models import Correction, Delivery, Event, Ticket
from tests.cast import make_channel, make_incoming, make_team, make_ticket
from tests.inbox.signed_words import OLD, start_draft, whole, write_and_sign

pytestmark = pytest.mark.django_db


def sent(channel, version, by, *, visibility="public", thread="", state="sent"):
    """Have a customer write, and answer with the version's words."""
    ticket = make_ticket(channel, thread=thread)
    seen = ticket.messages.latest("pk").pk
    reply = NewReply(text=OLD, visibility=visibility, seen=seen, spans=whole(version))
    message = send_reply(ticket, reply, by=by)
    Delivery.objects.filter(message=message).update(state=state)
    return message


def read(client, person, version, query=""):
    client.force_login(person)
    return client.get(f"/recall/{version.pk}/{query}")


def test_the_list_shows_public_replies_before_private_ones_and_only_what_has_gone_out(
    client, channel, signed, agnes, amira
):
    private, public = (sent(channel, signed, agnes, visibility=kind) for kind in ("direct", "public"))
    failed = sent(channel, signed, agnes, state="failed")

    recall = read(client, amira, signed).context["recall"]

    assert [reply.message_id for reply in recall.public.replies] == [public.pk]
    assert [reply.message_id for reply in recall.private.replies] == [private.pk]
    assert failed.pk not in {reply.message_id for part in (recall.public, recall.private) for reply in part.replies}


def test_it_names_the_open_drafts_and_what_has_taken_the_words_place(client, channel, signed, agnes, lena, amira):
    draft = start_draft(make_ticket(channel), signed, agnes)
    write_and_sign(signed.position, "You get half the fare back.", lena, amira)

    recall = read(client, amira, signed).context["recall"]

    assert [row.number for row in recall.drafts] == [draft.ticket.number]
    assert [words.new_text for words in recall.overtaken] == ["You get half the fare back."]


def test_a_long_list_has_pages_and_costs_the_same_for_one_row_as_for_ten(client, channel, signed, agnes, amira):
    counts = []
    for more in (1, 9):
        for _ in range(more):
            sent(channel, signed, agnes)
        read(client, amira, signed)
        with CaptureQueriesContext(connection) as queries:
            read(client, amira, signed)
        counts.append(len(queries))
    assert counts[0] == counts[1]

    for _ in range(42):
        sent(channel, signed, agnes)
    first = read(client, amira, signed).context["recall"].public
    second = read(client, amira, signed, f"?public={first.next}").context["recall"].public
    assert (len(first.replies), len(second.replies), second.next) == (50, 2, None)


def test_asking_for_a_correction_brings_the_ticket_back_as_urgent(client, channel, signed, agnes, amira):
    message = sent(channel, signed, agnes)
    resolve_ticket(message.ticket, by=agnes)
    client.force_login(amira)

    answer = client.post(f"/recall/{signed.pk}/correct/", {"message": [message.pk]})

    assert answer.status_code == 302
    ticket = Ticket.objects.get(pk=message.ticket_id)
    assert (ticket.status, ticket.priority, ticket.awaiting_reply) == ("open", 3, True)
    assert Event.objects.get(kind="correction.asked").message == message
    assert [reply.correction for reply in read(client, amira, signed).context["recall"].public.replies] == ["asked"]
    page = read_ticket(client, agnes, ticket)
    assert page.context["ticket"].composer.purpose == "correct"


def test_once_the_customer_was_answered_again_it_is_done(client, channel, signed, agnes, amira):
    message = sent(channel, signed, agnes)
    ask_for_corrections(signed, [message.pk], by=amira)
    ticket = message.ticket
    newest = ticket.messages.latest("pk").pk

    send_reply(ticket, NewReply(text="It was 14 days. Sorry!", visibility="public", seen=newest), by=agnes)

    assert not Correction.objects.open().exists()
    assert [reply.correction for reply in read(client, amira, signed).context["recall"].public.replies] == ["done"]
    assert read_ticket(client, agnes, ticket).context["ticket"].composer.purpose == "resolve"


def test_the_correction_happens_where_the_conversation_goes_on(channel, signed, agnes, amira):
    channel.reopen_policy = "new_ticket"
    channel.save(update_fields=["reopen_policy"])
    message = sent(channel, signed, agnes, thread="t")
    resolve_ticket(message.ticket, by=agnes)
    receive_messages(channel, [make_incoming("One more thing", thread="t")])
    newer = Ticket.objects.latest("pk")
    assert newer != message.ticket

    ask_for_corrections(signed, [message.pk], by=amira)

    assert Correction.objects.get().ticket == newer
    assert Ticket.objects.get(pk=message.ticket_id).status == "resolved"


def test_a_reply_in_spam_is_shown_as_that_and_not_brought_back(client, channel, signed, agnes, amira):
    message = sent(channel, signed, agnes)
    mark_spam(message.ticket, by=agnes)

    assert ask_for_corrections(signed, [message.pk], by=amira) == 0

    page = read(client, amira, signed)
    assert [reply.correction for reply in page.context["recall"].public.replies] == ["spam"]
    assert f'value="{message.pk}"' not in page.content.decode()
    assert Ticket.objects.get(pk=message.ticket_id).status == "resolved"


def test_a_conversation_of_which_the_newest_ticket_is_spam_is_put_right_in_the_one_before(
    channel, signed, agnes, amira
):
    channel.reopen_policy = "new_ticket"
    channel.save(update_fields=["reopen_policy"])
    message = sent(channel, signed, agnes, thread="t")
    resolve_ticket(message.ticket, by=agnes)
    receive_messages(channel, [make_incoming("Buy this", thread="t")])
    mark_spam(Ticket.objects.latest("pk"), by=agnes)

    ask_for_corrections(signed, [message.pk], by=amira)

    ticket = Ticket.objects.get(pk=message.ticket_id)
    assert Correction.objects.get().ticket == ticket
    assert (ticket.status, ticket.resolved_at) == ("open", None)


def test_asking_twice_is_asking_once_and_costs_the_same_for_one_as_for_ten(channel, signed, agnes, amira):
    counts = []
    for size in (1, 10):
        messages = [sent(channel, signed, agnes).pk for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert ask_for_corrections(signed, messages, by=amira) == size
        counts.append(len(queries))
        assert ask_for_corrections(signed, messages, by=amira) == 0
    assert counts[0] == counts[1]


def test_replies_without_the_words_and_of_other_teams_are_left_out(rail, northline, channel, signed, agnes, lena):
    elsewhere = make_channel(rail, make_team(northline, "Elsewhere"))
    mine = sent(channel, signed, agnes)
    other = send_reply(
        ticket := make_ticket(channel), NewReply("Hello.", "public", ticket.messages.latest("pk").pk), by=agnes
    )
    assert sent(elsewhere, signed, agnes).ticket.team != mine.ticket.team

    assert ask_for_corrections(signed, [mine.pk, other.pk], by=lena) == 1


def test_agents_and_strangers_have_no_recall_list(client, channel, signed, agnes, oscar):
    assert read(client, agnes, signed).status_code == 403
    assert read(client, oscar, signed).status_code in (403, 404)


def test_only_what_somebody_signed_has_one(client, lena, amira, rail):
    position = voice.create_position("Why?", by=lena, brand=rail)
    draft = voice.draft_version(position, voice.VersionContent((voice.NewWording(OLD),)), by=lena)
    assert read(client, amira, draft).status_code == 404


def read_ticket(client, person, ticket):
    client.force_login(person)
    return client.get(f"/inbox/open/{ticket.number}/")
