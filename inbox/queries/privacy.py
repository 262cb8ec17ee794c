"""Exports and erasures as their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from inbox.models import Contact, PrivacyJob

PAGE = 50


@dataclass(frozen=True, slots=True)
class JobList:
    """A page of jobs, newest first, and where the next one begins."""

    rows: Sequence[PrivacyJob]
    next: int | None


def jobs_of(user: User, *, contact: Contact | None = None, after: int | None = None) -> JobList:
    """Return a page of the organization's jobs, or of one customer's; one query."""
    jobs = PrivacyJob.objects.visible_to(user).select_related("contact").order_by("-pk")
    if contact:
        jobs = jobs.filter(contact=contact)
    found = list((jobs.filter(pk__lt=after) if after else jobs)[: PAGE + 1])
    return JobList(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def counts_shown(job: PrivacyJob) -> list[tuple[str, int]]:
    """Return what a job has found or erased, in words and numbers."""
    names = {
        "customers": _("Customers"),
        "accounts": _("Accounts"),
        "tickets": _("Tickets"),
        "messages": _("Messages"),
        "files": _("Files"),
        "notes": _("Notes"),
        "consents": pgettext("of a customer", "Consents"),
        "merges": pgettext("of customers", "Merges"),
        "drafts": _("Drafts"),
        "examples": _("Learned examples"),
        "payloads": _("Raw payloads"),
        "networks": _("Rows of our own networks"),
        "questions": _("Waiting tickets at the desk"),
        "surveys": _("Surveys"),
        "notifications": _("Notifications"),
        "quotes": _("Tickets of others that quoted them"),
        "views": _("Saved views that named them"),
        "reports": _("Saved reports that named them"),
        "searches": _("Recent searches that named them"),
        "rules": _("Rules that asked for them"),
        "calls": _("Webhook calls"),
        "log": _("Entries of the log"),
    }
    return [(str(name), job.counts[key]) for key, name in names.items() if key in job.counts]
