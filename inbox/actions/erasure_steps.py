"""The steps of an erasure: each takes the customer out of one kind of row, some rows at a time, and counts them."""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from brandvoice.actions.forgetting import forget_words
from inbox.actions import erasure_rows as rows
from inbox.actions.erasure_quotes import (
    forget_in_reports,
    forget_in_rule_log,
    forget_in_rules,
    forget_in_searches,
    forget_in_views,
    forget_moved,
    forget_quotes,
)
from inbox.actions.erasure_rows import BATCH, ERASED, Step
from inbox.actions.erasure_spikes import forget_in_spikes
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
    JobKind,
    Lesson,
    Message,
    Notification,
    Opening,
    PrivacyJob,
    Question,
    RawMessage,
    Repeatable,
    ReplyChange,
    Revision,
    Skip,
    Span,
    SpanEdit,
    Survey,
    SurveyState,
    Ticket,
    Translation,
    Upload,
    WaitingTicket,
)
from inbox.models.messages import files_storage

# Texts among what happened that say nothing of a person.
KEPT_FACTS = frozenset({"was", "now", "status", "until", "metric", "about", "said", "right", "state", "outcome"})
KEPT_FACTS |= {"language", "topic"}


def erased_name(field: str) -> Concat:
    """Return a name that says nothing, and is only once there."""
    return Concat(Value("erased-"), Cast(field, CharField()))


def _examples(job: PrivacyJob, ids: list[int]) -> int:
    """Forget what the voice has learned from these words, and what stands for questions of many."""
    texts = list(Message.objects.filter(pk__in=ids).values_list("text", "language"))
    texts += [(text, "") for text in Revision.objects.filter(message__in=ids).values_list("text", flat=True)]
    Lesson.objects.filter(message__in=ids).delete()
    Cluster.objects.filter(organization=job.organization_id, messages__overlap=ids).delete()
    return forget_words(job.organization_id, texts, origins=[f"message {pk}" for pk in ids])


def _payloads(job: PrivacyJob, ids: list[int]) -> int:
    """Empty what networks have pushed wherever the customer is named in it, and who it was is written in it."""
    needles = [form for needle in job.work["needles"] for form in _written(needle)]
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_PAYLOADS, {"ids": ids, "needles": needles})
        return int(cursor.rowcount)


_EMPTY_PAYLOADS = """
UPDATE inbox_payload p
SET body = '', error = '', processed_at = coalesce(processed_at, now()),
    -- A key that names nobody stays: by it a network's second delivery is known.
    delivery_key = CASE WHEN EXISTS (SELECT FROM unnest(%(needles)s::bytea[]) AS needle
                                     WHERE position(needle IN convert_to(p.delivery_key, 'UTF8')) > 0)
                        THEN 'erased-' || id ELSE delivery_key END
WHERE id = ANY(%(ids)s) AND (processed_at IS NOT NULL OR attempt_count > 0) AND EXISTS (
    SELECT FROM unnest(%(needles)s::bytea[]) AS needle
    WHERE position(needle IN p.body) > 0 OR position(needle IN convert_to(p.delivery_key, 'UTF8')) > 0)
"""


def _written(needle: str) -> set[bytes]:
    """Return a name as bodies hold it: plain, in JSON, in a form."""
    return {needle.encode(), json.dumps(needle)[1:-1].encode(), quote(needle).encode(), quote(needle, safe="").encode()}


def _networks(job: PrivacyJob, places: list[int]) -> int:
    """Let those networks that are ours forget the accounts, too."""
    channels = Channel.objects.in_bulk(job.work["channels"])
    accounts = [job.work["accounts"][place - 1] for place in places]
    return sum(registry.forget(channels[pk], account) for pk, account in accounts if pk in channels)


