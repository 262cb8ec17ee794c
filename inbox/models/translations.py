"""What customers have said in the language of whoever reads it, as a machine has translated it."""

from django.db import models

from accounts.models import Organization
from inbox.models.messages import Message


class Translation(models.Model):
    """A message in another language, kept so that it is asked for once; who changes the message forgets it."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    message = models.ForeignKey(Message, models.CASCADE, related_name="translations", db_index=False)
    language = models.CharField(max_length=10)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "language"], name="translation_once")]

    def __str__(self) -> str:
        return f"{self.message_id} in {self.language}"
