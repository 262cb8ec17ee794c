"""What the pages about one position show: its versions, their words, what changed and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice.channel_kinds import CHANNEL_KINDS, Fit, tightest_fit
from brandvoice.diff import Part, diff_words
from brandvoice.models import Position, PositionVersion, Status, Wording
from brandvoice.models.versions import PositionVersionQuerySet
from brandvoice.queries.versions import fingerprint
from brandvoice.signals import Consequences, consequences_asked

EXAMPLES_SHOWN = 30
# Shown beside the kinds that a version names, so that a signer sees both short and long forms.
USUAL_PREVIEWS = ("bluesky", "whatsapp", "email")


@dataclass(frozen=True, slots=True)
class WordingView:
    """A wording with what became of it since the version before, and whether it fits."""

    wording: Wording
    kind: str | Promise
    parts: Sequence[Part]
    fit: Fit


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version as a reader sees it."""

    version: PositionVersion
    wordings: tuple[WordingView, ...]
    channels: tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a position's history."""

    at: datetime
    number: int
    what: str
    who: User | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PositionPage:
    """Everything on a position's page."""

    position: Position
    signed: VersionView | None
    open: VersionView | None
    earlier: tuple[VersionView, ...]
    history: tuple[Moment, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """How a version looks on one kind of channel: a text a language."""

    kind: str
    label: str | Promise
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class SigningPage:
    """Everything that somebody who signs must see."""

    view: VersionView
    previews: tuple[Preview, ...]
    tightest: Fit
    replaces: PositionVersion | None
    seen: str
    consequences: Consequences
    place: int
    waiting: int


def read_position(position: Position) -> PositionPage:
    """Return the page of one position."""
    versions = list(_versions_of(position))
    views = [_view(version, versions[index + 1 :]) for index, version in enumerate(versions)]
    signed = next((view for view in views if view.version.status == Status.SIGNED), None)
    being_written = next((view for view in views if view.version.status in (Status.DRAFT, Status.IN_REVIEW)), None)
    texts = position.examples.order_by("-pk").values_list("text", flat=True)[:EXAMPLES_SHOWN]
    return PositionPage(
        position,
        signed,
        being_written,
        tuple(view for view in views if view not in (signed, being_written)),
        tuple(sorted(_history(versions), key=lambda moment: moment.at, reverse=True)),
        tuple(texts),
    )


def read_for_signing(version: PositionVersion, user: User) -> SigningPage:
    """Return the page on which somebody decides about a version."""
    versions = list(_versions_of(version.position))
    here = next(index for index, other in enumerate(versions) if other.pk == version.pk)
    view = _view(versions[here], versions[here + 1 :])
    queue = list(waiting_for_signature(user).values_list("pk", flat=True))
    return SigningPage(
        view=view,
        previews=_previews(versions[here]),
        tightest=max((words.fit for words in view.wordings), key=lambda fit: fit.share),
        replaces=next((other for other in versions if other.status == Status.SIGNED), None),
        seen=fingerprint(version),
        consequences=_ask_consequences(version),
        place=queue.index(version.pk) + 1 if version.pk in queue else 0,
        waiting=len(queue),
    )


def waiting_for_signature(user: User) -> PositionVersionQuerySet:
    """Return the versions that wait for a signature, the longest waiting first."""
    waiting = PositionVersion.objects.visible_to(user).in_review()
    return waiting.select_related("position__brand", "submitted_by").order_by("submitted_at", "pk")


def _versions_of(position: Position) -> PositionVersionQuerySet:
    people = ("created_by", "submitted_by", "signed_by", "withdrawn_by")
    versions = PositionVersion.objects.filter(position=position).select_related("position", *people)
    return versions.prefetch_related("wordings").order_by("-number")


def _view(version: PositionVersion, earlier: Sequence[PositionVersion]) -> VersionView:
    """Compare a version with the last one that somebody signed before it."""
    before = next((other for other in earlier if other.signed_at), None)
    old = {(w.language, w.channel_kind): w.text for w in before.wordings.all()} if before else {}
    wordings = sorted(version.wordings.all(), key=lambda w: (w.language, w.channel_kind))
    return VersionView(
        version,
        tuple(_wording_view(w, old.get((w.language, w.channel_kind)), version) for w in wordings),
        tuple(CHANNEL_KINDS.get(kind, kind) for kind in version.channel_kinds),
    )


def _wording_view(wording: Wording, before: str | None, version: PositionVersion) -> WordingView:
    own_kinds = {w.channel_kind for w in version.wordings.all() if w.language == wording.language}
    kinds: Iterable[str] = [wording.channel_kind]
    if not wording.channel_kind:
        kinds = [kind for kind in version.channel_kinds or CHANNEL_KINDS if kind not in own_kinds]
    return WordingView(
        wording,
        CHANNEL_KINDS.get(wording.channel_kind, wording.channel_kind) or _("Every channel"),
        diff_words(before, wording.text) if before is not None else [],
        tightest_fit(wording.text, kinds),
    )


def _previews(version: PositionVersion) -> tuple[Preview, ...]:
    own = {wording.channel_kind for wording in version.wordings.all()} - {""}
    kinds = version.channel_kinds or [*USUAL_PREVIEWS, *sorted(own - set(USUAL_PREVIEWS))]
    previews = (Preview(kind, CHANNEL_KINDS.get(kind, kind), _spoken_on(version, kind)) for kind in kinds)
    return tuple(preview for preview in previews if preview.wordings)


def _spoken_on(version: PositionVersion, kind: str) -> tuple[Wording, ...]:
    """Return one wording a language: the kind's own before the one for any."""
    chosen: dict[str, Wording] = {}
    for wording in sorted(version.wordings.all(), key=lambda w: w.channel_kind):
        if wording.channel_kind in ("", kind):
            chosen[wording.language] = wording
    return tuple(chosen[language] for language in sorted(chosen))


def _ask_consequences(version: PositionVersion) -> Consequences:
    heard: list[tuple[object, object]] = [*consequences_asked.send(PositionVersion, version=version)]
    answers = [answer for _listener, answer in heard if isinstance(answer, Consequences)]
    return Consequences(
        waiting=sum(answer.waiting for answer in answers),
        sentences=tuple(sentence for answer in answers for sentence in answer.sentences),
    )


def _history(versions: Iterable[PositionVersion]) -> Iterable[Moment]:
    for version in versions:
        yield Moment(version.created_at, version.number, _("drafted"), version.created_by)
        if version.submitted_at:
            yield Moment(version.submitted_at, version.number, _("sent for a signature"), version.submitted_by)
        if version.signed_at:
            yield Moment(version.signed_at, version.number, _("signed"), version.signed_by)
        if version.withdrawn_at:
            reason = version.reason
            yield Moment(version.withdrawn_at, version.number, _("withdrawn"), version.withdrawn_by, reason)
        if version.status == Status.EXPIRED and version.valid_until:
            yield Moment(version.valid_until, version.number, _("expired"), None)
