"""Drafts between colleagues: shown to them, passed on, taken over, and brought back as they were."""

from django.db import transaction
from django.db.models import Case, Value, When

from accounts.models import User
from brandvoice import spans as signed
from inbox import events
from inbox.actions.notifications import tell
from inbox.actions.provenance import write_spans
from inbox.actions.taking_back import write_into_draft
from inbox.models import Draft, DraftKind, DraftVersion, Reason, Ticket
from inbox.queries.saying import may_say


class NothingToPass(Exception):
    """There is no draft with words in it, or it is not there any more."""


@transaction.atomic(durable=True)
def share_draft(ticket: Ticket, *, by: User, shared: bool) -> None:
    """Show the person's reply to colleagues before it is sent, or show it no more; raises NothingToPass."""
    draft = _own(ticket, by)
    if draft.shared == shared:
        return
    draft.shared = shared
    draft.save(update_fields=["shared"])
    events.record(ticket, "draft.shared" if shared else "draft.kept", by=by)


@transaction.atomic(durable=True)
def take_draft(draft: Draft, *, by: User) -> None:
    """Move a colleague's shared reply before what the person is writing; raises NothingToPass."""
    locked = Draft.objects.select_for_update(no_key=True).filter(pk=draft.pk, shared=True).exclude(user=by).first()
    if locked is None:
        raise NothingToPass
    write_into_draft(locked, by)
    locked.delete()
    events.record(draft.ticket, "draft.taken", by=by, facts={"assignee": locked.user_id})


@transaction.atomic(durable=True)
def pass_draft(ticket: Ticket, to: User, *, by: User) -> None:
    """Show the person's reply to colleagues and tell one of them to take it over; raises NothingToPass.

    It is taken rather than given: what a colleague is writing at that moment is theirs alone to change.
    """
    draft = _own(ticket, by)
    able = to.may("reply.send") and may_say(to, draft.visibility)
    if to == by or not (able and Ticket.objects.visible_to(to).filter(pk=ticket.pk).exists()):
        raise NothingToPass
    draft.shared = True
    draft.save(update_fields=["shared"])
    events.record(ticket, "draft.passed", by=by, facts={"assignee": to.pk})
    tell(ticket, Reason.DRAFT, [to.pk], by=by, text=draft.text)


@transaction.atomic(durable=True)
def restore_draft(version: DraftVersion, *, by: User) -> None:
    """Bring the person's draft back as it was; what it says now is kept as well. Raises NothingToPass."""
    draft = Draft.objects.select_for_update(no_key=True).filter(pk=version.draft_id, user=by).first()
    if draft is None:
        raise NothingToPass
    keep_version(draft)
    draft.text, draft.version = version.text, draft.version + 1
    draft.save(update_fields=["text", "version"])
    draft.files.update(dropped=Case(When(pk__in=version.files, then=Value(False)), default=Value(True)))
    draft.spans.all().delete()
    write_spans([(draft, [signed.Span(*span) for span in version.spans])])


def keep_version(draft: Draft) -> None:
    """Keep what a draft says, where signed words stand in it and which files are beside it; part of an action."""
    if not draft.text.strip():
        return
    files = list(draft.files.filter(dropped=False).values_list("pk", flat=True))
    spans = [[span.wording_id, span.start, span.end] for span in draft.spans.all()]
    DraftVersion.objects.create(draft=draft, text=draft.text, spans=spans, files=files, written_at=draft.updated_at)
    old = DraftVersion.objects.filter(draft=draft).order_by("-pk").values_list("pk", flat=True)
    DraftVersion.objects.filter(pk__in=list(old[DraftVersion.MOST :])).delete()


def _own(ticket: Ticket, by: User) -> Draft:
    mine = Draft.objects.select_for_update(no_key=True).filter(ticket=ticket, user=by, kind=DraftKind.REPLY)
    draft = mine.first()
    if draft is None or not (draft.text.strip() or draft.files.filter(dropped=False).exists()):
        raise NothingToPass
    return draft
