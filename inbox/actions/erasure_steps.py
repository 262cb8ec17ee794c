"""The steps of an erasure: each takes the customer out of one kind of row, and returns from how many."""

import json
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from brandvoice.actions.forgetting import forget_words
from inbox.connectors import registry
from inbox.models import (
    Approval,
    Attachment,
    Attempt,
    Block,
    Call,
    CallState,
    Channel,
    Cluster,
    Contact,
    ContactMerge,
    CustomerConsent,
    CustomerNote,
    Delivery,
    Draft,
    Event,
    Identity,
    Lesson,
    Message,
    MovedMessage,
    Notification,
    Opening,
    PrivacyJob,
    Question,
    RawMessage,
    Repeatable,
    Revision,
    Span,
    SpanEdit,
    Ticket,
    Upload,
    WaitingTicket,
)
from inbox.models.messages import MessageQuerySet

# In place of what was said.
ERASED = "[…]"
BATCH = 500
# Texts among what happened that say nothing of a person.
KEPT_FACTS = frozenset({"was", "now", "status", "until", "metric", "about", "said", "right", "state", "outcome"})


def erased_name(field: str) -> Concat:
    """Return a name that says nothing, and is only once there."""
    return Concat(Value("erased-"), Cast(field, CharField()))


def said_of(job: PrivacyJob) -> MessageQuerySet:
    """Return what the customer has said anywhere, and what we said and noted in their tickets, wherever it went."""
    moved = MovedMessage.objects.filter(regrouping__source__in=job.work["tickets"]).values("message")
    ours = Q(Q(ticket__in=job.work["tickets"]) | Q(pk__in=moved), identity=None)
    return Message.objects.filter(ours | Q(identity__in=job.work["identities"]))


def _examples(job: PrivacyJob) -> int:
    """Forget what the voice has learned from these words, and what stands for questions of many."""
    ids = list(said_of(job).values_list("pk", flat=True))
    texts = list(said_of(job).values_list("text", "language"))
    texts += [(text, "") for text in _waiting(job).values_list("customer_text", flat=True)]
    texts += [(text, "") for text in Revision.objects.filter(message__in=ids).values_list("text", flat=True)]
    count = forget_words(job.organization_id, texts, origins=[f"message {pk}" for pk in ids])
    Lesson.objects.filter(message__in=ids).delete()
    Cluster.objects.filter(organization=job.organization_id, messages__overlap=ids).delete()
    return count


def _payloads(job: PrivacyJob) -> int:
    """Empty what networks have pushed wherever the customer is named in it, and who it was is written in it."""
    needles = [form for needle in job.work["needles"] for form in _written(needle)]
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_PAYLOADS, {"channels": job.work["channels"], "needles": needles})
        return int(cursor.rowcount)


_EMPTY_PAYLOADS = """
UPDATE inbox_payload p
SET body = '', error = '', processed_at = coalesce(processed_at, now()),
    -- A key that names nobody stays: by it a network's second delivery is known.
    delivery_key = CASE WHEN EXISTS (SELECT FROM unnest(%(needles)s::bytea[]) AS needle
                                     WHERE position(needle IN convert_to(p.delivery_key, 'UTF8')) > 0)
                        THEN 'erased-' || id ELSE delivery_key END
WHERE channel_id = ANY(%(channels)s) AND (processed_at IS NOT NULL OR attempt_count > 0) AND EXISTS (
    SELECT FROM unnest(%(needles)s::bytea[]) AS needle
    WHERE position(needle IN p.body) > 0 OR position(needle IN convert_to(p.delivery_key, 'UTF8')) > 0)
"""


def _written(needle: str) -> set[bytes]:
    """Return a name as bodies hold it: plain, in JSON, in a form."""
    return {needle.encode(), json.dumps(needle)[1:-1].encode(), quote(needle).encode(), quote(needle, safe="").encode()}


def _networks(job: PrivacyJob) -> int:
    """Let those networks that are ours forget the accounts, too."""
    channels = Channel.objects.in_bulk(job.work["channels"])
    return sum(registry.forget(channels[pk], account) for pk, account in job.work["accounts"] if pk in channels)


def _files(job: PrivacyJob) -> int:
    """Delete files, on the disk first: a row without its file is found again, a file without its row never."""
    attachments = Attachment.objects.filter(message__in=said_of(job))
    uploads = Upload.objects.filter(ticket__in=job.work["tickets"])
    for kept in (*attachments.exclude(file=""), *uploads):
        kept.file.delete(save=False)
    return attachments.delete()[0] + uploads.delete()[0]


def _drafts(job: PrivacyJob) -> int:
    """Delete unsent texts, and what the guard, approvers and networks said of sent ones."""
    tickets, said = job.work["tickets"], said_of(job)
    Approval.objects.filter(message__in=said).update(note="")
    deliveries = Delivery.objects.filter(ticket__in=tickets)
    Attempt.objects.filter(delivery__in=deliveries).update(words="")
    deliveries.update(error="", url="")
    # A decision never changes; without these nobody can tell any more whose text it judged.
    for rows in (said, deliveries, Approval.objects.filter(message__in=said)):
        rows.update(decision=None)
    Repeatable.objects.filter(message__in=said).delete()
    SpanEdit.objects.filter(span__message__in=said).delete()
    return Draft.objects.filter(ticket__in=tickets).delete()[0]


def _questions(job: PrivacyJob) -> int:
    """Erase what the desk was told of the customer; a question for others, too, is nobody's in particular."""
    waiting = _waiting(job)
    own = Question.objects.filter(waiting__ticket__in=job.work["tickets"])
    shared = Question.objects.filter(pk__in=own).filter(
        waiting__in=WaitingTicket.objects.exclude(ticket__in=job.work["tickets"])
    )
    Question.objects.filter(pk__in=own.exclude(pk__in=shared).values("pk")).update(text=ERASED, reason="")
    return waiting.update(customer_text="")


