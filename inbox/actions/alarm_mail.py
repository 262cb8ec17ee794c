"""Writes to managers when a channel has to be connected again, or an endpoint or a rule was switched off, once each."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts import permissions
from accounts.models import User
from inbox.models import Channel, Endpoint, Health, TicketRule

BATCH = 50

logger = logging.getLogger(__name__)


def tell_managers() -> int:
    """Write the e-mails that are due; return how many. What can't be sent is tried again by the next sweep."""
    silent = Channel.objects.filter(health=Health.NEEDS_AUTHORISATION, active=True).defer("webhook_secret")
    off = Endpoint.objects.filter(active=False).exclude(trouble="").defer("secret", "old_secret")
    paused = TicketRule.objects.filter(active=False).exclude(trouble="")
    return _tell("channel", silent) + _tell("endpoint", off) + _tell("rule", paused)


def _tell(kind: str, rows: QuerySet[Channel] | QuerySet[Endpoint] | QuerySet[TicketRule]) -> int:
    written = 0
    for row in _claim(rows):
        managers = User.objects.filter(
            organization=row.organization_id, role__in=permissions.holders("channel.manage"), is_active=True
        )
        sent = [_write(kind, row, manager) for manager in managers.order_by("pk")]
        written += sum(sent)
        if not any(sent):
            type(row).objects.filter(pk=row.pk).update(alerted_at=None)
    return written


@transaction.atomic(durable=True)
def _claim(
    rows: QuerySet[Channel] | QuerySet[Endpoint] | QuerySet[TicketRule],
) -> list[Channel | Endpoint | TicketRule]:
    """Mark the rows that are written about now, so that no other worker writes, too."""
    mine = rows.filter(alerted_at=None).order_by("pk").select_for_update(no_key=True, skip_locked=True)
    taken: list[Channel | Endpoint | TicketRule] = list(mine[:BATCH])
    rows.model.objects.filter(pk__in=[row.pk for row in taken]).update(alerted_at=timezone.now())
    return taken


def _write(kind: str, row: Channel | Endpoint | TicketRule, manager: User) -> bool:
    page = "inbox:rule" if kind == "rule" else f"admin:inbox_{kind}_change"
    url = settings.SITE_URL + reverse(page, args=[row.pk])
    with translation.override(manager.language):
        context = {kind: row, "url": url}
        subject = " ".join(render_to_string(f"inbox/email/{kind}_subject.txt", context).split())
        text = render_to_string(f"inbox/email/{kind}_message.txt", context)
    try:
        send_mail(subject, text, None, [manager.email])
    except (SMTPException, OSError) as error:
        logger.warning("The e-mail about %s %s could not be sent: %s", kind, row.pk, error)
        return False
    return True
