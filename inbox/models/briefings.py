"""When each person has last read what has changed."""

from django.conf import settings
from django.db import models

from accounts.models import Organization


class BriefingRead(models.Model):
    """That a person has read the briefing, and everything that had changed by then."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="briefing_read")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} has read the briefing at {self.at}"
