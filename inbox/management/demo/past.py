"""A month of earlier conversations, made of what customers ask of each position: something for the figures to count."""

from collections.abc import Iterator
from itertools import cycle

from accounts.permissions import Role
from brandvoice.models import EditLevel
from inbox.management.demo.data import OrganizationData, PositionData, SaidData, ThreadData, VersionData
from inbox.models import Network

_DAY = 24 * 60
_LONGEST = 26
_NAMES = (
    "Ada Holm",
    "Ben Ode",
    "Carla Ruiz",
    "Dov Peled",
    "Edda Kern",
    "Finn Maes",
    "Gia Conti",
    "Hugo Paz",
    "Ines Roth",
)
_PRIVATE = (Network.EMAIL, Network.WHATSAPP, Network.TELEGRAM, Network.SMS)
# How often it is asked for: every other position a little more than the one before, up to the seventh.
_FEWEST, _MORE = 2, 4
# What agents keep writing in place of signed words that they may adapt.
_HABITS = {
    "bikes-on-board": {"en": ("in the first coach", "in the first coach, right behind the engine")},
    "lost-property": {"en": ("what it looks like", "a photo or a short description")},
    "pause-subscription": {"es": ("sin dar motivos", "sin dar explicaciones")},
}
_OWN_WORDS = {
    "en": "Thank you for writing. A colleague will look at this with you; please tell us a little more.",
    "de": "Danke für Ihre Nachricht. Wir sehen uns das gemeinsam an; bitte schreiben Sie uns noch etwas mehr dazu.",
    "es": "Gracias por escribirnos. Lo miramos con usted; cuéntenos un poco más, por favor.",
}


def earlier_threads(data: OrganizationData, positions: list[PositionData]) -> Iterator[ThreadData]:
    """Yield conversations of the last weeks that were answered and put away, in an order that never changes."""
    for place, position in enumerate(positions):
        version = position["versions"][-1]
        if version["status"] == "signed" and not position.get("holding") and "fill_ins" not in version:
            yield from _threads_about(position, version, place, data)


def _threads_about(
    position: PositionData, version: VersionData, place: int, data: OrganizationData
) -> Iterator[ThreadData]:
    channels = [
        channel
        for channel in data["channels"]
        if position["brand"] in (None, channel["brand"]) and channel["network"] != Network.SANDBOX
    ]
    habit = _HABITS.get(position["key"], {})
    spoken = list(habit) or [language for language in version["wordings"] if language in position["examples"]]
    days = min(_LONGEST, int(version.get("signed", 0)))
    times = (_FEWEST + _MORE if habit else _FEWEST + place % (_MORE + 1)) if days else 0
    for number, language in zip(range(times), cycle(spoken), strict=False):
        channel = channels[(place + number) % len(channels)]
        agents = [p["key"] for p in data["people"] if p["role"] == Role.AGENT and channel["team"] in p["teams"]]
        ago = (1 + (place * 5 + number * 7) % days) * _DAY - (place * 37 + number * 101) % 600 - 60
        name = _NAMES[(place * 3 + number) % len(_NAMES)]
        asked = position["examples"][language][number % len(position["examples"][language])]
        reply = _reply(position, version, place + number, language, max(ago - 9, 1))
        agent = agents[(place + number) % len(agents)]
        yield {
            "channel": channel["key"],
            "kind": "direct" if channel["network"] in _PRIVATE else "public",
            "lang": language,
            "who": (name, f"{name.split()[0].lower()}.{place}{number}.example", 0),
            "assign": agent,
            "status": "resolved",
            "messages": [{"ago": ago, "text": asked}, reply | {"by": agent}],
        }


def _reply(position: PositionData, version: VersionData, number: int, language: str, ago: int) -> SaidData:
    """Return an answer: mostly the signed words, now and then with the usual change, or an agent's own."""
    habit = _HABITS.get(position["key"], {}).get(language)
    if habit and number % 4:
        return {"ago": ago, "use": position["key"], "edit": habit}
    if not habit and number % 6 == 1 and version["edit_level"] != EditLevel.VERBATIM:
        return {"ago": ago, "text": _OWN_WORDS[language], "refused": position["key"]}
    return {"ago": ago, "use": position["key"]}
