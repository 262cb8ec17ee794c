"""Erases a customer, a few rows at a time: each time is a transaction that notes how far it is, and is done once.

Nobody waits long for any of them: what reads the log in commit order stands still while a transaction is open.

What remains: that tickets and messages were there, when, and about what topic, for reports; and of what we said, the
signed words. From the first step on, whoever writes from the same account is somebody new.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inbox import events
from inbox.actions import erasure_steps as steps
from inbox.actions.customers import told_everywhere
from inbox.actions.erasure_marks import values_of
from inbox.actions.erasure_rows import SHORTEST, Step
from inbox.actions.merges import MergeNotPossible, lock_customers
from inbox.actions.privacy import CLAIM, finish_erasure
from inbox.models import (
    Approval,
    ApprovalState,
    Contact,
    ContactMerge,
    Delivery,
    DeliveryState,
    Identity,
    Message,
    PrivacyJob,
    Progress,
    Skip,
    Survey,
    SurveyState,
    Ticket,
    Work,
)
from inbox.models.deliveries import YET_TO_GO
from inbox.models.tickets import TicketQuerySet

MOST_NEEDLES = 20_000


class NotYet(Exception):
    """A reply to the customer is being posted just now, or they write themselves."""


def erase(job: PrivacyJob) -> None:
    """Do what is left of an erasure; raises NotYet while a reply is on its way."""
    _begin(job.pk)
    for name, step in steps.STEPS.items():
        while _go_on(job.pk, name, step):
            pass
    _finish(job.pk)


@transaction.atomic(durable=True)
def _begin(job_id: int) -> None:
    job = PrivacyJob.objects.lock(job_id)
    if "accounts" not in job.counts:
        job.counts = {**job.counts, "accounts": _detach(job)}
        job.save(update_fields=["work"])
        _note_progress(job, Progress(done=[], after=0))


@transaction.atomic(durable=True)
def _go_on(job_id: int, name: str, step: Step) -> bool:
    """Do the next part of a step; return whether there may be more."""
    job = PrivacyJob.objects.lock(job_id)
    done = job.progress.get("done", [])
    if name in done:
        return False
    ids = step.rows(job, job.progress.get("after", 0))
    count = step.erase(job, ids) if ids else 0
    if step.counted:
        job.counts = {**job.counts, step.counted: job.counts.get(step.counted, 0) + count}
    _note_progress(job, Progress(done=done, after=ids[-1]) if ids else Progress(done=[*done, name], after=0))
    return bool(ids)


def _note_progress(job: PrivacyJob, progress: Progress) -> None:
    """Remember how far it is, and that somebody is at it."""
    job.progress, job.attempts, job.claimed_until = progress, 1, timezone.now() + CLAIM
    job.save(update_fields=["counts", "progress", "attempts", "claimed_until"])


def _detach(job: PrivacyJob) -> int:
    """Take the accounts' names from them, so that nothing joins them any more; remember what to look for."""
    try:
        contacts = lock_customers(*_family(job.contact_id or 0))
    except MergeNotPossible as changed:
        raise NotYet from changed
    ids = [contact.pk for contact in contacts]
    tickets = Ticket.objects.filter(contact__in=ids)
    _take_back(tickets)
    accounts = list(Identity.objects.filter(contact__in=ids).order_by("pk"))
    job.work = _work(job.organization_id, ids, accounts, list(tickets.order_by("pk").values_list("pk", flat=True)))
    for account in accounts:
        account.external_id, account.username, account.name = f"erased-{account.pk}", "", ""
        account.avatar_url, account.followers = "", None
    Identity.objects.bulk_update(accounts, ["external_id", "username", "name", "avatar_url", "followers"], 500)
    tickets.update(thread_key=steps.erased_name("pk"), subject="", preview="", product="", fields={}, sends_at=None)
    return len(accounts)


def _take_back(tickets: TicketQuerySet) -> None:
    """Let nothing go out of these tickets any more, surveys included; raises NotYet where something just does."""
    deliveries = Delivery.objects.filter(ticket__in=tickets)
    if deliveries.filter(state=DeliveryState.SENDING).exists():
        raise NotYet
    unsent = (DeliveryState.QUEUED, DeliveryState.HELD, *YET_TO_GO)
    Approval.objects.filter(message__delivery__in=deliveries, state=ApprovalState.WAITING).update(
        state=ApprovalState.TAKEN_BACK
    )
    deliveries.filter(state__in=unsent).update(state=DeliveryState.CANCELLED, settled_at=timezone.now())
    asked = Survey.objects.filter(ticket__in=tickets, state=SurveyState.WAITING)
    asked.update(state=SurveyState.SKIPPED, skip=Skip.SPAM)


def _work(organization_id: int, contacts: list[int], accounts: list[Identity], tickets: list[int]) -> Work:
    said = Message.objects.filter(identity__in=accounts).exclude(external_id=None).order_by("-pk")
    names = {name for one in accounts for name in (one.external_id, one.username.removeprefix("@"), one.name)}
    names |= set(Contact.objects.filter(pk__in=contacts).values_list("name", flat=True))
    called = sorted(name.lower() for name in names if name)
    names |= {name or "" for name in said.values_list("external_id", flat=True)[:MOST_NEEDLES]}
    threads = Ticket.objects.filter(pk__in=tickets).values_list("thread_key", flat=True)
    names |= set(threads)
    return Work(
        contacts=contacts,
        identities=[one.pk for one in accounts],
        tickets=tickets,
        channels=sorted({one.channel_id for one in accounts}),
        accounts=[(one.channel_id, one.external_id) for one in accounts],
        names=called,
        needles=sorted(name for name in names if name and len(name) >= SHORTEST),
        values=values_of(organization_id, contacts, tickets),
    )


def _family(contact_id: int) -> list[int]:
    """Return the customer and all who became part of them, or who they were at some time."""
    found, new = {contact_id}, {contact_id}
    while new:
        parts = ContactMerge.objects.filter(Q(kept__in=new) & Q(undone_at=None)).values_list("gone", flat=True)
        new = set(parts) - found
        found |= new
    return sorted(found)


@transaction.atomic(durable=True)
def _finish(job_id: int) -> None:
    """Erase the customer's own rows, and make the job a certificate."""
    job = PrivacyJob.objects.lock(job_id)
    contacts = job.work.get("contacts", [])
    if not contacts:
        return
    job.counts = {**job.counts, "customers": len(contacts), **steps.erase_records(contacts, job)}
    language = job.requested_by.language if job.requested_by else None
    with translation.override(language):
        name = _("Erased customer")
    people = Contact.objects.filter(pk__in=contacts)
    people.update(name=name, language="", region="", audience="", is_vip=False, fields={}, erased_at=timezone.now())
    finish_erasure(job)
    events.record_many(told_everywhere(people.get(pk=job.contact_id or 0), "customer.erased", {}))
