"""Wakes the background after commit; a nudge that gets lost is found by the next sweep."""

from celery import current_app
from django.db import transaction

EMBED_EXAMPLES = "brandvoice.embed_examples"
LEARN_HEADS = "brandvoice.learn_heads"
BEGIN_VERSIONS = "brandvoice.begin_versions"
DELETE_LOOSE_FILES = "brandvoice.delete_loose_files"
EXPIRE_VERSIONS = "brandvoice.expire_versions"
SEND_DIGESTS = "brandvoice.send_digests"
REMIND_OF_REVIEWS = "brandvoice.remind_of_reviews"


def wake(task: str) -> None:
    """Have a worker run `task` once what was written here is committed."""

    def nudge() -> None:
        current_app.send_task(task, ignore_result=True)

    transaction.on_commit(nudge, robust=True)
