"""Has customers' messages translated by the server that the operator has named; with no transaction open."""

from accounts.models import User
from brandvoice import translator
from brandvoice.personal_data import masked
from inbox.actions.translations import keep_translation
from inbox.models import Message, Translation


def translate_message(message: Message, language: str, *, by: User) -> Translation:
    """Return a customer's message in this language: as it is kept, or as the server translates it now.

    The server gets the text alone, masked. Raises Unavailable of brandvoice.asking, and MessageChanged.
    """
    known = message.translations.filter(language=language).first()
    if known:
        return known
    text = masked(message.text, message.language, names=_names(message))
    return keep_translation(
        message, language, translator.translate(text, into=language, source=message.language), by=by
    )


def _names(message: Message) -> set[str]:
    """Return what the author is called anywhere."""
    author = message.identity
    return {author.name, author.username.lstrip("@"), author.contact.name} if author else set()
