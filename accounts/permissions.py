"""The one table of who may do what; the only place that compares a role."""

from django.core import exceptions
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Role(models.TextChoices):
    """What a person is in their organization."""

    AGENT = "agent", _("Agent")
    COMMUNITY_MANAGER = "community_manager", _("Community manager")
    WEB_CONSULTANT = "web_consultant", _("Web consultant")
    APPROVER = "approver", _("Approver")
    ANALYST = "analyst", _("Analyst")
    LEAD = "lead", _("Lead")
    EXECUTIVE = "executive", _("Executive")
    MANAGER = "manager", _("Manager")
    OWNER = "owner", _("Owner")


# What each role is for, as people read it where roles are handed out.
DESCRIPTIONS: dict[Role, StrOrPromise] = {
    Role.AGENT: _("Answers customers of their teams, in public and in private, and plans posts."),
    Role.COMMUNITY_MANAGER: _(
        "Answers customers of all teams, publishes posts, declares incidents and sees the figures."
    ),
    Role.WEB_CONSULTANT: _(
        "Answers in private only, by mail, website chat and direct message; posts nothing in public."
    ),
    Role.APPROVER: _("Sees all tickets, and approves the replies and posts of others; sends nothing to customers."),
    Role.ANALYST: _("Reads tickets, figures, coverage and incidents, and exports figures; changes nothing."),
    Role.LEAD: _("Answers, approves, publishes, writes positions and looks after the tickets of all teams."),
    Role.EXECUTIVE: _("Signs what the company says, and approves; sends nothing to customers."),
    Role.MANAGER: _("Does what a lead does, and looks after people, channels, rules and keys in the console."),
    Role.OWNER: _("May do everything, the organization’s name and clock included."),
}

_EVERYBODY = frozenset(Role)
_MANAGERS = frozenset({Role.MANAGER, Role.OWNER})
_LEADERS = frozenset({Role.LEAD}) | _MANAGERS
_SIGNERS = frozenset({Role.EXECUTIVE, Role.OWNER})
# Who says what everybody can read, and who answers at all.
_SPEAKERS = frozenset({Role.AGENT, Role.COMMUNITY_MANAGER}) | _LEADERS
_WRITERS = frozenset({Role.WEB_CONSULTANT}) | _SPEAKERS
_APPROVERS = frozenset({Role.APPROVER}) | _LEADERS | _SIGNERS
# Who looks after all of it, and who reads how it goes.
_WATCHERS = frozenset({Role.COMMUNITY_MANAGER}) | _LEADERS | _SIGNERS
_READERS = frozenset({Role.ANALYST}) | _WATCHERS

# One row a permission, named noun.verb; a door asks `user.may("reply.send")`.
PERMISSIONS: dict[str, frozenset[Role]] = {
    "ticket.view": _EVERYBODY,
    "ticket.view_all": _READERS | _APPROVERS,
    "ticket.change": _WRITERS,
    "ticket.assign_others": _WRITERS,
    # Put messages of one ticket into another: merge and split.
    "ticket.regroup": _WRITERS,
    # Keep a ticket apart as spam; have an account's messages make no work.
    "ticket.mark_spam": _WRITERS,
    "customer.block": _LEADERS,
    "reply.send": _WRITERS,
    # Also where everybody reads it; without this one, only the customer may read what a person sends.
    "reply.send_public": _SPEAKERS,
    "reply.send_stale": _WRITERS,
    # Let out, or send back, what somebody else has written and the guard wants approved.
    "reply.approve": _APPROVERS,
    # Say what becomes of the tickets of somebody who left without saying it.
    "handover.others": _LEADERS,
    # Ask the desk, and answer for it.
    "question.ask": _WRITERS,
    "question.answer": _LEADERS | _SIGNERS,
    # See what rests on a version that has been taken back, and have it put right.
    "reply.recall": _LEADERS | _SIGNERS,
    # See what is asked and how much of it signed wording answers.
    "coverage.view": _READERS,
    # Look at the figures on what is said and how it is answered; at one's own alone.
    "reputation.view": _READERS,
    "reputation.own": _EVERYBODY,
    # Get the briefing by mail each morning without having asked for it; anybody can have it.
    "briefing.mailed": _SIGNERS,
    "note.write": _EVERYBODY - {Role.ANALYST},
    # Look at planned posts and what came of them; write them; let out what somebody else has written; publish
    # where nothing wants an approval.
    "post.view": _EVERYBODY,
    "post.compose": _SPEAKERS,
    "post.approve": _APPROVERS,
    "post.publish": _LEADERS | {Role.COMMUNITY_MANAGER},
    # Hear of the deadlines of one's teams' tickets that nobody has taken.
    "deadline.hear": _LEADERS,
    # Hand out all that is kept of a customer, and erase it.
    "customer.privacy": _MANAGERS,
    # Say that two customers are one, and that they are two after all.
    "customer.merge": _WRITERS,
    # Say which customers are VIPs.
    "customer.mark": _LEADERS,
    # Make macros for oneself, and for a team or everybody.
    "macro.own": _WRITERS,
    "macro.share": _LEADERS,
    # Save views for oneself, and for a team or everybody.
    "view.own": _EVERYBODY,
    "view.share": _LEADERS,
    "position.view": _EVERYBODY,
    "position.edit": _LEADERS | _SIGNERS,
    "position.sign": _SIGNERS,
    # In the name of somebody who holds the one above and has delegated it.
    "position.sign_delegated": _LEADERS | _SIGNERS,
    "position.withdraw": _SIGNERS | _MANAGERS,
    "term.manage": _MANAGERS | _SIGNERS,
    "console.enter": _MANAGERS,
    "people.manage": _MANAGERS,
    "channel.manage": _MANAGERS,
    # Say how soon customers are to be helped.
    "policy.manage": _MANAGERS,
    # Say what messages are for, and what they shall bring about.
    "purpose.manage": _MANAGERS,
    # Write automation rules; what each of their actions does asks for a permission of its own.
    "rule.manage": _MANAGERS,
    # Look at incidents and acknowledge them; declare them and stand them down; say what their levels change.
    "incident.view": _EVERYBODY,
    "incident.declare": _WATCHERS,
    "incident.manage": _MANAGERS,
    # See what is far above what is usual.
    "spike.view": _READERS,
    "key.manage": _MANAGERS,
    # Take the log away as a file.
    "log.export": _MANAGERS,
    "organization.manage": frozenset({Role.OWNER}),
}


class PermissionDenied(exceptions.PermissionDenied):
    """Your role does not allow this."""


def allows(role: str, permission: str) -> bool:
    """Return whether `role` holds `permission`; an unknown permission raises KeyError."""
    return role in PERMISSIONS[permission]


def holders(permission: str) -> frozenset[str]:
    """Return the roles that hold `permission`; an unknown permission raises KeyError."""
    return frozenset(role.value for role in PERMISSIONS[permission])


def grants(role: str, other: str) -> bool:
    """Return whether `role` may give or take `other`: nobody hands out what they don't hold."""
    return all(role in having for having in PERMISSIONS.values() if other in having)
