"""Signing in somebody else's name: who gives it, to whom, until when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.delegations import DelegationRefused, delegate_signing, end_delegation
from accounts.actions.people import change_role, deactivate_person
from accounts.models import Delegation
from accounts.permissions import PermissionDenied, Role
from accounts.queries.delegations import delegations_of, may_sign_for, people_to_sign_for, possible_colleagues

WEEK = timedelta(days=7)


@pytest.fixture
def now():
    return timezone.now()


def test_a_colleague_signs_until_the_date_and_no_longer(amira, lena, now):
    delegate_signing(lena, by=amira, ends_at=now + WEEK, now=now)

    assert people_to_sign_for(lena, now=now) == [amira]
    assert may_sign_for(lena, amira, now=now + WEEK - timedelta(seconds=1))
    assert not may_sign_for(lena, amira, now=now + WEEK)
    assert not may_sign_for(amira, lena, now=now)


def test_a_delegation_that_begins_later_waits(amira, lena, now):
    given = delegate_signing(lena, by=amira, starts_at=now + WEEK, ends_at=now + 2 * WEEK, now=now)

    assert not may_sign_for(lena, amira, now=now)
    assert may_sign_for(lena, amira, now=now + WEEK)
    assert delegations_of(amira, now=now) == [given]


def test_taking_it_back_ends_it_at_once(amira, lena, now):
    given = delegate_signing(lena, by=amira, ends_at=now + WEEK, now=now)

    ended = end_delegation(given, by=amira, now=now)

    assert ended.ended_at == now
    assert end_delegation(given, by=amira).ended_at == now
    assert not may_sign_for(lena, amira, now=now)
    assert delegations_of(amira, now=now) == []


def test_only_those_who_sign_delegate_and_only_to_those_who_write(amira, lena, agnes, now):
    with pytest.raises(PermissionDenied):
        delegate_signing(amira, by=lena, ends_at=now + WEEK)
    for colleague in (agnes, amira):
        with pytest.raises(DelegationRefused):
            delegate_signing(colleague, by=amira, ends_at=now + WEEK)
    with pytest.raises(DelegationRefused, match="over before it begins"):
        delegate_signing(lena, by=amira, ends_at=now - WEEK)
    assert lena in possible_colleagues(amira)
    assert agnes not in possible_colleagues(amira)


def test_nobody_passes_on_a_power_that_they_or_the_colleague_have_lost(amira, lena, olga, now):
    delegate_signing(lena, by=amira, ends_at=now + WEEK, now=now)

    change_role(lena, role=Role.AGENT, by=olga)
    lena.refresh_from_db()
    assert people_to_sign_for(lena, now=now) == []
    change_role(lena, role=Role.LEAD, by=olga)
    lena.refresh_from_db()
    assert people_to_sign_for(lena, now=now) == [amira]
    deactivate_person(amira, by=olga)
    assert people_to_sign_for(lena, now=now) == []


def test_a_delegation_is_not_passed_on(amira, lena, max_, now):
    delegate_signing(lena, by=amira, ends_at=now + WEEK, now=now)

    with pytest.raises(PermissionDenied):
        delegate_signing(max_, by=lena, ends_at=now + WEEK)


def test_strangers_are_out_of_reach(amira, lena, oscar, now):
    given = delegate_signing(lena, by=amira, ends_at=now + WEEK, now=now)

    with pytest.raises(type(oscar).DoesNotExist):
        delegate_signing(oscar, by=amira, ends_at=now + WEEK)
    for other in (oscar, lena):
        with pytest.raises(Delegation.DoesNotExist):
            end_delegation(given, by=other)


def test_a_manager_sees_who_signs_for_whom_and_ends_it_in_the_console(client, amira, lena, olga, max_, oscar, now):
    holds = delegate_signing(lena, by=amira, ends_at=now + WEEK)
    delegate_signing(lena, by=olga, starts_at=now + WEEK, ends_at=now + 2 * WEEK)
    client.force_login(max_)

    page = client.get("/console/accounts/delegation/").text
    assert "Amira Ito" in page
    assert "Olga Petrova" in page
    assert "Holds" in page
    assert "Not yet" in page
    done = {"action": "end_now", "_selected_action": [holds.pk]}
    answer = client.post("/console/accounts/delegation/", done, follow=True)

    assert "1 delegation ended." in answer.text
    assert not may_sign_for(lena, amira, now=timezone.now())
    client.force_login(oscar)
    client.post("/console/accounts/delegation/", done | {"_selected_action": [Delegation.objects.latest("pk").pk]})
    assert Delegation.objects.filter(ended_at=None).count() == 1
    assert "Amira" not in client.get("/console/accounts/delegation/").text


def test_the_list_of_delegations_asks_as_often_for_ten_as_for_one(client, amira, lena, max_, now):
    client.force_login(max_)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/console/accounts/delegation/")
        return len(asked)

    delegate_signing(lena, by=amira, ends_at=now + WEEK)
    queries()
    one = queries()
    for _number in range(9):
        delegate_signing(lena, by=amira, ends_at=now + WEEK)
    assert queries() == one
