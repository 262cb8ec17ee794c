"""Adds to messages what can be learned from their words: for now the language; in batches, in the background."""

import re
from collections.abc import Iterable
from functools import cache

from django.db import transaction
from django.utils import timezone
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from accounts.models import Brand
from brandvoice.languages import base_language
from brandvoice.models import Wording
from inbox import events, outbox
from inbox.models import Direction, Message, Ticket

BATCH = 200
# Below this the guess among the organization's languages is left to people.
SURE_ENOUGH = 0.6
# Names and addresses say nothing about the language around them.
_NOT_WORDS = re.compile(r"https?://\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]{2,}")


def enrich_due() -> int:
    """Look through all messages that wait, a batch in each transaction; return how many."""
    outbox.take_nudge(outbox.ENRICH)
    done = 0
    while count := enrich_messages():
        done += count
    return done


@transaction.atomic(durable=True)
def enrich_messages(*, limit: int = BATCH) -> int:
    """Look through inbound messages that nobody has looked through yet; return how many."""
    waiting = Message.objects.filter(enriched_at=None, direction=Direction.INBOUND).order_by("pk")
    messages = list(waiting.select_for_update(no_key=True, skip_locked=True)[:limit])
    found = _find_languages(message for message in messages if not message.language)
    for message in messages:
        message.language = found.get(message.pk, message.language)
        message.enriched_at = timezone.now()
    Message.objects.bulk_update(messages, ["language", "enriched_at"])
    tickets = _set_ticket_languages(messages)
    _record([message for message in messages if message.pk in found or message.ticket_id in tickets])
    return len(messages)


def guess_language(text: str, allowed: frozenset[str]) -> str:
    """Return which of the allowed languages a text is in, or an empty text where that can't be told."""
    words = _NOT_WORDS.sub(" ", text)
    if not allowed or not _WORD.search(words):
        return ""
    scores = {language: score for language, score in _identifier().rank(words) if language in allowed}
    best = max(scores, key=lambda language: scores[language], default="")
    return best if best and scores[best] >= SURE_ENOUGH * sum(scores.values()) else ""


def _find_languages(messages: Iterable[Message]) -> dict[int, str]:
    silent = list(messages)
    allowed = _languages_of({message.organization_id for message in silent})
    guesses = {m.pk: guess_language(m.text, allowed[m.organization_id]) for m in silent}
    return {pk: language for pk, language in guesses.items() if language}


def _languages_of(organizations: set[int]) -> dict[int, frozenset[str]]:
    """Return the languages that each organization speaks: its brands' own, and those of its wordings."""
    spoken = Brand.objects.filter(organization__in=organizations).values_list("organization", "language")
    written = Wording.objects.filter(organization__in=organizations).values_list("organization", "language")
    languages: dict[int, set[str]] = {pk: set() for pk in organizations}
    for organization, language in spoken.union(written):
        languages[organization].add(base_language(language))
    return {pk: frozenset(known) for pk, known in languages.items()}


def _set_ticket_languages(messages: list[Message]) -> set[int]:
    """Give tickets without a language that of their first message that has one; return those that changed."""
    languages: dict[int, str] = {}
    for message in messages:
        if message.language:
            languages.setdefault(message.ticket_id, base_language(message.language))
    silent = Ticket.objects.filter(language="", pk__in=list(languages)).order_by("pk")
    tickets = list(silent.select_for_update(no_key=True))
    for ticket in tickets:
        ticket.language = languages[ticket.pk]
    Ticket.objects.bulk_update(tickets, ["language"])
    return {ticket.pk for ticket in tickets}


def _record(changed: list[Message]) -> None:
    tickets = Ticket.objects.in_bulk({message.ticket_id for message in changed})
    news = [
        events.NewEvent(
            "message.enriched",
            message.organization_id,
            tickets[message.ticket_id].team_id,
            message.ticket_id,
            message.pk,
            facts={"language": message.language},
            people=tuple(pk for pk in [tickets[message.ticket_id].assignee_id] if pk),
        )
        for message in changed
    ]
    if news:
        events.record_many(news)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
