"""People change roles, join teams and leave; an organization keeps an owner and its wall."""

import threading

import pytest
from django.db import connection

from accounts import signals
from accounts.actions.people import (
    LastOwner,
    NotColleagues,
    change_members,
    change_role,
    create_organization,
    deactivate_person,
    join_team,
    leave_team,
    reactivate_person,
)
from accounts.actions.profile import change_profile
from accounts.models import User
from accounts.permissions import PermissionDenied, Role
from tests import cast


def test_a_manager_makes_an_agent_a_lead_and_the_sockets_hear_of_it(agnes, max_, heard):
    change_role(agnes, role=Role.LEAD, by=max_)

    agnes.refresh_from_db()
    assert agnes.role == Role.LEAD
    assert heard == [(agnes.pk, signals.ROLE)]


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.OWNER])
def test_a_manager_gives_nobody_a_role_that_may_do_more(agnes, max_, role):
    with pytest.raises(PermissionDenied):
        change_role(agnes, role=role, by=max_)


def test_a_manager_does_not_make_themself_the_one_who_signs(max_):
    with pytest.raises(PermissionDenied):
        change_role(max_, role=Role.EXECUTIVE, by=max_)


def test_a_manager_takes_nothing_from_an_owner(max_, olga):
    with pytest.raises(PermissionDenied):
        change_role(olga, role=Role.AGENT, by=max_)
    with pytest.raises(PermissionDenied):
        deactivate_person(olga, by=max_)


def test_a_lead_changes_nobody(agnes, lena):
    with pytest.raises(PermissionDenied):
        change_role(agnes, role=Role.LEAD, by=lena)


def test_the_last_owner_stays_owner(olga):
    with pytest.raises(LastOwner):
        change_role(olga, role=Role.MANAGER, by=olga)
    with pytest.raises(LastOwner):
        deactivate_person(olga, by=olga)


def test_an_owner_may_step_down_once_there_is_another(northline, olga, agnes):
    change_role(agnes, role=Role.OWNER, by=olga)

    change_role(olga, role=Role.AGENT, by=olga)

    assert list(User.objects.filter(organization=northline, role=Role.OWNER)) == [agnes]


def test_an_owner_who_cannot_sign_in_does_not_count_as_one(olga, agnes):
    change_role(agnes, role=Role.OWNER, by=olga)
    deactivate_person(agnes, by=olga)

    with pytest.raises(LastOwner):
        change_role(olga, role=Role.MANAGER, by=olga)