def _files(_job: PrivacyJob, ids: list[int]) -> int:
    """Delete the files of messages, on the disk first: a row without its file is found again, not the reverse."""
    attachments = Attachment.objects.filter(message__in=ids)
    for kept in attachments.exclude(file=""):
        kept.file.delete(save=False)
    return attachments.delete()[0]


def _uploads(_job: PrivacyJob, ids: list[int]) -> int:
    """Delete files that were to be sent in tickets."""
    uploads = Upload.objects.filter(ticket__in=ids)
    for kept in uploads:
        kept.file.delete(save=False)
    return uploads.delete()[0]


def _drafts(_job: PrivacyJob, ids: list[int]) -> int:
    """Delete unsent texts, and what networks said of sent ones."""
    deliveries = Delivery.objects.filter(ticket__in=ids)
    Attempt.objects.filter(delivery__in=deliveries).update(words="")
    # A decision never changes; without these nobody can tell any more whose text it judged.
    deliveries.update(error="", url="", posted=[], decision=None)
    return Draft.objects.filter(ticket__in=ids).delete()[0]


def _judgements(_job: PrivacyJob, ids: list[int]) -> int:
    """Erase what the guard and approvers said of what was said, and what was made of it."""
    Approval.objects.filter(message__in=ids).update(note="", decision=None)
    Message.objects.filter(pk__in=ids).update(decision=None)
    Repeatable.objects.filter(message__in=ids).delete()
    return SpanEdit.objects.filter(span__message__in=ids).delete()[0]


def _questions(job: PrivacyJob, ids: list[int]) -> int:
    """Erase what the desk was told of the customer; a question for others, too, is nobody's in particular."""
    waiting = WaitingTicket.objects.filter(ticket__in=ids)
    forget_words(
        job.organization_id, [(text, "") for text in waiting.values_list("customer_text", flat=True)], origins=()
    )
    own = Question.objects.filter(waiting__ticket__in=ids)
    shared = Question.objects.filter(pk__in=own).filter(
        waiting__in=WaitingTicket.objects.exclude(ticket__in=job.work["tickets"])
    )
    Question.objects.filter(pk__in=own.exclude(pk__in=shared).values("pk")).update(text=ERASED, reason="")
    return waiting.update(customer_text="")


def _surveys(_job: PrivacyJob, ids: list[int]) -> int:
    """Leave the scores, without what was said beside them; nobody is asked any more."""
    asked = Survey.objects.filter(ticket__in=ids)
    asked.filter(state=SurveyState.WAITING).update(state=SurveyState.SKIPPED, skip=Skip.SPAM)
    return asked.update(comment="", expires_at=timezone.now())


def _notifications(_job: PrivacyJob, ids: list[int]) -> int:
    return Notification.objects.filter(ticket__in=ids).update(excerpt="")


def _calls(job: PrivacyJob, ids: list[int]) -> int:
    """Empty what other programs were told of events, and tell them no more of it."""
    return _silence(Call.objects.filter(event__in=ids, organization=job.organization_id))


def _outgoing_calls(job: PrivacyJob, ids: list[int]) -> int:
    """The same for replies that were to go out by other programs."""
    return _silence(Call.objects.filter(delivery__ticket__in=ids, organization=job.organization_id))


def _silence(calls: QuerySet[Call]) -> int:
    calls.filter(state=CallState.WAITING).update(state=CallState.FAILED)
    return calls.update(body="{}", attempts=[])


def _log(_job: PrivacyJob, ids: list[int]) -> int:
    """Leave in the log that things happened, with ids and states, and no words."""
    changed = []
    for event in Event.objects.filter(pk__in=ids).exclude(facts={}):
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


