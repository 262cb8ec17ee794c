"""Puts an approver's words in place of those of a reply that waits; part of the action that decides about it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import guard
from brandvoice.spans import follow
from inbox.actions.approval_steps import NotYours
from inbox.actions.provenance import write_spans
from inbox.actions.replies import NothingToSay
from inbox.actions.reply_contexts import fingerprint_of
from inbox.models import Approval, Delivery, Message, ReplyChange
from inbox.queries.approval_policies import REPLIES, standing_of


class WordsFixed(Exception):
    """A template says what the network has approved, and files alone say nothing."""

    def __str__(self) -> str:
        return _("The words of this reply can't be changed. Send it back instead.")


def change_words(delivery: Delivery, asked: Approval, text: str, *, by: User) -> bool:
    """Make a locked reply that waits say something else, signed words included; return whether it did not before.

    `asked` is its approval as it stands by the policy that holds now. What it said is kept. Raises NotYours,
    NothingToSay, WordsFixed.
    """
    message = delivery.reply
    # Who erases its customer just now is waited for: what they have erased is not kept as what it said.
    message.refresh_from_db(fields=["text"], from_queryset=Message.objects.select_for_update(no_key=True))
    if text == message.text:
        return False
    if message.template or not message.text.strip():
        raise WordsFixed
    if not text.strip():
        raise NothingToSay
    now = timezone.now()
    if not standing_of(asked, by, REPLIES, now=now).names:
        raise NotYours
    place = {"organization_id": message.organization_id, "message": message, "version": asked.version + 1}
    ReplyChange.objects.create(**place, was=message.text, by=by, at=now)
    held = [guard.Span(span.wording_id, span.start, span.end) for span in message.spans.select_for_update()]
    kept = follow(held, message.text, text)
    message.text, message.fingerprint = text, fingerprint_of(text, message.visibility)
    message.save(update_fields=["text", "fingerprint"])
    message.spans.all().delete()
    write_spans([(message, kept)])
    # What stood against the words before says nothing of these.
    delivery.error = ""
    delivery.save(update_fields=["error"])
    return True
