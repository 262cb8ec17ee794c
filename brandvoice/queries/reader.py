"""Reads messages for language, sentiment, urgency and topic, with confidence, in one pass of the model each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from brandvoice.embedding import Embedder, Vectors, current_embedder, thorough_embedder
from brandvoice.languages import base_language
from brandvoice.queries.topics import Encoded, topic_chances
from brandvoice.reading.language import SpokenLanguage, has_words, judge_language
from brandvoice.reading.lessons import Lesson, taught
from brandvoice.reading.sentiment import sentiment_chances
from brandvoice.reading.tone import valence_of
from brandvoice.reading.urgency import urgency_chances

# Below these a guess is left to people.
SURE_OF_LANGUAGE, SURE_OF_TOPIC = 0.6, 0.5
# An emoji without a word means what it shows.
SURE_OF_SIGNS = 0.9


class About(StrEnum):
    """What is read off a message, and may be corrected."""

    LANGUAGE = "language"
    SENTIMENT = "sentiment"
    URGENCY = "urgency"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Said:
    """A message; `language` is what the network says of it, `expected` what is usual where it was said."""

    text: str
    language: str
    expected: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A label, and how likely it is right."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read; None where the words don't say. `vector` is what a correction is remembered by."""

    language: Guess | None
    sentiment: Guess | None
    urgency: Guess | None
    topic: Guess | None
    vector: Vectors


Lessons = Mapping[About, Sequence[Lesson]]


def read_messages(
    organization_id: int, messages: Sequence[Said], allowed: Collection[str], lessons: Lessons
) -> list[Reading]:
    """Return what each message says, in the light of what its organization has corrected before."""
    model = current_embedder()
    vectors = model.encode([said.text for said in messages])
    languages = [_language(said, allowed, lessons, vector) for said, vector in zip(messages, vectors, strict=True)]
    encoded = [
        Encoded(said.text, said.language or (guess.label if guess else ""), vector)
        for said, guess, vector in zip(messages, languages, vectors, strict=True)
    ]
    topics = topic_chances(organization_id, encoded, model)
    return [
        Reading(
            language=languages[place],
            sentiment=_sentiment(message, model, lessons),
            urgency=_urgency(message, model, lessons),
            topic=_topic(message, topics[place], lessons),
            vector=message.vector,
        )
        for place, message in enumerate(encoded)
    ]


def _language(said: Said, allowed: Collection[str], lessons: Lessons, vector: Vectors) -> Guess | None:
    if said.language:
        return None
    spoken = judge_language(said.text, allowed, base_language(said.expected))
    if spoken is None:
        return None
    guess = _best(_language_chances(spoken), lessons, About.LANGUAGE, vector)
    return guess if guess.confidence >= SURE_OF_LANGUAGE and guess.label in allowed else None


def _language_chances(spoken: SpokenLanguage) -> Mapping[str, float]:
    return {spoken.code: spoken.confidence, "": 1 - spoken.confidence}


def _sentiment(message: Encoded, model: Embedder, lessons: Lessons) -> Guess | None:
    if not _reads(message, model):
        return None
    if has_words(message.text):
        middle = thorough_embedder().middle(message.text)
        chances = {str(label): chance for label, chance in sentiment_chances(message.text, middle).items()}
    elif signs := valence_of(message.text):
        chances = {"1" if signs > 0 else "-1": SURE_OF_SIGNS, "0": 1 - SURE_OF_SIGNS}
    else:
        return None
    return _best(chances, lessons, About.SENTIMENT, message.vector)


def _urgency(message: Encoded, model: Embedder, lessons: Lessons) -> Guess | None:
    if not _reads(message, model) or not has_words(message.text):
        return None
    chances = {str(level): chance for level, chance in enumerate(urgency_chances(message.text))}
    return _best(chances, lessons, About.URGENCY, message.vector)


def _topic(message: Encoded, chances: Mapping[str, float], lessons: Lessons) -> Guess | None:
    guess = _best(chances, lessons, About.TOPIC, message.vector)
    return guess if guess.label and guess.confidence >= SURE_OF_TOPIC else None


def _reads(message: Encoded, model: Embedder) -> bool:
    """Return whether the models know the language; where it isn't known, they may."""
    return not message.language or base_language(message.language) in model.languages


def _best(chances: Mapping[str, float], lessons: Lessons, about: About, vector: Vectors) -> Guess:
    found = taught(chances, lessons.get(about, ()), vector)
    label = max(found, key=lambda each: found[each])
    return Guess(label, found[label])
