"""What managers do in the console: invite, give roles, make teams, hand out keys."""

import re

import pytest

from accounts import signals
from accounts.admin.paginator import BoundedPaginator
from accounts.models import ApiKey, Brand, Invitation, Organization, Team, User
from accounts.permissions import Role
from accounts.queries.keys import find_key
from tests import cast


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


def person_form(person, **changes):
    form = {"name": person.name, "title": person.title, "language": person.language, "role": person.role}
    form |= {"is_active": "on"} if person.is_active else {}
    return {name: value for name, value in (form | changes).items() if value is not None}


def team_form(name, *members, **changes):
    rows = {f"{part}-{which}_FORMS": 0 for part in ("working_hours", "holidays") for which in ("TOTAL", "INITIAL")}
    return {"name": name, "members": [person.pk for person in members], **rows} | changes


def test_a_manager_invites_and_sees_the_link_once(manager, care):
    page = manager.post(
        "/console/accounts/invitation/add/", {"email": "nora@northline.example", "role": "agent", "teams": [care.pk]}
    )

    (link,) = re.findall(r"/accounts/invitation/[\w-]+/", page.content.decode())
    assert manager.get(link).status_code == 200
    assert list(Invitation.objects.get().teams.all()) == [care]
    assert "no-store" in page.headers["Cache-Control"]
    assert link not in manager.get("/console/accounts/invitation/").content.decode()


def test_an_invitation_is_withdrawn_from_the_list(manager):
    manager.post("/console/accounts/invitation/add/", {"email": "nora@northline.example", "role": "agent"})
    invitation = Invitation.objects.get()

    manager.post("/console/accounts/invitation/", {"action": "withdraw", "_selected_action": [invitation.pk]})

    assert not Invitation.objects.exists()


def test_a_colleague_is_not_invited_and_the_page_says_why(manager, agnes):
    answer = manager.post("/console/accounts/invitation/add/", {"email": agnes.email, "role": "agent"}, follow=True)

    assert "already here" in answer.content.decode()


def test_the_form_says_what_each_role_is_for_and_the_list_what_everybody_s_is(manager, agnes):
    told = "posts nothing in public"
    assert told in manager.get("/console/accounts/invitation/add/").content.decode()
    assert told in manager.get(f"/console/accounts/user/{agnes.pk}/change/").content.decode()
    assert told not in manager.get("/console/accounts/user/").content.decode()

    manager.post(f"/console/accounts/user/{agnes.pk}/change/", person_form(agnes, role="web_consultant"))

    assert told in manager.get("/console/accounts/user/").content.decode()


@pytest.mark.parametrize("role", ["executive", "owner"])
def test_a_manager_is_not_offered_a_role_that_may_do_more(manager, agnes, role):
    page = manager.post("/console/accounts/invitation/add/", {"email": "nora@northline.example", "role": role})
    assert "role" in page.context["adminform"].form.errors

    page = manager.post(f"/console/accounts/user/{agnes.pk}/change/", person_form(agnes, role=role))
    assert "role" in page.context["adminform"].form.errors


def test_a_new_role_in_the_form_goes_through_the_action(manager, agnes, heard):
    manager.post(f"/console/accounts/user/{agnes.pk}/change/", person_form(agnes, role="lead", title="Desk lead"))

    agnes.refresh_from_db()
    assert (agnes.role, agnes.title) == (Role.LEAD, "Desk lead")
    assert heard == [(agnes.pk, signals.ROLE)]


def test_access_is_closed_and_opened_from_the_form_and_the_list(manager, agnes, heard):
    address = f"/console/accounts/user/{agnes.pk}/change/"
    manager.post(address, person_form(agnes, is_active=None))
    agnes.refresh_from_db()
    assert not agnes.is_active
    assert heard == [(agnes.pk, signals.ENDED)]

    manager.post("/console/accounts/user/", {"action": "open_access", "_selected_action": [agnes.pk]})

    agnes.refresh_from_db()
    assert agnes.is_active


def test_the_last_owner_stays_and_the_page_says_why(client, olga):
    client.force_login(olga)

    answer = client.post(f"/console/accounts/user/{olga.pk}/change/", person_form(olga, role="agent"), follow=True)

    assert "last owner" in answer.content.decode()
    olga.refresh_from_db()
    assert olga.role == Role.OWNER


