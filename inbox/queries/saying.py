"""Who may say what everybody can read, and the sentence for those who may not."""

from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import Visibility


def may_say(person: User | None, visibility: str) -> bool:
    """Return whether this person may send what is read by those whom `visibility` names; programs (None) may."""
    return person is None or visibility == Visibility.DIRECT or person.may("reply.send_public")


def in_private_only() -> str:
    """Return why a public reply is refused, and what is allowed in its place."""
    return _(
        "Your role answers in private only. Write a private reply or a note, or show this draft to a colleague"
        " who may send it."
    )
