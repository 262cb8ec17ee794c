"""Whether search costs the same with a million messages as with ten thousand: each kind of question, and the ratio."""

import time

from benchmarks.bench_list import _FILL
from benchmarks.stage import Cast, make_cast, percentile, scratch, show

SIZES = (10_000, 100_000, 1_000_000)
# Messages of one ticket; ten thousand words, the n-th 1/n times as often as the first.
A_TICKET, WORDS = 4, 10_000
CALLS = 20
QUESTIONS = {
    "a word of every third message": "w1",
    "of every hundredth": "w40",
    "of ten in a million": "w9000",
    "two words": "w30 w200",
    "a phrase": '"w3 w7"',
    "words, one left out": "w20 -w1",
    "a beginning": "w77",
    "with tokens": "w40 is:unassigned from:@c77",
    "tokens alone": "is:open network:bluesky",
    "a word of none": "quux",
}


def main() -> None:
    """Ask each question at each size, in a warm process, as the page does."""
    with scratch("search"):
        from inbox.queries.search import search

        cast = make_cast()
        medians: dict[str, list[float]] = {question: [] for question in QUESTIONS}
        all_of: dict[int, list[float]] = {}
        for size in SIZES:
            _fill(cast, size)
            all_of[size] = []
            for name, question in QUESTIONS.items():
                search(question, cast.agent)
                took = []
                for _call in range(CALLS):
                    began = time.perf_counter()
                    search(question, cast.agent)
                    took.append((time.perf_counter() - began) * 1000)
                medians[name].append(percentile(took, 0.5))
                all_of[size] += took
    for name, (few, some, many) in medians.items():
        show(
            f"search: {name}", f"{many:.1f} ms at 1 M", f"{few:.1f} at 10 k, {some:.1f} at 100 k: ×{many / few:.1f}", ""
        )
    worst = [percentile(all_of[size], 0.95) for size in SIZES]
    show(
        "search: p95 of all",
        f"{worst[2]:.1f} ms at 1 M",
        f"{worst[0]:.1f} at 10 k: ×{worst[2] / worst[0]:.1f}",
        "< 100 ms",
    )


def _fill(cast: Cast, messages: int) -> None:
    """Bring the organization to so many messages; the newest tickets hold the newest words."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"upto": messages // A_TICKET, "channel": cast.channel.pk, "agent": cast.agent.pk})
        cursor.execute(_SAY, {"words": WORDS, "more": A_TICKET - 1})
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inbox_message, inbox_ticket, inbox_identity")


# Every ticket whose one message says nothing of ours yet gets its words; a word's rank falls as 1/n.
_SAY = """
WITH silent AS (SELECT * FROM inbox_message WHERE text LIKE 'Where is%%'),
said AS (
    SELECT s.*, n, (
        SELECT string_agg('w' || (%(words)s ^ random())::int, ' ') FROM generate_series(1, 12 + (s.id + n) %% 9)
    ) AS words FROM silent s, generate_series(0, %(more)s) n
), first AS (
    UPDATE inbox_message m SET text = said.words FROM said WHERE said.id = m.id AND said.n = 0
)
INSERT INTO inbox_message (organization_id, ticket_id, channel_id, direction, visibility, external_id, in_reply_to,
    identity_id, text, html, language, purpose, sent_at, created_at)
SELECT organization_id, ticket_id, channel_id, 'inbound', 'public', external_id || '-' || n, '', identity_id, words, '',
    'en', '', sent_at + n * interval '1 second', now()
FROM said WHERE n > 0
"""


if __name__ == "__main__":
    main()
