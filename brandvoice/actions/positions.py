"""Opens positions; and the door to everything that happens to them afterwards."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Brand, Organization, User
from brandvoice import outbox
from brandvoice.actions.comments import add_comment
from brandvoice.actions.content import NewEvidence, NewFillIn, NewWording, VersionContent, read_content
from brandvoice.actions.files import store_file
from brandvoice.actions.purposes import set_purposes, write_purposes
from brandvoice.actions.refusals import (
    AlreadySigned,
    ChangedSinceSeen,
    ContentRefused,
    DoesNotFit,
    DraftAlreadyOpen,
    MoveNotAllowed,
    NotASigner,
    NotDelegated,
    NothingToSay,
    Refused,
    UnknownFillIn,
    WindowOver,
)
from brandvoice.actions.signing import (
    begin_due_versions,
    expire_due_versions,
    send_back_version,
    sign_version,
    withdraw_version,
)
from brandvoice.actions.versions import draft_version, revise_version, submit_version
from brandvoice.languages import FALLBACK, base_language
from brandvoice.models import Example, Position

# What the library's own addresses are called.
RESERVED = frozenset({"new", "files", "versions", "import", "export", "bulk"})

__all__ = [
    "AlreadySigned",
    "ChangedSinceSeen",
    "ContentRefused",
    "DoesNotFit",
    "DraftAlreadyOpen",
    "MoveNotAllowed",
    "NewEvidence",
    "NewFillIn",
    "NewWording",
    "NotASigner",
    "NotDelegated",
    "NothingToSay",
    "Refused",
    "UnknownFillIn",
    "VersionContent",
    "WindowOver",
    "add_comment",
    "begin_due_versions",
    "create_position",
    "draft_version",
    "expire_due_versions",
    "read_content",
    "revise_version",
    "send_back_version",
    "set_purposes",
    "set_review",
    "sign_version",
    "store_file",
    "submit_version",
    "withdraw_version",
]


@transaction.atomic(durable=True)
def create_position(
    question: str,
    *,
    by: User,
    brand: Brand | None = None,
    topic: str = "",
    owner: User | None = None,
    key: str = "",
    language: str = "",
    holding: bool = False,
    purposes: Iterable[str] = (),
) -> Position:
    """Open a position; its question is the first example of what it answers. `purposes` are keys; none is all."""
    by.require("position.edit")
    return open_position(
        question,
        by=by,
        brand=brand,
        topic=topic,
        owner=owner,
        key=key,
        language=language,
        holding=holding,
        purposes=purposes,
    )


@transaction.atomic(durable=True)
def set_review(position: Position, *, on: date | None, by: User) -> Position:
    """Say when somebody should look whether the position still holds."""
    by.require("position.edit")
    position = Position.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=position.pk)
    position.review_on = on
    position.save(update_fields=["review_on"])
    return position


def open_position(
    question: str,
    *,
    by: User,
    brand: Brand | None = None,
    topic: str = "",
    owner: User | None = None,
    key: str = "",
    language: str = "",
    holding: bool = False,
    purposes: Iterable[str] = (),
) -> Position:
    """Write a position and its first example; part of an action."""
    organization = Organization.objects.visible_to(by).get()
    owner = owner or by
    if brand:
        brand = Brand.objects.visible_to(by).get(pk=brand.pk)
    position = Position.objects.create(
        organization=organization,
        brand=brand,
        key=key or _free_key(question, by),
        question=question,
        topic=topic,
        holding=holding,
        owner=User.objects.visible_to(by).get(pk=owner.pk),
    )
    Example.objects.create(
        organization=organization,
        position=position,
        text=question,
        language=base_language(language or (brand.language if brand else FALLBACK)),
        source=Example.Source.SEED,
        created_by=by,
    )
    write_purposes(position, purposes, by, position.created_at)
    outbox.wake(outbox.EMBED_EXAMPLES)
    return position


def _free_key(question: str, by: User) -> str:
    """Return a short name for the question that nothing else in the organization has."""
    stem = slugify(question)[:70].strip("-") or "position"
    taken = RESERVED | set(Position.objects.visible_to(by).filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)
