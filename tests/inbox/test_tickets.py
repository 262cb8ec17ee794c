"""What people do with tickets: every move allowed and refused, and what each leaves in the log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions import ticket_steps
from inbox.actions import tickets as actions
from inbox.actions.messages import receive_messages
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.models import MOVES, Priority, ReopenPolicy, Status, Ticket
from tests.cast import make_incoming, make_team, make_ticket

MOVERS = {
    Status.OPEN: lambda ticket, by: actions.reopen_ticket(ticket, by=by),
    Status.SNOOZED: lambda ticket, by: actions.snooze_ticket(ticket, timezone.now() + timedelta(hours=1), by=by),
    Status.RESOLVED: lambda ticket, by: actions.resolve_ticket(ticket, by=by),
}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_a_ticket_moves_as_the_table_says_and_in_no_other_way(channel, agnes, before, after):
    ticket = make_ticket(channel)
    Ticket.objects.filter(pk=ticket.pk).update(status=before)

    if after in MOVES[before]:
        MOVERS[after](ticket, agnes)
    else:
        with pytest.raises(MoveNotAllowed):
            MOVERS[after](ticket, agnes)

    ticket.refresh_from_db()
    assert ticket.status == (after if after in MOVES[before] else before)


def test_a_move_is_written_down_with_the_state_before_and_after(channel, agnes):
    ticket = make_ticket(channel)

    actions.resolve_ticket(ticket, by=agnes)

    event = ticket.events.get(kind="ticket.resolved")
    assert event.actor == agnes
    assert (event.facts["was"]["status"], event.facts["now"]["status"]) == ("open", "resolved")


def test_an_old_ticket_stays_closed_while_its_conversation_goes_on_in_a_newer_one(channel, agnes):
    channel.reopen_policy = ReopenPolicy.NEW_TICKET
    channel.save(update_fields=["reopen_policy"])
    old = make_ticket(channel, thread="t")
    actions.resolve_ticket(old, by=agnes)
    receive_messages(channel, [make_incoming(thread="t")])

    with pytest.raises(MoveNotAllowed, match="newer ticket"):
        actions.reopen_ticket(old, by=agnes)


def test_snoozing_into_the_past_is_refused(channel, agnes):
    with pytest.raises(actions.BadSnooze):
        actions.snooze_ticket(make_ticket(channel), timezone.now() - timedelta(minutes=1), by=agnes)


def test_snoozed_tickets_wake_when_their_time_has_come(channel, agnes):
    due, later = make_ticket(channel), make_ticket(channel)
    actions.snooze_ticket(due, timezone.now() + timedelta(hours=1), by=agnes)
    actions.snooze_ticket(later, timezone.now() + timedelta(hours=3), by=agnes)

    woken = actions.wake_due_tickets(timezone.now() + timedelta(hours=2))

    assert woken == 1
    assert list(Ticket.objects.open()) == [due]


def test_a_ticket_goes_only_to_people_who_may_see_it(channel, agnes, jonas, oscar, northline):
    ticket = make_ticket(channel)
    jonas.teams.set([make_team(northline, "Other team")])

    for stranger in (jonas, oscar):
        with pytest.raises(ticket_steps.AssigneeCannotSee):
            actions.assign_ticket(ticket, stranger, by=agnes)

    assert actions.assign_ticket(ticket, agnes, by=agnes).assignee == agnes


def test_assigning_to_the_same_person_again_leaves_no_second_event(channel, agnes):
    ticket = make_ticket(channel)

    actions.assign_ticket(ticket, agnes, by=agnes)
    actions.assign_ticket(ticket, agnes, by=agnes)

    assert ticket.events.filter(kind="ticket.assigned").count() == 1


def test_labels_are_set_as_a_whole_and_new_words_become_labels(channel, agnes):
    ticket = make_ticket(channel)

    actions.set_labels(ticket, ["refund", " late  train "], by=agnes)
    actions.set_labels(ticket, ["refund"], by=agnes)

    assert list(ticket.labels.values_list("name", flat=True)) == ["refund"]
    last = ticket.events.filter(kind="ticket.labelled").latest("pk")
    assert (last.facts["added"], last.facts["removed"]) == ([], ["late train"])


def test_labels_are_added_beside_those_that_a_ticket_has(client, channel, agnes):
    ticket = make_ticket(channel)
    actions.set_labels(ticket, ["refund"], by=agnes)
    client.force_login(agnes)

    client.post(f"/tickets/{ticket.number}/labels/", {"labels": "late train, refund", "add": "yes"})

    assert sorted(ticket.labels.values_list("name", flat=True)) == ["late train", "refund"]


def test_priority_is_set_and_written_down(channel, agnes):
    ticket = actions.set_priority(make_ticket(channel), Priority.URGENT, by=agnes)

    assert ticket.priority == Priority.URGENT
    assert ticket.events.filter(kind="ticket.prioritised").count() == 1


def test_agents_see_their_teams_tickets_and_what_is_assigned_to_them_and_no_others(
    channel, agnes, lena, oscar, northline, rail
):
    elsewhere = make_team(northline, "Elsewhere")
    mine = make_ticket(channel)
    theirs = make_ticket(channel)
    Ticket.objects.filter(pk=theirs.pk).update(team=elsewhere)
    lent = make_ticket(channel)
    Ticket.objects.filter(pk=lent.pk).update(team=elsewhere, assignee=agnes)

    assert set(Ticket.objects.visible_to(agnes)) == {mine, lent}
    assert set(Ticket.objects.visible_to(lena)) == {mine, theirs, lent}
    assert not Ticket.objects.visible_to(oscar).exists()
