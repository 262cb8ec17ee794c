"""Delegations in the console: who signs for whom until when, and taking the right back for somebody who can't."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise
from unfold.decorators import display

from accounts.actions.delegations import end_delegation
from accounts.admin.base import OrganizationAdmin
from accounts.models import Delegation
from accounts.requests import PersonRequest


@admin.register(Delegation)
class DelegationAdmin(OrganizationAdmin):
    """Delegations are given by those who sign; a manager sees them and can end them."""

    permission = "people.manage"
    can_add = False
    can_delete = False
    list_display = ("person", "colleague", "starts_at", "ends_at", "state")
    list_select_related = ("person", "colleague")
    list_filter = ("person", "colleague", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("person__name", "colleague__name")
    ordering = ("-ends_at", "-pk")
    fields = ("person", "colleague", "starts_at", "ends_at", "ended_at", "created_at")
    actions = ("end_now",)

    def has_change_permission(self, request: PersonRequest, obj: Delegation | None = None) -> bool:
        """Return whether the person may end delegations; nothing else about one changes."""
        return obj is None and super().has_change_permission(request)

    @admin.action(description=_("End now"), permissions=["change"])
    def end_now(self, request: PersonRequest, delegations: QuerySet[Delegation]) -> None:
        """Take the right to sign back at once; what was signed stays signed."""
        ended = [end_delegation(delegation, by=request.user) for delegation in delegations.to_come(timezone.now())]  # type: ignore[attr-defined]  # a DelegationQuerySet
        messages.success(request, ngettext("%d delegation ended.", "%d delegations ended.", len(ended)) % len(ended))

    @display(description=_("State"), label={"holds": "success", "waits": "info", "over": "warning"})
    def state(self, delegation: Delegation) -> tuple[str, StrOrPromise]:
        """Return whether the colleague may sign now."""
        now = timezone.now()
        if delegation.ended_at or delegation.ends_at <= now:
            return "over", _("Taken back") if delegation.ended_at else _("Over")
        return ("holds", _("Holds")) if delegation.starts_at <= now else ("waits", _("Not yet"))
