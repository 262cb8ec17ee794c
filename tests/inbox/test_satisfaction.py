"""What becomes of customers' answers: beside the conversation, in search and views, in rules, and in figures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brandvoice.queries.usage import wilson
from inbox.actions.rule_runs import run_rules
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.surveys import answer_survey
from inbox.actions.view_members import keep_views
from inbox.models import ViewMember
from inbox.queries.survey_figures import survey_figures
from tests.cast import make_channel, make_person, make_team, make_ticket
from tests.inbox.rules import add, made, names, worked
from tests.inbox.surveyed import make_mail, make_survey

HTMX = {"HX-Request": "true"}
PAGE = "/console/satisfaction/"


def ask(channel, person, scores, **fields):
    return [make_survey(make_ticket(channel), person, score, **fields) for score in scores]


@pytest.mark.parametrize(
    ("good", "answered", "low", "high"),
    # By the formula of Wilson (1927), as R's binom.confint(method="wilson") prints it.
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (450, 500, 0.8706, 0.9233), (0, 0, 0, 1)],
)
def test_the_margin_is_wilson_s(good, answered, low, high):
    assert wilson(good, answered) == pytest.approx((low, high), abs=0.0001)


def test_figures_are_of_the_days_asked_for_by_team_person_and_channel(channel, northline, agnes, jonas, oscar):
    elsewhere = make_team(northline, "Elsewhere")
    ask(channel, agnes, [5, 4, 3, 1, None])
    ask(channel, jonas, [5], team=elsewhere)
    ask(channel, jonas, [1], days=31)
    make_survey(make_ticket(channel), agnes, state="skipped", skip="window")

    figures = survey_figures(northline.pk, 30)

    total = figures.total
    assert (total.asked, total.answered, total.good, total.rate, total.response) == (6, 5, 3, 60, 83)
    assert total.margin == (23, 88)
    shown = {name: [(one.name, one.asked, one.good) for one in shares] for name, shares in figures.parts}
    assert shown["Teams"] == [("Rail care", 5, 2), ("Elsewhere", 1, 1)]
    assert shown["People"] == [("Agnes Berg", 5, 2), ("Jonas Okafor", 1, 1)]
    assert shown["Channels"] == [(channel.name, 6, 3)]
    assert figures.skipped == (("the network takes no more replies", 1),)
    assert survey_figures(northline.pk, 90).total.asked == 7
    assert survey_figures(oscar.organization_id, 30).total.asked == 0


def test_managers_see_the_figures_and_nobody_else(channel, agnes, lena, max_, oscar, client):
    ask(channel, agnes, [5], comment="So quick!")
    client.force_login(max_)
    page = client.get(PAGE).content.decode()
    assert "100 %" in page
    assert "21–100 %" in page
    assert "So quick!" in page
    assert "Nobody is asked yet." in page
    assert client.get(f"{PAGE}?days=nonsense").status_code == 200
    assert PAGE in client.get("/console/").content.decode()
    for person in (agnes, lena):
        client.force_login(person)
        assert client.get(PAGE).status_code == 302
    client.force_login(oscar)
    assert "So quick!" not in client.get(PAGE).content.decode()


def test_people_and_channels_of_one_name_are_counted_apart(channel, rail, care, northline, agnes):
    namesake = make_person(agnes.name, northline, "agent")
    ask(channel, agnes, [5, 5])
    ask(make_channel(rail, care, name=channel.name, handle="@other"), namesake, [1])
    parts = dict(survey_figures(northline.pk, 30).parts)
    assert [(one.name, one.asked, one.good) for one in parts["People"]] == [("Agnes Berg", 2, 2), ("Agnes Berg", 1, 0)]
    of_one_name = [(channel.name, 2, 2), (channel.name, 1, 0)]
    assert [(one.name, one.asked, one.good) for one in parts["Channels"]] == of_one_name


@pytest.mark.parametrize("address", [PAGE, "/console/inbox/surveypolicy/"])
def test_the_pages_ask_as_often_for_ten_as_for_one(rail, care, northline, max_, client, address):
    def cost(rows):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        assert page.count("Asked by ") == rows
        return len(queries)

    def one_more(number):
        channel = make_mail(rail, care, name=f"Asked by {number}", handle=f"@{number}")
        ask(channel, make_person(f"Anna{number} Agent", northline, "agent"), [5], team=make_team(northline))

    client.force_login(max_)
    one_more(0)
    client.get(address)
    one = cost(1)
    for number in range(1, 10):
        one_more(number)
    assert cost(10) == one


def test_the_answer_stands_beside_the_conversation(channel, agnes, client):
    survey = make_survey(make_ticket(channel), agnes, 2, comment="<b>Slow</b>")
    client.force_login(agnes)
    voice = client.get(f"/tickets/{survey.ticket.number}/voice/", headers=HTMX).content.decode()
    assert "Content with our help: 2 of 5" in voice
    assert "&lt;b&gt;Slow&lt;/b&gt;" in voice


def test_answers_are_searched_for(channel, agnes, client):
    bad, fair, good, silent = ask(channel, agnes, [2, 3, 4, None])
    client.force_login(agnes)

    def found(query):
        page = client.get("/inbox/search/", {"q": query}).content.decode()
        return [one for one in (bad, fair, good, silent) if f'id="ticket-{one.ticket.number}"' in page]

    assert found("csat:bad") == [bad]
    assert found("csat:neutral,good") == [fair, good]
    assert found("csat:asked -csat:bad") == [fair, good, silent]
    page = client.get("/inbox/search/", {"q": "csat:great"}).content.decode()
    assert "“csat:” can be bad, neutral, good, asked." in page
    words = client.get("/search/completions/", {"word": "csat:"}).content.decode()
    assert "csat:bad" in words


@pytest.mark.django_db(transaction=True)
def test_a_view_of_bad_answers_follows_them(channel, agnes):
    keep_views()
    survey = make_survey(make_ticket(channel), agnes)
    view = create_view(NewView("Bad", "csat:bad", owner=agnes), by=agnes)
    keep_views()
    answer_survey(survey, 1, "")
    keep_views()
    assert [*ViewMember.objects.filter(view=view).values_list("ticket", flat=True)] == [survey.ticket_id]
    answer_survey(survey, 5, "")
    keep_views()
    assert not ViewMember.objects.filter(view=view).exists()


@pytest.mark.django_db(transaction=True)
def test_a_rule_answers_to_what_a_customer_answered(channel, agnes, max_, client):
    run_rules()
    made(max_, "rated", add("call back"), tests=[("verdict", "bad")])
    made(max_, "rated", add("told"), name="Any")
    unhappy, happy = (make_survey(make_ticket(channel), agnes) for _number in range(2))
    answer_survey(unhappy, 2, "")
    answer_survey(happy, 5, "")
    worked()
    assert (names(unhappy.ticket), names(happy.ticket)) == (["call back", "told"], ["told"])
    client.force_login(max_)
    listed = client.get("/automation/").content.decode()
    assert "The customer’s answer to the survey is Bad" in listed
