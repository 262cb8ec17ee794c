"""What was learned from an organization's examples, as it is kept between a worker and the web processes."""

from django.db import models

from accounts.models import Organization


class LearnedHead(models.Model):
    """The learned half of an organization's ranking, for one embedder; empty where too little is known to learn."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    embedder = models.CharField(max_length=80)
    # The state of the library that it was learned from, and how many examples that had.
    revision = models.PositiveBigIntegerField()
    epoch = models.PositiveBigIntegerField()
    examples = models.PositiveIntegerField()
    data = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "embedder"], name="head_once_per_embedder")]

    def __str__(self) -> str:
        return f"head of organization {self.organization_id} by {self.embedder}"