def _messages(_job: PrivacyJob, ids: list[int]) -> int:
    """Take the words out of all that was said; of what we said the signed ones stay."""
    said = Message.objects.filter(pk__in=ids)
    # Who reads or edits one of them just now is waited for: what they store of it goes, too.
    list(said.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
    Revision.objects.filter(message__in=ids).delete()
    Translation.objects.filter(message__in=ids).delete()
    ReplyChange.objects.filter(message__in=ids).delete()
    RawMessage.objects.filter(message__in=ids).delete()
    # What was asked can be guessed from a vector.
    Opening.objects.of(said).delete()
    spans = Span.objects.filter(message__in=ids).select_related("wording").order_by("message_id", "start", "pk")
    _keep_signed(spans)
    Message.objects.filter(pk__in=ids).exclude(pk__in=spans.order_by().values("message")).update(text=ERASED)
    said.exclude(external_id=None).update(external_id=erased_name("pk"))
    return said.update(html="", in_reply_to="", mentions=None, fingerprint=None, client_uuid=None, template=None)


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


STEPS: Mapping[str, Step] = {
    "examples": Step(rows.messages, _examples, "examples"),
    "payloads": Step(rows.payloads, _payloads, "payloads"),
    "networks": Step(rows.accounts, _networks, "networks"),
    "files": Step(rows.messages, _files, "files"),
    "uploads": Step(rows.tickets, _uploads, "files"),
    "drafts": Step(rows.tickets, _drafts, "drafts"),
    "judgements": Step(rows.messages, _judgements, ""),
    "questions": Step(rows.tickets, _questions, "questions"),
    "surveys": Step(rows.tickets, _surveys, "surveys"),
    "notifications": Step(rows.tickets, _notifications, "notifications"),
    "calls": Step(rows.events, _calls, "calls"),
    "outgoing_calls": Step(rows.tickets, _outgoing_calls, "calls"),
    "log": Step(rows.events, _log, "log"),
    "console": Step(rows.tickets, lambda _job, ids: _forget_in_console(Ticket, ids), ""),
    "moved": Step(rows.tickets, forget_moved, "drafts"),
    "quotes": Step(rows.messages, forget_quotes, "quotes"),
    "views": Step(rows.views, forget_in_views, "views"),
    "reports": Step(rows.reports, forget_in_reports, "reports"),
    "searches": Step(rows.searches, forget_in_searches, "searches"),
    "rules": Step(rows.rules, forget_in_rules, "rules"),
    "rule_log": Step(rows.rule_log, forget_in_rule_log, ""),
    "spikes": Step(rows.spikes, forget_in_spikes, ""),
    "messages": Step(rows.messages, _messages, "messages"),
}


def erase_records(contacts: list[int], job: PrivacyJob) -> dict[str, int]:
    """Erase what was written down about these customers, exports of them included; return how much."""
    notes = CustomerNote.objects.filter(contact__in=contacts).delete()[0]
    consents = CustomerConsent.objects.filter(contact__in=contacts).delete()[0]
    merges = ContactMerge.objects.filter(Q(kept__in=contacts) | Q(gone__in=contacts))
    merges.update(reason=ERASED, filled={})
    Block.objects.filter(identity__in=job.work["identities"]).update(reason=ERASED)
    _delete_exports(contacts)
    _forget_in_console(Contact, contacts)
    _forget_in_console(Identity, job.work["identities"])
    return {"tickets": len(job.work["tickets"]), "notes": notes, "consents": consents}


def _delete_exports(contacts: list[int]) -> None:
    """Delete the files of exports, once nobody is about to add one: who does so holds the export."""
    exports = PrivacyJob.objects.filter(contact__in=contacts, kind=JobKind.EXPORT).order_by("pk")
    for export in exports.select_for_update(no_key=True, of=("self",)):
        files_storage().delete(export.path)
        if export.file:
            export.file.delete(save=False)
            PrivacyJob.objects.filter(pk=export.pk).update(file="", expires_at=None)


def _forget_in_console(model: type[Contact] | type[Identity] | type[Ticket], ids: list[int]) -> int:
    """Take names from the console's own list of what was changed."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return entries.filter(object_id__in=[str(pk) for pk in ids]).update(object_repr=ERASED, change_message="")
