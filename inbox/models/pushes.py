"""Browsers that asked to be told, what they are to be told, and the key that says who tells them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.notifications import Notification
from inbox.models.secrets import EncryptedTextField

if TYPE_CHECKING:
    from accounts.models import User


class PushKey(models.Model):
    """The key by which push services know this installation; there is one."""

    private = EncryptedTextField()
    # What browsers are given: base64url of the point.
    public = models.CharField(max_length=100)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="push_key_is_one")]

    def __str__(self) -> str:
        return self.public


class PushBrowserQuerySet(models.QuerySet["PushBrowser"]):
    """Conditions on browsers."""

    def of(self, user: "User") -> "PushBrowserQuerySet":
        """Return this person's browsers."""
        return self.filter(user=user)


class PushBrowser(models.Model):
    """A browser in which a person asked to be told, and how to reach it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_browsers")
    # The push service's address of this one browser. Whoever has a browser now is whom it tells.
    address = models.CharField(max_length=1000, unique=True)
    public = models.CharField(max_length=100)
    auth = EncryptedTextField()
    # The mark of the session that asked: when that ends, nothing more is told here.
    session = models.CharField(max_length=24)
    name = models.CharField(max_length=200, blank=True)
    hides_words = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PushBrowserQuerySet.as_manager()

    class Meta:
        verbose_name = _("browser that is told")
        verbose_name_plural = _("browsers that are told")

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class PushState(models.TextChoices):
    """What became of a push."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Push(models.Model):
    """One notification told to one browser."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    browser = models.ForeignKey(PushBrowser, models.CASCADE, related_name="pushes")
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="pushes")
    state = models.CharField(max_length=10, choices=PushState.choices, default=PushState.WAITING)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    # What the push service answered with last, where that was no "yes".
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="push_due", condition=Q(state="waiting")),
            # What is done is forgotten after a while.
            models.Index(fields=["due_at"], name="push_done", condition=~Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} to {self.browser_id}: {self.state}"
