"""What the figures on volume, mood and service are counted from: follows a ticket's log, says what each event adds.

Plain data and pure functions: the same log gives the same counts, whether it is followed as it comes or read again
from its beginning. Whatever was counted can be taken back, because it is remembered where it was put.
"""

from collections.abc import Callable, Iterator, Mapping

from inbox.rollup_facts import (
    TIMES,
    Cell,
    Fact,
    Happening,
    Rating,
    Reply,
    Said,
    Span,
    Story,
    Tally,
    Written,
    class_of,
    hour_of,
    value_of,
)

# Of a ticket, so many replies can still turn out to have come to nothing, or hear what the customer says next.
REMEMBERED = 8
NOTHING = frozenset({"failed", "cancelled", "waiting"})
_DELIVERY = ("failed", "cancelled", "retried", "settled", "sent", "delivered", "read")


def follow(story: Story, happening: Happening, tally: Tally) -> None:
    """Move a ticket's story on by one event, and count what it adds or takes back."""
    if step := _STEPS.get(happening.kind):
        step(story, happening, tally)


def _note_question(story: Story, happening: Happening, tally: Tally) -> None:
    said = happening.now
    if said is None:
        return
    story.newest, story.region = said.message, said.region
    story.language, story.topic, story.sentiment = "", "", None
    story.round_at = story.round_at or happening.at
    if story.first_reply is None:
        story.asked_at = story.asked_at or happening.at
    for reply in story.replies:
        reply.next = reply.next or said.message
    if not story.spam:
        tally.add(said.fact, said.cells)


def _note_reading(story: Story, happening: Happening, tally: Tally) -> None:
    """Count a message under what is now known of it, and hold the customer's feeling beside that before a reply."""
    was, now = happening.was, happening.now
    if was is None or now is None:
        return
    if not story.spam:
        tally.add(was.fact, was.cells, -1)
        tally.add(now.fact, now.cells)
    if now.message == story.newest:
        story.language, story.topic, story.sentiment = now.language, now.topic, now.sentiment
    _cut_again(story, now, tally)
    for reply in story.replies:
        if reply.asked == now.message and not reply.shift:
            reply.before = now.sentiment
        if reply.next == now.message and not reply.shift and None not in (reply.before, now.sentiment):
            _judge(reply, now.sentiment or 0, tally)


def _cut_again(story: Story, now: Said, tally: Tally) -> None:
    """Let what answered a message go under the language and topic that are known of it now."""
    for fact, cells in _facts(story):
        if fact.asked == now.message:
            tally.add(fact, cells, -1)
            fact.cuts = fact.cuts | {"language": [now.language], "topic": [now.topic]}
            tally.add(fact, cells)


def _facts(story: Story) -> Iterator[tuple[Fact, list[Cell]]]:
    """Yield what a ticket is remembered for, with what it counts as."""
    yield from ((reply, _cells(reply) if reply.counts else []) for reply in story.replies)
    if first := story.first_reply:
        yield first, [("first_reply", first.took or 0)]
    if done := story.resolution:
        yield done, [*_resolved(done), *(["reopened"] if done.reopened else [])]
    yield from ((rating, _rated(rating)) for rating in story.ratings)


def _judge(reply: Reply, after: int, tally: Tally) -> None:
    before = reply.before or 0
    reply.shift = "same" if after == before else "better" if after > before else "worse"
    if reply.counts:
        tally.add(reply, [reply.shift])


def _note_spam(story: Story, happening: Happening, tally: Tally) -> None:
    is_spam = happening.kind == "ticket.marked_spam"
    if is_spam == story.spam:
        return
    story.spam = is_spam
    for said in happening.all_said:
        tally.add(said.fact, said.cells, -1 if is_spam else 1)


def _note_reply(story: Story, happening: Happening, tally: Tally) -> None:
    known = next((reply for reply in story.replies if reply.message == happening.message), None)
    if known is None and happening.written:
        known = _write(story, happening, happening.written)
    elif known is None or known.counts:
        return
    known.counts, known.at = True, happening.at
    tally.add(known, _cells(known))
    _find_first_reply(story, tally)


def _find_first_reply(story: Story, tally: Tally) -> None:
    """Measure the first reply that went out since the customer asked, unless that is known."""
    begin = story.asked_at
    if story.first_reply or begin is None:
        return
    first = next((reply for reply in story.replies if reply.counts and reply.at >= begin), None)
    if first:
        took = class_of((first.at - begin).total_seconds())
        span = Span(hour_of(first.at), first.brand, first.cuts, first.asked, message=first.message, took=took)
        story.first_reply = span
        tally.add(span, [("first_reply", took)])


