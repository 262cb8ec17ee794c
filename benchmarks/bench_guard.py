"""The guard: how long a check takes at 300 rules, and how much of what people labelled it finds.

`python -m benchmarks guard` prints both; with `--misses` it lists what the half to learn from holds and it misses.
"""

import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.stage import percentile, scratch, show

if TYPE_CHECKING:
    from brandvoice.guard import Finding

RULES, CHARACTERS, CALLS = 300, 1000, 1000
LABELLED = Path(__file__).parent / "labelled"
SETS = {"lint.jsonl": "en", "lint_fresh.jsonl": "en", "lint_de.jsonl": "de", "lint_es.jsonl": "es"}
FAMILIES = ("claim", "personal_data", "tone")
# What a labelled stretch and a finding need not agree on: which of a family's rules it is.
SYLLABLES = ("ba", "co", "di", "fu", "ge", "ha", "ki", "lo", "mu", "ne", "po", "ra", "si", "tu", "ve", "wo")

Row = dict[str, Any]


def main() -> None:
    """Measure speed in a scratch database, then quality on the labelled replies."""
    with scratch("guard"):
        if "--misses" not in sys.argv:
            measure_speed()
        measure_quality(list_misses="--misses" in sys.argv)


def measure_speed() -> None:
    """Print a whole check beside looking for every word with an expression of its own."""
    from accounts.models import Brand, Organization
    from brandvoice.actions.rules import RuleDraft, create_rules
    from brandvoice.guard import GuardContext, check

    chance = random.Random(1)
    organization = Organization.objects.create(name="Bench", slug="bench")
    brand = Brand.objects.create(organization=organization, name="Bench", slug="bench")
    phrases = [" ".join(_word(chance) for _ in range(chance.choice((1, 1, 2)))) for _ in range(RULES)]
    drafts = [RuleDraft("term.banned", {"phrases": [phrase], "reason": "No."}, language="en") for phrase in phrases]
    create_rules(organization, drafts, by=None)
    context = GuardContext(organization.pk, brand.pk, "email", "en", "public", purpose="inform")
    started = time.perf_counter()
    check(text := _text(chance, phrases), context)
    print(f"first check of a process: {(time.perf_counter() - started) * 1000:.0f} ms (rules are read and compiled)")
    texts = [_text(chance, phrases) for _ in range(CALLS)]
    singly = [re.compile(rf"\b{re.escape(phrase)}(?:s|es|d|ed|ing)?\b", re.IGNORECASE) for phrase in phrases]
    reference = _time(lambda text: [found.span() for one in singly for found in one.finditer(text)], texts)
    whole = _time(lambda text: check(text, context), texts)
    show(f"check, {RULES} rules, {len(text)} characters", whole, f"words alone, one by one: {reference}", "p99 20 ms")


def measure_quality(*, list_misses: bool) -> None:
    """Print precision and recall for each family, real replies apart from those with something written in."""
    for name, language in SETS.items():
        rows: list[Row] = [json.loads(line) for line in (LABELLED / name).read_text().splitlines()]
        judged = [(row, list(_findings(str(row["text"]), language))) for row in rows]
        for half in sorted({str(row["half"]) for row in rows}):
            print(f"\n{name}, {half}: stretches found, of those that people labelled")
            _show_half([one for one in judged if one[0]["half"] == half])
        if list_misses:
            _list_misses([one for one in judged if one[0]["half"] == "fit"])


def _show_half(judged: list[tuple[Row, list["Finding"]]]) -> None:
    for family in FAMILIES:
        for origin in ("as sent", "written in", "made up"):
            of = [one for one in judged if _origin(one[0]) == origin]
            if of:
                _show_family(family, origin, of)


def _origin(row: Row) -> str:
    if "altered" not in row:
        return "made up"
    return "written in" if row["altered"] else "as sent"


def _show_family(family: str, group: str, judged: list[tuple[Row, list["Finding"]]]) -> None:
    labels = hits = found = right = noisy = 0
    for row, findings in judged:
        wanted = [label for label in row["labels"] if label["kind"] == family]
        given = [finding for finding in findings if finding.rule.startswith(family)]
        labels += len(wanted)
        hits += sum(any(_meet(label, finding) for finding in given) for label in wanted)
        found += len(given)
        right += sum(any(_meet(label, finding) for label in wanted) for finding in given)
        noisy += bool(given) and not wanted
    recall = f"recall {hits}/{labels} = {hits / labels:.0%}" if labels else "recall –"
    precision = f"precision {right}/{found} = {right / found:.0%}" if found else "precision –"
    show(f"{family}, {group} ({len(judged)} replies)", f"{recall}, {precision}", f"false alarms in {noisy} replies")


def _list_misses(judged: list[tuple[Row, list["Finding"]]]) -> None:
    for row, findings in judged:
        text = str(row["text"])
        for label in row["labels"]:
            if not any(finding.rule.startswith(str(label["kind"])) and _meet(label, finding) for finding in findings):
                print(f"missed {label['kind']} {label['detail']}: {text[int(label['start']) : int(label['end'])]}")
        for finding in findings:
            if finding.rule.split(".")[0] in FAMILIES and not any(_meet(label, finding) for label in row["labels"]):
                print(f"alarm {finding.rule}: {text[finding.start : finding.end]} | {text[:90]}")


def _meet(label: dict[str, str | int], finding: "Finding") -> bool:
    return int(label["start"]) < finding.end and finding.start < int(label["end"])


def _findings(text: str, language: str) -> Iterator["Finding"]:
    """Judge a text by the built-in rules alone, as an organization without any of its own would."""
    from brandvoice.guard import GuardContext, check

    yield from check(text, GuardContext(0, 0, "email", language, "public", purpose="inform")).findings


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))


def _text(chance: random.Random, phrases: list[str]) -> str:
    """Return something like a reply: two of the words that are looked for, and many that are not."""
    words = [_word(chance) for _ in range(CHARACTERS // 5)]
    for _ in range(2):
        words[chance.randrange(20, 100)] = chance.choice(phrases)
    words[10] = "You get 12.50 € back within 3 days, call 1-202-555-0173."
    return " ".join(words)[:CHARACTERS]


def _time(call: Callable[[str], object], texts: list[str]) -> str:
    """Return how long the calls took by the clock and of the processor, which others may be using as well."""
    taken, worked = [], []
    for text in texts:
        started, start = time.perf_counter(), time.thread_time()
        call(text)
        taken.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - start) * 1000)
    wall, cpu = ((percentile(values, 0.5), percentile(values, 0.99)) for values in (taken, worked))
    return f"p50 {wall[0]:.1f} p99 {wall[1]:.1f} ms (CPU {cpu[0]:.1f}, {cpu[1]:.1f})"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
