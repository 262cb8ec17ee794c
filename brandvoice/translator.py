"""The optional translator of customers' messages. Off unless TRANSLATE_URL names a server; nothing goes to a customer.

It speaks the language of LibreTranslate, or OpenAI's chat completions, as TRANSLATE_WITH says. What it is given has
been masked (`brandvoice.personal_data.masked`), and what comes back is shown as text, never as anything else.
"""

import httpx
from django.conf import settings

from brandvoice.asking import Server, Unavailable, ask_model, post_json

# So many characters of a message are translated.
LONGEST = 5_000
# A translation may be longer than what was said, by this factor and some characters; beyond that it is none.
LONGER, MORE = 4, 200
_TIMEOUT = httpx.Timeout(10.0, connect=2.0)
_NAMES = {"en": "English", "de": "German", "es": "Spanish"}


def is_on() -> bool:
    """Return whether a translator was configured."""
    return bool(settings.TRANSLATE_URL)


def translate(text: str, *, into: str, source: str = "") -> str:
    """Return the beginning of a text (LONGEST characters) in another language; raises Unavailable.

    `into` and `source` are languages such as "de"; "" lets the server find out what it is in.
    """
    if not is_on():
        raise Unavailable("No translator is configured.")
    text = text[:LONGEST]
    told = _by_model(text, into) if settings.TRANSLATE_WITH == "openai" else _by_translator(text, into, source)
    # JSON may hold what PostgreSQL can't: zeros, and halves of characters.
    told = told.replace("\0", "").encode(errors="replace").decode().strip() if isinstance(told, str) else ""
    if not told:
        raise Unavailable("The translator wrote nothing.")
    if len(told) > LONGER * len(text) + MORE:
        raise Unavailable("The translator wrote far more than there is to translate.")
    return told


def _by_translator(text: str, into: str, source: str) -> object:
    asked = {"q": text, "source": source or "auto", "target": into, "format": "text"}
    key = {"api_key": settings.TRANSLATE_KEY} if settings.TRANSLATE_KEY else {}
    return post_json(f"{settings.TRANSLATE_URL}/translate", asked | key, timeout=_TIMEOUT).get("translatedText")


def _by_model(text: str, into: str) -> object:
    server = Server(settings.TRANSLATE_URL, settings.TRANSLATE_MODEL, settings.TRANSLATE_KEY)
    task = (
        f"Translate what the customer says into {_NAMES.get(into, into)}, all of it, and add nothing. Keep marks such "
        'as […] where they are. Reply with JSON: {"text": "the translation"}.'
    )
    return ask_model(server, task, {"customer": text}, timeout=_TIMEOUT).get("text")