def _notifications(job: PrivacyJob) -> int:
    return Notification.objects.filter(ticket__in=job.work["tickets"]).update(excerpt="")


def _calls(job: PrivacyJob) -> int:
    """Empty what other programs were told, and tell them no more of it."""
    told = Q(event__in=_events(job).values("pk")) | Q(delivery__ticket__in=job.work["tickets"])
    calls = Call.objects.filter(told, organization=job.organization_id)
    calls.filter(state=CallState.WAITING).update(state=CallState.FAILED)
    return calls.update(body="{}", attempts=[])


def _log(job: PrivacyJob) -> int:
    """Leave in the log that things happened, with ids and states, and no words."""
    changed = []
    for event in _events(job).exclude(facts={}).iterator(BATCH):
        facts = without_words(event.facts)
        if facts != event.facts:
            event.facts = facts
            changed.append(event)
    Event.objects.bulk_update(changed, ["facts"], BATCH)
    return len(changed)


def without_words(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts without the texts that somebody may have written."""
    return {
        name: value
        for name, value in facts.items()
        if name in KEPT_FACTS or value is None or isinstance(value, bool | int | float)
    }


def _messages(job: PrivacyJob) -> int:
    """Take the words out of all that was said; of what we said the signed ones stay."""
    said = said_of(job)
    _shorten_others(job)
    Revision.objects.filter(message__in=said).delete()
    RawMessage.objects.filter(message__in=said).delete()
    # What was asked can be guessed from a vector. By the ticket: there is no index by message.
    Opening.objects.filter(ticket__in=said.values("ticket"), message__in=said.values("pk")).delete()
    spans = Span.objects.filter(message__in=said).select_related("wording").order_by("message_id", "start", "pk")
    _keep_signed(spans)
    signed = said.filter(spans__isnull=False).values("pk")
    Message.objects.filter(pk__in=said.exclude(pk__in=signed).values("pk")).update(text=ERASED)
    named = Message.objects.filter(pk__in=said.values("pk")).exclude(external_id=None)
    named.update(external_id=erased_name("pk"))
    return Message.objects.filter(pk__in=said.values("pk")).update(
        html="", in_reply_to="", mentions=None, fingerprint=None, client_uuid=None
    )


def _shorten_others(job: PrivacyJob) -> None:
    """Take the customer's words from the rows of other people's tickets in which they had a say."""
    said = Message.objects.filter(identity__in=job.work["identities"]).exclude(ticket__in=job.work["tickets"])
    others = set(said.values_list("ticket", flat=True))
    for ticket in Ticket.objects.filter(pk__in=others):
        words = said.filter(ticket=ticket).values_list("text", flat=True)
        if any(" ".join(text.split()).startswith(ticket.preview) for text in words if ticket.preview):
            Ticket.objects.filter(pk=ticket.pk).update(preview=ERASED)


def _keep_signed(spans: Iterable[Span]) -> None:
    """Make each reply the words that were signed, gaps and all, however they were changed in it."""
    texts: dict[int, str] = {}
    kept = []
    for span in spans:
        before = texts.get(span.message_id or 0, "")
        span.start = len(before) + 1 if before else 0
        texts[span.message_id or 0] = f"{before}\n{span.wording.text}" if before else span.wording.text
        span.end, span.distance = span.start + len(span.wording.text), 0
        kept.append(span)
    Span.objects.bulk_update(kept, ["start", "end", "distance"], BATCH)
    Message.objects.bulk_update([Message(pk=pk, text=text) for pk, text in texts.items()], ["text"], BATCH)


STEPS: Mapping[str, Callable[[PrivacyJob], int]] = {
    "examples": _examples,
    "payloads": _payloads,
    "networks": _networks,
    "files": _files,
    "drafts": _drafts,
    "questions": _questions,
    "notifications": _notifications,
    "calls": _calls,
    "log": _log,
    "messages": _messages,
}


def erase_records(contacts: list[int], job: PrivacyJob) -> dict[str, int]:
    """Erase what was written down about these customers, exports of them included; return how much."""
    notes = CustomerNote.objects.filter(contact__in=contacts).delete()[0]
    consents = CustomerConsent.objects.filter(contact__in=contacts).delete()[0]
    merges = ContactMerge.objects.filter(Q(kept__in=contacts) | Q(gone__in=contacts))
    merges.update(reason=ERASED, filled={})
    Block.objects.filter(identity__in=job.work["identities"]).update(reason=ERASED)
    for export in PrivacyJob.objects.filter(contact__in=contacts).exclude(file=""):
        export.file.delete(save=False)
        PrivacyJob.objects.filter(pk=export.pk).update(file="", expires_at=None)
    _forget_in_console(Contact, contacts)
    _forget_in_console(Identity, job.work["identities"])
    _forget_in_console(Ticket, job.work["tickets"])
    return {"tickets": len(job.work["tickets"]), "notes": notes, "consents": consents}


def _forget_in_console(model: type[Contact] | type[Identity] | type[Ticket], ids: list[int]) -> None:
    """Take names from the console's own list of what was changed."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=[str(pk) for pk in ids]).update(object_repr=ERASED, change_message="")


def _waiting(job: PrivacyJob) -> QuerySet[WaitingTicket]:
    return WaitingTicket.objects.filter(ticket__in=job.work["tickets"])


def _events(job: PrivacyJob) -> QuerySet[Event]:
    theirs = Q(ticket__in=job.work["tickets"]) | Q(message__in=said_of(job).values("pk"))
    return Event.objects.filter(theirs)
