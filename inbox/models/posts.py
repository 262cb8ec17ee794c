"""What a brand plans to say on its channels by itself: composed once, with words for each network where they differ."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Organization
from brandvoice.models import GuardDecision, PositionVersion, Wording
from inbox.models.channels import Channel
from inbox.models.messages import files_storage
from inbox.models.purposes import Objective
from inbox.models.tickets import Ticket
from inbox.models.uploads import LONGEST_ALT

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_TEXT = 10_000


class PostState(models.TextChoices):
    """How far a planned post has come."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waits for approval")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHING = "publishing", _("Being published")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


# People move it until it is scheduled; then what becomes of its deliveries does.
POST_MOVES: dict[str, set[str]] = {
    PostState.DRAFT: {PostState.WAITING, PostState.SCHEDULED, PostState.CANCELLED},
    PostState.WAITING: {PostState.DRAFT, PostState.SCHEDULED, PostState.CANCELLED},
    PostState.SCHEDULED: {
        PostState.DRAFT,
        PostState.WAITING,
        PostState.CANCELLED,
        PostState.PUBLISHING,
        PostState.PUBLISHED,
        PostState.FAILED,
    },
    PostState.PUBLISHING: {PostState.PUBLISHED, PostState.FAILED, PostState.SCHEDULED, PostState.CANCELLED},
    PostState.FAILED: {PostState.PUBLISHING, PostState.PUBLISHED, PostState.SCHEDULED, PostState.CANCELLED},
    # A network may take its word back.
    PostState.PUBLISHED: {PostState.FAILED},
    # A program's word that it is there is believed, however late it comes.
    PostState.CANCELLED: {PostState.DRAFT, PostState.PUBLISHED},
}
# In these its words can still be changed.
CHANGEABLE = (PostState.DRAFT, PostState.WAITING, PostState.SCHEDULED)


class PlannedPostQuerySet(models.QuerySet["Post"]):
    """Conditions on planned posts."""

    def visible_to(self, user: "User") -> "PlannedPostQuerySet":
        """Return the posts of the user's organization."""
        return self.filter(organization=user.organization_id)

    def open_to(self, key: ApiKey) -> "PlannedPostQuerySet":
        """Return the posts of the key's organization all of whose channels the key may speak for."""
        mine = self.filter(organization=key.organization_id)
        if key.all_channels:
            return mine
        others = PostVariant.objects.exclude(channel__in=Channel.objects.open_to(key))
        return mine.filter(~Exists(others.filter(post=OuterRef("pk"))), variants__isnull=False).distinct()

    def between(self, start: datetime, end: datetime) -> "PlannedPostQuerySet":
        """Return those that are planned for a time in this span, the earliest first."""
        return self.filter(publish_at__gte=start, publish_at__lt=end).order_by("publish_at", "pk")

    def lock(self, pk: int) -> "Post":
        """Return the post, locked until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).select_related("organization").get(pk=pk)


class Post(models.Model):
    """What a brand plans to say. `text` is what every channel says for which there are no words of its own."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    text = models.TextField(_("text"), max_length=LONGEST_TEXT, blank=True)
    # Empty: the main language of each channel's brand.
    language = models.CharField(_("language"), max_length=10, blank=True)
    # What it is about, as tickets are: incidents and approval policies go by it.
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    # The key of a purpose of the organization.
    purpose = models.CharField(_("purpose"), max_length=20)
    objective = models.ForeignKey(Objective, models.RESTRICT, related_name="posts", verbose_name=_("objective"))
    state = models.CharField(_("state"), max_length=12, choices=PostState.choices, default=PostState.DRAFT)
    publish_at = models.DateTimeField(_("goes out"), null=True, blank=True)
    # Counts what it has said: an approval is of one version.
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    # Made once by the page or the program: the same request again makes no second post.
    client_uuid = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    # Moves with all that is done to it until it is on its way; as created, nobody has done anything.
    changed_at = models.DateTimeField(_("changed"))

    objects = PlannedPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned post")
        verbose_name_plural = _("planned posts")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client_uuid"],
                condition=Q(client_uuid__isnull=False),
                name="post_composed_once",
            )
        ]
        indexes = [
            # The calendar.
            models.Index(
                fields=["organization", "publish_at", "id"], name="post_calendar", condition=Q(publish_at__isnull=False)
            ),
            # The list, newest first.
            models.Index(fields=["organization", "-id"], name="post_list"),
            # The sweep for posts whose time has come while they waited for approval.
            models.Index(fields=["publish_at"], name="post_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

    @property
    def can_be_changed(self) -> bool:
        """Return whether its words can still be changed."""
        return self.state in CHANGEABLE

    @property
    def can_be_called_off(self) -> bool:
        """Return whether it, or what is left of it, can still be called off."""
        return PostState.CANCELLED in POST_MOVES[self.state]


class PostVariant(models.Model):
    """A planned post on one channel; an empty text says what the post says."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="variants", db_index=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="posts", db_index=False)
    text = models.TextField(_("words for this channel"), max_length=LONGEST_TEXT, blank=True)
    # Null until the network has named it: the unique key must not count the empty ones.
    external_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - see above
    # What the guard said when its approval was asked for: whoever approves, approves this and no more.
    decision = models.ForeignKey(
        GuardDecision, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("post on a channel")
        verbose_name_plural = _("posts on channels")
        constraints = [
            models.UniqueConstraint(fields=["post", "channel"], name="post_variant_once"),
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=Q(external_id__isnull=False),
                name="post_variant_published_once",
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.post_id} on channel {self.channel_id}"

    @property
    def words(self) -> str:
        """Return what it says; the post must be loaded."""
        return self.text or self.post.text


class PostSpan(models.Model):
    """A stretch of what all channels say that came from signed wording: who approved these words."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="spans")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(PositionVersion, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    # Edit distance in characters from the signed words to what stands here.
    distance = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("signed span of a post")
        verbose_name_plural = _("signed spans of posts")

    def __str__(self) -> str:
        return f"wording {self.wording_id} in post {self.post_id}"


class PostFile(models.Model):
    """A file that goes out with a planned post, on every channel."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    # What is to be seen on it, for those who can't.
    alt = models.CharField(max_length=LONGEST_ALT, blank=True)
    file = models.FileField(storage=files_storage, max_length=255)

    class Meta:
        verbose_name = _("file of a post")
        verbose_name_plural = _("files of posts")

    def __str__(self) -> str:
        return self.name


class PostVersion(models.Model):
    """What a planned post said at one time: what an approver compares with."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    # The text for all, then each channel's own by its id; and the files by name with what is to be seen on them.
    text = models.TextField(blank=True)
    own_texts = models.JSONField(default=dict)
    files = ArrayField(models.CharField(max_length=1800), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a post")
        verbose_name_plural = _("versions of posts")
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="post_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of post {self.post_id}"


class PostAnswer(models.Model):
    """A ticket in which customers answer a published post."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    variant = models.ForeignKey(PostVariant, models.CASCADE, related_name="answers", db_index=False)
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="post_answer")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "ticket"], name="post_answer_once")]

    def __str__(self) -> str:
        return f"ticket {self.ticket_id} answers post variant {self.variant_id}"
