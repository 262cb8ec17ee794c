"""Blocked accounts in the console: who blocked them, why, until when; and lifting that."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import OrganizationAdmin
from accounts.requests import PersonRequest
from inbox.actions.spam import BlockNotAllowed, lift_block
from inbox.models import Block


@admin.register(Block)
class BlockAdmin(OrganizationAdmin):
    """Blocks, those that are over as well; lifting one goes through the same action as in the inbox."""

    read_only = True
    list_display = ("identity", "reason", "by", "created_at", "until", "lifted_at", "lifted_by")
    list_select_related = ("identity", "by", "lifted_by")
    list_filter = ("lifted_at",)
    search_fields = ("identity__username", "identity__name", "reason")
    fields = ("identity", "reason", "by", "created_at", "until", "lifted_at", "lifted_by")
    actions = ("lift",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return blocks with what their page touches."""
        return super().get_queryset(request).select_related("identity", "by", "lifted_by")

    def has_lift_permission(self, request: PersonRequest) -> bool:
        """Return whether the person may block accounts."""
        return request.user.may("customer.block")

    @admin.action(description=_("Block no longer"), permissions=["lift"])
    def lift(self, request: PersonRequest, blocks: QuerySet[Block]) -> None:
        """Lift the chosen blocks."""
        done = 0
        for block in blocks:
            try:
                lift_block(block.identity, by=request.user)
                done += 1
            except BlockNotAllowed as refusal:
                messages.error(request, f"{block.identity.shown_name}: {refusal}")
        messages.success(request, ngettext("%d account is free again.", "%d accounts are free again.", done) % done)
