"""Managers say in the console how tickets are given out, how many a person holds, and what people know."""

import pytest

from inbox.models import AssignmentPolicy, Skill
from tests import cast

POLICIES, SKILLS = "/console/inbox/assignmentpolicy/", "/console/inbox/skill/"


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


def policy_of(team, *people, **fields):
    form = {"team": team.pk, "method": "balanced", "capacity": 8, "absent_minutes": 10, "skill_minutes": 15} | fields
    form |= {"capacities-TOTAL_FORMS": len(people), "capacities-INITIAL_FORMS": 0}
    for number, (person, tickets) in enumerate(people):
        form |= {f"capacities-{number}-user": person.pk, f"capacities-{number}-tickets": tickets}
    return form


def test_a_manager_says_how_a_team_shares_out_and_what_one_person_holds(manager, care, agnes):
    answer = manager.post(f"{POLICIES}add/", policy_of(care, (agnes, 3)))

    assert answer.status_code == 302
    policy = AssignmentPolicy.objects.get(organization=care.organization)
    assert (policy.team, policy.method, policy.capacity) == (care, "balanced", 8)
    assert list(policy.capacities.values_list("user", "tickets")) == [(agnes.pk, 3)]
    page = manager.get(POLICIES).content.decode()
    assert "Agnes Berg 3" in page


def test_a_capacity_is_for_somebody_in_the_team(manager, care, northline, max_):
    answer = manager.post(f"{POLICIES}add/", policy_of(care, (max_, 3)))

    assert "Max Winter is not in Rail care." in answer.content.decode()
    assert not AssignmentPolicy.objects.exists()


def test_a_team_has_one_policy_and_only_its_own_organizations(manager, care, oscar):
    manager.post(f"{POLICIES}add/", policy_of(care))
    foreign = cast.make_team(oscar.organization)

    for team in (care, foreign):
        assert manager.post(f"{POLICIES}add/", policy_of(team)).status_code == 200

    assert AssignmentPolicy.objects.count() == 1


def test_a_manager_says_who_knows_what_and_which_tickets_require_it(manager, northline, rail, agnes):
    form = {"name": "German", "people": [agnes.pk], "languages": "DE, de-AT, nl", "topics": "refunds"}

    assert manager.post(f"{SKILLS}add/", form | {"brands": [rail.pk]}).status_code == 302

    skill = Skill.objects.get(organization=northline)
    assert (skill.languages, skill.topics) == (["de", "nl"], ["refunds"])
    assert (list(skill.people.all()), list(skill.brands.all())) == ([agnes], [rail])
    assert "de, nl, refunds, Northline Rail" in manager.get(SKILLS).content.decode()


def test_what_is_no_language_is_refused(manager):
    answer = manager.post(f"{SKILLS}add/", {"name": "German", "languages": "german"})

    assert "“german” is no language" in answer.content.decode()
    assert not Skill.objects.exists()


def test_strangers_have_no_skills_here(manager, oscar):
    assert manager.post(f"{SKILLS}add/", {"name": "German", "people": [oscar.pk]}).status_code == 200
    assert not Skill.objects.exists()


def test_a_leads_word_is_not_enough(client, lena):
    client.force_login(lena)

    assert client.get(f"{POLICIES}add/").status_code in {302, 403}


@pytest.mark.parametrize("list_", [POLICIES, SKILLS])
def test_the_lists_ask_no_more_for_ten_rows_than_for_one(
    manager, northline, agnes, list_, django_assert_max_num_queries
):
    for number in range(10):
        team = cast.make_team(northline)
        policy = AssignmentPolicy.objects.create(organization=northline, team=team)
        policy.capacities.create(user=agnes, tickets=number)
        Skill.objects.create(organization=northline, name=f"Skill {number}").people.add(agnes)

    with django_assert_max_num_queries(16):
        assert manager.get(list_).status_code == 200
