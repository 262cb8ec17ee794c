"""What runs in the background: the names that workers know, and one call each."""

from celery import shared_task

from brandvoice import outbox
from brandvoice.actions import examples, positions


@shared_task(name=outbox.EXPIRE_VERSIONS)
def expire_versions(**_: object) -> None:
    """Take signed versions whose time is over out of use."""
    positions.expire_due_versions()


@shared_task(name=outbox.EMBED_EXAMPLES)
def embed_examples(**_: object) -> None:
    """Give new examples their vectors."""
    examples.embed_missing_examples()
