"""Whether a version's wordings fit the networks on which they may be used."""

from collections.abc import Collection, Iterable

from brandvoice.channel_kinds import CHANNEL_KINDS, Fit, tightest_fit
from brandvoice.models import PositionVersion, Wording


def kinds_of(wording: Wording, version: PositionVersion, siblings: Iterable[Wording]) -> Collection[str]:
    """Return the kinds of channel on which this wording may be used: not those that have one of their own."""
    if wording.channel_kind:
        return [wording.channel_kind]
    own = {other.channel_kind for other in siblings if other.language == wording.language}
    return [kind for kind in version.channel_kinds or CHANNEL_KINDS if kind not in own]


def fits_over(version: PositionVersion) -> list[Fit]:
    """Return, for each wording that is too long somewhere, where it is too long by most."""
    wordings = list(version.wordings.order_by("language", "channel_kind", "variant"))
    fits = [tightest_fit(w.text, kinds) for w in wordings if (kinds := kinds_of(w, version, wordings))]
    return [fit for fit in fits if fit.count.over]
