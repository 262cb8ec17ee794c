"""The one table of who may do what, walked in full."""

import pytest

from accounts.models import User
from accounts.permissions import DESCRIPTIONS, PERMISSIONS, PermissionDenied, Role, grants

EVERYTHING = set(PERMISSIONS)
AGENT = {"ticket.view", "ticket.change", "ticket.assign_others", "reply.send", "reply.send_stale", "note.write"}
AGENT |= {"reply.send_public"}
AGENT |= {"position.view", "question.ask", "macro.own", "view.own", "incident.view"}
AGENT |= {"post.view", "post.compose"}
AGENT |= {"ticket.regroup", "ticket.mark_spam", "customer.merge"}
AGENT |= {"reputation.own"}
COMMUNITY_MANAGER = AGENT | {"ticket.view_all", "post.publish", "incident.declare"}
COMMUNITY_MANAGER |= {"coverage.view", "reputation.view", "spike.view"}
WEB_CONSULTANT = AGENT - {"reply.send_public", "post.compose"}
READER = {"ticket.view", "position.view", "post.view", "incident.view", "reputation.own", "view.own"}
APPROVER = READER | {"ticket.view_all", "note.write", "reply.approve", "post.approve"}
ANALYST = READER | {"ticket.view_all", "coverage.view", "reputation.view", "spike.view"}
LEAD = AGENT | {"ticket.view_all", "reply.recall", "question.answer", "position.edit", "position.sign_delegated"}
LEAD |= {"coverage.view", "reply.approve", "macro.share", "view.share", "deadline.hear", "incident.declare"}
LEAD |= {"post.approve", "post.publish"}
LEAD |= {"customer.block", "customer.mark", "handover.others"}
LEAD |= {"reputation.view", "spike.view"}
MANAGER = LEAD | {
    "position.withdraw",
    "term.manage",
    "console.enter",
    "people.manage",
    "channel.manage",
    "policy.manage",
    "purpose.manage",
    "incident.manage",
    "customer.privacy",
    "rule.manage",
    "key.manage",
    "log.export",
}
EXECUTIVE = {
    "briefing.mailed",
    "post.view",
    "post.approve",
    "reputation.view",
    "reputation.own",
    "view.own",
    "incident.view",
    "incident.declare",
    "spike.view",
    "ticket.view",
    "ticket.view_all",
    "reply.recall",
    "reply.approve",
    "question.answer",
    "coverage.view",
    "note.write",
    "position.view",
    "position.edit",
    "position.sign",
    "position.sign_delegated",
    "position.withdraw",
    "term.manage",
}
MAY = {
    Role.AGENT: AGENT,
    Role.COMMUNITY_MANAGER: COMMUNITY_MANAGER,
    Role.WEB_CONSULTANT: WEB_CONSULTANT,
    Role.APPROVER: APPROVER,
    Role.ANALYST: ANALYST,
    Role.LEAD: LEAD,
    Role.EXECUTIVE: EXECUTIVE,
    Role.MANAGER: MANAGER,
    Role.OWNER: EVERYTHING,
}


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_holds_the_permissions_of_its_row_and_no_other(role, permission):
    assert User(role=role).may(permission) is (permission in MAY[role])


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_somebody_whose_access_is_closed_may_nothing(permission):
    assert not User(role=Role.OWNER, is_active=False).may(permission)


def test_requiring_what_the_role_lacks_is_refused():
    with pytest.raises(PermissionDenied):
        User(role=Role.AGENT).require("people.manage")


def test_an_unknown_permission_is_a_mistake_and_not_a_no():
    with pytest.raises(KeyError):
        User(role=Role.OWNER).may("ticket.veiw")


@pytest.mark.parametrize(
    ("role", "may_give"),
    [
        (Role.ANALYST, {Role.ANALYST}),
        (Role.APPROVER, {Role.APPROVER}),
        (Role.WEB_CONSULTANT, {Role.WEB_CONSULTANT}),
        (Role.AGENT, {Role.AGENT, Role.WEB_CONSULTANT}),
        (
            Role.COMMUNITY_MANAGER,
            {Role.COMMUNITY_MANAGER, Role.AGENT, Role.WEB_CONSULTANT, Role.ANALYST},
        ),
        (Role.LEAD, set(Role) - {Role.EXECUTIVE, Role.MANAGER, Role.OWNER}),
        (Role.EXECUTIVE, {Role.EXECUTIVE, Role.APPROVER, Role.ANALYST}),
        (Role.MANAGER, set(Role) - {Role.EXECUTIVE, Role.OWNER}),
        (Role.OWNER, set(Role)),
    ],
)
def test_nobody_hands_out_more_than_they_hold(role, may_give):
    assert {other for other in Role if grants(role, other)} == may_give


def test_only_managers_and_owners_enter_the_console():
    assert {role for role in Role if User(role=role).is_staff} == {Role.MANAGER, Role.OWNER}


def test_every_role_is_described_and_none_like_another():
    assert len({str(DESCRIPTIONS[role]) for role in Role}) == len(Role)
