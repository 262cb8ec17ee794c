"""What runs in the background: the names that workers know, and one call each. The rows are the jobs."""

from celery import shared_task
from django.utils import timezone

from inbox import delivery, intake, outbox
from inbox.actions import enrich, tickets


@shared_task(name=outbox.DELIVER)
def deliver_due(**_: object) -> None:
    """Post the replies that are due."""
    delivery.deliver_due()


@shared_task(name="inbox.sweep_deliveries")
def sweep_deliveries(**_: object) -> None:
    """Finish deliveries that got stuck."""
    delivery.sweep_deliveries()


@shared_task(name=outbox.PROCESS_PAYLOADS)
def process_payloads(**_: object) -> None:
    """Read what networks have pushed."""
    intake.process_payloads()


@shared_task(name=outbox.ENRICH)
def enrich_due(**_: object) -> None:
    """Look through new messages."""
    enrich.enrich_due()


@shared_task(name="inbox.enrich_missed")
def enrich_missed(**_: object) -> None:
    """Look through messages whose nudge was lost."""
    enrich.enrich_due()


@shared_task(name="inbox.wake_snoozed")
def wake_snoozed(**_: object) -> None:
    """Open snoozed tickets whose time has come."""
    tickets.wake_due_tickets(timezone.now())
