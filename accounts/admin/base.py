"""The wall inside the console: what every admin of ours is built on.

An admin names the permission that changes its rows; whoever may enter the console may look. A manager
sees, chooses and saves rows of the own organization only; an operator (superuser) sees all of them.
"""

from collections.abc import Callable
from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin.paginator import BoundedPaginator
from accounts.models import Organization, User
from accounts.permissions import DESCRIPTIONS, PermissionDenied, Role
from accounts.requests import PersonRequest

Relation = models.ForeignKey[models.Model, models.Model] | models.ManyToManyField[models.Model, models.Model]
Names = list[str | list[str] | tuple[str, ...] | tuple[()]]
Columns = list[str | Callable[[models.Model], str | bool]]


def own(model: type[models.Model], user: User) -> Q:
    """Return the condition on rows of `model` that this person may see; nothing where no path is known."""
    if user.is_superuser:
        return Q()
    if model is Organization:
        return Q(pk=user.organization_id)
    registered = admin.site._registry.get(model)
    path = getattr(registered, "organization_path", "organization")
    if path == "organization" and not has_organization(model):
        return Q(pk__in=[])
    return Q(**{path: user.organization_id})


def has_organization(model: type[models.Model]) -> bool:
    """Return whether rows of `model` name their organization themselves."""
    try:
        model._meta.get_field("organization")
    except FieldDoesNotExist:
        return False
    return True


def roles_to_give(user: User) -> list[tuple[str, StrOrPromise]]:
    """Return the roles that this person may hand out, for a list of choices, each with what it is for."""
    return [(role.value, _named_and_told(role)) for role in Role if user.outranks(role)]


def _named_and_told(role: Role) -> str:
    return format_html('<strong>{}</strong> <span class="role-told">{}</span>', role.label, DESCRIPTIONS[role])


class OwnFilter(RelatedFieldListFilter):
    """Offers related rows of the own organization only."""

    def field_choices(
        self, field: RelatedField[object, object], request: PersonRequest, model_admin: "OrganizationAdmin"
    ) -> list[tuple[str, StrOrPromise]]:
        """Return the choices that this person may see."""
        ordering = self.field_admin_ordering(field, request, model_admin)
        condition = own(field.related_model, request.user)
        choices = field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=condition)
        return [(str(value), str(label)) for value, label in choices]


class OwnForm(forms.ModelForm[models.Model]):
    """Saves into one organization, and refuses rows of another."""

    # Set on the class that the admin makes for each request.
    organization_id: int | None = None

    def clean(self) -> dict[str, object]:
        """Refuse related rows of another organization, however they got into the request."""
        cleaned = super().clean() or {}
        if self.organization_id and self.instance._state.adding and has_organization(self._meta.model):
            setattr(self.instance, "organization_id", self.organization_id)  # noqa: B010 not every row has one
        home = cleaned.get("organization") or getattr(self.instance, "organization", None)
        for name, value in cleaned.items():
            rows = [value] if isinstance(value, models.Model) else value if isinstance(value, models.QuerySet) else []
            if home and any(getattr(row, "organization_id", home.pk) != home.pk for row in rows):
                self.add_error(name, ValidationError(_("This belongs to another organization.")))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # Names are unique within the organization: Django skips that check when the form leaves it out.
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs lack it
        return left_out - {"organization"}


class OwnChoices(BaseModelAdmin[models.Model]):
    """Limits every choice of related rows to the own organization."""

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Return the field with the rows that this person may choose."""
        kwargs["queryset"] = self._choices(db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[models.Model, models.Model], request: PersonRequest, **kwargs: object
    ) -> forms.Field | None:
        """Return the field with the rows that this person may choose."""
        kwargs["queryset"] = self._choices(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _choices(self, db_field: Relation, request: PersonRequest) -> models.QuerySet[models.Model]:
        model: type[models.Model] = db_field.related_model
        return model._default_manager.filter(own(model, request.user))


class Unwrapped(admin.ModelAdmin[models.Model]):
    """Saves without a transaction around it where actions bring their own."""

    # True where saving goes through actions.
    acts = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Answer the form."""
        answer = self._changeform_view if self.acts else super().changeform_view  # type: ignore[attr-defined]  # the same
        response: HttpResponse = answer(request, object_id, form_url, extra_context)
        return response


