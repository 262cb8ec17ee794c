"""The set-based statements of the rollups: what a stretch of the log is read with, and what it adds is written with."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from inbox import batches
from inbox.models import LogReader, Survey
from inbox.models.messages import not_a_survey
from inbox.queries.rollup_sums import SUMS
from inbox.rollup_facts import CLASSES, COUNTS, TIMES, Cell, Row, Said, Story, Surveyed, Written, hour_of, moment_of

_decode = msgspec.json.Decoder(Story).decode
# Where an event stands in the log: its transaction and its id.
Place = tuple[int, int]
# Kinds that say of a message of ours that it goes out; and of any that it was said.
REPLY_KINDS = frozenset({"reply.queued", "reply.approved", "message.seen_on_network"})
SAID_KINDS = REPLY_KINDS | {"message.received"}
SPAM_KINDS = frozenset({"ticket.marked_spam", "ticket.unmarked_spam"})
READING_KINDS = frozenset({"message.received", "message.enriched", "reading.corrected"})


class Logged(NamedTuple):
    """An event, with the brand and channel of its ticket."""

    transaction: int
    event: int
    kind: str
    at: datetime
    organization: int
    team: int | None
    ticket: int | None
    message: int | None
    actor: int | None
    state: str | None
    metric: str | None
    used: int | None
    survey: int | None
    score: int | None
    brand: int | None
    channel: int | None

    @property
    def place(self) -> Place:
        """Return where it stands in the log."""
        return self.transaction, self.event


class Step(NamedTuple):
    """An event that a message's reading rests on."""

    place: Place
    kind: str
    facts: Mapping[str, str | int | None]
    begin: Said


def next_events(reader: LogReader, limit: int) -> list[Logged]:
    """Return the next events in commit order; none is missed."""
    found = batches.run(_NEXT, transaction=str(reader.transaction), event=reader.event, limit=limit)
    return [Logged(*row) for row in found]


_NEXT = """
SELECT e.transaction::text::bigint, e.id, e.kind, e.created_at, e.organization_id, e.team_id, e.ticket_id,
       e.message_id, e.actor_id, e.facts->>'state', e.facts->>'metric',
       CASE WHEN e.kind = 'target.fulfilled' THEN (e.facts->>'used')::bigint END,
       CASE WHEN e.kind = 'survey.answered' THEN (e.facts->>'survey')::bigint END,
       CASE WHEN e.kind = 'survey.answered' THEN (e.facts->>'score')::int END, t.brand_id, t.channel_id
FROM (SELECT * FROM inbox_event
      WHERE (transaction, id) > (%(transaction)s::xid8, %(event)s::bigint)
      AND transaction < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY transaction, id LIMIT %(limit)s::int) e
LEFT JOIN inbox_ticket t ON t.id = e.ticket_id
ORDER BY e.transaction, e.id
"""


def load_stories(tickets: Collection[int]) -> dict[int, Story]:
    """Return the stories of these tickets; who has none begins with an empty one."""
    found: dict[int, str] = dict(batches.run(_STORIES, sorted(tickets)))
    return {pk: _decode(found[pk]) if pk in found else Story() for pk in tickets}


_STORIES = """
SELECT ticket_id, state::text FROM inbox_ticketstory
WHERE ticket_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint))
"""


def keep_stories(stories: Mapping[int, tuple[int, Story]]) -> None:
    """Store stories by their tickets, each with its organization."""
    rows = [{"ticket": pk, "organization": organization, "state": kept} for pk, (organization, kept) in stories.items()]
    batches.start(_KEEP, rows)


_KEEP = """
INSERT INTO inbox_ticketstory (ticket_id, organization_id, state)
SELECT ticket, organization, state
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(ticket bigint, organization bigint, state jsonb)
ON CONFLICT (ticket_id) DO UPDATE SET state = excluded.state
"""


def homes_of(messages: Collection[int]) -> dict[int, int]:
    """Return in which tickets these messages were first said; merging and splitting change nothing of that."""
    return dict(batches.run(_HOMES, sorted(messages), kinds=sorted(SAID_KINDS)) if messages else [])


_HOMES = """
SELECT DISTINCT ON (message_id) message_id, ticket_id FROM inbox_event
WHERE message_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint))
AND kind = ANY(%(kinds)s::text[]) ORDER BY message_id, id
"""


