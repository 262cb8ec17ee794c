"""Takes an erased customer out of what is said of spikes: their words, their name, and what people were told of it."""

from collections.abc import Sequence

from brandvoice.matching.words import words_of
from inbox.actions.erasure_marks import Marks
from inbox.actions.erasure_rows import ERASED, said_of
from inbox.models import Notification, PrivacyJob, Spike
from inbox.queries.incidents import says


def forget_in_spikes(job: PrivacyJob, ids: Sequence[int]) -> int:
    """Erase the phrases that name the customer or that nobody else has said, and reasons that name them."""
    marks, changed = Marks(job), []
    for spike in Spike.objects.filter(pk__in=ids).select_for_update(no_key=True, of=("self",)).order_by("pk"):
        theirs = _said_by_nobody_else(job, spike) | _cut_out_of_names(job, marks, spike)
        left = [ERASED if one in theirs or marks.are_in(one) else one for one in spike.phrases]
        phrases, reason = list(dict.fromkeys(left)), ERASED if marks.are_in(spike.reason) else spike.reason
        if (phrases, reason) != (spike.phrases, spike.reason):
            spike.phrases, spike.reason = phrases, reason
            spike.save(update_fields=["phrases", "reason"])
            changed.append(spike.pk)
    Notification.objects.filter(user__organization=job.organization_id, spike__in=changed).update(excerpt="")
    return len(changed)


def _said_by_nobody_else(job: PrivacyJob, spike: Spike) -> set[str]:
    """Return the phrases of a spike that of all messages behind it only the customer's say."""
    said = said_of(job).values("pk")
    if not spike.phrases or not spike.behind.filter(message__in=said).exists():
        return set()
    left = set(spike.phrases)
    others = spike.behind.exclude(message__in=said).values_list("message__text", flat=True)
    for text in others.iterator():
        left = {phrase for phrase in left if not says((phrase,), text)}
        if not left:
            break
    return left


def _cut_out_of_names(job: PrivacyJob, marks: Marks, spike: Spike) -> set[str]:
    """Return the phrases with a part of the customer's name, where somebody behind the spike has said all of it."""
    parts = {part for name in job.work.get("names", []) for part in words_of(name)}
    cut = {phrase for phrase in spike.phrases if parts & set(phrase.split())}
    texts = spike.behind.values_list("message__text", flat=True) if cut else []
    return cut if any(marks.are_in(text) for text in texts) else set()
