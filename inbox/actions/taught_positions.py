"""Opens a position for what several customers ask, and teaches it their own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Brand, User
from brandvoice.actions import positions as voice
from brandvoice.actions.examples import teach
from brandvoice.languages import FALLBACK
from brandvoice.models import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPosition:
    """What a position answers, for which brand, topic and purposes, who owns it, and what its customers write."""

    question: str
    texts: Iterable[str] = ()
    brand: Brand | None = None
    topic: str = ""
    owner: User | None = None
    purposes: Iterable[str] = ()


def open_position(new: NewPosition, language: str, *, by: User) -> Position:
    """Open a position and teach it what customers write, in this language ("" is unknown); part of an action."""
    by.require("position.edit")
    position = voice.open_position(
        new.question,
        by=by,
        brand=new.brand,
        topic=new.topic,
        owner=new.owner,
        language=language,
        purposes=new.purposes,
    )
    teach(position, new.texts, language=language or FALLBACK, by=by)
    return position
