"""People who sign in, and the invitations that bring them."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models.organizations import Brand, Organization, OwnedQuerySet, Team
from accounts.permissions import DESCRIPTIONS, PermissionDenied, Role, allows, grants


class Theme(models.TextChoices):
    """Which colours a person works in."""

    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserQuerySet(OwnedQuerySet["User"]):
    """Conditions on people."""

    def lock(self, pk: int) -> "User":
        """Return the person, locked and read afresh."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are stored in lower case."""

    def get_queryset(self) -> UserQuerySet:
        """Return people."""
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        """Return the people of the user's organization (everybody to an operator)."""
        return self.get_queryset().visible_to(user)

    def lock(self, pk: int) -> "User":
        """Return the person, locked and read afresh."""
        return self.get_queryset().lock(pk)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a person; without a password they can't sign in until they set one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create an operator: sees the console across organizations and belongs to none."""
        return self.create_user(email, password, **{**fields, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this e-mail address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail and belongs to one organization (operators to none)."""

    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        related_name="people",
        null=True,
        blank=True,
        verbose_name=_("organization"),
    )
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    language = models.CharField(_("language"), max_length=10, default="en")
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    single_keys = models.BooleanField(_("shortcuts of one key"), default=True)
    wants_digest = models.BooleanField(_("daily mail about what waits for a signature"), default=True)
    # The day of the last such mail: one a day, whatever runs twice.
    digest_on = models.DateField(null=True, editable=False)
    # None: as the role has it.
    wants_briefing = models.BooleanField(_("daily mail with the briefing"), null=True)
    briefing_on = models.DateField(null=True, editable=False)
    # So long one worker alone writes daily mails to the person; None while none does.
    letters_held_until = models.DateTimeField(null=True, editable=False)
    # Since when the person is away, as they have said; None while they are there.
    away_since = models.DateTimeField(_("away since"), null=True, blank=True, editable=False)
    # The one brand whose tickets the person's lists show; None: those of all.
    shown_brand = models.ForeignKey(
        Brand, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("brand")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False) | models.Q(is_superuser=True),
                name="user_belongs_to_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def may(self, permission: str) -> bool:
        """Return whether this person's role holds `permission`."""
        return self.is_active and (self.is_superuser or allows(self.role, permission))

    def require(self, permission: str) -> None:
        """Raise PermissionDenied unless this person's role holds `permission`."""
        if not self.may(permission):
            raise PermissionDenied(_("Your role does not allow this."))

    def outranks(self, role: str) -> bool:
        """Return whether this person may give or take `role`."""
        return self.is_active and (self.is_superuser or grants(self.role, role))

    def governs(self, other: "User") -> bool:
        """Return whether this person may change what `other` may do."""
        return self.outranks(other.role) and (self.is_superuser or not other.is_superuser)

    @property
    def gets_briefing(self) -> bool:
        """Return whether the briefing is mailed to this person each morning."""
        return self.may("briefing.mailed") if self.wants_briefing is None else self.wants_briefing

    @property
    def role_told(self) -> StrOrPromise:
        """Return what the person's role is for, in a sentence."""
        return DESCRIPTIONS[Role(self.role)]

    @property
    def is_staff(self) -> bool:
        """Return whether this person may enter the admin console."""
        return self.may("console.enter")

    @property
    def initials(self) -> str:
        """Return one or two letters for an avatar."""
        words = self.name.split() or [self.email]
        return "".join(word[0] for word in (words[0], words[-1] if len(words) > 1 else "") if word).upper()

    def get_full_name(self) -> str:
        """Return the name shown to colleagues."""
        return self.name

    def get_short_name(self) -> str:
        """Return the first name."""
        return self.name.split(" ")[0]


class InvitationQuerySet(OwnedQuerySet["Invitation"]):
    """Conditions on invitations."""

    def open(self) -> Self:
        """Return the invitations that can still be accepted."""
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A door opened once for one e-mail address; the token itself is never stored."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="invitations", verbose_name=_("organization")
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    teams = models.ManyToManyField(Team, blank=True, verbose_name=_("teams"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=models.Q(accepted_at=None),
                name="invitation_open_once_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"
