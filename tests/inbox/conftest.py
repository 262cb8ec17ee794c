"""Fixtures that several tests of the inbox share."""

from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from brandvoice.actions import positions as voice
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import create_post, schedule_post
from inbox.models import ApprovalPolicy, ApprovalStep, Attachment, Objective, Upload
from tests.cast import make_channel
from tests.inbox.signed_words import OLD, write_and_sign


@pytest.fixture
def signed(amira, lena, rail):
    """The version that is signed today."""
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    return write_and_sign(position, OLD, lena, amira)


@pytest.fixture
def push(rail, care):
    """A channel that our own dispatcher posts to."""
    return make_channel(rail, care, network="sandbox", external=False, handle="@push")


@pytest.fixture
def page(client, agnes):
    """The test client with Agnes signed in."""
    client.force_login(agnes)
    return client


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """The folder of files, empty."""
    storage = FileSystemStorage(location=str(tmp_path))
    for model in (Attachment, Upload):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)
    return tmp_path


@pytest.fixture
def bluesky(rail, care):
    """Northline Rail on Bluesky, posted to by our own connector."""
    return make_channel(rail, care, external=False)


@pytest.fixture
def mastodon(rail, care):
    """The same brand on Mastodon."""
    return make_channel(rail, care, network="mastodon", external=False)


@pytest.fixture
def objective(northline):
    """What planned posts are to bring about."""
    return Objective.objects.create(organization=northline, name="Fewer questions", measure="resolved", target=80)


@pytest.fixture
def compose(bluesky, objective, lena):
    """Draft a post as the lead, on Bluesky, for in three hours."""

    def compose(text="The timetable changes on Sunday.", *, by=lena, channels=None, **fields):
        channels = channels or {bluesky.pk: ""}
        said = {"purpose": "inform", "objective": objective, "publish_at": timezone.now() + timedelta(hours=3)}
        return create_post(NewPost(text=text, channels=channels, **said | fields), by=by)

    return compose


@pytest.fixture
def schedule(compose, lena):
    """Draft a post and schedule it, or hand it over."""

    def schedule(text="The timetable changes on Sunday.", *, by=lena, at_once=False, **fields):
        post = compose(text, by=by, **fields)
        return schedule_post(post, seen=post.version, by=by, at_once=at_once)

    return schedule


@pytest.fixture
def make_policy(northline):
    """Make an approval policy of these steps."""

    def make_policy(*steps, name="Grave", what="posts", position=10, **fields):
        policy = ApprovalPolicy.objects.create(
            organization=northline, name=name, what=what, position=position, **fields
        )
        for number, said in enumerate(steps, 1):
            named = {key: said[key] for key in ("everybody", "hours") if key in said}
            step = ApprovalStep.objects.create(policy=policy, position=number, **named)
            step.people.set(said.get("people", ()))
            step.teams.set(said.get("teams", ()))
        policy.note_what_it_names()
        return policy

    return make_policy
