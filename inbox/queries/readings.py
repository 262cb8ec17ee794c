"""What an agent may say of a customer's message, and what stands on it now."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from brandvoice.languages import base_language
from brandvoice.queries.reader import About
from inbox.models import Message, Sentiment, Urgency
from inbox.queries.lessons import languages_of, topics_of
from inbox.queries.moods import SENTIMENT_WORDS


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be said; `look` names how it is drawn."""

    right: str
    name: str
    chosen: bool
    look: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """All that can be said about one thing, and how sure the model is of what it said."""

    about: str
    title: str
    choices: tuple[Choice, ...]
    percent: int | None


def reading_menu(message: Message) -> list[Section]:
    """Return the sections of the menu; without topics in the library there is none about them."""
    sections = [
        _section(message, About.SENTIMENT, _("Feeling"), _sentiments(message)),
        _section(message, About.URGENCY, _("Urgency"), _urgencies(message)),
        _section(message, About.LANGUAGE, _("Language"), _languages(message)),
        _section(message, About.TOPIC, _("Topic"), _topics(message)),
    ]
    return [section for section in sections if len(section.choices) > 1]


def _section(message: Message, about: About, title: str, choices: list[Choice]) -> Section:
    sure = getattr(message, f"{about.value}_confidence")
    return Section(about.value, title, tuple(choices), None if sure is None else round(100 * sure))


def _sentiments(message: Message) -> list[Choice]:
    shown = [Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE]
    return [Choice(str(v.value), str(v.label), v == message.sentiment, SENTIMENT_WORDS[v]) for v in shown]


def _urgencies(message: Message) -> list[Choice]:
    return [Choice(str(v.value), str(v.label), v == message.urgency, str(v.value)) for v in reversed(Urgency)]


def _languages(message: Message) -> list[Choice]:
    names = {base_language(code): str(name) for code, name in settings.LANGUAGES}
    spoken = sorted(languages_of(message.organization_id) - {""})
    return [Choice(code, names.get(code, code), code == base_language(message.language)) for code in spoken]


def _topics(message: Message) -> list[Choice]:
    topics = [Choice(topic, topic, topic == message.topic) for topic in topics_of(message.organization_id)]
    return [*topics, Choice("", _("None of these"), not message.topic)] if topics else []
