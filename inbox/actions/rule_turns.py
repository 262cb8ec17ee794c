"""One turn of rules: those that answer to an event of a ticket, from the first to the last, each at most once."""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import events, outbox
from inbox.actions import rule_steps
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.models import Event, RuleRun, RuleTimer, RunOutcome, Status, Ticket, TicketRule
from inbox.queries.incident_effects import pausing
from inbox.queries.rule_facts import Happened, about, chain_of, load_events, load_facts
from inbox.ticket_rules import MOST_IN_A_CHAIN, ActionKind, Facts, Trigger, asks_for_hours, holds

logger = logging.getLogger(__name__)


class AuthorMayNot(Exception):
    """Whoever wrote the rule is gone, or may no longer do what it does."""


def take_turn(ticket_id: int, event: int, rules: Sequence[TicketRule]) -> None:
    """Let rules answer to an event, in their order; each sees what those before it have changed."""
    happened = load_events([event]).get(event)
    if happened is None:
        return
    chain = chain_of(happened)
    before = dict(RuleRun.objects.filter(ticket=ticket_id, event=event).values_list("rule_id", "outcome"))
    facts: Facts | None = None
    for rule in rules:
        if rule.pk in before:
            ran = before[rule.pk] == RunOutcome.DONE
        else:
            facts = facts or _facts_of(ticket_id, happened, rules)
            ran = facts is not None and _fits(rule, facts) and _let_answer(rule, happened, chain, facts)
            facts = None if ran else facts
        if ran and rule.stop:
            return


def _facts_of(ticket_id: int, happened: Happened, rules: Sequence[TicketRule]) -> Facts | None:
    hours = any(asks_for_hours(rule.conditions) for rule in rules)
    facts = load_facts([ticket_id], hours=hours).get(ticket_id)
    return facts and about(facts, happened)


def _fits(rule: TicketRule, facts: Facts) -> bool:
    return _still_counts(rule, facts) and holds(rule.conditions, facts)


def _still_counts(rule: TicketRule, facts: Facts) -> bool:
    """Return whether what a rule has counted the hours of is still so."""
    if rule.trigger == Trigger.SINCE_RESOLVED:
        return facts.status == Status.RESOLVED
    return rule.trigger != Trigger.SINCE_UNASSIGNED or (facts.assignee is None and facts.status != Status.RESOLVED)


def _let_answer(rule: TicketRule, happened: Happened, chain: Sequence[int], facts: Facts) -> bool:
    """Have the rule do what it says, unless that would go round in circles or must wait; return whether it did."""
    if incident := pausing(happened.ticket_id, facts):
        words = _("“%(incident)s” is going on: rules leave its tickets alone.") % {"incident": incident.name}
        return _note(rule, happened, chain, RunOutcome.CUT, words)
    if rule.pk in chain:
        return _note(rule, happened, chain, RunOutcome.CUT, _("It would have answered to what came of itself."))
    if len(chain) >= MOST_IN_A_CHAIN:
        return _note(rule, happened, chain, RunOutcome.CUT, _("Too many rules in a row led here."))
    try:
        return _run(rule, happened, chain)
    except AuthorMayNot:
        pause_rule(rule, _("Whoever wrote it may no longer do what it does."))
        return _note(rule, happened, chain, RunOutcome.FAILED, _("Whoever wrote it may no longer do what it does."))
    except (rule_steps.StepNotPossible, MoveNotAllowed) as refusal:
        return _note(rule, happened, chain, RunOutcome.FAILED, str(refusal))
    except Exception as mistake:
        # A fault of ours in one rule: it is noted, and those after it have their turn.
        logger.exception("Rule %s failed on ticket %s", rule.pk, happened.ticket_id)
        return _note(rule, happened, chain, RunOutcome.FAILED, type(mistake).__name__)


@transaction.atomic(durable=True)
def _run(rule: TicketRule, happened: Happened, chain: Sequence[int]) -> bool:
    """Do all that the rule says, or nothing; False where the ticket no longer fits once it is locked."""
    ticket = Ticket.objects.lock(happened.ticket_id)
    author = _author_of(rule)
    facts = _facts_of(ticket.pk, happened, [rule])
    if facts is None or not _fits(rule, facts):
        return False
    first = events.record(ticket, "rule.run", facts={"rule": rule.pk, "name": rule.name})
    sent = None
    for action in rule.actions:
        if sent is None or action["do"] != ActionKind.ANSWER:
            sent = rule_steps.take(ticket, action, rule=rule, author=author, event=first) or sent
    last = Event.objects.filter(ticket=ticket).latest("pk").pk
    run = _new_run(rule, happened, chain, RunOutcome.DONE)
    run.first_event, run.last_event, run.message = first, last, sent
    run.save(force_insert=True)
    now = timezone.now()
    TicketRule.objects.filter(pk=rule.pk).update(run_count=F("run_count") + 1, last_run_at=now)
    return True


@transaction.atomic(durable=True)
def pause_rule(rule: TicketRule, words: str) -> None:
    """Switch a rule off that can't do its work, and have the managers told."""
    if TicketRule.objects.filter(pk=rule.pk, active=True).update(active=False, trouble=words, alerted_at=None):
        RuleTimer.objects.filter(rule=rule).delete()
        facts: events.Facts = {"rule": rule.pk, "name": rule.name, "words": words}
        events.record_about_organization(rule.organization_id, "rule.paused", facts=facts)
        outbox.nudge(outbox.TELL_MANAGERS)


def _author_of(rule: TicketRule) -> User:
    """Return who wrote the rule, read afresh; raises AuthorMayNot."""
    author = User.objects.filter(ticket_rules=rule, organization=rule.organization_id).first()
    if author is None or not all(author.may(permission) for permission in ["rule.manage", *rule.permissions]):
        raise AuthorMayNot
    return author


@transaction.atomic(durable=True)
def _note(rule: TicketRule, happened: Happened, chain: Sequence[int], outcome: RunOutcome, words: str) -> bool:
    """Write down what a rule did not do; always False."""
    run = _new_run(rule, happened, chain, outcome)
    run.words = words[:500]
    RuleRun.objects.bulk_create([run], ignore_conflicts=True)
    counter = "cut_count" if outcome == RunOutcome.CUT else "failed_count"
    TicketRule.objects.filter(pk=rule.pk).update(**{counter: F(counter) + 1})
    return False


def _new_run(rule: TicketRule, happened: Happened, chain: Sequence[int], outcome: RunOutcome) -> RuleRun:
    place = {"organization_id": rule.organization_id, "rule": rule, "ticket_id": happened.ticket_id}
    return RuleRun(**place, event=happened.pk, chain=[*chain, rule.pk], outcome=outcome)
