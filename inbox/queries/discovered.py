"""Topics that nobody has named yet: what customers of the last 30 days write about, and the library has nothing on."""

from collections import Counter
from dataclasses import dataclass

from accounts.models import User
from inbox.models import Cluster, Message, Sentiment
from inbox.queries.clusters import MOST_SHOWN, for_brand
from inbox.queries.rollup_sums import Share


@dataclass(frozen=True, slots=True)
class Discovered:
    """A topic by its most telling words, how many customers write of it, and what part of that is negative."""

    pk: int
    name: str
    question: str
    languages: tuple[str, ...]
    customers: int
    negative: Share


def discovered_topics(user: User, brand_id: int | None) -> tuple[Discovered, ...]:
    """Return the topics found in what no position answers, most customers first."""
    unanswered = Cluster.objects.visible_to(user).unanswered()
    clusters = list(for_brand(unanswered, brand_id).largest_first()[:MOST_SHOWN])
    said = [pk for cluster in clusters for pk in cluster.messages]
    felt = dict(Message.objects.filter(pk__in=said).values_list("pk", "sentiment"))
    return tuple(_topic(cluster, Counter(felt.get(pk) for pk in cluster.messages)) for cluster in clusters)


def _topic(cluster: Cluster, felt: Counter[int | None]) -> Discovered:
    read = sum(felt[feeling] for feeling in Sentiment)
    return Discovered(
        pk=cluster.pk,
        name=" · ".join(cluster.words) or cluster.question,
        question=cluster.question,
        languages=tuple(cluster.languages),
        customers=cluster.size,
        negative=Share(felt[Sentiment.NEGATIVE], read),
    )
