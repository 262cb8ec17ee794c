"""Takes an erased customer out of what quotes them elsewhere: tickets of others, notifications, views, searches."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from brandvoice.actions.forgetting import forget_words
from inbox import events
from inbox.actions.erasure_rows import ERASED, SHORTEST
from inbox.models import (
    Draft,
    Identity,
    Message,
    Notification,
    PrivacyJob,
    Question,
    RecentSearch,
    Regrouping,
    Revision,
    SavedView,
    Ticket,
    WaitingTicket,
)
from inbox.queries.search_words import LONGEST, without_values


def forget_quotes(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Take what was said from the rows of other people's tickets in which it stands; return of how many tickets."""
    elsewhere = Message.objects.filter(pk__in=ids).exclude(ticket__in=job.work["tickets"])
    texts: dict[int, list[str]] = {}
    said = elsewhere.values_list("ticket", "text")
    before = Revision.objects.filter(message__in=elsewhere).values_list("message__ticket", "text")
    for ticket_id, text in chain(said, before):
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
    """Name the customer in no saved view any more: by their number, which says nothing, where only they were meant."""
    is_theirs, changed = _namer(job), []
    for view in SavedView.objects.filter(pk__in=ids).select_for_update(no_key=True, of=("self",)).order_by("pk"):
        query = without_values(view.query, "from", is_theirs, f"customer:{job.contact_id}")
        name = ERASED if _says_one_of(_names(job), view.name) else view.name
        if (query, name) != (view.query, view.name):
            # Found anew: its members so far fulfil other conditions.
            view.query, view.name, view.built_at, view.build_from = query[:LONGEST], name, None, 0
            view.save(update_fields=["query", "name", "built_at", "build_from"])
            changed.append(events.NewEvent("view.changed", view.organization_id, facts={"view": view.pk}))
    if changed:
        events.record_many(changed)
    return len(changed)


def forget_in_searches(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Forget what people have searched for lately, where it names the customer."""
    is_theirs, names = _namer(job), _names(job)
    searches = RecentSearch.objects.filter(pk__in=ids).values_list("pk", "text")
    theirs = [
        pk for pk, text in searches if _says_one_of(names, text) or without_values(text, "from", is_theirs, "") != text
    ]
    return RecentSearch.objects.filter(pk__in=theirs).delete()[0]


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


def _names(job: PrivacyJob) -> list[str]:
    """Return what the customer was called, in lower case."""
    return list(job.work.get("names", []))


def _says_one_of(names: Iterable[str], text: str) -> bool:
    said = text.lower()
    return any(len(name) >= SHORTEST and name in said for name in names)


def _namer(job: PrivacyJob) -> Callable[[str], bool]:
    """Return what tells whether a value of `from:` means the customer: a name, or a part of one that nobody shares."""
    names, known = _names(job), dict[str, bool]()

    def means_them(value: str) -> bool:
        value = value.lower().removeprefix("@")
        if value not in known:
            others = Identity.objects.filter(organization=job.organization_id).named(value)
            part = any(value in name for name in names)
            known[value] = value in names or (part and not others.exists())
        return known[value]

    return means_them
