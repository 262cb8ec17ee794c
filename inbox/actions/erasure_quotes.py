"""Takes an erased customer out of what quotes them elsewhere: other tickets, notifications, views, reports, rules."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from brandvoice.actions.forgetting import forget_words
from inbox import events
from inbox.actions.erasure_marks import Marks
from inbox.actions.erasure_rows import BATCH, ERASED
from inbox.models import (
    Draft,
    Event,
    Message,
    Notification,
    PrivacyJob,
    Question,
    RecentSearch,
    Regrouping,
    ReplyChange,
    Revision,
    SavedReport,
    SavedView,
    Ticket,
    TicketRule,
    WaitingTicket,
)
from inbox.queries.search_words import LONGEST
from inbox.ticket_rules import Check, Test


def forget_quotes(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Take what was said from the rows of other people's tickets in which it stands; return of how many tickets."""
    elsewhere = Message.objects.filter(pk__in=ids).exclude(ticket__in=job.work["tickets"])
    texts: dict[int, list[str]] = {}
    said = elsewhere.values_list("ticket", "text")
    before = Revision.objects.filter(message__in=elsewhere).values_list("message__ticket", "text")
    changed = ReplyChange.objects.filter(message__in=elsewhere).values_list("message__ticket", "was")
    for ticket_id, text in chain(said, before, changed):
        if text.strip():
            texts.setdefault(ticket_id, []).append(text)
    for ticket_id, quoted in texts.items():
        _forget_in_ticket(job, ticket_id, quoted)
    return len(texts)


def forget_moved(_job: PrivacyJob, ids: Sequence[int]) -> int:
    """Take back what went along when tickets were merged into others: excerpts, and drafts."""
    kept = list(Regrouping.objects.filter(source__in=ids).values_list("kept", flat=True))
    told = [pk for one in kept for pk in one.get("notifications", ())]
    written = [pk for one in kept for pk in one.get("drafts", ())]
    Notification.objects.filter(pk__in=told).update(excerpt="")
    return Draft.objects.filter(pk__in=written).delete()[0]


def forget_in_views(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Name the customer in no saved view any more, neither by name nor by what only they have in a field."""
    marks, changed = Marks(job), []
    for view in SavedView.objects.filter(pk__in=ids).select_for_update(no_key=True, of=("self",)).order_by("pk"):
        query, name = marks.without(view.query), ERASED if marks.are_in(view.name) else view.name
        if (query, name) != (view.query, view.name):
            # Found anew: its members so far fulfil other conditions.
            view.query, view.name, view.built_at, view.build_from = query[:LONGEST], name, None, 0
            view.save(update_fields=["query", "name", "built_at", "build_from"])
            changed.append(events.NewEvent("view.changed", view.organization_id, facts={"view": view.pk}))
    if changed:
        events.record_many(changed)
    return len(changed)


def forget_in_reports(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Call no saved report by the customer any more; what it looks at are days, brands and cuts, and no customer."""
    marks, changed = Marks(job), []
    for report in SavedReport.objects.filter(pk__in=ids).select_for_update(no_key=True, of=("self",)).order_by("pk"):
        if marks.are_in(report.name):
            # One person's reports have different names.
            report.name = f"{ERASED} {report.pk}"
            changed.append(report)
    SavedReport.objects.bulk_update(changed, ["name"], BATCH)
    return len(changed)


def forget_in_searches(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Forget what people have searched for lately, where it names the customer."""
    marks = Marks(job)
    searches = RecentSearch.objects.filter(pk__in=ids).values_list("pk", "text")
    theirs = [pk for pk, text in searches if marks.are_in(text) or marks.without(text) != text]
    return RecentSearch.objects.filter(pk__in=theirs).delete()[0]


def forget_in_rules(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Let no rule be called by the customer, or ask for what only they have in a field: it meets as many as before."""
    marks, changed = Marks(job), []
    for rule in TicketRule.objects.filter(pk__in=ids).select_for_update(no_key=True, of=("self",)).order_by("pk"):
        left = _rule_without(marks, {"name": rule.name, "conditions": rule.conditions})
        if left != {"name": rule.name, "conditions": rule.conditions}:
            rule.name, rule.conditions = left["name"], left["conditions"]
            changed.append(rule)
    TicketRule.objects.bulk_update(changed, ["name", "conditions"], BATCH)
    return len(changed)


def forget_in_rule_log(job: PrivacyJob, ids: Sequence[int]) -> int:
    """The same for what the log keeps of rules, as they were and became."""
    marks, changed = Marks(job), []
    for event in Event.objects.filter(pk__in=ids):
        left = _rule_without(marks, event.facts)
        if left != event.facts:
            event.facts = left
            changed.append(event)
    Event.objects.bulk_update(changed, ["facts"], BATCH)
    return len(changed)


def _forget_in_ticket(job: PrivacyJob, ticket_id: int, texts: Sequence[str]) -> None:
    lines = [" ".join(text.split()) for text in texts]
    for ticket in Ticket.objects.filter(pk=ticket_id).exclude(preview=""):
        if _begins_one_of(lines, ticket.preview):
            Ticket.objects.filter(pk=ticket_id).update(preview=ERASED)
    told = Notification.objects.filter(ticket=ticket_id).exclude(excerpt="").values_list("pk", "excerpt")
    Notification.objects.filter(pk__in=[pk for pk, words in told if _begins_one_of(lines, words)]).update(excerpt="")
    asked = Question.objects.filter(waiting__ticket=ticket_id).values_list("pk", "text")
    Question.objects.filter(pk__in=[pk for pk, words in asked if _begins_one_of(lines, words)]).update(text=ERASED)
    for waiting in WaitingTicket.objects.filter(ticket=ticket_id).exclude(customer_text=""):
        left = _without(waiting.customer_text, texts)
        if left != waiting.customer_text:
            forget_words(job.organization_id, [(waiting.customer_text, "")], origins=())
            WaitingTicket.objects.filter(pk=waiting.pk).update(customer_text=left)


def _begins_one_of(lines: Iterable[str], excerpt: str) -> bool:
    start = " ".join(excerpt.split()).removesuffix("…")
    return bool(start) and any(line.startswith(start) for line in lines)


def _without(text: str, quoted: Iterable[str]) -> str:
    for words in sorted(quoted, key=len, reverse=True):
        text = re.sub(f"(?m)^{re.escape(words)}$", ERASED, text)
    return text


def _rule_without(marks: Marks, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule, or what the log says of one, with ERASED in place of what tells of the customer."""
    left = dict(said)
    if marks.are_in(str(left.get("name", ""))):
        left["name"] = ERASED
    if conditions := left.get("conditions"):
        groups = [
            {**one, "tests": [_test_without(marks, test) for test in one["tests"]]} for one in conditions["groups"]
        ]
        left["conditions"] = {**conditions, "groups": groups}
    return left | {
        name: _rule_without(marks, left[name]) for name in ("was", "now") if isinstance(left.get(name), dict)
    }


def _test_without(marks: Marks, test: Test) -> Test:
    key, colon, value = test.get("value", "").partition(":")
    theirs = test["check"] == Check.FIELD and marks.are_value(key.strip(), value)
    return {**test, "value": f"{key}{colon} {ERASED}"} if theirs else test
