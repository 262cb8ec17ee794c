"""Macros, through the doors of the menu and the page on which they are made."""

import html
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from brandvoice.actions import positions as voice
from inbox.actions.macros import NewMacro, create_macro
from inbox.actions.notifications import follow_ticket
from inbox.actions.tickets import assign_ticket, resolve_ticket, set_labels
from inbox.models import Draft, Event, Macro, Message, Notification, Priority, Ticket
from tests.cast import make_person, make_team, make_ticket
from tests.inbox.signed_words import OLD

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


def make_macro(by, *steps, name="A macro", **whose):
    return create_macro(NewMacro(name, steps, **(whose or {"owner": by})), by=by)


def run(client, ticket, macro):
    return client.post(f"/tickets/{ticket.number}/macros/{macro.pk}/run/", headers=HTMX)


def pieces_in(answer):
    (found,) = re.findall(r'data-pieces="([^"]*)"', answer.content.decode())
    return json.loads(html.unescape(found))


def kinds():
    return [*Event.objects.order_by("pk").values_list("kind", flat=True)]


def said(name="Sorted", whose="me", steps=()):
    """Return what the form posts."""
    form = {"name": name, "whose": whose, "steps-TOTAL_FORMS": 10, "steps-INITIAL_FORMS": 0}
    return form | {f"steps-{at}-{key}": value for at, step in enumerate(steps) for key, value in step.items()}


def test_a_macro_takes_all_its_steps_as_one_thing_and_colleagues_see_which(page, ticket, agnes, jonas):
    set_labels(ticket, ["new", "delay"], by=agnes)
    follow_ticket(ticket, by=jonas)
    before = len(kinds())
    macro = make_macro(
        agnes,
        {"do": "add_labels", "labels": ["refund"]},
        {"do": "remove_labels", "labels": ["new"]},
        {"do": "priority", "priority": 2},
        {"do": "assign", "to": "me"},
        {"do": "note", "text": "{name} gets the fare back."},
        {"do": "resolve"},
        name="Refund",
    )

    answer = run(page, ticket, macro)

    assert answer.status_code == 200
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.assignee) == ("resolved", Priority.HIGH, agnes)
    assert {label.name for label in ticket.labels.all()} == {"delay", "refund"}
    note = Message.objects.get(direction="note")
    assert (note.text, note.user) == ("Priya gets the fare back.", agnes)
    assert kinds()[before:] == [
        "macro.created",
        "macro.run",
        "ticket.labelled",
        "ticket.labelled",
        "ticket.prioritised",
        "ticket.assigned",
        "note.written",
        "ticket.resolved",
    ]
    assert Notification.objects.filter(user=jonas, reason="noted").exists()
    shown = answer.content.decode()
    assert 'class="ticket-head' in shown
    assert f'id="ticket-{ticket.number}"' in shown
    assert "Priya gets the fare back." in shown
    assert pieces_in(answer) == []
    thread = page.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "Macro “Refund” run by Agnes Berg" in thread


def test_its_text_is_for_the_composer_with_signed_words_as_such_and_nothing_is_sent(page, ticket, signed, agnes):
    position = signed.position_id
    macro = make_macro(agnes, {"do": "text", "text": "Hi {name},\n"}, {"do": "wording", "position": position})

    answer = run(page, ticket, macro)

    wording = signed.wordings.get().pk
    assert pieces_in(answer) == [{"text": "Hi {name},\n", "wording": None}, {"text": OLD, "wording": wording}]
    assert not Message.objects.filter(direction="outbound").exists()
    assert not Draft.objects.exists()


def test_a_macro_whose_wording_may_not_be_used_does_nothing_and_says_why(page, ticket, signed, agnes, amira):
    macro = make_macro(agnes, {"do": "priority", "priority": 3}, {"do": "wording", "position": signed.position_id})
    voice.withdraw_version(signed, reason="Not so any more.", by=amira)

    answer = run(page, ticket, macro)

    assert answer.status_code == 409
    assert "“Do I get my fare back?” has no signed wording" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.priority == Priority.NORMAL
    macro.refresh_from_db()
    assert (macro.uses, macro.last_used_at) == (0, None)
    assert "macro.run" not in kinds()


def test_what_one_step_may_not_do_undoes_the_others(page, ticket, agnes, jonas, northline):
    resolve_ticket(ticket, by=agnes)
    late = make_macro(agnes, {"do": "note", "text": "Later"}, {"do": "snooze", "hours": 4})
    answer = run(page, ticket, late)
    assert answer.status_code == 409
    assert "resolved can&#x27;t become snoozed" in answer.content.decode()
    gone = make_macro(agnes, {"do": "note", "text": "Later"}, {"do": "assign", "to": str(jonas.pk)})
    jonas.teams.set([make_team(northline)])
    assert "Jonas Okafor can&#x27;t have this ticket" in run(page, ticket, gone).content.decode()
    jonas.is_active = False
    jonas.save()
    assert "not here any more" in run(page, ticket, gone).content.decode()
    assert not Message.objects.filter(direction="note").exists()


