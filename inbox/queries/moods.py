"""How a customer feels and how soon somebody should look, as pages name and draw it."""

from dataclasses import dataclass

from inbox.models import Sentiment, Urgency

# The words of addresses and stylesheets.
SENTIMENT_WORDS = {Sentiment.NEGATIVE: "negative", Sentiment.NEUTRAL: "neutral", Sentiment.POSITIVE: "positive"}


@dataclass(frozen=True, slots=True)
class Mood:
    """A feeling and an urgency with their names; empty where nothing was read."""

    sentiment: str
    sentiment_name: str
    urgency: int | None
    urgency_name: str


def mood_of(sentiment: int | None, urgency: int | None) -> Mood:
    """Return how a message or a ticket shows what was read."""
    return Mood(
        sentiment="" if sentiment is None else SENTIMENT_WORDS[Sentiment(sentiment)],
        sentiment_name="" if sentiment is None else str(Sentiment(sentiment).label),
        urgency=urgency,
        urgency_name="" if urgency is None else str(Urgency(urgency).label),
    )
