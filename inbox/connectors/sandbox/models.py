"""What the make-believe network stores: brands' accounts on it, and posts. It knows nothing of tickets."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.secrets import cipher

# Of what is encrypted here.
PURPOSE = "sandbox"


class Account(models.Model):
    """A brand's account, and where the network announces what concerns it."""

    handle = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=120)
    webhook_path = models.CharField(max_length=200, unique=True)
    sealed_secret = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.handle

    @property
    def secret(self) -> str:
        """Return the secret that the account's owner and the network share."""
        return cipher(PURPOSE).decrypt(self.sealed_secret).decode()


class Visibility(models.TextChoices):
    """Who can read a post."""

    PUBLIC = "public"
    DIRECT = "direct"


class PostQuerySet(models.QuerySet["Post"]):
    """Conditions on posts."""

    def readable_by(self, reader: str) -> "PostQuerySet":
        """Return public posts and those that only this customer and the account can read."""
        return self.filter(Q(visibility=Visibility.PUBLIC) | Q(author=reader) | Q(addressee=reader))


class Post(models.Model):
    """One thing said on the network, by a customer or by a brand."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="posts")
    # Chosen by whoever posts: the same key again is the same post.
    key = models.UUIDField(null=True, unique=True)
    # The id of its first post, or whatever name the conversation had elsewhere.
    thread = models.CharField(max_length=255)
    in_reply_to = models.CharField(max_length=255, blank=True)
    # Empty where the account itself speaks.
    author = models.CharField(max_length=80, blank=True)
    author_name = models.CharField(max_length=80, blank=True)
    addressee = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    # Where each file is, with its name, type and what is to be seen on it.
    files = models.JSONField(default=list, db_default=[])
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    created_at = models.DateTimeField()
    # The announcement to the account's webhook.
    tell_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    tell_count = models.PositiveSmallIntegerField(default=0)

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            # A conversation in order.
            models.Index(fields=["account", "thread", "created_at"], name="sandbox_thread"),
            # The newest conversations of an account.
            models.Index(fields=["account", "-created_at"], name="sandbox_newest"),
            # What the network still has to announce.
            models.Index(fields=["tell_at"], name="sandbox_untold", condition=Q(told_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"
