"""Says in the reader's language what a worker noted in English when nobody was there to read it."""

import re

from django.utils.translation import gettext

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?]) ")


def said(words: str) -> str:
    """Return noted sentences in the reader's language where they are ours; those of a network stay as it wrote them."""
    return " ".join(_sentence(sentence) for sentence in _BETWEEN_SENTENCES.split(words))


def _sentence(noted: str) -> str:
    if not noted:
        return ""
    translated = gettext(noted)
    head, colon, detail = noted.partition(": ")
    if translated != noted or not colon:
        return translated
    pattern = gettext(f"{head}: %s")
    return pattern % detail if pattern != f"{head}: %s" else noted