def test_snoozing_colleagues_and_nobody(page, ticket, agnes, jonas):
    run(page, ticket, make_macro(agnes, {"do": "assign", "to": str(jonas.pk)}, {"do": "snooze", "hours": 48}))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("snoozed", jonas)
    hours = (ticket.snoozed_until - Event.objects.latest("pk").created_at).total_seconds() / 3600
    assert hours == pytest.approx(48, abs=0.1)
    run(page, ticket, make_macro(agnes, {"do": "assign", "to": "nobody"}))
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_running_is_counted_and_resolving_twice_is_no_mistake(page, ticket, agnes):
    macro = make_macro(agnes, {"do": "resolve"})
    assert "Not run yet" in page.get("/macros/").content.decode()
    assert [run(page, ticket, macro).status_code for _time in range(2)] == [200, 200]
    macro.refresh_from_db()
    assert macro.uses == 2
    assert macro.last_used_at is not None
    assert "Run 2 times" in page.get("/macros/").content.decode()


def test_people_see_their_own_their_teams_and_everybodys(client, ticket, care, northline, agnes, jonas, lena, oscar):
    other = make_team(northline, "Elsewhere")
    step = {"do": "resolve"}
    make_macro(agnes, step, name="Agnes’ own")
    make_macro(lena, step, name="Of the team", team=care)
    make_macro(lena, step, name="Of another team", team=other)
    make_macro(lena, step, name="Of all", owner=None)

    def shown(person, path):
        client.force_login(person)
        return re.findall(r"(?:Agnes’ own|Of \w+(?: team)?)(?=</(?:h2|span)>)", client.get(path).content.decode())

    for path in ("/macros/", f"/tickets/{ticket.number}/macros/"):
        assert shown(agnes, path) == ["Agnes’ own", "Of the team", "Of all"]
        assert shown(jonas, path) == ["Of the team", "Of all"]
        assert shown(lena, path) == ["Of another team", "Of the team", "Of all"]
    assert shown(oscar, "/macros/") == []
    client.force_login(jonas)
    assert run(client, ticket, Macro.objects.get(name="Agnes’ own")).status_code == 404
    assert run(client, ticket, Macro.objects.get(name="Of another team")).status_code == 404


def test_agents_make_and_change_their_own_and_leaders_what_is_shared(client, care, agnes, jonas, lena, amira):
    steps = [{"do": "text", "text": "Thank you, {name}."}, {"do": "add_labels", "labels": " praise, praise , thanks"}]
    client.force_login(agnes)
    assert client.post("/macros/new/", said("Thanks", steps=steps)).status_code == 302
    macro = Macro.objects.get()
    assert (macro.name, macro.owner, macro.team) == ("Thanks", agnes, None)
    assert macro.steps == [
        {"do": "text", "text": "Thank you, {name}."},
        {"do": "add_labels", "labels": ["praise", "thanks"]},
    ]
    page = client.get("/macros/").content.decode()
    assert "Add “Thank you, {name}.”" in page
    assert "Add labels: praise, thanks" in page
    assert client.post("/macros/new/", said(whose="everybody", steps=steps)).status_code == 422
    assert "praise, thanks" in client.get(f"/macros/{macro.pk}/").content.decode()

    client.force_login(lena)
    assert client.post("/macros/new/", said("Ours", whose=str(care.pk), steps=steps)).status_code == 302
    ours = Macro.objects.get(team=care)
    assert client.get(f"/macros/{macro.pk}/").status_code == 404
    assert client.post(f"/macros/{ours.pk}/", said("All’s", whose="everybody", steps=steps[:1])).status_code == 302
    ours.refresh_from_db()
    assert (ours.name, ours.team, ours.owner, len(ours.steps)) == ("All’s", None, None, 1)

    client.force_login(agnes)
    assert client.get(f"/macros/{ours.pk}/").status_code == 403
    assert client.post(f"/macros/{ours.pk}/delete/").status_code == 403
    assert client.post(f"/macros/{macro.pk}/delete/").status_code == 302
    assert [*Macro.objects.all()] == [ours]
    client.force_login(amira)
    assert client.get("/macros/").status_code == 403


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "Say at least one thing that the macro does."),
        ([{"do": "text", "text": " \n"}], "This step needs it."),
        ([{"do": "wording"}], "This step needs it."),
        ([{"do": "add_labels", "labels": " , "}], "This step needs it."),
        ([{"do": "add_labels", "labels": ",".join(map(str, range(11)))}], "At most 10, with commas between them."),
        ([{"do": "snooze", "hours": "0"}], "greater than or equal to 1"),
        ([{"do": "priority", "priority": "9"}], "not one of the available choices"),
        ([{"do": "assign", "to": "1"}], "not one of the available choices"),
        ([{"do": "wording", "position": "999999"}], "not one of the available choices"),
        ([{"do": "explode"}], "not one of the available choices"),
        (
            [{"do": "snooze", "hours": "2"}, {"do": "resolve"}],
            "A macro snoozes, resolves or sets the status of a ticket once.",
        ),
    ],
)
def test_steps_that_make_no_sense_are_refused_with_a_reason(page, steps, why):
    answer = page.post("/macros/new/", said(steps=steps))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Macro.objects.exists()