class OrganizationAdmin(OwnChoices, ModelAdmin, Unwrapped):
    """An admin behind the wall."""

    # Who may change rows here; the table in accounts.permissions says which roles that is.
    permission = "organization.manage"
    organization_path = "organization"
    read_only = False
    can_add = True
    can_delete = True
    refusals: tuple[type[Exception], ...] = (PermissionDenied,)

    form = OwnForm
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering: ClassVar[tuple[str | Combinable, ...]] = ("-pk",)

    def get_queryset(self, request: PersonRequest) -> models.QuerySet[models.Model]:
        """Return the rows of the person's organization."""
        rows: models.QuerySet[models.Model] = super().get_queryset(request)
        return rows.filter(own(self.model, request.user))

    def has_module_permission(self, request: PersonRequest) -> bool:
        """Return whether the person may see this part of the console."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may look."""
        return request.user.may("console.enter")

    def has_change_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may change rows."""
        return not self.read_only and self.has_view_permission(request) and request.user.may(self.permission)

    def has_add_permission(self, request: PersonRequest) -> bool:
        """Return whether the person may add rows."""
        return self.can_add and self.has_change_permission(request)

    def has_delete_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may delete rows."""
        return self.can_delete and self.has_change_permission(request)

    def get_form(
        self, request: PersonRequest, obj: models.Model | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[models.Model]]:
        """Return the form, told whose organization it saves into."""
        form = super().get_form(request, obj, change, **kwargs)
        if issubclass(form, OwnForm):
            form.organization_id = request.user.organization_id
        return form

    def get_fields(self, request: PersonRequest, obj: models.Model | None = None) -> Names:
        """Return the fields; an operator also says (and sees) which organization."""
        fields = [name for name in super().get_fields(request, obj) if name != "organization"]
        shows = request.user.is_superuser and has_organization(self.model)
        return ["organization", *fields] if shows else fields

    def get_readonly_fields(self, request: PersonRequest, obj: models.Model | None = None) -> list[str]:
        """Return the fields that can't be changed; no row ever changes its organization."""
        fields = [str(name) for name in super().get_readonly_fields(request, obj)]
        return [*fields, "organization"] if obj and has_organization(self.model) else fields

    def get_list_display(self, request: PersonRequest) -> Columns:
        """Return the columns; an operator sees whose row it is."""
        columns = list(super().get_list_display(request))
        shows = request.user.is_superuser and has_organization(self.model)
        return [*columns, "organization"] if shows else columns

    def get_list_select_related(self, request: PersonRequest) -> list[str]:
        """Return the relations that the columns touch."""
        named = super().get_list_select_related(request)
        related = [str(name) for name in named] if isinstance(named, list | tuple) else []
        return [*related, "organization"] if has_organization(self.model) else related

    def get_list_filter(self, request: PersonRequest) -> list[object]:
        """Return the filters, those on relations behind the wall."""
        return [self._walled(entry) for entry in super().get_list_filter(request)]

    def save_model(self, request: PersonRequest, obj: models.Model, form: OwnForm, change: bool) -> None:
        """Save a new row whole and an old one narrowly, so that nothing read earlier is written back."""
        if not change:
            obj.save()
            return
        changed = [field.name for field in obj._meta.concrete_fields if field.name in form.changed_data]
        if changed:
            obj.save(update_fields=changed)

    def changeform_view(
        self,
        request: PersonRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Answer the form; what an action refuses is said on the page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as refusal:
            if request.method != "POST" or not str(refusal):
                raise
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def _get_obj_does_not_exist_redirect(self, request: PersonRequest, opts: object, object_id: str) -> HttpResponse:
        # Django would send people to the start page; behind the wall a stranger's row is simply not there.
        raise Http404

    def _walled(self, entry: object) -> object:
        if not isinstance(entry, str):
            return entry
        try:
            field = self.model._meta.get_field(entry)
        except FieldDoesNotExist:
            return entry
        return (entry, OwnFilter) if field.is_relation else entry


class OrganizationInline(OwnChoices, TabularInline):
    """Rows shown with their parent; who may change the parent may change them."""

    permission = "organization.manage"
    read_only = False
    extra = 0

    def has_view_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may look."""
        return request.user.may("console.enter")

    def has_change_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may change rows."""
        return not self.read_only and request.user.may(self.permission)

    def has_delete_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may delete rows."""
        return self.has_change_permission(request, obj)

    def has_add_permission(self, request: PersonRequest, obj: models.Model | None = None) -> bool:
        """Return whether the person may add rows."""
        return self.has_change_permission(request, obj)
