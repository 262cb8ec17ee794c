"""What tests of planned posts share: where a post stands, what is promised of it, and when it is due."""

from datetime import timedelta

from django.utils import timezone

from inbox.models import Delivery, Post

# So long before its time a post is composed by the fixtures.
SOON = timedelta(hours=3)


def state_of(post):
    return Post.objects.values_list("state", flat=True).get(pk=post.pk)


def promised(post):
    return Delivery.objects.filter(variant__post=post).order_by("pk")


def when_due():
    """Return a moment at which whatever is planned is due."""
    return timezone.now() + SOON + timedelta(minutes=1)
