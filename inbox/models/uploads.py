"""A file that somebody is about to send: it waits with a draft, or for a program's reply to name it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Organization, User
from inbox.models.drafts import Draft
from inbox.models.messages import files_storage
from inbox.models.tickets import Ticket

LONGEST_ALT = 1500


class UploadQuerySet(models.QuerySet["Upload"]):
    """Conditions on uploads."""

    def shown_to(self, user: User) -> "UploadQuerySet":
        """Return what waits in the person's own drafts, and in those that colleagues show them."""
        seen = self.filter(draft__ticket__in=Ticket.objects.visible_to(user))
        return seen.filter(Q(draft__user=user) | Q(draft__shared=True))

    def of(self, by: User | ApiKey) -> "UploadQuerySet":
        """Return what this person, or this program, may send."""
        return self.filter(draft__user=by) if isinstance(by, User) else self.filter(key=by)


class Upload(models.Model):
    """A file that somebody is about to send."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    # What it was brought to; drafts may go on in another ticket, and take it along.
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    # Whose draft it waits in; without one, and without a program, it is swept.
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, blank=True, related_name="files")
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    # What is to be seen on it, for those who can't.
    alt = models.CharField(max_length=LONGEST_ALT, blank=True)
    file = models.FileField(storage=files_storage, max_length=255)
    created_at = models.DateTimeField()
    # Taken out of the draft; an earlier version of it may bring it back.
    dropped = models.BooleanField(default=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to be sent")
        verbose_name_plural = _("files to be sent")
        # The sweep for what nobody will send any more.
        indexes = [models.Index(fields=["created_at"], name="upload_loose", condition=Q(draft__isnull=True))]

    def __str__(self) -> str:
        return self.name

    @property
    def place_id(self) -> int:
        """Return the ticket in which it can be sent; one query unless the draft was loaded."""
        return self.draft.ticket_id if self.draft else self.ticket_id
