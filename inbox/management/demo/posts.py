"""Plans posts in the demo: one that is out and was answered, some to come, one that waits for its approval."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from inbox.actions.deliveries import report_status
from inbox.actions.messages import receive_messages
from inbox.actions.post_approvals import approve_post
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import create_post, schedule_post
from inbox.connectors.base import Author, IncomingMessage
from inbox.management.demo import clock
from inbox.management.demo.people import Company
from inbox.management.demo.talk import date_rows
from inbox.models import Channel, Delivery, Objective, Post, PostState


@dataclass(frozen=True, slots=True)
class Planned:
    """A post of the demo: by whom, in how many days and at which hour; with other words for Bluesky, if any."""

    by: str
    days: int
    hour: int
    text: str
    purpose: str = "inform"
    topic: str = ""
    shorter: str = ""
    # Left as a draft.
    draft: bool = False
    # Handle and words of those who answered one that is out.
    answers: tuple[tuple[str, str], ...] = ()


# By organization: its clock, what it wants, where it posts, and what.
_WANTED = {"northline": "Fewer questions about the new timetable", "verde": "Más clientes que conocen los productores"}
_CHANNELS = {"northline": ("rail-bluesky", "rail-mastodon"), "verde": ("verde-bluesky",)}
_POSTS: dict[str, list[Planned]] = {
    "northline": [
        Planned(
            "agnes",
            -2,
            10,
            "The new timetable is out. Search your line on our website, and save the trains that you take: the app "
            "tells you when one of them changes.",
            topic="timetable",
            answers=(
                ("petra_m", "Finally! And where do I see the night trains?"),
                ("joshk", "My connection in the morning is gone. Thanks for nothing."),
                ("lindenstrasse", "Works well, thank you."),
            ),
        ),
        Planned(
            "lena",
            2,
            9,
            "Lost something on the train? Tell us the line, the day and what it looks like. Our lost property office "
            "looks every morning.",
            purpose="resolve",
            topic="lost property",
        ),
        Planned(
            "agnes",
            4,
            12,
            "From Sunday the S1 stops at Harbour Street again. The lifts work, and so do the new ticket machines. Come "
            "and see the station: our colleagues show you around all day long, and they answer what you have always "
            "wanted to know about switches, signals and sandwiches.",
            shorter="From Sunday the S1 stops at Harbour Street again. Our colleagues show you around the station.",
            topic="stations",
        ),
        Planned(
            "lena", 8, 17, "What do you read on the way home? We collect tips for the long winter.", "thank", draft=True
        ),
    ],
    "verde": [
        Planned("nadia", 1, 11, "Esta semana visitamos a quienes cultivan nuestras naranjas. ¿Qué les preguntamos?"),
        Planned("hugo", 3, 18, "Receta de la semana: lentejas con verduras de temporada, para compartir."),
    ],
}


def plan_posts(company: Company) -> None:
    """Plan what the company says in the coming days."""
    organization = company.organization
    planned = _POSTS.get(organization.slug)
    if not planned:
        return
    channels = [company.channels[key] for key in _CHANNELS[organization.slug]]
    Channel.objects.filter(pk__in=[channel.pk for channel in channels]).update(publishes=True)
    wanted = {"name": _WANTED[organization.slug], "measure": "resolved", "target": 80}
    objective = Objective.objects.create(organization=organization, **wanted)
    for one in planned:
        _plan(company, one, channels, objective)
    date_rows(company)


def _plan(company: Company, one: Planned, channels: list[Channel], objective: Objective) -> None:
    """Plan a post; one of the past was planned an hour before it went out."""
    day = timezone.now().astimezone(ZoneInfo(company.organization.time_zone)).date() + timedelta(days=one.days)
    at = datetime.combine(day, time(one.hour), ZoneInfo(company.organization.time_zone))
    new = NewPost(
        text=one.text,
        purpose=one.purpose,
        objective=objective,
        channels={channel.pk: one.shorter if channel.network == "bluesky" else "" for channel in channels},
        publish_at=at,
        topic=one.topic,
    )
    if one.days >= 0:
        _write(new, company.people[one.by], one.draft)
        return
    with clock.set_to(at - timedelta(hours=1)):
        post = _write(new, company.people[one.by], one.draft)
        if post.state == PostState.WAITING:
            approve_post(post, seen=post.version, by=company.lead)
    _publish(post, at, one, channels[0])


def _write(new: NewPost, by: User, draft: bool) -> Post:
    post = create_post(new, by=by)
    return post if draft else schedule_post(post, seen=post.version, by=by)


def _publish(post: Post, at: datetime, one: Planned, asked: Channel) -> None:
    """Let the networks have had a post, and customers have answered it on one of them."""
    with clock.set_to(at):
        for delivery in Delivery.objects.filter(variant__post=post).order_by("pk"):
            report_status(delivery, "sent", external_id=f"demo-post-{post.pk}-{delivery.channel_id}")
    for number, (handle, words) in enumerate(one.answers, 1):
        said_at = at + timedelta(minutes=17 * number)
        with clock.set_to(said_at):
            receive_messages(asked, [_answer(post, asked, handle, words, said_at)])


def _answer(post: Post, asked: Channel, handle: str, words: str, at: datetime) -> IncomingMessage:
    ours = f"demo-post-{post.pk}-{asked.pk}"
    return IncomingMessage(
        external_id=f"{ours}-{handle}",
        thread_key=f"{ours} {handle}",
        author=Author(external_id=handle, username=handle, name=handle),
        sent_at=at,
        text=words,
        in_reply_to=ours,
    )
