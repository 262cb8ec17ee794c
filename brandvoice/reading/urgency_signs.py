"""The signs of urgency, from weights/signs.toml, and the signs that they make together."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

SIGNS: Mapping[str, str] = tomllib.loads((Path(__file__).parent / "weights" / "signs.toml").read_text(encoding="utf-8"))
HARM = frozenset({"attack", "stranger", "changed_by_others", "danger"})
TIME = frozenset({"now", "deadline"})
TROUBLE = frozenset({"locked_out", "travel", "livelihood", "broken", "outage", "money", "danger", "loss"})

# True when one of the first and one of the second are.
PAIRS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "time_and_trouble": (TIME, TROUBLE),
    "harm_and_time": (HARM, frozenset({"now", "outage", "again"})),
    "stuck_and_travel": (frozenset({"danger"}), frozenset({"travel", "soon"})),
}
# Thanks with none of these ask for nothing.
MANNER = frozenset(
    {"thanks", "wish", "me", "to_us", "from_us", "number_of_things", "in_game", "old", "detail", "swears", "shout"}
)
ASKS = frozenset(SIGNS) - MANNER
THANKS_ALONE = "thanks_alone"
NAMES = (*SIGNS, *PAIRS, THANKS_ALONE)