def messages_in(tickets: Collection[int]) -> dict[int, list[int]]:
    """Return the customers' messages that were received in these tickets."""
    found: dict[int, list[int]] = defaultdict(list)
    for ticket, message in batches.run(_RECEIVED, sorted(tickets)) if tickets else ():
        found[ticket].append(message)
    return found


_RECEIVED = """
SELECT ticket_id, message_id FROM inbox_event
WHERE ticket_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint))
AND kind = 'message.received' ORDER BY id
"""


def load_readings(messages: Collection[int]) -> dict[int, list[Step]]:
    """Return by message what the log says was read off it, in order."""
    found: dict[int, list[Step]] = defaultdict(list)
    read = batches.run(_READINGS, sorted(messages)) if messages else []
    for transaction, event, kind, message, at, team, facts, channel, brand, opens in read:
        known = msgspec.json.decode(facts)
        begin = Said(message, hour_of(at), brand, channel, team, opens, str(known.get("region") or ""))
        found[message].append(Step((transaction, event), kind, known, begin))
    return found


_READINGS = """
SELECT e.transaction::text::bigint, e.id, e.kind, e.message_id, e.created_at, e.team_id, e.facts::text,
       m.channel_id, t.brand_id, e.kind = 'message.received' AND NOT EXISTS (
           SELECT FROM inbox_event before WHERE before.ticket_id = e.ticket_id AND before.id < e.id
           AND before.kind = 'message.received')
FROM inbox_event e JOIN inbox_message m ON m.id = e.message_id JOIN inbox_ticket t ON t.id = e.ticket_id
WHERE e.message_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint))
AND e.kind IN ('message.received', 'message.enriched', 'reading.corrected')
ORDER BY e.transaction, e.id
"""


def said_before(steps: Iterable[Step], place: Place, *, including: bool = False) -> Said | None:
    """Return a message as the log has it before an event, or with it; None before it was received."""
    said = None
    for step in steps:
        if step.place > place or (step.place == place and not including):
            break
        if step.kind == "message.received":
            said = step.begin
        elif said is not None:
            said = _read(said, step)
    return said


def _read(said: Said, step: Step) -> Said:
    facts = step.facts
    if step.kind == "message.enriched":
        return said._replace(
            language=_language(facts.get("language")),
            topic=str(facts.get("topic") or ""),
            sentiment=_number(facts.get("sentiment")),
            urgency=_number(facts.get("urgency")),
        )
    right = facts.get("right")
    match facts.get("about"):
        case "language":
            return said._replace(language=_language(right))
        case "topic":
            return said._replace(topic=str(right or ""))
        case "sentiment":
            return said._replace(sentiment=_number(right))
        case _:
            return said._replace(urgency=_number(right))


def _language(value: str | int | None) -> str:
    return str(value or "").lower().replace("_", "-").split("-")[0]


def _number(value: str | int | None) -> int | None:
    return None if value in (None, "") else int(value)


def load_written(messages: Collection[int]) -> dict[int, Written]:
    """Return what counts of our messages, by their ids."""
    return {pk: Written(*rest) for pk, *rest in (batches.run(_WRITTEN, sorted(messages)) if messages else ())}


_WRITTEN = f"""
SELECT m.id, m.channel_id, m.user_id, m.purpose, ARRAY(
    SELECT DISTINCT v.position_id FROM inbox_span s JOIN brandvoice_positionversion v ON v.id = s.version_id
    WHERE s.message_id = m.id ORDER BY v.position_id)
FROM inbox_message m WHERE m.id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint))
AND m.direction = 'outbound' AND {not_a_survey("m.id")}
"""  # noqa: S608 - our own words


def load_surveyed(surveys: Collection[int]) -> dict[int, Surveyed]:
    """Return about what customers were asked, by the ids of the surveys."""
    found = Survey.objects.filter(pk__in=surveys).values_list("pk", "channel", "team", "person") if surveys else ()
    return {pk: Surveyed(*rest) for pk, *rest in found}


def add(rows: Mapping[Row, Counter[Cell]]) -> None:
    """Add to the hours, and to the days in which they begin by their organizations' clocks."""
    changes = [change for row in sorted(rows) if (change := _change(row, rows[row]))]
    if changes:
        batches.start(_ADD, changes)


