"""What tests of automation rules share: rules made in one line, and the worker's round."""

import time

from inbox.actions.rule_runs import READER, run_rules
from inbox.actions.ticket_rules import NewRule, create_rule
from inbox.models import Event, LogReader


def made(by, trigger, *actions, name="A rule", tests=(), join="all", groups=None, **fields):
    """Write a rule; `tests` are (check, value) or (check, value, True) for "if not"."""
    tests = [{"check": test[0], "value": test[1], "no": len(test) > 2} for test in tests]
    groups = groups if groups is not None else [{"join": join, "tests": tests}] if tests else []
    conditions = {"join": fields.pop("between", "all"), "groups": groups}
    return create_rule(NewRule(name, trigger, conditions, list(actions), **fields), by=by)


def worked(ticket=None, **span):
    """Let the worker look at all that has happened; return the ticket as it is then.

    What anybody has begun in the same cluster, such as the database's own housekeeping, holds the log back until it
    ends.
    """
    for _time in range(100):
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
        run_rules(**span)
        if newest is None or LogReader.objects.get(pk=READER).event >= newest:
            break
        time.sleep(0.05)
    if ticket is not None:
        ticket.refresh_from_db()
    return ticket


def add(*labels):
    return {"do": "add_labels", "labels": list(labels)}


def names(ticket):
    return sorted(ticket.labels.values_list("name", flat=True))