def test_nobody_is_named_who_works_elsewhere(page, oscar, ticket):
    steps = [{"do": "assign", "to": str(oscar.pk)}]
    assert page.post("/macros/new/", said(steps=steps)).status_code == 422


@pytest.mark.parametrize("path", ["/macros/", "menu", "/macros/several/"])
def test_ten_macros_are_read_in_as_many_queries_as_one(page, ticket, signed, agnes, jonas, path):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert page.get(f"/tickets/{ticket.number}/macros/" if path == "menu" else path).status_code == 200
        return len(queries)

    steps = [{"do": "wording", "position": signed.position_id}, {"do": "assign", "to": str(jonas.pk)}]
    make_macro(agnes, *steps)
    one = cost()
    for _number in range(9):
        make_macro(agnes, *steps)
    assert cost() == one


def test_the_form_costs_the_same_with_one_step_and_with_ten(page, signed, agnes):
    step = {"do": "wording", "position": signed.position_id}
    costs = []
    for count in (1, 10):
        macro = make_macro(agnes, *[step] * count)
        with CaptureQueriesContext(connection) as queries:
            assert page.get(f"/macros/{macro.pk}/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_taking_what_is_mine_already_says_nothing_new(page, ticket, agnes):
    assign_ticket(ticket, agnes, by=agnes)
    before = kinds().count("ticket.assigned")
    run(page, Ticket.objects.get(pk=ticket.pk), make_macro(agnes, {"do": "assign", "to": "me"}))
    assert kinds().count("ticket.assigned") == before


def test_several_tickets_are_offered_only_macros_that_say_nothing_to_the_customer(page, signed, agnes, jonas):
    silent = make_macro(agnes, {"do": "note", "text": "Called."}, {"do": "resolve"}, name="Write down")
    shown = page.get("/macros/several/", headers=HTMX).content.decode()
    assert "Macros that write to the customer are not here" not in shown
    make_macro(agnes, {"do": "text", "text": "Hello"}, {"do": "resolve"}, name="Greet all")
    make_macro(agnes, {"do": "wording", "position": signed.position_id}, name="Fare back")
    make_macro(jonas, {"do": "resolve"}, name="His own")

    answer = page.get("/macros/several/", headers=HTMX)

    assert [macro.pk for macro in answer.context["macros"]] == [silent.pk]
    assert "Macros that write to the customer are not here" in answer.content.decode()


@pytest.mark.parametrize("kind", ["text", "wording"])
def test_a_macro_that_writes_to_the_customer_runs_on_none_of_several(page, ticket, signed, agnes, kind):
    words = {"text": {"do": "text", "text": "Hello"}, "wording": {"do": "wording", "position": signed.position_id}}
    macro = make_macro(agnes, words[kind], {"do": "resolve"})

    answer = page.post(f"/tickets/{ticket.number}/macros/{macro.pk}/run/", {"several": "yes"}, headers=HTMX)

    assert answer.status_code == 409
    assert "one ticket at a time" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert "macro.run" not in kinds()


def test_of_several_tickets_one_is_changed_as_it_would_be_alone_and_a_macro_that_is_gone_says_so(page, ticket, agnes):
    macro = make_macro(agnes, {"do": "assign", "to": "me"}, {"do": "resolve"})
    address = f"/tickets/{ticket.number}/macros/{macro.pk}/run/"
    assert page.post(address, {"several": "yes"}, headers=HTMX).status_code == 200
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("resolved", agnes)

    page.post(f"/macros/{macro.pk}/delete/")
    answer = page.post(address, {"several": "yes"}, headers=HTMX)
    assert answer.status_code == 409
    assert "the macro is not there any more" in answer.content.decode()


def test_nobody_runs_on_several_tickets_what_their_role_does_not_run_on_one(client, ticket, agnes, lena):
    macro = create_macro(NewMacro("All", [{"do": "resolve"}]), by=lena)
    client.force_login(make_person("Ana Lyst", agnes.organization, Role.ANALYST))
    assert client.get("/macros/several/", headers=HTMX).status_code == 403
    address = f"/tickets/{ticket.number}/macros/{macro.pk}/run/"
    assert client.post(address, {"several": "yes"}, headers=HTMX).status_code == 403
