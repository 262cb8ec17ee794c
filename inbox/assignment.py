"""Shares waiting tickets out among people: plain data, no database.

A ticket goes to somebody who has every skill that it requires and room for one more; once it has waited long
enough, to anybody who has room where nobody with its skills has. Among those who may have it, balanced sharing
takes the one who is least full for their capacity, round robin the one whose last ticket is the longest ago.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(slots=True)
class Agent:
    """Somebody who is there; `held` are their open tickets of all teams, `turn` grows with each ticket given."""

    pk: int
    capacity: int
    held: int
    skills: frozenset[int]
    given_at: datetime | None = None
    turn: int = 0
    # Whether they may say what everybody can read; who may not is given private conversations alone.
    in_public: bool = True

    @property
    def has_room(self) -> bool:
        """Return whether they can hold one more."""
        return self.held < self.capacity


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill and what tickets require it: those of any of the languages, topics, labels and brands that it names."""

    skill: int
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    labels: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()

    def fits(self, ticket: "Waiting") -> bool:
        """Return whether all that is named fits the ticket, and anything is."""
        fitting = [
            ticket.language in self.languages if self.languages else None,
            ticket.topic in self.topics if self.topics else None,
            not self.labels.isdisjoint(ticket.labels) if self.labels else None,
            ticket.brand in self.brands if self.brands else None,
        ]
        return True in fitting and False not in fitting


class Waiting(NamedTuple):
    """A ticket that nobody has; `labels` are ids, and `visibility` says who reads what is answered."""

    pk: int
    waiting_since: datetime
    language: str
    topic: str
    brand: int
    labels: Sequence[int]
    visibility: str


class Given(NamedTuple):
    """A ticket and who gets it."""

    ticket: Waiting
    agent: int


def share_out(
    tickets: Iterable[Waiting],
    agents: Sequence[Agent],
    requirements: Sequence[Requirement],
    *,
    in_turn: bool,
    relaxed_before: datetime,
    most: int,
) -> list[Given]:
    """Return who gets which of the tickets, `most` at most, in the order in which they come.

    Skills of tickets that wait since before `relaxed_before` are wishes; those of the others are conditions.
    """
    given: list[Given] = []
    free = [agent for agent in agents if agent.has_room]
    for ticket in tickets:
        if not free or len(given) == most:
            break
        required = {each.skill for each in requirements if each.fits(ticket)}
        fit = [agent for agent in free if agent.in_public or ticket.visibility == "direct"]
        able = [agent for agent in fit if required <= agent.skills]
        if not able and ticket.waiting_since <= relaxed_before:
            able = fit
        if able:
            agent = min(able, key=_turn if in_turn else _fullness)
            agent.held, agent.turn = agent.held + 1, len(given) + 1
            free = [each for each in free if each.has_room]
            given.append(Given(ticket, agent.pk))
    return given


def _turn(agent: Agent) -> tuple[int, float, int]:
    return agent.turn, agent.given_at.timestamp() if agent.given_at else 0.0, agent.pk


def _fullness(agent: Agent) -> tuple[float, tuple[int, float, int]]:
    return agent.held / agent.capacity, _turn(agent)
