"""Which request a program has named by an Idempotency-Key, so that it is recognised when it comes again."""

from django.db import models

from accounts.models import ApiKey, Organization
from inbox.models.messages import Message


class Repeatable(models.Model):
    """A reply that came under a name: one name of an API key stands for one request, for a day."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    # Of what was asked for.
    fingerprint = models.BinaryField()
    message = models.OneToOneField(Message, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="repeatable_once")]
        # Read by whoever forgets the old ones.
        indexes = [models.Index(fields=["created_at"], name="repeatable_age")]

    def __str__(self) -> str:
        return f"{self.name} of {self.key_id}"