@pytest.mark.django_db(transaction=True)
def test_two_owners_stepping_down_at_once_leave_one(northline, olga):
    second = cast.make_person("Otto Second", northline, Role.OWNER)
    together, refused = threading.Barrier(2), []

    def step_down(owner):
        together.wait()
        try:
            change_role(owner, role=Role.AGENT, by=owner)
        except LastOwner:
            refused.append(owner)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[owner]) for owner in (olga, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.filter(organization=northline, role=Role.OWNER).count() == 1


def test_somebody_without_access_is_out_at_their_next_click(agnes, max_, sign_in, heard):
    browser = sign_in(agnes)
    assert browser.get("/accounts/profile/").status_code == 200

    deactivate_person(agnes, by=max_)

    assert browser.get("/accounts/profile/").status_code == 302
    assert (agnes.pk, signals.ENDED) in heard


def test_access_opened_again_does_not_bring_old_sessions_back(agnes, max_, sign_in):
    browser = sign_in(agnes)
    deactivate_person(agnes, by=max_)

    reactivate_person(agnes, by=max_)

    assert browser.get("/accounts/profile/").status_code == 302


def test_joining_and_leaving_a_team_is_announced(northline, agnes, max_, heard):
    team = cast.make_team(northline, "Night shift")

    join_team(team, person=agnes, by=max_)
    assert agnes in team.members.all()
    leave_team(team, person=agnes, by=max_)

    assert agnes not in team.members.all()
    assert heard == [(agnes.pk, signals.TEAMS)] * 2


def test_only_those_who_came_or_went_hear_of_a_new_list_of_members(care, agnes, jonas, lena, amira, max_, heard):
    change_members(care, members=[agnes, lena, amira], by=max_)

    assert set(care.members.all()) == {agnes, lena, amira}
    assert heard == [(user_id, signals.TEAMS) for user_id in sorted([jonas.pk, amira.pk])]


def test_nobody_joins_a_team_of_another_organization(care, max_, oscar):
    with pytest.raises(User.DoesNotExist):
        join_team(care, person=oscar, by=max_)
    with pytest.raises(NotColleagues):
        change_members(care, members=[oscar], by=max_)


def test_an_operator_does_not_mix_organizations_either(care, oscar):
    operator = User.objects.create_superuser("root@example.com", name="Root")

    with pytest.raises(NotColleagues):
        join_team(care, person=oscar, by=operator)


@pytest.mark.parametrize(
    "act",
    [
        lambda person, by: change_role(person, role=Role.LEAD, by=by),
        lambda person, by: deactivate_person(person, by=by),
        lambda person, by: reactivate_person(person, by=by),
        lambda person, by: change_profile(person, name="Mallory", title="", language="en", by=by),
    ],
)
def test_a_stranger_finds_nobody_here(agnes, oscar, act):
    with pytest.raises(User.DoesNotExist):
        act(agnes, oscar)


def test_people_name_themselves_and_managers_may_correct_it(agnes, jonas, max_):
    change_profile(agnes, name="Agnes B.", title="Rail care", language="de", by=agnes)
    change_profile(agnes, name="Agnes Berg", title="Rail care", language="de", by=max_)

    agnes.refresh_from_db()
    assert (agnes.name, agnes.language) == ("Agnes Berg", "de")
    with pytest.raises(PermissionDenied):
        change_profile(agnes, name="Mallory", title="", language="en", by=jonas)


def test_a_manager_does_not_govern_an_operator_of_the_same_organization(northline, max_):
    operator = cast.make_person("Root Operator", northline, Role.AGENT)
    User.objects.filter(pk=operator.pk).update(is_superuser=True)

    with pytest.raises(PermissionDenied):
        deactivate_person(operator, by=max_)


def test_an_operator_opens_an_organization_with_its_first_owner(db, olga):
    operator = User.objects.create_superuser("root@example.com", name="Root")

    opened = create_organization(
        "Harbour", slug="harbour", owner_email="Hana@Harbour.example", owner_name="Hana", by=operator
    )

    owner = User.objects.get(email="hana@harbour.example")
    assert (owner.organization, owner.role) == (opened, Role.OWNER)
    with pytest.raises(PermissionDenied):
        create_organization("Mine", slug="mine", owner_email="o@example.com", owner_name="O", by=olga)


def test_the_daily_mail_is_chosen_by_those_who_may_sign(client, amira, agnes):
    shown = {"name": "Amira Ito", "title": "", "language": "en", "theme": "system"}
    client.force_login(amira)
    assert "what waits for my signature" in client.get("/accounts/profile/").content.decode()
    client.post("/accounts/profile/", shown)
    amira.refresh_from_db()
    assert not amira.wants_digest
    client.post("/accounts/profile/", shown | {"wants_digest": "on"})
    amira.refresh_from_db()
    assert amira.wants_digest

    client.force_login(agnes)
    assert "what waits for my signature" not in client.get("/accounts/profile/").content.decode()


def test_operators_are_offered_no_daily_mail_for_they_get_none(client, db):
    operator = User.objects.create_superuser("root@example.com", name="Root")
    client.force_login(operator)

    page = client.get("/accounts/profile/").content.decode()
    saved = client.post("/accounts/profile/", {"name": "Root", "title": "", "language": "en", "theme": "system"})

    assert 'name="single_keys"' in page
    assert not {name for name in ("wants_briefing", "wants_digest") if name in page}
    assert saved.status_code == 302


def test_people_switch_shortcuts_of_one_key_off(client, agnes):
    client.force_login(agnes)
    shown = {"name": "Agnes Berg", "title": "", "language": "en", "theme": "system"}
    assert "data-no-keys" not in client.get("/inbox/mine/").content.decode()

    client.post("/accounts/profile/", shown)

    agnes.refresh_from_db()
    assert not agnes.single_keys
    assert "data-no-keys" in client.get("/inbox/mine/").content.decode()
