"""Nothing that identifies a person stands in public."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandvoice.guard.reading import Reading
from brandvoice.guard.rulebook import ActiveRule
from brandvoice.guard.verdicts import DIRECT, Finding, Fix
from brandvoice.personal_data import find_personal_data

_REASONS: dict[str, str | Promise] = {
    "personal_data.email": gettext_lazy("An e-mail address in public."),
    "personal_data.phone": gettext_lazy("A phone number in public."),
    "personal_data.iban": gettext_lazy("A bank account number in public."),
    "personal_data.card": gettext_lazy("A card number in public."),
    "personal_data.address": gettext_lazy("A postal address in public."),
    "personal_data.password": gettext_lazy("A password in public."),
    "personal_data.birth": gettext_lazy("A date of birth in public."),
    "personal_data.name": gettext_lazy("A full name in public."),
    "personal_data.ip": gettext_lazy("A network address in public."),
    "personal_data.reference": gettext_lazy("An order or ticket number in public."),
}


def check_privacy(reading: Reading) -> Iterator[Finding]:
    """Point out personal data in what everybody can read, unless signed wording holds it."""
    if reading.context.visibility == DIRECT:
        return
    taken: list[tuple[int, int]] = []
    for kind, start, end in _found(reading):
        rule = reading.rules.single.get(kind)
        apart = not any(start < other_end and other_start < end for other_start, other_end in taken)
        if rule and apart and not _is_allowed(reading.text[start:end], rule) and not reading.holds(start, end):
            taken.append((start, end))
            fix = Fix(_("Remove it"), start, end, "")
            yield reading.finding(rule, start, end, str(_REASONS[kind]), fix)


def _found(reading: Reading) -> Iterator[tuple[str, int, int]]:
    for item in find_personal_data(reading.text, reading.context.language):
        yield f"personal_data.{item.kind}", item.start, item.end
    for rule, places in reading.found.items():
        if rule.kind in _REASONS:
            yield from ((rule.kind, start, end) for start, end in places)


def _is_allowed(words: str, rule: ActiveRule) -> bool:
    """Return whether the organization has said that this is its own: an address, a number, or "@acme.example"."""
    written = _bare(words)
    return any(written.endswith(bare) for allowed in rule.words("allowed") if (bare := _bare(allowed)))


def _bare(words: str) -> str:
    return "".join(character for character in words.casefold() if character.isalnum() or character in "@.")
