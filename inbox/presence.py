"""Who is at which ticket, as every web process knows it: each tells all the others of its own pages, whole and often.

A process that has died is silent, and what it said is forgotten; nothing of this is ever stored.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

# How often a process repeats what it says, and after what silence it is taken for dead; in seconds.
REPEAT_SECONDS = 15.0
SILENT_SECONDS = 40.0


class Doing(StrEnum):
    """What somebody does at a ticket, the strongest last."""

    IDLE = "idle"
    VIEWING = "viewing"
    COMPOSING = "composing"


_STRENGTH = {doing: strength for strength, doing in enumerate(Doing)}


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket, and who may hear of it: its team, those to whom it is or was assigned, those who see everything."""

    organization: int
    team: int
    people: tuple[int, ...]
    ticket: int
    number: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one ticket; `since` is when they began to do what they do, in seconds of the epoch."""

    place: Place
    user: int
    name: str
    doing: Doing
    since: float

    @property
    def told(self) -> dict[str, object]:
        """Return what pages are told of it."""
        return {"user": self.user, "name": self.name, "doing": self.doing, "since": self.since}


def packed(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    """Return visits as they go over the layer."""
    return [asdict(visit) for visit in visits]


def unpacked(said: Iterable[dict[str, Any]]) -> list[Visit]:
    """Return visits as they came over the layer."""
    return [
        Visit(
            Place(**{**each["place"], "people": tuple(each["place"]["people"])}),
            each["user"],
            each["name"],
            Doing(each["doing"]),
            each["since"],
        )
        for each in said
    ]


class Board:
    """Holds what the processes have said last, by ticket."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, float] = {}
        self._said: dict[str, dict[int, list[Visit]]] = {}

    def hear(self, process: str, visits: Iterable[Visit]) -> list[Place]:
        """Take what a process says of all its pages; return the places where something has changed."""
        now: dict[int, list[Visit]] = defaultdict(list)
        for visit in visits:
            now[visit.place.ticket].append(visit)
        before = self._said.get(process, {})
        self._heard[process], self._said[process] = self._clock(), now
        changed = [pk for pk in before.keys() | now.keys() if before.get(pk) != now.get(pk)]
        return [(now.get(pk) or before[pk])[0].place for pk in changed]

    def forget_silent(self) -> list[Place]:
        """Forget processes that have long been silent; return the places where that changed something."""
        until = self._clock() - SILENT_SECONDS
        silent = [process for process, heard in self._heard.items() if heard < until]
        changed: list[Place] = []
        for process in silent:
            del self._heard[process]
            changed += [visits[0].place for visits in self._said.pop(process).values()]
        return changed

    def places(self) -> list[Place]:
        """Return the places where anybody is."""
        return list({pk: visits[0].place for said in self._said.values() for pk, visits in said.items()}.values())

    def visits(self, ticket: int) -> list[Visit]:
        """Return who is at a ticket: each person once, with what they do most, those who began first before others."""
        people: dict[int, Visit] = {}
        for said in self._said.values():
            for visit in said.get(ticket, ()):
                known = people.get(visit.user)
                if known is None or _STRENGTH[visit.doing] > _STRENGTH[known.doing]:
                    people[visit.user] = visit
        return sorted(people.values(), key=lambda visit: (visit.since, visit.user))