def test_a_manager_may_look_at_an_owner_and_change_nothing(manager, olga):
    address = f"/console/accounts/user/{olga.pk}/change/"

    assert manager.get(address).status_code == 200
    assert manager.post(address, person_form(olga, name="Mallory")).status_code == 403


def test_nobody_becomes_an_operator_through_a_form(manager, agnes):
    manager.post(f"/console/accounts/user/{agnes.pk}/change/", person_form(agnes, is_superuser="on", organization=""))

    agnes.refresh_from_db()
    assert not agnes.is_superuser
    assert agnes.organization_id


def test_a_team_is_made_with_its_members(manager, northline, agnes, jonas, heard):
    manager.post("/console/accounts/team/add/", team_form("Night shift", agnes, jonas))

    team = Team.objects.get(name="Night shift")
    assert team.organization == northline
    assert set(team.members.all()) == {agnes, jonas}
    assert heard == [(agnes.pk, signals.TEAMS), (jonas.pk, signals.TEAMS)]


def test_a_strangers_person_put_into_the_request_joins_no_team(manager, care, agnes, oscar):
    page = manager.post(f"/console/accounts/team/{care.pk}/change/", team_form(care.name, agnes, oscar))

    assert "members" in page.context["adminform"].form.errors
    assert oscar not in care.members.all()


def test_a_new_row_belongs_to_the_own_organization_whatever_the_request_says(manager, northline, oscar):
    form = {"name": "Northline Bus", "slug": "bus", "language": "en", "organization": oscar.organization_id}

    manager.post("/console/accounts/brand/add/", form)

    assert Brand.objects.get(slug="bus").organization == northline


def test_a_name_that_is_taken_is_said_on_the_form(manager, northline, rail):
    form = {"name": "Again", "slug": rail.slug, "language": "en"}

    page = manager.post("/console/accounts/brand/add/", form)

    assert page.status_code == 200
    assert page.context["adminform"].form.errors


def test_a_key_is_shown_once_and_opens_the_door(manager, northline):
    form = {"name": "Bridge", "scopes": ["messages:write", "outbox"], "all_channels": "on", "per_minute": "600"}

    page = manager.post("/console/accounts/apikey/add/", form)

    (secret,) = re.findall(r"ov_\w+", page.content.decode())
    key = find_key(secret)
    assert (key.organization, key.scopes, key.per_minute) == (northline, ["messages:write", "outbox"], 600)
    for address in ("/console/accounts/apikey/", f"/console/accounts/apikey/{key.pk}/change/"):
        assert secret not in manager.get(address).content.decode()


def test_a_key_is_revoked_from_the_list(manager, northline, django_capture_on_commit_callbacks):
    key, secret = cast.make_key(northline, "outbox")

    with django_capture_on_commit_callbacks(execute=True):
        manager.post("/console/accounts/apikey/", {"action": "revoke", "_selected_action": [key.pk]})

    assert find_key(secret) is None


def test_changing_a_key_does_not_bring_it_back(manager, northline, max_):
    """Saving writes what was changed and nothing that was read before."""
    key, _secret = cast.make_key(northline, "outbox")
    ApiKey.objects.filter(pk=key.pk).update(last_used_at="2026-01-01T00:00Z")
    form = {"name": "Renamed", "scopes": ["outbox"], "all_channels": "on", "per_minute": "6000"}

    manager.post(f"/console/accounts/apikey/{key.pk}/change/", form)

    key.refresh_from_db()
    assert key.name == "Renamed"
    assert key.last_used_at is not None


def test_only_owners_rename_the_organization(manager, client, olga, northline):
    address, form = f"/console/accounts/organization/{northline.pk}/change/", {"name": "New", "slug": "new"}
    assert manager.post(address, form).status_code == 403

    client.force_login(olga)
    client.post(address, form)

    assert Organization.objects.get(pk=northline.pk).name == "New"


def test_long_lists_are_estimated_and_turned_only_so_far(northline, monkeypatch):
    monkeypatch.setattr("accounts.admin.paginator.COUNTED", 3)
    for number in range(6):
        cast.make_person(f"Person {number}", northline, Role.AGENT)

    pages = BoundedPaginator(User.objects.order_by("pk"), 2)

    assert pages.count >= 4
    assert pages.num_pages == 2
    assert [len(pages.page(number)) for number in (1, 2)] == [2, 2]
