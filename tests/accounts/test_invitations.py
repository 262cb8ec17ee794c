"""People come by invitation: by e-mail, once, within seven days."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions.invitations import AlreadyHere, InvitationClosed, invite_person, withdraw_invitation
from accounts.actions.people import deactivate_person
from accounts.models import Invitation, Organization, User
from accounts.permissions import PermissionDenied, Role
from tests import cast

GOOD = {"name": "Nora New", "password": "seven green bicycles"}


@pytest.fixture
def invite(northline, max_, django_capture_on_commit_callbacks):
    """Invite somebody and return the address of the page."""

    def invite(email="Nora@Northline.example", role=Role.AGENT, by=max_, **more):
        with django_capture_on_commit_callbacks(execute=True):
            _invitation, token = invite_person(email, organization=northline, role=role, by=by, **more)
        return f"/accounts/invitation/{token}/"

    return invite


def test_an_invited_person_comes_in_with_their_role_and_teams(client, invite, northline, care):
    page = invite(teams=[care])

    assert "Northline Group" in client.get(page).content.decode()
    answer = client.post(page, GOOD)

    nora = User.objects.get(email="nora@northline.example")
    assert (nora.organization, nora.role, nora.name) == (northline, Role.AGENT, "Nora New")
    assert list(nora.teams.all()) == [care]
    assert answer.headers["Location"] == "/inbox/"
    assert client.get("/accounts/profile/").status_code == 200


def test_the_link_comes_by_e_mail_and_the_token_is_nowhere_in_the_database(invite):
    page = invite()

    (letter,) = mail.outbox
    assert letter.to == ["nora@northline.example"]
    assert letter.subject == "Join Northline Group on Onevoice"
    assert page in letter.body
    token = page.split("/")[-2]
    assert token not in str(Invitation.objects.values().get())


def test_a_link_works_once(client, invite):
    page = invite()
    client.post(page, GOOD)

    assert Client().get(page).status_code == 404
    assert Client().post(page, GOOD).status_code == 404


def test_a_link_is_too_old_after_seven_days(client, invite, monkeypatch):
    page = invite()
    later = timezone.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert client.get(page).status_code == 404


def test_a_second_invitation_closes_the_first(client, invite):
    first = invite()
    second = invite(role=Role.LEAD)

    assert client.get(first).status_code == 404
    client.post(second, GOOD)
    assert User.objects.get(email="nora@northline.example").role == Role.LEAD


def test_a_withdrawn_invitation_opens_nothing(client, invite, max_):
    page = invite()

    withdraw_invitation(Invitation.objects.get(), by=max_)

    assert client.get(page).status_code == 404


def test_an_invitation_ends_with_the_access_of_whoever_sent_it(client, invite, max_, olga):
    page = invite(role=Role.MANAGER)

    deactivate_person(max_, by=olga)

    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "", "password": GOOD["password"]}, "required"),
        ({"name": "Nora", "password": "short"}, "too short"),
        ({"name": "Nora", "password": "password123"}, "too common"),
    ],
)
def test_a_wrong_form_says_why(client, invite, wrong, why):
    answer = client.post(invite(), wrong)

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not User.objects.filter(email="nora@northline.example").exists()


def test_an_address_of_another_organization_is_neither_told_nor_taken(client, invite, oscar):
    page = invite(email=oscar.email)

    answer = client.post(page, GOOD)

    assert answer.status_code == 409
    oscar.refresh_from_db()
    assert oscar.name == "Oscar Out"


def test_a_colleague_is_not_invited_again(invite, agnes):
    with pytest.raises(AlreadyHere):
        invite(email=agnes.email.upper())


def test_nobody_invites_to_more_than_they_hold(invite, lena):
    with pytest.raises(PermissionDenied):
        invite(role=Role.EXECUTIVE)
    with pytest.raises(PermissionDenied):
        invite(by=lena)


def test_a_stranger_neither_invites_nor_withdraws(invite, oscar):
    invite()

    with pytest.raises(Organization.DoesNotExist):
        invite(by=oscar)
    with pytest.raises(InvitationClosed):
        withdraw_invitation(Invitation.objects.get(), by=oscar)


def test_teams_of_another_organization_are_left_out(client, invite, oscar):
    page = invite(teams=[cast.make_team(oscar.organization, "Foreign desk")])

    client.post(page, GOOD)

    assert not User.objects.get(email="nora@northline.example").teams.exists()


def test_a_made_up_token_opens_nothing(client, db):
    assert client.get("/accounts/invitation/made-up/").status_code == 404
