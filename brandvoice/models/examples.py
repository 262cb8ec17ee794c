"""What customers write when they ask: examples, their vectors, and the number that says both changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.models import Brand, Organization, User
from brandvoice.models.positions import Position
from brandvoice.models.wordings import Wording


class ExampleQuerySet(models.QuerySet["Example"]):
    """Conditions on examples."""

    def visible_to(self, user: User) -> "ExampleQuerySet":
        """Return the examples of the user's organization."""
        return self.filter(organization=user.organization_id)

    def learned(self) -> "ExampleQuerySet":
        """Return the examples that agents' replies have taught."""
        return self.filter(source__in=(Example.Source.ACCEPT, Example.Source.EDIT))

    def without_vector(self, embedder_id: str) -> "ExampleQuerySet":
        """Return the examples that this embedder has not read yet."""
        done = Embedding.objects.filter(example=models.OuterRef("pk"), embedder=embedder_id)
        return self.filter(~models.Exists(done))

    def of_many_languages(self) -> "ExampleQuerySet":
        """Return the examples of organizations that know of more than English: a brand, a wording or an example."""
        whose = models.Q()
        for rows in (Brand.objects.all(), Wording.objects.all(), Example.objects.all()):
            others = rows.exclude(language__startswith="en").values("organization")
            whose |= models.Q(organization__in=others)
        return self.filter(whose)


class Example(models.Model):
    """A message that a position answers."""

    class Source(models.TextChoices):
        """Where an example comes from."""

        SEED = "seed", _("Written with the position")
        ACCEPT = "accept", _("An agent used the wording")
        EDIT = "edit", _("An agent used it with changes")
        MANUAL = "manual", _("Added by hand")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    position = models.ForeignKey(Position, models.CASCADE, related_name="examples", verbose_name=_("position"))
    text = models.CharField(_("text"), max_length=500)
    language = models.CharField(_("language"), max_length=10)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.MANUAL)
    # How much its similarity counts, between 0 and 1.
    weight = models.FloatField(_("weight"), default=1.0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Which reply taught it, in the words of whoever sent that; empty where a person added it.
    origin = models.CharField(_("learned from"), max_length=40, blank=True, db_default="")

    objects = ExampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        constraints = [
            models.UniqueConstraint(fields=["position", "language", "text"], name="example_once_per_position"),
            models.CheckConstraint(condition=models.Q(weight__gt=0, weight__lte=1), name="example_weight_is_a_share"),
        ]

    def __str__(self) -> str:
        return self.text


class Embedding(models.Model):
    """An example as one embedder reads it; vectors of two embedders are never compared."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    example = models.ForeignKey(Example, models.CASCADE, related_name="embeddings")
    embedder = models.CharField(max_length=80)
    vector = VectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["example", "embedder"], name="embedding_once_per_embedder")]
        indexes = [
            # A process reads an organization's vectors in order, from the last one that it holds.
            models.Index(fields=["organization", "embedder", "id"], name="embedding_in_order")
        ]

    def __str__(self) -> str:
        return f"example {self.example_id} by {self.embedder}"


class Library(models.Model):
    """Counts the changes to an organization's vectors, so that every process sees when its copy is old.

    The row is locked by whoever writes vectors: within an organization their ids are in commit order.
    """

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="+")
    revision = models.PositiveBigIntegerField(default=0)
    # Raised when vectors went away: then nothing that a process holds can be kept.
    epoch = models.PositiveBigIntegerField(default=0)
    # Raised when something new was learned from the examples.
    head = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"library of organization {self.organization_id}"
