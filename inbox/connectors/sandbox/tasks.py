"""What the make-believe network does in the background."""

from celery import shared_task

from inbox.connectors.sandbox import network


@shared_task(name=network.TELL_WEBHOOKS)
def tell_webhooks(**_: object) -> None:
    """Announce new posts to the accounts that they concern."""
    network.tell_webhooks()
