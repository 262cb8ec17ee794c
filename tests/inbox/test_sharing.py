"""Drafts between colleagues, through the doors that the composer uses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.permissions import Role
from inbox.actions.drafts import save_draft
from inbox.actions.sharing import share_draft
from inbox.models import Draft, DraftVersion, Event, Notification
from tests.cast import make_person, make_ticket
from tests.inbox.signed_words import OLD, start_draft

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


@pytest.fixture
def draft(ticket, agnes):
    return save_draft(ticket, by=agnes, text="It left at nine.", visibility="public")


def shown(client, ticket):
    return client.get(f"/tickets/{ticket.number}/drafts/", headers=HTMX).content.decode()


def post(client, path, **form):
    return client.post(path, form, headers=HTMX)


def test_colleagues_see_a_draft_only_while_it_is_shown(client, ticket, draft, agnes, jonas, oscar):
    client.force_login(jonas)
    assert "It left at nine." not in shown(client, ticket)
    client.force_login(agnes)
    assert "Colleagues see it" in post(client, f"/tickets/{ticket.number}/draft/share/", shared="yes").content.decode()
    assert "It left at nine." not in shown(client, ticket)
    client.force_login(jonas)
    assert "Agnes Berg shows a draft" in shown(client, ticket)
    client.force_login(oscar)
    assert client.get(f"/tickets/{ticket.number}/drafts/").status_code == 404
    client.force_login(agnes)
    post(client, f"/tickets/{ticket.number}/draft/share/", shared="no")
    client.force_login(jonas)
    assert "It left at nine." not in shown(client, ticket)
    assert [*Event.objects.filter(kind__startswith="draft.").values_list("kind", flat=True)] == [
        "draft.shared",
        "draft.kept",
    ]


def test_what_is_taken_over_stands_before_ones_own_words_and_is_nobody_elses_any_more(
    client, ticket, signed, agnes, jonas
):
    start_draft(ticket, signed, agnes)
    share_draft(ticket, by=agnes, shared=True)
    save_draft(ticket, by=jonas, text="My own words.", visibility="public")
    client.force_login(jonas)
    theirs = Draft.objects.get(user=agnes)

    answer = post(client, f"/drafts/{theirs.pk}/take/")

    mine = Draft.objects.get()
    assert (mine.user, mine.text) == (jonas, f"{OLD}\n\nMy own words.")
    assert [(span.start, span.end) for span in mine.spans.all()] == [(0, len(OLD))]
    assert "My own words.</textarea>" in answer.content.decode()
    assert post(client, f"/drafts/{theirs.pk}/take/").status_code == 404
    thread = client.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "Draft of Agnes Berg taken over by Jonas Okafor" in thread


def test_a_draft_that_is_not_shown_can_not_be_taken(client, ticket, draft, agnes, jonas, oscar):
    client.force_login(jonas)
    assert post(client, f"/drafts/{draft.pk}/take/").status_code == 404
    share_draft(ticket, by=agnes, shared=True)
    client.force_login(oscar)
    assert post(client, f"/drafts/{draft.pk}/take/").status_code == 404
    client.force_login(agnes)
    assert post(client, f"/drafts/{draft.pk}/take/").status_code == 404
    assert Draft.objects.get().user == agnes


def test_who_is_asked_to_take_a_draft_over_is_told(client, ticket, draft, agnes, jonas):
    client.force_login(agnes)
    assert post(client, f"/tickets/{ticket.number}/draft/pass/", to=jonas.pk).status_code == 200
    told = Notification.objects.get(user=jonas)
    assert (told.reason, told.excerpt) == ("draft", "It left at nine.")
    client.force_login(jonas)
    assert "It left at nine." in shown(client, ticket)


@pytest.mark.parametrize("to", ["", "quux", "0", "9" * 30, "outsider", "self"])
def test_it_is_passed_to_nobody_who_could_not_answer(client, ticket, draft, agnes, oscar, to):
    client.force_login(agnes)
    to = {"outsider": oscar.pk, "self": agnes.pk}.get(to, to)
    answer = post(client, f"/tickets/{ticket.number}/draft/pass/", to=to)
    assert answer.status_code == 422
    assert "nobody who could have it" in answer.content.decode()
    assert not Draft.objects.get().shared


def test_nothing_written_is_nothing_to_show(client, ticket, agnes):
    client.force_login(agnes)
    assert post(client, f"/tickets/{ticket.number}/draft/share/", shared="yes").status_code == 422


def test_words_that_were_deleted_can_be_brought_back(client, ticket, signed, agnes, jonas):
    start_draft(ticket, signed, agnes)
    save_draft(ticket, by=agnes, text="", visibility="public")
    client.force_login(agnes)
    version = DraftVersion.objects.get()
    assert OLD[:30] in client.get(f"/tickets/{ticket.number}/draft/own/", headers=HTMX).content.decode()

    client.force_login(jonas)
    assert post(client, f"/drafts/versions/{version.pk}/restore/").status_code == 404
    client.force_login(agnes)
    post(client, f"/drafts/versions/{version.pk}/restore/")
    back = Draft.objects.get()
    assert back.text == OLD
    assert [(span.start, span.end) for span in back.spans.all()] == [(0, len(OLD))]


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_what_was_sent_leaves_no_draft_and_no_versions_of_it(client, ticket, agnes, kind):
    for text in ("It left at nine, I think.", "It left."):
        save_draft(ticket, by=agnes, text=text, visibility="public", kind=kind)
    assert DraftVersion.objects.count() == 1
    client.force_login(agnes)
    seen = ticket.messages.latest("pk").pk
    answer = post(
        client, f"/tickets/{ticket.number}/{kind}/", text="It left.", seen=seen, visibility="public", kind=kind
    )
    assert answer.status_code == 200
    connection.check_constraints()
    assert not Draft.objects.exists()
    assert not DraftVersion.objects.exists()


def test_a_draft_keeps_its_last_ten_versions_a_few_minutes_apart(ticket, agnes):
    for number in range(15):
        save_draft(ticket, by=agnes, text=f"A sentence that grows {'on' * number}", visibility="public")
        save_draft(ticket, by=agnes, text="x", visibility="public")
        Draft.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
        DraftVersion.objects.update(written_at=timezone.now() - timedelta(minutes=5))
    assert DraftVersion.objects.count() == DraftVersion.MOST


def test_shared_drafts_are_read_in_as_many_queries_for_ten_as_for_one(client, ticket, signed, care, northline, agnes):

    def cost():
        with CaptureQueriesContext(connection) as queries:
            shown(client, ticket)
        return len(queries)

    client.force_login(agnes)
    people = [make_person(f"Person{number}", northline, Role.AGENT, teams=(care,)) for number in range(10)]
    costs = []
    for person in people:
        start_draft(ticket, signed, person)
        share_draft(ticket, by=person, shared=True)
        costs.append(cost())
    assert costs[1] == costs[-1]


def test_a_draft_that_comes_to_be_saved_after_it_was_sent_is_not_there_again(client, channel, agnes):
    ticket, uuid = make_ticket(channel), "8e03978e-40d5-43e8-bc93-6894a57f9324"
    said = {"text": "Only for us", "visibility": "note", "kind": "note", "client_uuid": uuid}
    client.force_login(agnes)
    assert client.post(f"/tickets/{ticket.number}/note/", said).status_code == 302

    assert client.post(f"/tickets/{ticket.number}/draft/", said).status_code == 204

    assert not Draft.objects.exists()
