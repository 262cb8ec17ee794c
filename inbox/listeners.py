"""Hears what the rooms below announce and turns it into events and hints."""

from accounts import signals as accounts_signals
from django.db import transaction

from inbox import outbox


def connect() -> None:
    """Start listening; called once when the app is ready."""
    accounts_signals.access_changed.connect(tell_pages_of_access, dispatch_uid="inbox.access")


def tell_pages_of_access(sender: object, *, user_id: int, **_: object) -> None:
    """Have every hub look again at what this person may hear, after commit."""

    def publish_access() -> None:
        outbox.publish({"access": user_id})

    transaction.on_commit(publish_access, robust=True)
