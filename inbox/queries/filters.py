"""Narrows a view to what was read off its tickets: feeling, urgency, language, topic."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q

from brandvoice.languages import base_language
from inbox.models import Urgency
from inbox.models.tickets import TicketQuerySet
from inbox.queries.lessons import languages_of, topics_of
from inbox.queries.moods import SENTIMENT_WORDS
from inbox.queries.search_tokens import URGENCY_WORDS

_SENTIMENTS = {word: value for value, word in SENTIMENT_WORDS.items()}
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty is everything. The same rules as `passes` in static/js/list.js."""

    sentiment: str = ""
    urgency: str = ""
    language: str = ""
    topic: str = ""

    @property
    def address(self) -> str:
        """Return the filters as the end of an address, without those that are empty."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def tokens(self) -> str:
        """Return the filters in the words of search."""
        urgency = URGENCY_WORDS[Urgency(int(self.urgency))] if self.urgency not in ("", "0") else ""
        said = {"feeling": self.sentiment, "urgency": urgency, "language": self.language}
        topic = [f'topic:"{self.topic.replace(chr(34), "")}"'] if self.topic.replace('"', "") else []
        return " ".join([f"{name}:{value}" for name, value in said.items() if value] + topic)

    @property
    def count(self) -> int:
        """Return how many are set."""
        return sum(bool(value) for value in asdict(self).values())


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What an organization's lists can be narrowed to."""

    urgencies: list[tuple[int, str]]
    languages: list[tuple[str, str]]
    topics: list[str]


def read_filters(data: Mapping[str, str]) -> Filters:
    """Return the filters of an address; what is none of them is left out."""
    sentiment, urgency = data.get("sentiment", ""), data.get("urgency", "")
    return Filters(
        sentiment=sentiment if sentiment in _SENTIMENTS else "",
        urgency=urgency if urgency in {str(value) for value in Urgency.values} else "",
        language=base_language(data.get("language", "")[:10]),
        topic=data.get("topic", "")[:LONGEST].replace("\0", ""),
    )


def narrow(tickets: TicketQuerySet, filters: Filters) -> TicketQuerySet:
    """Return the tickets that pass; of urgency those at least as urgent, while they wait."""
    wanted = Q()
    if filters.sentiment:
        wanted &= Q(sentiment=_SENTIMENTS[filters.sentiment])
    if filters.urgency:
        wanted &= Q(urgency__gte=int(filters.urgency), awaiting_reply=True)
    if filters.language:
        wanted &= Q(language=filters.language)
    if filters.topic:
        wanted &= Q(topic=filters.topic)
    return tickets.filter(wanted)


def filter_choices(organization_id: int) -> FilterChoices:
    """Return what can be chosen."""
    names = {base_language(code): str(name) for code, name in settings.LANGUAGES}
    spoken = sorted(languages_of(organization_id) - {""})
    return FilterChoices(
        urgencies=[(value, str(label)) for value, label in Urgency.choices if value > Urgency.WHENEVER],
        languages=[(code, names.get(code, code)) for code in spoken],
        topics=topics_of(organization_id),
    )
