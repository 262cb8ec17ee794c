"""The Celery app: nudges only, because the row is the job; and the sweeps that find what a lost nudge missed."""

import os
import warnings

from celery import Celery, signals
from celery.platforms import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Each sweep asks for rows that are due; seconds between two looks. A look that waited longer is not repeated.
SWEEPS = {
    "inbox.sweep_deliveries": 5.0,
    "inbox.send_scheduled": 5.0,
    "inbox.process_payloads": 10.0,
    "inbox.poll_due": 5.0,
    "inbox.probe_channels": 30.0,
    "inbox.call_endpoints": 2.0,
    "inbox.fetch_attachments": 5.0,
    "inbox.wake_snoozed": 30.0,
    "inbox.keep_deadlines": 2.0,
    "inbox.assign_waiting": 5.0,
    "inbox.route_gathered": 10.0,
    "inbox.keep_views": 1.0,
    "inbox.keep_rollups": 2.0,
    "inbox.run_rules": 0.5,
    "inbox.ask_customers": 30.0,
    "inbox.tell_desk": 60.0,
    "inbox.tell_managers": 60.0,
    "inbox.do_privacy_jobs": 60.0,
    "inbox.mail_notifications": 60.0,
    "inbox.send_pushes": 5.0,
    "inbox.mail_mornings": 900.0,
    "inbox.enrich_missed": 30.0,
    "inbox.read_openings": 30.0,
    "inbox.teach_voice": 60.0,
    "inbox.count_coverage": 300.0,
    "inbox.count_usage": 300.0,
    "inbox.find_habits": 900.0,
    "inbox.find_spikes": 60.0,
    "inbox.forget_spike_counts": 3600.0,
    "inbox.cluster_questions": 3600.0,
    "inbox.forget_what_is_over": 3600.0,
    "inbox.forget_pushes": 3600.0,
    "inbox.sweep_uploads": 3600.0,
    "inbox.expire_approvals": 30.0,
    "brandvoice.expire_versions": 60.0,
    "brandvoice.begin_versions": 60.0,
    "brandvoice.remind_of_reviews": 900.0,
    "brandvoice.send_digests": 900.0,
    "brandvoice.embed_examples": 60.0,
    "brandvoice.learn_heads": 30.0,
    "brandvoice.find_contradictions": 3600.0,
    "brandvoice.delete_loose_files": 3600.0,
    "sandbox.tell_webhooks": 10.0,
}
QUEUES = {
    "inbox.*payload*": "intake",
    "sandbox.*": "intake",
    "inbox.*deliver*": "delivery",
    "inbox.send_scheduled": "delivery",
    "inbox.wake_snoozed": "delivery",
    "inbox.keep_deadlines": "delivery",
    "inbox.assign_waiting": "delivery",
    "inbox.route_gathered": "delivery",
    "inbox.keep_views": "delivery",
    "inbox.run_rules": "delivery",
    "inbox.ask_customers": "delivery",
    "inbox.tell_desk": "delivery",
    "inbox.tell_managers": "delivery",
    "inbox.do_privacy_jobs": "enrich",
    "inbox.mail_notifications": "delivery",
    "inbox.send_pushes": "delivery",
    "inbox.mail_mornings": "enrich",
    "inbox.forget_pushes": "intake",
    "inbox.poll_due": "intake",
    "inbox.probe_channels": "intake",
    "inbox.call_endpoints": "delivery",
    "inbox.fetch_attachments": "intake",
    "inbox.enrich*": "enrich",
    "inbox.read_openings": "enrich",
    "inbox.teach*": "enrich",
    "inbox.count_*": "enrich",
    "inbox.keep_rollups": "enrich",
    "inbox.find_habits": "enrich",
    "inbox.find_spikes": "enrich",
    "inbox.forget_spike_counts": "enrich",
    "inbox.forget_what_is_over": "intake",
    "inbox.sweep_uploads": "intake",
    "inbox.expire_approvals": "delivery",
    "inbox.cluster*": "enrich",
    "brandvoice.embed*": "enrich",
    "brandvoice.learn*": "enrich",
    "brandvoice.find_contradictions": "enrich",
}

# A demo may run as root; messages are JSON, which runs no code when it is read.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("onevoice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    name: {"task": name, "schedule": seconds, "options": {"expires": seconds * 2}} for name, seconds in SWEEPS.items()
}
app.conf.task_routes = QUEUES
app.autodiscover_tasks()


def keep_our_logs(**_: object) -> None:
    """Leave logging as the settings have it; a connected receiver keeps Celery from setting up its own."""


signals.setup_logging.connect(keep_our_logs)
