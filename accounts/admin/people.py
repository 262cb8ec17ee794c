"""People in the console: their role and access change through actions."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from accounts.actions.people import (
    LastOwner,
    change_role,
    deactivate_person,
    reactivate_person,
)
from accounts.actions.profile import change_profile
from accounts.admin.base import OrganizationAdmin, OwnForm, roles_to_give
from accounts.models import User
from accounts.permissions import PermissionDenied, Role
from accounts.requests import PersonRequest


@admin.register(User)
class PersonAdmin(OrganizationAdmin):
    """People come by invitation and leave by losing their access."""

    permission = "people.manage"
    acts = True
    refusals = (LastOwner, PermissionDenied)
    can_add = False
    can_delete = False
    list_display = ("name", "email", "title", "role_and_use", "team_names", "is_active", "last_login")
    list_filter = ("role", "is_active", "teams")
    search_fields = ("name", "email", "title")
    ordering = ("name", "pk")
    fields = ("email", "name", "title", "language", "role", "is_active", "team_names", "last_login", "created_at")
    readonly_fields = ("email", "team_names", "last_login", "created_at")
    actions = ("close_access", "open_access")
    actions_list = ("invite",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return people with their teams."""
        return super().get_queryset(request).prefetch_related("teams")

    def formfield_for_choice_field(
        self, db_field: "Field[str, str]", request: PersonRequest, **kwargs: object
    ) -> forms.TypedChoiceField | None:
        """Offer the roles that this person may give."""
        if db_field.name == "role":
            kwargs |= {"choices": roles_to_give(request.user), "widget": UnfoldAdminRadioSelectWidget()}
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: "Field[str, str]", request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Offer the languages that Onevoice speaks."""
        if db_field.name == "language":
            label = capfirst(str(db_field.verbose_name))
            return forms.ChoiceField(label=label, choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: PersonRequest, obj: User | None = None) -> bool:
        """Return whether the person may change (this) person."""
        return super().has_change_permission(request, obj) and (obj is None or request.user.governs(obj))

    def save_model(self, request: PersonRequest, obj: User, form: OwnForm, change: bool) -> None:
        """Carry each change through its action."""
        changed, by = set(form.changed_data), request.user
        if "role" in changed:
            change_role(obj, role=Role(form.cleaned_data["role"]), by=by)
        if "is_active" in changed:
            (reactivate_person if form.cleaned_data["is_active"] else deactivate_person)(obj, by=by)
        if changed & {"name", "title", "language"}:
            change_profile(obj, name=obj.name, title=obj.title, language=obj.language, by=by)

    @action(description=_("Invite somebody"), permissions=["change"], icon="person_add")
    def invite(self, request: HttpRequest) -> HttpResponseRedirect:
        """Go to the form for an invitation."""
        return HttpResponseRedirect(reverse("admin:accounts_invitation_add"))

    @admin.action(description=_("Close the access"), permissions=["change"])
    def close_access(self, request: PersonRequest, people: QuerySet[User]) -> None:
        """Close the access of the chosen people."""
        self._act_on(request, people, deactivate_person)

    @admin.action(description=_("Open the access again"), permissions=["change"])
    def open_access(self, request: PersonRequest, people: QuerySet[User]) -> None:
        """Open the access of the chosen people."""
        self._act_on(request, people, reactivate_person)

    @display(description=capfirst(_("role")), ordering="role")
    def role_and_use(self, person: User) -> str:
        """Return the role and, below it, what it is for."""
        both = '<span class="role-and-use">{}<span class="role-told">{}</span></span>'
        return format_html(both, person.get_role_display(), person.role_told)

    @display(description=_("Teams"))
    def team_names(self, person: User) -> str:
        """Return the teams, as one text."""
        return ", ".join(sorted(team.name for team in person.teams.all())) or "–"

    def _act_on(self, request: PersonRequest, people: QuerySet[User], act: Callable[..., User]) -> None:
        done = 0
        for person in people:
            try:
                act(person, by=request.user)
                done += 1
            except self.refusals as refusal:
                messages.error(request, f"{person.name}: {refusal}")
        messages.success(request, ngettext("%d person changed.", "%d people changed.", done) % done)
