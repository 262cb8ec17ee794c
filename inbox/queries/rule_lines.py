"""Says in one quiet line what an automation rule did to a ticket, or could not."""

from django.utils.translation import gettext as _

from inbox.models import Event
from inbox.queries.noted import said

RULE_KINDS = frozenset(
    {
        "rule.run",
        "rule.not_answered",
        "rule.answer_waits",
        "rule.answer_drafted",
        "rule.not_drafted",
        "ticket.moved_to_team",
    }
)


def rule_line(event: Event) -> str:
    """Return the line of an event of these kinds."""
    facts = event.facts
    what = {
        "rule.run": _("Rule “%(name)s” has run"),
        "rule.not_answered": _("The rule has sent no answer: %(why)s"),
        "rule.answer_waits": _("The rule’s answer waits for approval: %(why)s"),
        "rule.answer_drafted": _("The rule’s answer became a draft: %(why)s"),
        "rule.not_drafted": _("The rule has left no draft: %(name)s has one here."),
        "ticket.moved_to_team": _("Given to the team %(team)s"),
    }[event.kind]
    return what % {
        "name": facts.get("name", "?"),
        "why": said(str(facts.get("why", "?"))),
        "team": facts.get("team", "?"),
    }
