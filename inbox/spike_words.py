"""Finds the words that customers suddenly use, so that a rumour for which nobody has a topic is found.

How often a phrase was used before is kept in a fixed number of buckets, into which phrases fall by their hash (as in a
count-min sketch, Cormode and Muthukrishnan 2005): a bucket never says less than what is true, so that it can hide a
spike and never invents one, and nothing that anybody wrote can be read from it. Words come in bursts, far more than a
Poisson count does (Church and Gale 1995, Poisson mixtures): the tail is that of a negative binomial.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from brandvoice.matching.words import words_of
from brandvoice.reading.small_words import SMALL_WORDS
from inbox.spikes import FEWEST, LONGEST_PHRASE, LOOKS, TIMES, allowance, count_tail

# A brand's memory of words is never more rows than this.
BUCKETS = 1 << 17
# This bucket counts the messages.
ALL = -1
MOST_WORDS = 3
# With fewer messages in memory, every word would be new.
FEWEST_KNOWN = 300
# What was said this many days ago counts half.
HALF_LIFE = 14.0
# How bursty words are: the size of their negative binomial.
SIZE = 1.0
# Of an incident's words, so many are named.
MOST_NAMED = 5
_SMALL = frozenset().union(*SMALL_WORDS.values())


@dataclass(frozen=True, slots=True)
class Use:
    """A phrase that is used far more than before: by which tickets, how many are usual, how unlikely that is."""

    phrase: str
    tickets: frozenset[int]
    expected: float
    chance: float


def phrases_of(text: str) -> frozenset[str]:
    """Return the phrases of one to three words, as they stand in a text, that begin and end with a telling word.

    None is longer than LONGEST_PHRASE characters.
    """
    words = words_of(text)
    telling = [_tells(word) for word in words]
    phrases = (
        " ".join(words[start : start + length])
        for length in range(1, MOST_WORDS + 1)
        for start in range(len(words) - length + 1)
        if telling[start] and telling[start + length - 1]
    )
    return frozenset(phrase for phrase in phrases if len(phrase) <= LONGEST_PHRASE)


def parts_of(phrase: str) -> list[str]:
    """Return the words of a phrase and the pairs of them that are counted: it can't be used more than these are."""
    words = phrase.split(" ")
    pairs = [f"{left} {right}" for left, right in pairwise(words) if _tells(left) and _tells(right)]
    return [word for word in words if _tells(word)] + pairs


def buckets_of(text: str) -> frozenset[int]:
    """Return the buckets in which a text is remembered."""
    return frozenset(bucket for phrase in phrases_of(text) if phrase.count(" ") < 2 for bucket in _buckets(phrase))


def uses(said: Sequence[tuple[int, str]], memory: Mapping[int, float]) -> list[Use]:
    """Return the phrases that are used far more by (ticket, text) than the memory has them, the most used first.

    The memory holds the messages of before alone, by bucket; a phrase counts once a ticket.
    """
    known = memory.get(ALL, 0.0)
    if known < FEWEST_KNOWN:
        return []
    users = users_of(said)
    allowed = allowance(len(users), LOOKS)
    found = []
    for phrase, tickets in users.items():
        if len(tickets) < FEWEST:
            continue
        expected = len(said) * (_remembered(phrase, memory) + 0.5) / (known + 1)
        chance = count_tail(len(tickets), expected, expected + expected * expected / SIZE)
        if len(tickets) >= TIMES * expected and chance <= allowed:
            found.append(Use(phrase, frozenset(tickets), expected, chance))
    return sorted(found, key=lambda use: (-len(use.tickets), -len(use.phrase), use.phrase))


def users_of(said: Iterable[tuple[int, str]]) -> dict[str, set[int]]:
    """Return which tickets use each phrase."""
    users: dict[str, set[int]] = {}
    for ticket, text in said:
        for phrase in phrases_of(text):
            users.setdefault(phrase, set()).add(ticket)
    return users


def asked_buckets(said: Sequence[tuple[int, str]]) -> set[int]:
    """Return the buckets that `uses` will ask for: those of the phrases that enough tickets use."""
    many = [phrase for phrase, tickets in users_of(said).items() if len(tickets) >= FEWEST]
    return {bucket for phrase in many for part in parts_of(phrase) for bucket in _buckets(part)} | {ALL}


def count_buckets(texts: Iterable[str]) -> Counter[int]:
    """Return how many of these texts fall into each bucket, and into ALL."""
    counted: Counter[int] = Counter()
    for text in texts:
        counted[ALL] += 1
        counted.update(buckets_of(text))
    return counted


def telling_words(found: Sequence[Use]) -> list[str]:
    """Return the fewest phrases that name what is talked about: each adds tickets, of two alike the longer stays."""
    named: list[Use] = []
    covered: set[int] = set()
    for use in sorted(found, key=lambda use: (-len(use.tickets), -len(use.phrase), use.phrase)):
        new = use.tickets - covered
        if not named or len(new) * 5 >= len(use.tickets):
            named.append(use)
            covered |= use.tickets
    return [use.phrase for use in named[:MOST_NAMED]]


def overlap(tickets: Collection[int], others: Collection[int]) -> float:
    """Return which share of the tickets are among the others."""
    return len(set(tickets) & set(others)) / max(1, len(tickets))


def _remembered(phrase: str, memory: Mapping[int, float]) -> float:
    return min(memory.get(bucket, 0.0) for part in parts_of(phrase) for bucket in _buckets(part))


@lru_cache(1 << 16)
def _buckets(phrase: str) -> tuple[int, int]:
    """Return the two buckets of a phrase: the emptier of the two says more nearly how often it was used."""
    digest = blake2b(phrase.encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4]) % BUCKETS, int.from_bytes(digest[4:]) % BUCKETS


@lru_cache(1 << 16)
def _tells(word: str) -> bool:
    return len(word) > 2 and word not in _SMALL and not any(letter.isdigit() for letter in word)
