"""Invitations in the console: made, shown once and withdrawn by actions."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from accounts.actions.invitations import AlreadyHere, InvitationClosed, invite_person, withdraw_invitation
from accounts.admin.base import OrganizationAdmin, OwnForm, roles_to_give
from accounts.admin.shown_once import keep, show_once
from accounts.mail import invitation_url
from accounts.models import Invitation
from accounts.permissions import PermissionDenied, Role
from accounts.requests import PersonRequest


@admin.register(Invitation)
class InvitationAdmin(OrganizationAdmin):
    """Invitations; to send one again, invite again: the older link stops working."""

    permission = "people.manage"
    acts = True
    refusals = (AlreadyHere, PermissionDenied)
    can_delete = False
    list_display = ("email", "role", "invited_by", "created_at", "expires_at", "state")
    list_select_related = ("invited_by",)
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    search_fields = ("email",)
    fields = ("email", "role", "teams")
    actions = ("withdraw",)

    def has_change_permission(self, request: PersonRequest, obj: Invitation | None = None) -> bool:
        """Return whether the person may invite; an invitation that exists is withdrawn, not changed."""
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: PersonRequest, obj: Invitation, form: OwnForm, change: bool) -> None:
        """Invite by the action."""
        invitation, token = invite_person(
            obj.email,
            organization=obj.organization,
            role=Role(obj.role),
            teams=form.cleaned_data["teams"],
            by=request.user,
        )
        obj.pk = invitation.pk
        keep(request, invitation_url(token))

    def save_related(self, request: PersonRequest, form: OwnForm, formsets: list[object], change: bool) -> None:
        """Leave the teams as the action has set them."""

    def response_add(
        self, request: PersonRequest, obj: Invitation, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the link, this once, in case the e-mail is lost."""
        return show_once(
            request,
            self.admin_site,
            title=_("%s is invited") % obj.email,
            hint=_("The link is on its way by e-mail. It works once, within seven days, and can't be shown again."),
            back="admin:accounts_invitation_changelist",
        )

    def formfield_for_choice_field(
        self, db_field: "Field[str, str]", request: PersonRequest, **kwargs: object
    ) -> forms.TypedChoiceField | None:
        """Offer the roles that this person may give."""
        if db_field.name == "role":
            kwargs |= {"choices": roles_to_give(request.user), "widget": UnfoldAdminRadioSelectWidget()}
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.action(description=_("Withdraw"), permissions=["add"])
    def withdraw(self, request: PersonRequest, invitations: QuerySet[Invitation]) -> None:
        """Close the chosen invitations."""
        done = 0
        for invitation in invitations:
            try:
                withdraw_invitation(invitation, by=request.user)
                done += 1
            except InvitationClosed as refusal:
                messages.error(request, f"{invitation.email}: {refusal}")
        messages.success(request, ngettext("%d invitation withdrawn.", "%d invitations withdrawn.", done) % done)

    @display(description=_("State"), label={"open": "info", "accepted": "success", "late": "warning"})
    def state(self, invitation: Invitation) -> tuple[str, StrOrPromise]:
        """Return whether the invitation waits, was accepted or is too old."""
        if invitation.accepted_at:
            return "accepted", _("Accepted")
        return ("open", _("Waiting")) if invitation.expires_at > timezone.now() else ("late", _("Too old"))
