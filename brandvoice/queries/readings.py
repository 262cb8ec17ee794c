"""A version as a reader sees it: its words, what changed in them, who stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from brandvoice.channel_kinds import CHANNEL_KINDS, Fit, tightest_fit
from brandvoice.diff import Part, diff_words
from brandvoice.models import (
    Evidence,
    NamedPerson,
    Position,
    PositionVersion,
    Sensitivity,
    Signature,
    Signer,
    SignRule,
    Wording,
)
from brandvoice.models.versions import PositionVersionQuerySet
from brandvoice.queries.fits import kinds_of


@dataclass(frozen=True, slots=True)
class WordingView:
    """A wording with what became of it since the version before, and whether it fits."""

    wording: Wording
    kind: str | Promise
    parts: Sequence[Part]
    fit: Fit | None
    variants: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as a reader sees it."""

    version: PositionVersion
    wordings: tuple[WordingView, ...]
    channels: tuple[str | Promise, ...]
    scope: tuple[str, ...]
    signatures: tuple[Signature, ...]
    still_to_sign: tuple[str, ...]
    signers: tuple[str, ...]
    named_people: tuple[str, ...]
    is_silent: bool
    needs_all: bool


def versions_of(position: Position) -> PositionVersionQuerySet:
    """Return a position's versions, the newest first, with everything that a reader sees of them."""
    people = ("created_by", "submitted_by", "signed_by", "signed_for", "withdrawn_by")
    versions = PositionVersion.objects.filter(position=position).select_related("position__brand", *people)
    return versions.prefetch_related(
        Prefetch("wordings", Wording.objects.select_related("media").defer("media__content")),
        Prefetch("evidence", Evidence.objects.select_related("file").defer("file__content").order_by("pk")),
        Prefetch("signers", Signer.objects.select_related("person").order_by("person__name")),
        Prefetch("named_people", NamedPerson.objects.select_related("person").order_by("person__name")),
        Prefetch("signatures", Signature.objects.select_related("person", "on_behalf_of").order_by("signed_at", "pk")),
        "fill_ins",
    ).order_by("-number")


def read_version(version: PositionVersion, earlier: Sequence[PositionVersion]) -> VersionView:
    """Compare a version with the last one that somebody signed before it."""
    before = next((other for other in earlier if other.signed_at), None)
    old = {_place(wording): wording.text for wording in before.wordings.all()} if before else {}
    wordings = sorted(version.wordings.all(), key=_place)
    signatures = tuple(version.signatures.all())
    given = {signature.name_id for signature in signatures}
    signers = [signer.person for signer in version.signers.all()]
    return VersionView(
        version=version,
        wordings=tuple(_wording_view(wording, old.get(_place(wording)), version, wordings) for wording in wordings),
        channels=tuple(CHANNEL_KINDS.get(kind, kind) for kind in version.channel_kinds),
        scope=(*version.regions, *version.audiences, *version.products),
        signatures=signatures,
        still_to_sign=tuple(person.name for person in signers if person.pk not in given),
        signers=tuple(person.name for person in signers),
        named_people=tuple(named.person.name for named in version.named_people.all()),
        is_silent=version.sensitivity == Sensitivity.SILENT,
        needs_all=version.sign_rule == SignRule.ALL,
    )


def _place(wording: Wording) -> tuple[str, str, int]:
    return (wording.language, wording.channel_kind, wording.variant)


def _wording_view(
    wording: Wording, before: str | None, version: PositionVersion, siblings: Sequence[Wording]
) -> WordingView:
    kinds = kinds_of(wording, version, siblings)
    return WordingView(
        wording=wording,
        kind=CHANNEL_KINDS.get(wording.channel_kind, wording.channel_kind) or _("Every channel"),
        parts=diff_words(before, wording.text) if before is not None else [],
        fit=tightest_fit(wording.text, kinds) if kinds else None,
        variants=sum(_place(other)[:2] == _place(wording)[:2] for other in siblings),
    )