def _change(row: Row, cells: Counter[Cell]) -> dict[str, object]:
    """Return a row of the statement, or nothing where all that was added was taken back."""
    counts = {name: cells[name] for name in COUNTS if cells[name]}
    times = {name: _classes(cells, name) for name in TIMES}
    if not counts and not any(times.values()):
        return {}
    return {"brand": row.brand, "hour": moment_of(row.hour), "kind": row.kind, "value": row.value} | counts | times


def _classes(cells: Counter[Cell], name: str) -> Sequence[int]:
    classes = [cells[(name, place)] for place in range(CLASSES)]
    while classes and not classes[-1]:
        classes.pop()
    return classes


def compose_days(organization_id: int) -> None:
    """Make an organization's days and months anew out of its hours, by its clock of now."""
    batches.start(_FORGET_DAYS, organization=organization_id)
    batches.start(_COMPOSE_DAYS, organization=organization_id)
    compose_months(organization_id)


def compose_months(organization_id: int) -> None:
    """Make an organization's months anew out of its days."""
    batches.start(_FORGET_MONTHS, organization=organization_id)
    batches.start(_COMPOSE_MONTHS, organization=organization_id)


_NAMES = ", ".join(COUNTS)
_UPDATE = ", ".join(
    [f"{name} = old.{name} + excluded.{name}" for name in COUNTS]
    + [
        f"{name} = ARRAY(SELECT coalesce(a, 0) + coalesce(b, 0)"  # noqa: S608 - our own names
        f" FROM unnest(old.{name}, excluded.{name}) AS c(a, b))"
        for name in TIMES
    ]
)
_ALL = f"{_NAMES}, {', '.join(TIMES)}"
_SOURCE = f"""
SELECT b.organization_id, new.kind, new.hour, new.brand, new.value,
       {", ".join(f"coalesce(new.{name}, 0) AS {name}" for name in COUNTS)}, {", ".join(TIMES)}
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(
    brand bigint, hour timestamptz, kind text, value text, {", ".join(f"{name} int" for name in COUNTS)},
    {", ".join(f"{name} int[]" for name in TIMES)})
JOIN accounts_brand b ON b.id = new.brand
"""  # noqa: S608 - made of our own names
_AT = "(h.hour AT TIME ZONE o.time_zone)"
# What a longer stretch is called, by its table: the day or month, and its place in time.
_LONGER = {"day": f"{_AT}::date", "month": f"date_trunc('month', {_AT})::date"}
_INTO = {
    unit: f"""
INSERT INTO inbox_rollup{unit} AS old (organization_id, kind, {unit}, brand_id, value, {_ALL})
SELECT h.organization_id, h.kind, {place}, h.brand, h.value, {SUMS}
FROM h JOIN accounts_organization o ON o.id = h.organization_id
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - made of our own names
    for unit, place in _LONGER.items()
}
_OR_ADD = {
    unit: f"ON CONFLICT (organization_id, kind, {unit}, brand_id, value) DO UPDATE SET {_UPDATE}"
    for unit in ("hour", "day", "month")
}
_ADD = f"""
WITH h AS ({_SOURCE}), hours AS (
    INSERT INTO inbox_rolluphour AS old (organization_id, kind, hour, brand_id, value, {_ALL})
    SELECT organization_id, kind, hour, brand, value, {_ALL} FROM h
    {_OR_ADD["hour"]}
), days AS ({_INTO["day"]} {_OR_ADD["day"]})
{_INTO["month"]} {_OR_ADD["month"]}
"""  # noqa: S608 - made of our own names
_FORGET_DAYS = "DELETE FROM inbox_rollupday WHERE organization_id = %(organization)s::bigint"
_FORGET_MONTHS = "DELETE FROM inbox_rollupmonth WHERE organization_id = %(organization)s::bigint"
_COMPOSE_DAYS = f"""
WITH h AS (SELECT organization_id, kind, hour, brand_id AS brand, value, {_ALL} FROM inbox_rolluphour
           WHERE organization_id = %(organization)s::bigint)
{_INTO["day"]}
"""  # noqa: S608 - made of our own names
_COMPOSE_MONTHS = f"""
INSERT INTO inbox_rollupmonth (organization_id, kind, month, brand_id, value, {_ALL})
SELECT organization_id, kind, date_trunc('month', day)::date, brand_id, value, {SUMS}
FROM inbox_rollupday WHERE organization_id = %(organization)s::bigint GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - made of our own names
