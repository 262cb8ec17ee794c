"""The optional language model: it orders signed wordings or adapts one within its edit level, and never writes its own.

Off unless LLM_URL names a server that speaks OpenAI's chat completions. What comes back is believed no
further than a stranger's typing: fill-ins are the declared ones, an adaptation may bring no figure, link or
address that was neither signed nor said by the customer, and the guard judges it like everything else.
"""

from collections.abc import Mapping, Sequence

import httpx
import re2
from django.conf import settings
from django.utils.translation import gettext as _

from brandvoice import fill_ins
from brandvoice.asking import Server, ask_model
from brandvoice.asking import Unavailable as Unavailable
from brandvoice.models import EditLevel
from brandvoice.spans import edit_distance

# Further from the signed words than this share of their characters, they are no longer what was signed.
MOST_CHANGED = 0.5
LONGEST_MESSAGE = 2_000
_TIMEOUT = httpx.Timeout(8.0, connect=2.0)
_QUICK = httpx.Timeout(1.5, connect=0.5)
_FIGURES = re2.compile(r"(?i)\d[\d.,:/]*|https?://\S+|[\w.+-]+@[\w-]+\.\w+")


class NotAllowed(Exception):
    """The wording may only be used as it was signed."""

    def __str__(self) -> str:
        return _("These words may only be used as they were signed.")


def is_on() -> bool:
    """Return whether a model was configured."""
    return bool(settings.LLM_URL)


def adapt(signed: str, edit_level: str, said: Sequence[str], tone: str = "") -> str:
    """Return the signed words fitted to what the customer said (oldest first), within the edit level.

    `tone` says how it is to sound, such as "calm, short"; blanks that are filled in have none.

    Raises NotAllowed for verbatim words, Unavailable where nothing usable came back.
    """
    if edit_level == EditLevel.VERBATIM:
        raise NotAllowed
    if edit_level == EditLevel.FILL_INS:
        return _filled(signed, said)
    return _adapted(signed, said, tone)


def order(questions: Mapping[int, str], said: Sequence[str]) -> list[int]:
    """Return the positions' ids, the likeliest answer first; all of them, and no other. Raises Unavailable."""
    asked = {"customer": _cut(said), "answers": [{"id": pk, "question": text} for pk, text in questions.items()]}
    told = _ask(
        'Which of the answers fit the customer best? Reply with JSON: {"ids": [best first]}.', asked, timeout=_QUICK
    )
    ids = told.get("ids")
    known = [pk for pk in ids if isinstance(pk, int) and pk in questions] if isinstance(ids, list) else []
    if not known:
        raise Unavailable("The model named no answer.")
    return list(dict.fromkeys([*known, *questions]))


def _filled(signed: str, said: Sequence[str]) -> str:
    names = [gap.name for gap in fill_ins.find_gaps(signed)]
    if not names:
        return signed
    asked = {"customer": _cut(said), "wording": signed, "gaps": names}
    told = _ask(
        "Find in the customer's words what belongs into the gaps of the wording. Leave out what they did not say. "
        'Reply with JSON: {"gaps": {"name": "value"}}.',
        asked,
    )
    values = told.get("gaps")
    given = values if isinstance(values, dict) else {}
    return fill_ins.fill(signed, {name: text for name in names if (text := _value(given.get(name), said))})


def _value(value: object, said: Sequence[str]) -> str:
    """Return what may stand in a gap: one short line that the customer has said themselves."""
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    heard = " ".join(" ".join(said).split()).casefold()
    return text if len(text) <= fill_ins.MOST_CHARACTERS and text.casefold() in heard else ""


def _adapted(signed: str, said: Sequence[str], tone: str) -> str:
    asked = {"customer": _cut(said), "wording": signed} | ({"tone": tone} if tone else {})
    told = _ask(
        "Fit the wording to the customer with as few changes as possible. Keep every fact, figure and promise, add "
        "none, keep its language. If a tone is named, let it sound like that. "
        'Reply with JSON: {"text": "the wording"}.',
        asked,
    )
    text = told.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unavailable("The model wrote nothing.")
    text = text.strip()
    if edit_distance(signed, text) > MOST_CHANGED * len(signed):
        raise Unavailable("The model strayed too far from the signed words.")
    if _figures(text) - _figures(signed) - _figures(" ".join(said)):
        raise Unavailable("The model brought a figure of its own.")
    return text


def _figures(text: str) -> set[str]:
    return {found.rstrip(".,:/") for found in re2.findall(_FIGURES, text)}


def _ask(task: str, asked: Mapping[str, object], *, timeout: httpx.Timeout = _TIMEOUT) -> Mapping[str, object]:
    """Return the model's JSON object; raises Unavailable."""
    if not is_on():
        raise Unavailable("No model is configured.")
    server = Server(settings.LLM_URL, settings.LLM_MODEL, settings.LLM_KEY)
    return ask_model(server, task, asked, timeout=timeout)


def _cut(said: Sequence[str]) -> list[str]:
    return [text[:LONGEST_MESSAGE] for text in said]
