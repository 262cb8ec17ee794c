"""Compares what the network and the agents have written down with what is in the database."""

from collections import Counter
from dataclasses import dataclass

from benchmarks.chaos.network import Ledger


@dataclass(frozen=True, slots=True)
class Finding:
    """What was compared, how many there should be, and what is wrong with them."""

    what: str
    expected: int
    lost: int
    doubled: int
    misplaced: int
    # Shown to a person, since nobody can know: neither lost nor doubled.
    doubtful: int = 0

    @property
    def is_clean(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.lost or self.doubled or self.misplaced)


def audit_messages(ledger: Ledger, channel_id: int) -> Finding:
    """Compare customers' messages: each stored once, each conversation in one ticket and in its order."""
    from inbox.models import Message

    rows = Message.objects.filter(channel=channel_id, direction="inbound").in_order()
    stored = list(rows.values_list("external_id", "ticket", "ticket__thread_key"))
    counts = Counter(external_id for external_id, _ticket, _thread in stored)
    order: dict[str, list[int]] = {}
    tickets: dict[str, set[int]] = {}
    for external_id, ticket, thread in stored:
        order.setdefault(thread, []).append(ledger.said[external_id or ""][1])
        tickets.setdefault(thread, set()).add(ticket)
    misplaced = sum(1 for numbers in order.values() if numbers != sorted(numbers))
    misplaced += sum(1 for found in tickets.values() if len(found) > 1)
    lost = sum(1 for external_id in ledger.said if not counts[external_id])
    return Finding("messages", len(ledger.said), lost, sum(count - 1 for count in counts.values()), misplaced)


def audit_replies(ledger: Ledger, accepted: dict[int, list[str]], channel_id: int) -> Finding:
    """Compare replies: each accepted one on the network once, in the order in which it was accepted in its ticket."""
    from inbox.models import Delivery

    rows = Delivery.objects.filter(channel=channel_id).values_list("message__text", "state", "ticket__thread_key")
    states = {text: state for text, state, _thread in rows}
    threads = {text: thread for text, _state, thread in rows}
    posted: dict[str, list[str]] = {}
    for post in ledger.posts.values():
        posted.setdefault(post["thread"], []).append(post["text"])
    counts = Counter(text for texts in posted.values() for text in texts)
    lost = doubtful = misplaced = 0
    for texts in accepted.values():
        for text in texts:
            if not counts[text]:
                doubtful += states.get(text) in ("uncertain", "failed")
                lost += states.get(text) not in ("uncertain", "failed")
        there = [text for text in texts if counts[text]]
        misplaced += bool(there) and [text for text in posted[threads[there[0]]] if text in set(texts)] != there
    doubled = sum(count - 1 for count in counts.values())
    expected = sum(len(texts) for texts in accepted.values())
    return Finding("replies", expected, lost, doubled, misplaced, doubtful)
