"""Who saw a customer's message first."""

from django.conf import settings
from django.db import models

from accounts.models import Organization
from inbox.models.messages import Message


class Sight(models.Model):
    """That a person saw a message before anybody else did, while it waited for an answer."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="sight")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} by {self.user_id}"
