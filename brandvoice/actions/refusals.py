"""Why an action about positions was not done, in words for whoever asked."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandvoice.channel_kinds import Fit
from brandvoice.models import PositionVersion, Status


class Refused(Exception):
    """An action did not do what was asked; its text says why, to the person who asked."""


class MoveNotAllowed(Refused):
    """The version's status does not allow this move."""

    def __init__(self, version: PositionVersion, to: Status) -> None:
        super().__init__(version, to)
        self.version, self.to = version, to

    def __str__(self) -> str:
        names = {"now": Status(self.version.status).label, "to": self.to.label}
        return _("This version is “%(now)s” and can't become “%(to)s”.") % names


class DraftAlreadyOpen(Refused):
    """The position has a draft, or a version that waits for a signature."""

    def __str__(self) -> str:
        return _("This position already has a draft. Change that one.")


class NotDrafted(Refused):
    """The position has nothing that is being written or waits."""

    def __str__(self) -> str:
        return _("Nothing is being written here.")


class NothingToSay(Refused):
    """The version has no wording."""

    def __str__(self) -> str:
        return _("Write at least one wording first.")


class WindowOver(Refused):
    """The version would never be valid."""

    def __str__(self) -> str:
        return _("It would be valid until a moment that is already over.")


class ChangedSinceSeen(Refused):
    """The version is not what the signer has read."""

    def __str__(self) -> str:
        return _("This version was changed while you were reading. Read it again, then sign.")


class DoesNotFit(Refused):
    """A wording is too long for a network on which it may be used."""

    def __init__(self, fits: Sequence[Fit]) -> None:
        super().__init__(*fits)
        self.fits = fits

    def __str__(self) -> str:
        lines = (
            _("%(over)d %(unit)s too long for %(label)s")
            % {"over": fit.count.over, "unit": fit.count.unit, "label": fit.label}
            for fit in self.fits
        )
        return _("It can't be signed yet: %s. Shorten it, or write a wording of its own for that kind of channel.") % (
            "; ".join(lines)
        )


class NotASigner(Refused):
    """The version asks for other people's signatures, or somebody named can't sign."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _("%s can't sign this.") % self.name


class AlreadySigned(Refused):
    """The name stands under the version already."""

    def __str__(self) -> str:
        return _("This name stands under it already.")


class NotDelegated(Refused):
    """Nobody gave this person the right to sign in that name."""

    def __str__(self) -> str:
        return _("Signing in this name was not delegated to you, or no longer is.")


class UnknownFillIn(Refused):
    """A wording has a gap that the version does not declare."""

    def __init__(self, names: Sequence[str], allowed: Collection[str]) -> None:
        super().__init__(names, allowed)
        self.names, self.allowed = names, allowed

    def __str__(self) -> str:
        unknown = ", ".join(f"{{{name}}}" for name in self.names)
        says = ngettext("%s is not one of the fill-ins", "%s are not among the fill-ins", len(self.names)) % unknown
        if not self.allowed:
            return _("%s: none is declared.") % says
        return _("%(says)s. Allowed: %(allowed)s.") % {
            "says": says,
            "allowed": ", ".join(f"{{{name}}}" for name in self.allowed),
        }


class ContentRefused(Refused):
    """Something about a version's content can't be right."""
