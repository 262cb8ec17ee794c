"""What a web consultant says to customers: in private by every door, and in public by none."""

import pytest

from accounts.actions.people import change_role
from accounts.permissions import Role
from inbox.actions.drafts import save_draft
from inbox.actions.macros import NewMacro, create_macro
from inbox.actions.replies import NewReply, NotInPublic, send_replies, send_reply
from inbox.actions.rule_runs import run_rules
from inbox.models import Delivery, DeliveryState, Draft, Message
from tests.cast import make_channel, make_person, make_rule, make_ticket
from tests.inbox.rules import made, worked

HTMX = {"HX-Request": "true"}
REFUSED = "Your role answers in private only."


@pytest.fixture
def carla(northline, care):
    """A web consultant of Rail care."""
    return make_person("Carla Web", northline, Role.WEB_CONSULTANT, teams=(care,))


@pytest.fixture
def comment(rail, care):
    """A comment, which can be answered in private as well."""
    channel = make_channel(rail, care, network="facebook", external=False)
    return make_ticket(channel, visibility="comment", external_id="c1", language="en")


@pytest.fixture
def post(client, carla):
    """Send a form of the composer as Carla."""
    client.force_login(carla)

    def send(ticket, door="reply", text="It has two USB ports.", visibility="comment", **fields):
        form = {"text": text, "visibility": visibility, "purpose": "resolve", "seen": 10**9, **fields}
        return client.post(f"/tickets/{ticket.number}/{door}/", form, headers=HTMX)

    return send


def said():
    return [*Message.objects.filter(direction="outbound").order_by("pk").values_list("text", "visibility")]


@pytest.mark.parametrize("network", ["webchat", "email", "bluesky"])
def test_in_private_a_consultant_answers_like_anybody(post, rail, care, network):
    ticket = make_ticket(make_channel(rail, care, network=network), visibility="direct", language="en")

    assert post(ticket, visibility="direct").status_code == 200
    assert said() == [("It has two USB ports.", "direct")]


def test_who_asked_in_public_is_answered_in_private(post, comment):
    assert post(comment, visibility="direct").status_code == 200
    assert said() == [("It has two USB ports.", "direct")]


@pytest.mark.parametrize("visibility", ["comment", "public", "both"])
def test_a_public_reply_is_refused_with_what_is_allowed_and_the_words_stay(post, comment, visibility):
    answer = post(comment, visibility=visibility, public_text="We have written to you privately.")

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert REFUSED in shown
    assert "It has two USB ports." in shown
    assert said() == []


def test_what_needs_approval_is_not_handed_over_either(post, comment, northline):
    make_rule(northline, "voucher", outcome="needs_approval")

    judged = post(comment, "guard", "Have a voucher.")
    answer = post(comment, "hand-over", "Have a voucher.")

    assert "Hand over for approval" not in judged.content.decode()
    assert answer.status_code == 422
    assert REFUSED in answer.content.decode()
    assert said() == []
    assert post(comment, "hand-over", "Have a voucher.", "direct").status_code == 200


def test_a_public_reply_that_failed_is_tried_again_by_others(client, carla, agnes, comment):
    delivery = send_reply(comment, NewReply("Sorry!", "", 10**9), by=agnes).delivery
    Delivery.objects.update(state=DeliveryState.FAILED)
    client.force_login(carla)
    page = client.get(f"/inbox/open/{comment.number}/").content.decode()

    answer = client.post(f"/deliveries/{delivery.pk}/retry/", headers=HTMX)

    assert 'data-needs="reply.send_public"' in page
    assert answer.status_code == 409
    assert REFUSED in answer.content.decode()
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_many_at_once_each_is_judged_by_where_it_would_go(channel, comment, carla):
    private = make_ticket(channel, visibility="direct", language="en")
    replies = {ticket.number: NewReply("It has two USB ports.", "", 10**9) for ticket in (comment, private)}

    outcomes = send_replies(replies, by=carla)

    assert isinstance(outcomes[comment.number], NotInPublic)
    assert said() == [("It has two USB ports.", "direct")]


def test_a_macro_fills_in_a_draft_that_only_a_colleague_sends(post, client, comment, carla):
    macro = create_macro(NewMacro("Ports", [{"do": "text", "text": "It has two USB ports."}], owner=carla), by=carla)

    ran = client.post(f"/tickets/{comment.number}/macros/{macro.pk}/run/", headers=HTMX)

    assert ran.status_code == 200
    assert said() == []
    assert post(comment).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_rule_says_nothing_for_an_author_who_has_become_a_consultant(comment, signed, max_, olga, channel):
    run_rules()
    made(max_, "received", {"do": "answer", "position": signed.position_id})
    change_role(max_, role=Role.WEB_CONSULTANT, by=olga)

    worked(make_ticket(channel, "Do I get my fare back?", language="en"))

    assert said() == []


def test_the_composer_offers_a_private_reply_and_a_draft_without_a_button_to_send_it(client, carla, comment):
    client.force_login(carla)

    page = client.get(f"/inbox/open/{comment.number}/").content.decode()

    assert 'value="direct" data-tab' in page
    assert 'value="both"' not in page
    draft = page[page.index('name="visibility" value="comment"') :].partition(">")[0]
    assert "data-unsent" in draft
    assert "checked" not in draft
    assert REFUSED in page


def test_agents_see_the_composer_as_ever(client, agnes, comment):
    client.force_login(agnes)

    page = client.get(f"/inbox/open/{comment.number}/").content.decode()

    assert "data-unsent" not in page
    assert REFUSED not in page
    assert 'value="both"' in page


def test_a_public_draft_is_passed_to_those_alone_who_may_send_it(client, carla, agnes, jonas, comment):
    save_draft(comment, by=carla, text="It has two USB ports.", visibility="comment")
    client.force_login(carla)
    assert "Agnes Berg" in client.post(f"/tickets/{comment.number}/draft/share/", {"shared": "yes"}).content.decode()

    client.force_login(agnes)
    assert client.post(f"/drafts/{Draft.objects.get().pk}/take/", headers=HTMX).status_code == 200
    menu = client.get(f"/tickets/{comment.number}/draft/own/").content.decode()
    passed = client.post(f"/tickets/{comment.number}/draft/pass/", {"to": carla.pk}, headers=HTMX)

    assert "Jonas Okafor" in menu
    assert "Carla Web" not in menu
    assert passed.status_code == 422


def test_consultants_write_no_posts(client, carla):
    client.force_login(carla)

    assert client.get("/posts/").status_code == 200
    assert "Plan a post" not in client.get("/posts/").content.decode()
    assert client.get("/posts/new/").status_code == 403


def test_the_api_is_for_keys_which_consultants_do_not_make(client, carla, comment):
    client.force_login(carla)

    answer = client.post("/api/v1/tickets/1/replies", {"text": "Hello"}, content_type="application/json")

    assert answer.status_code == 401
    assert not carla.may("key.manage")
