"""What runs in the background: the names that workers know, and one call each. The rows are the jobs."""

from celery import shared_task
from django.utils import timezone

from inbox import attachments, calls, delivery, intake, outbox, privacy, pushes
from inbox.actions import (
    alarm_mail,
    approval_sweep,
    assignment,
    briefing_mail,
    clusters,
    coverage,
    deadlines,
    desk_mail,
    edits,
    enrich,
    incident_effects,
    notification_mail,
    openings,
    repeats,
    report_mail,
    rollups,
    rule_runs,
    schedules,
    spike_counts,
    spikes,
    surveys,
    teaching,
    tickets,
    uploads,
    usage,
    view_members,
)
from inbox.actions import pushes as push_actions


@shared_task(name=outbox.DELIVER)
def deliver_due(**_: object) -> None:
    """Post the replies that are due."""
    delivery.deliver_due()


@shared_task(name="inbox.sweep_deliveries")
def sweep_deliveries(**_: object) -> None:
    """Finish deliveries that got stuck."""
    delivery.sweep_deliveries()


@shared_task(name="inbox.send_scheduled")
def send_scheduled(**_: object) -> None:
    """Let replies go whose time has come, and hold back those that were overtaken."""
    while schedules.send_scheduled() == schedules.AT_A_TIME:
        pass


@shared_task(name=outbox.PROCESS_PAYLOADS)
def process_payloads(**_: object) -> None:
    """Read what networks have pushed."""
    intake.process_payloads()


@shared_task(name=outbox.POLL)
def poll_due(**_: object) -> None:
    """Ask networks for what is new."""
    intake.poll_due()


@shared_task(name="inbox.expire_approvals")
def expire_approvals(**_: object) -> None:
    """Give back what nobody has decided in time."""
    approval_sweep.expire_approvals()


@shared_task(name="inbox.sweep_uploads")
def sweep_uploads(**_: object) -> None:
    """Delete files that nobody sends any more."""
    uploads.sweep_uploads()


@shared_task(name="inbox.fetch_attachments")
def fetch_attachments(**_: object) -> None:
    """Fetch the files of messages."""
    attachments.fetch_due()


@shared_task(name=outbox.PRIVACY)
def do_privacy_jobs(**_: object) -> None:
    """Export or erase customers."""
    privacy.do_jobs()


@shared_task(name=outbox.CALL_ENDPOINTS)
def call_endpoints(**_: object) -> None:
    """Tell the programs of others what has happened."""
    calls.call_endpoints()


@shared_task(name="inbox.probe_channels")
def probe_channels(**_: object) -> None:
    """Ask networks whether they still work with us."""
    delivery.probe_channels()


@shared_task(name=outbox.TELL_MANAGERS)
def tell_managers(**_: object) -> None:
    """Write to those who can connect a channel again."""
    alarm_mail.tell_managers()


@shared_task(name=outbox.ENRICH)
def enrich_due(**_: object) -> None:
    """Look through new messages."""
    enrich.enrich_due()


@shared_task(name="inbox.enrich_missed")
def enrich_missed(**_: object) -> None:
    """Look through messages whose nudge was lost."""
    enrich.enrich_due()


@shared_task(name="inbox.read_openings")
def read_openings(**_: object) -> None:
    """Read what customers asked first, for finding tickets alike."""
    openings.read_openings()


@shared_task(name=outbox.TELL_DESK)
def tell_desk(**_: object) -> None:
    """Write to those who are asked, and remind those who are late."""
    desk_mail.tell_desk()


@shared_task(name="inbox.mail_notifications")
def mail_notifications(**_: object) -> None:
    """Write to those who have not seen what is about them."""
    notification_mail.mail_notifications()


@shared_task(name="inbox.mail_mornings")
def mail_mornings(**_: object) -> None:
    """Mail the briefing and the reports that are due, where a morning has begun."""
    briefing_mail.mail_briefings()
    report_mail.mail_reports()


@shared_task(name=outbox.PUSH)
def send_pushes(**_: object) -> None:
    """Tell browsers what is due."""
    pushes.send_pushes()


@shared_task(name="inbox.forget_pushes")
def forget_pushes(**_: object) -> None:
    """Forget what browsers were told a day ago."""
    push_actions.forget_pushes()


@shared_task(name="inbox.teach_voice")
def teach_voice(**_: object) -> None:
    """Make examples of what agents used signed wording for."""
    teaching.teach_from_replies()


@shared_task(name="inbox.wake_snoozed")
def wake_snoozed(**_: object) -> None:
    """Open snoozed tickets whose time has come."""
    tickets.wake_due_tickets(timezone.now())


@shared_task(name=outbox.ROUTE_GATHERED)
def route_gathered(**_: object) -> None:
    """Give what incidents have gathered to their teams."""
    incident_effects.route_gathered()


@shared_task(name=outbox.ASSIGN)
def assign_waiting(**_: object) -> None:
    """Give tickets that wait to people who have room."""
    assignment.assign_waiting()


@shared_task(name="inbox.keep_deadlines")
def keep_deadlines(**_: object) -> None:
    """Follow what happens to tickets, warn of deadlines and note those that are over."""
    deadlines.keep_deadlines()


@shared_task(name="inbox.keep_views")
def keep_views(**_: object) -> None:
    """Follow which tickets came into saved views and left them."""
    view_members.keep_views()


@shared_task(name="inbox.run_rules")
def run_rules(**_: object) -> None:
    """Let automation rules look at what has happened."""
    rule_runs.run_rules()


@shared_task(name="inbox.keep_rollups")
def keep_rollups(**_: object) -> None:
    """Keep the figures on volume, mood and service."""
    rollups.keep_rollups()


@shared_task(name="inbox.count_coverage")
def count_coverage(**_: object) -> None:
    """Count what was asked lately, and how it was answered."""
    coverage.count_lately()


@shared_task(name="inbox.count_usage")
def count_usage(**_: object) -> None:
    """Count how agents used signed words lately."""
    usage.count_lately()


@shared_task(name="inbox.find_habits")
def find_habits(**_: object) -> None:
    """Put together what agents keep changing in signed words."""
    edits.find_habits()


@shared_task(name="inbox.find_spikes")
def find_spikes(**_: object) -> None:
    """Look whether more comes in than usual."""
    spikes.find_spikes()


@shared_task(name="inbox.forget_spike_counts")
def forget_spike_counts(**_: object) -> None:
    """Forget counts by which spikes are judged no more."""
    spike_counts.forget_counts()


@shared_task(name="inbox.cluster_questions")
def cluster_questions(**_: object) -> None:
    """Put together what customers ask and nothing signed answers."""
    clusters.find_clusters()


@shared_task(name="inbox.ask_customers")
def ask_customers(**_: object) -> None:
    """Ask customers whose tickets were resolved some time ago whether they were content."""
    surveys.ask_due()


@shared_task(name="inbox.forget_what_is_over")
def forget_what_is_over(**_: object) -> None:
    """Forget what programs called their requests a day ago, and what rules did a quarter of a year ago."""
    repeats.forget_repeats()
    while rule_runs.forget_some_runs():
        pass
