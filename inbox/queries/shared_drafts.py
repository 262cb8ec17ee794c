"""Replies that colleagues have written and show before they are sent; and what one's own said earlier."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from inbox.models import Draft, DraftKind, DraftVersion, Ticket, Visibility
from inbox.queries.composer_files import ComposerFile, composer_files
from inbox.queries.threads import Part, parts_of


@dataclass(frozen=True, slots=True)
class SharedDraft:
    """A colleague's reply that has not been sent."""

    pk: int
    author: str
    parts: tuple[Part, ...]
    updated_at: datetime
    files: tuple[ComposerFile, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """Whether the person's reply is shown to colleagues, and what it said earlier, newest first."""

    shared: bool
    versions: tuple[DraftVersion, ...]
    # Who would read it.
    visibility: str = Visibility.DIRECT


def shared_drafts_of(ticket: Ticket, user: User) -> tuple[SharedDraft, ...]:
    """Return what colleagues show, oldest first; three queries."""
    shown = Draft.objects.filter(ticket=ticket, kind=DraftKind.REPLY, shared=True).exclude(user=user)
    loaded = shown.select_related("user").prefetch_related("spans__version__signed_by", "files").order_by("pk")[:10]
    drafts = [_shared(draft, ticket) for draft in loaded]
    return tuple(draft for draft in drafts if draft.parts or draft.files)


def _shared(draft: Draft, ticket: Ticket) -> SharedDraft:
    files = composer_files(draft.files.all(), ticket, draft.kind)
    return SharedDraft(draft.pk, draft.user.name, _parts(draft), draft.updated_at, files)


def own_draft_of(ticket: Ticket, user: User) -> OwnDraft:
    """Return what the menu of the person's own reply shows."""
    draft = Draft.objects.filter(ticket=ticket, kind=DraftKind.REPLY, user=user).first()
    if draft is None:
        return OwnDraft(shared=False, versions=())
    return OwnDraft(draft.shared, tuple(draft.versions.order_by("-pk")), draft.visibility)


def _parts(draft: Draft) -> tuple[Part, ...]:
    return parts_of(draft.text, sorted(draft.spans.all(), key=lambda span: span.start))
