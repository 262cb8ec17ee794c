"""Keeps translations with the messages that they are of."""

from django.db import transaction

from accounts.models import User
from inbox import events
from inbox.models import Message, Translation


class MessageChanged(Exception):
    """What was translated is not what the message says any more."""


@transaction.atomic(durable=True)
def keep_translation(message: Message, language: str, text: str, *, by: User) -> Translation:
    """Keep a message in another language, once; raises MessageChanged where it says something else by now."""
    now = Message.objects.select_for_update(no_key=True, of=("self",)).select_related("ticket").get(pk=message.pk)
    if now.text != message.text or now.removed_at:
        raise MessageChanged
    place = {"organization_id": now.organization_id, "text": text}
    kept, is_new = Translation.objects.get_or_create(message=now, language=language, defaults=place)
    if is_new:
        events.record(now.ticket, "message.translated", by=by, message=now, facts={"language": language})
    return kept
