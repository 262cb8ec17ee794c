"""Who may sign a version, in which names, and what they must see before they do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.queries.delegations import people_to_sign_for
from brandvoice.channel_kinds import Fit
from brandvoice.models import Comment, PositionVersion, Signature, Signer
from brandvoice.models.versions import PositionVersionQuerySet
from brandvoice.queries.history import comments_on
from brandvoice.queries.positions import signed_at
from brandvoice.queries.previews import Preview, preview_version
from brandvoice.queries.readings import VersionView, read_version, versions_of
from brandvoice.queries.versions import fingerprint
from brandvoice.signals import Consequences, consequences_asked


@dataclass(frozen=True, slots=True)
class SigningPage:
    """Everything that somebody who signs must see."""

    view: VersionView
    previews: tuple[Preview, ...]
    tightest: Fit | None
    replaces: PositionVersion | None
    # Whether the one that it replaces stays in use for a while.
    begins_later: bool
    seen: str
    consequences: Consequences
    place: int
    waiting: int
    # In whose names the reader may sign, the own one first.
    names: tuple[User, ...]
    comments: tuple[Comment, ...]


def names_of(user: User, *, now: datetime) -> list[User]:
    """Return the names that the user may put under something: their own first, then those they sign for."""
    own = [user] if user.may("position.sign") else []
    return own + people_to_sign_for(user, now=now)


def require_signer(user: User, *, now: datetime) -> None:
    """Raise PermissionDenied unless the user signs, in their own name or in somebody else's."""
    if not people_to_sign_for(user, now=now):
        user.require("position.sign")


def waiting_for_signature(user: User, *, names: list[User] | None = None) -> PositionVersionQuerySet:
    """Return the versions that wait for a signature, or for one of these names; the longest waiting first."""
    waiting = PositionVersion.objects.visible_to(user).in_review()
    if names is not None:
        waiting = waiting.filter(_asks_for(names))
    people = ("position__brand", "submitted_by")
    return waiting.select_related(*people).order_by("submitted_at", "pk")


def read_for_signing(version: PositionVersion, user: User) -> SigningPage:
    """Return the page on which somebody decides about a version."""
    now = timezone.now()
    versions = list(versions_of(version.position))
    here = next(index for index, other in enumerate(versions) if other.pk == version.pk)
    view = read_version(versions[here], versions[here + 1 :])
    names = names_of(user, now=now)
    queue = list(waiting_for_signature(user, names=names or None).values_list("pk", flat=True))
    return SigningPage(
        view=view,
        previews=preview_version(versions[here]),
        tightest=max((words.fit for words in view.wordings if words.fit), key=lambda fit: fit.share, default=None),
        replaces=signed_at(versions, max(filter(None, (now, version.valid_from))))[0],
        begins_later=version.valid_from is not None and version.valid_from > now,
        seen=fingerprint(version),
        consequences=_ask_consequences(version),
        place=queue.index(version.pk) + 1 if version.pk in queue else 0,
        waiting=len(queue),
        names=tuple(_names_for(versions[here], names)),
        comments=tuple(comment for comment in comments_on(version.position) if comment.version_id == version.pk),
    )


def read_many_for_signing(positions: Iterable[int], user: User) -> list[tuple[VersionView, str]]:
    """Return what waits for the user's own signature in these positions, each with the mark of what it says."""
    names = [user] if user.may("position.sign") else []
    waiting = waiting_for_signature(user, names=names).filter(position__in=list(positions))
    rows = []
    for version in waiting:
        versions = list(versions_of(version.position))
        here = next(index for index, other in enumerate(versions) if other.pk == version.pk)
        rows.append((read_version(versions[here], versions[here + 1 :]), fingerprint(version)))
    return rows


def _asks_for(names: list[User]) -> Q:
    """Return the condition that one of these names is still missing under a version."""
    missing = [_is_missing(name) for name in names]
    return reduce(or_, missing) if missing else Q(pk=None)


def _is_missing(name: User) -> Q:
    asked = Signer.objects.filter(version=OuterRef("pk"))
    mine = Q(person=name, on_behalf_of=None) | Q(on_behalf_of=name)
    signed = Signature.objects.filter(mine, version=OuterRef("pk"))
    return (~Q(Exists(asked)) | Q(Exists(asked.filter(person=name)))) & ~Q(Exists(signed))


def _names_for(version: PositionVersion, names: list[User]) -> list[User]:
    asked = {signer.person_id for signer in version.signers.all()}
    given = {signature.name_id for signature in version.signatures.all()}
    return [name for name in names if name.pk not in given and (not asked or name.pk in asked)]


def _ask_consequences(version: PositionVersion) -> Consequences:
    heard: list[tuple[object, object]] = [*consequences_asked.send(PositionVersion, version=version)]
    answers = [answer for _listener, answer in heard if isinstance(answer, Consequences)]
    return Consequences(
        waiting=sum(answer.waiting for answer in answers),
        sentences=tuple(sentence for answer in answers for sentence in answer.sentences),
    )
