"""Keeps the views that people save; who stands in them is kept by inbox/actions/view_members.py."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Team, User
from inbox import events
from inbox.models import SavedView
from inbox.queries.search_tokens import Named
from inbox.queries.search_words import Asked, read_search


class BadConditions(Exception):
    """The conditions can't be a view's; says why."""


@dataclass(frozen=True, slots=True)
class NewView:
    """What a view is to be: its name, its conditions, whose it is (everybody's where neither is named)."""

    name: str
    query: str
    owner: User | None = None
    team: Team | None = None


@transaction.atomic(durable=True)
def create_view(new: NewView, *, by: User) -> SavedView:
    """Save a new view at the end of the others; somebody else's than one's own asks for `view.share`.

    Raises BadConditions.
    """
    by.require("view.own" if new.owner == by else "view.share")
    asked = read_conditions(new.query, by)
    last = SavedView.objects.filter(organization=by.organization_id).aggregate(last=Max("position"))["last"] or 0
    fields = {"owner": new.owner, "team": new.team, "name": new.name, "query": new.query, "mine": _mine(asked)}
    view = SavedView.objects.create(**fields | {"organization_id": by.organization_id, "position": last + 1})
    _record(view, "view.created", by)
    return view


@transaction.atomic(durable=True)
def change_view(view: SavedView, new: NewView, *, by: User) -> None:
    """Make the view what is said; what is or becomes shared asks for `view.share`. Raises BadConditions."""
    view = SavedView.objects.select_for_update(no_key=True, of=("self",)).get(pk=view.pk)
    by.require("view.own" if new.owner == by and view.owner_id == by.pk else "view.share")
    asked = read_conditions(new.query, by)
    if new.query != view.query:
        # Found anew: the members so far fulfil other conditions, and count for nothing until then.
        view.built_at, view.build_from = None, 0
    view.owner, view.team, view.name, view.query, view.mine = new.owner, new.team, new.name, new.query, _mine(asked)
    view.save(update_fields=["owner", "team", "name", "query", "mine", "built_at", "build_from"])
    _record(view, "view.changed", by)


@transaction.atomic(durable=True)
def move_view(view: SavedView, *, up: bool, by: User) -> None:
    """Let the view change places with the next one above or below it of the same owner."""
    by.require("view.own" if view.owner_id == by.pk else "view.share")
    row = SavedView.objects.visible_to(by).filter(owner=view.owner_id).order_by("pk")
    held = list(row.select_for_update(no_key=True, of=("self",)))
    views = sorted(held, key=lambda one: (one.position, one.name, one.pk))
    place = views.index(view)
    other = place + (-1 if up else 1)
    if 0 <= other < len(views):
        views[place], views[other] = views[other], views[place]
    for position, one in enumerate(views, start=1):
        one.position = position
    SavedView.objects.bulk_update(views, ["position"])


@transaction.atomic(durable=True)
def delete_view(view: SavedView, *, by: User) -> None:
    """Forget the view, which may be gone already; its tickets stay where they are."""
    now = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk).first()
    if now is None:
        return
    by.require("view.own" if now.owner_id == by.pk else "view.share")
    _record(now, "view.deleted", by)
    now.delete()


def read_conditions(query: str, by: User) -> Asked:
    """Return the conditions of a view; raises BadConditions where they are none, hold words, or are not understood."""
    asked = read_search(query, Named(by.organization_id or 0))
    if asked.problems:
        raise BadConditions(" ".join(asked.problems))
    if asked.words:
        refusal = _("A view has conditions only, such as is:open or label:refund. Leave out “%(words)s”.")
        raise BadConditions(refusal % {"words": asked.words})
    if asked.is_empty:
        raise BadConditions(_("Say at least one condition, such as is:open or label:refund."))
    if len(asked.mine) > 1:
        raise BadConditions(_("No ticket is both yours and not yours."))
    return asked


def _mine(asked: Asked) -> bool | None:
    return next(iter(asked.mine), None)


def _record(view: SavedView, kind: str, by: User) -> None:
    events.record_about_organization(view.organization_id, kind, by=by, facts={"view": view.pk})