def _write(story: Story, happening: Happening, written: Written) -> Reply:
    cuts = _places(story, happening, written.channel) | {
        "agent": [value_of(written.user)],
        "purpose": [written.purpose],
        "position": [str(pk) for pk in written.positions] or [""],
    }
    reply = Reply(happening.hour, happening.brand, cuts, story.newest, message=happening.message, at=happening.at)
    reply.before = story.sentiment
    story.replies = [*story.replies, reply][-REMEMBERED:]
    return reply


def _note_delivery(story: Story, happening: Happening, tally: Tally) -> None:
    """Take a reply back that came to nothing, or count one that goes out after all."""
    if happening.state not in NOTHING:
        _note_reply(story, happening, tally)
        return
    for reply in story.replies:
        if reply.message == happening.message and reply.counts:
            reply.counts = False
            tally.add(reply, _cells(reply), -1)
    first = story.first_reply
    if first and first.message == happening.message:
        tally.add(first, [("first_reply", first.took or 0)], -1)
        story.first_reply = None
        _find_first_reply(story, tally)


def _note_resolution(story: Story, happening: Happening, tally: Tally) -> None:
    last = next((reply for reply in reversed(story.replies) if reply.counts), None)
    cuts = _places(story, happening, happening.channel) | {"agent": [value_of(happening.actor)]}
    if last:
        cuts |= {"purpose": last.cuts["purpose"], "position": last.cuts["position"]}
    done = Span(happening.hour, happening.brand, cuts, story.newest)
    if story.round_at:
        done.took = class_of((happening.at - story.round_at).total_seconds())
    tally.add(done, _resolved(done))
    story.resolution, story.round_at = done, None
    if story.first_reply is None:
        story.asked_at = None


def _note_reopening(story: Story, happening: Happening, tally: Tally) -> None:
    story.round_at = story.round_at or happening.at
    done = story.resolution
    if happening.kind == "ticket.reopened" and done and not done.reopened:
        done.reopened = True
        tally.add(done, ["reopened"])


def _note_target(story: Story, happening: Happening, tally: Tally) -> None:
    """Put a time into the class in which it is by the clock of its policy."""
    span = story.first_reply if happening.metric == "first_reply" else story.resolution
    if happening.metric not in TIMES or span is None or span.took is None or happening.used is None:
        return
    tally.add(span, [(happening.metric, span.took)], -1)
    span.took = class_of(happening.used)
    tally.add(span, [(happening.metric, span.took)])


def _note_rating(story: Story, happening: Happening, tally: Tally) -> None:
    """Count what a customer answers to a survey, in place of what they answered before."""
    if happening.surveyed is None:
        return
    for before in (rating for rating in story.ratings if rating.survey == happening.survey):
        tally.add(before, _rated(before), -1)
    channel, team, person = happening.surveyed
    done = story.resolution.cuts if story.resolution else {}
    cuts = _places(story, happening._replace(team=team), channel) | {"agent": [value_of(person)]}
    cuts |= {name: done.get(name, [""]) for name in ("purpose", "position")}
    rating = Rating(
        happening.hour, happening.brand, cuts, story.newest, survey=happening.survey, content=happening.content
    )
    tally.add(rating, _rated(rating))
    others = [one for one in story.ratings if one.survey != happening.survey]
    story.ratings = [*others, rating][-REMEMBERED:]


def _rated(rating: Rating) -> list[Cell]:
    return ["rated", "content"] if rating.content else ["rated"]


def _resolved(done: Span) -> list[Cell]:
    return ["resolved"] if done.took is None else ["resolved", ("resolution", done.took)]


def _cells(reply: Reply) -> list[Cell]:
    signed = ["signed"] if any(reply.cuts["position"]) else []
    return ["replies", *signed, *([reply.shift] if reply.shift else [])]


def _places(story: Story, happening: Happening, channel: int) -> dict[str, list[str]]:
    return {
        "channel": [str(channel)],
        "team": [value_of(happening.team)],
        "language": [story.language],
        "region": [story.region],
        "topic": [story.topic],
    }


_STEPS: Mapping[str, Callable[[Story, Happening, Tally], None]] = {
    "message.received": _note_question,
    "message.enriched": _note_reading,
    "reading.corrected": _note_reading,
    "ticket.marked_spam": _note_spam,
    "ticket.unmarked_spam": _note_spam,
    "reply.queued": _note_reply,
    "message.seen_on_network": _note_reply,
    "reply.approved": _note_reply,
    **{f"delivery.{name}": _note_delivery for name in _DELIVERY},
    "ticket.resolved": _note_resolution,
    "ticket.reopened": _note_reopening,
    "ticket.unanswered": _note_reopening,
    "correction.asked": _note_reopening,
    "target.fulfilled": _note_target,
    "survey.answered": _note_rating,
}
FOLLOWED = frozenset(_STEPS)
