"""What runs in the background: the names that workers know, and one call each."""

from celery import shared_task

from brandvoice import outbox
from brandvoice.actions import contradictions, digests, examples, files, heads, positions, reviews


@shared_task(name=outbox.EXPIRE_VERSIONS)
def expire_versions(**_: object) -> None:
    """Take signed versions whose time is over out of use."""
    positions.expire_due_versions()


@shared_task(name=outbox.BEGIN_VERSIONS)
def begin_versions(**_: object) -> None:
    """Say of versions that were signed for later that their time has come."""
    positions.begin_due_versions()


@shared_task(name=outbox.REMIND_OF_REVIEWS)
def remind_of_reviews(**_: object) -> None:
    """Say which positions somebody should look at again."""
    reviews.remind_of_reviews()


@shared_task(name=outbox.SEND_DIGESTS)
def send_digests(**_: object) -> None:
    """Mail those who sign what waits for them, once a day."""
    digests.send_digests()


@shared_task(name=outbox.EMBED_EXAMPLES)
def embed_examples(**_: object) -> None:
    """Give new examples their vectors."""
    examples.embed_missing_examples()


@shared_task(name=outbox.LEARN_HEADS)
def learn_heads(**_: object) -> None:
    """Learn again from examples that have changed."""
    heads.learn_due_heads()


@shared_task(name="brandvoice.find_contradictions")
def find_contradictions(**_: object) -> None:
    """Look for positions that answer the same question."""
    contradictions.find_contradictions()


@shared_task(name=outbox.DELETE_LOOSE_FILES)
def delete_loose_files(**_: object) -> None:
    """Delete files that no version holds."""
    files.delete_loose_files()
