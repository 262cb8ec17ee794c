"""What every connector must do, case by case; test_conformance.py runs each case on each network."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from inbox import budgets
from inbox import delivery as dispatcher
from inbox.actions.attachments import NewFile
from inbox.actions.enrich import enrich_messages
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import create_post, schedule_post
from inbox.actions.replies import NewReply, ReplyStopped, send_reply
from inbox.actions.sending_files import PickedFile
from inbox.actions.uploads import add_upload
from inbox.connectors.registry import NETWORKS, window_of
from inbox.models import (
    Channel,
    Delivery,
    DeliveryState,
    Health,
    Message,
    Objective,
    Post,
    PostAnswer,
    PostState,
    PostVariant,
    Ticket,
)
from tests.cast import make_person
from tests.connectors.stage import Stage
from tests.pictures import png

FAMILY = "👩‍👩‍👧‍👦 déjà vu 🇪🇸 ok"
ARABIC = "أين قطاري؟ الرحلة ١٢٣ (من برلين) تأخرت"
HEBREW = "הרכבת שלך תגיע בעוד 5 דקות"
SETTLED = {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ}


def answer(ticket: Ticket, text: str, by: User, *, pictures: int = 0) -> Delivery:
    """Send a reply as the composer does, with pictures beside it, and return its delivery."""
    ticket = Ticket.objects.select_related("channel", "brand").get(pk=ticket.pk)
    newest = ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    files = [NewFile(f"way-{number}.png", png(4, 3 + number)) for number in range(pictures)]
    picked = [PickedFile(add_upload(ticket, file, by=by).pk, "The way to platform 4") for file in files]
    reply = NewReply(text=text, visibility="", seen=newest, purpose="inform", files=picked)
    return send_reply(ticket, reply, by=by).delivery


def dispatch(channel: Channel) -> None:
    """Let every pause be over, and post what is due."""
    budgets.forget(channel.pk)
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(due_at=timezone.now())
    dispatcher.deliver_due()


def only_ticket(stage: Stage) -> Ticket:
    """Return the one conversation that there is."""
    return Ticket.objects.get(channel=stage.channel)


def heard(stage: Stage) -> list[str]:
    """Return what customers said, in the order of the conversation."""
    return list(
        Message.objects.filter(channel=stage.channel, direction="inbound").in_order().values_list("text", flat=True)
    )


def state_of(delivery: Delivery) -> str:
    """Return where a delivery stands now."""
    return Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk)


def case_replay_twice_at_once(stage: Stage, agent: User) -> None:
    """Everything told again, twice at the same time, is stored once."""
    first = stage.say("Where is my train?")
    stage.say("It is late again", thread=first)
    stage.say("Lost: one umbrella", author="kai")
    stage.pump()
    before = list(Message.objects.order_by("pk").values_list("pk", "ticket_id", "text"))

    stage.tell_again()

    assert len(before) == 3
    assert list(Message.objects.order_by("pk").values_list("pk", "ticket_id", "text")) == before
    assert Ticket.objects.count() == 2


def case_out_of_order(stage: Stage, agent: User) -> None:
    """What comes in the wrong order stands in the right one, in one conversation."""
    first = stage.say("one")
    stage.say("two", thread=first)
    stage.say("three", thread=first)

    stage.pump(backwards=True)

    assert heard(stage) == ["one", "two", "three"]
    assert Ticket.objects.count() == 1


def case_album(stage: Stage, agent: User) -> None:
    """Several pictures sent as one post are one message with as many attachments."""
    stage.say_album(3)
    stage.pump()

    assert Message.objects.get().attachments.count() == 3


def case_long_text(stage: Stage, agent: User) -> None:
    """The longest question arrives whole, the longest answer is posted whole, and one that is longer is stopped."""
    question = ("word " * stage.longest_question)[: stage.longest_question - 1] + "."
    stage.say(question)
    stage.pump()
    longest = ("talk " * stage.longest_answer)[: stage.longest_answer - 1] + "."

    assert heard(stage) == [question]
    answer(only_ticket(stage), longest, agent)
    dispatch(stage.channel)
    assert [post.text for post in stage.posts()] == [longest]


def case_emoji(stage: Stage, agent: User) -> None:
    """Emoji of several code points and accents come and go unharmed."""
    _there_and_back(stage, agent, FAMILY, "Gern geschehen 👍🏽 à bientôt")


def case_right_to_left(stage: Stage, agent: User) -> None:
    """Arabic and Hebrew come and go unharmed."""
    _there_and_back(stage, agent, ARABIC, HEBREW)


def _there_and_back(stage: Stage, agent: User, question: str, reply: str) -> None:
    stage.say(question)
    stage.pump()
    assert heard(stage) == [question]
    delivery = answer(only_ticket(stage), reply, agent)
    dispatch(stage.channel)
    assert [post.text for post in stage.posts()] == [reply]
    assert state_of(delivery) in SETTLED


def case_edit(stage: Stage, agent: User) -> None:
    """A customer's edit changes the words, once, and what the agent saw is kept."""
    said = stage.say("I hate you")
    stage.pump()
    stage.edit(said, "I like you")
    stage.pump()
    stage.tell_again()

    message = Message.objects.get()
    assert (message.text, message.edited_at is not None) == ("I like you", True)
    assert [revision.text for revision in message.revisions.all()] == ["I hate you"]


def case_delete(stage: Stage, agent: User) -> None:
    """What a customer takes away is marked as taken away."""
    said = stage.say("Forget it")
    stage.pump()
    stage.remove(said)
    stage.pump()

    assert Message.objects.get().removed_at is not None


def case_echo(stage: Stage, agent: User) -> None:
    """Our reply that the network tells of again is shown once; what was typed on the network itself appears."""
    said = stage.say("Where is my train?")
    stage.pump()
    answer(only_ticket(stage), "At platform 4.", agent)
    dispatch(stage.channel)
    stage.say_natively("Typed on the network", thread=said)
    stage.pump()
    stage.tell_again()

    ours = Message.objects.filter(direction="outbound").in_order()
    assert sorted(ours.values_list("text", flat=True)) == ["At platform 4.", "Typed on the network"]
    assert Ticket.objects.count() == 1


def case_too_many_requests(stage: Stage, agent: User) -> None:
    """A network that asks for patience gets it, and then the reply, once."""
    delivery = _answer_into(stage, agent, "rate_limit")
    assert state_of(delivery) == DeliveryState.QUEUED
    assert budgets.take(stage.channel.pk, None) > 0

    dispatch(stage.channel)

    assert state_of(delivery) in SETTLED
    assert [post.text for post in stage.posts()] == ["At platform 4."]


def case_server_error(stage: Stage, agent: User) -> None:
    """A network that breaks gets the reply once, or a person is asked; never twice."""
    _posted_once_or_doubted(stage, _answer_into(stage, agent, "server_error"))


def case_timeout_after_send(stage: Stage, agent: User) -> None:
    """A reply whose answer never came is found on the network, or a person is asked; it is not posted again."""
    delivery = _answer_into(stage, agent, "timeout_after_send")

    assert len(stage.posts()) == 1
    _posted_once_or_doubted(stage, delivery)
    assert len(stage.posts()) == 1


def _posted_once_or_doubted(stage: Stage, delivery: Delivery) -> None:
    dispatch(stage.channel)
    posts = [post.text for post in stage.posts()]
    if state_of(delivery) in SETTLED:
        assert posts == ["At platform 4."]
        assert Message.objects.get(delivery=delivery).external_id == stage.posts()[0].external_id
    else:
        assert state_of(delivery) == DeliveryState.UNCERTAIN
        assert len(posts) <= 1


def case_files(stage: Stage, agent: User) -> None:
    """Two pictures go out with the words, and the network has them; an echo of them is no message of its own."""
    stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agent, pictures=2)
    dispatch(stage.channel)
    stage.pump()

    assert state_of(delivery) in SETTLED
    assert sum(post.files for post in stage.posts()) == 2
    assert [post.text for post in stage.posts() if post.text] == ["At platform 4."]
    assert Message.objects.filter(direction="outbound").count() == 1


def case_file_alone(stage: Stage, agent: User) -> None:
    """A picture is a reply, without a word beside it."""
    stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "", agent, pictures=1)
    dispatch(stage.channel)

    assert state_of(delivery) in SETTLED
    assert [post.files for post in stage.posts()] == [1]


def case_files_unanswered(stage: Stage, agent: User) -> None:
    """A reply with pictures whose answer never came is found, or a person is asked; it is not posted again."""
    stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agent, pictures=2)
    stage.fail_next("timeout_after_send")
    budgets.forget(stage.channel.pk)
    dispatcher.deliver_due()
    dispatch(stage.channel)

    assert [post.text for post in stage.posts() if post.text] == ["At platform 4."]
    if state_of(delivery) in SETTLED:
        assert sum(post.files for post in stage.posts()) == 2
    else:
        assert state_of(delivery) == DeliveryState.UNCERTAIN


def case_expired_token(stage: Stage, agent: User) -> None:
    """A channel whose token has ended says so and keeps its replies until it is connected again."""
    delivery = _answer_into(stage, agent, "expired_token")
    stage.channel.refresh_from_db()
    assert (stage.channel.health, state_of(delivery)) == (Health.NEEDS_AUTHORISATION, DeliveryState.QUEUED)

    stage.mend()
    assert dispatcher.probe(Channel.objects.get(pk=stage.channel.pk))
    dispatch(stage.channel)

    assert state_of(delivery) in SETTLED
    assert [post.text for post in stage.posts()] == ["At platform 4."]


def case_statuses(stage: Stage, agent: User) -> None:
    """What becomes of a reply is reported late and in the wrong order, and only moves it forward."""
    stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agent)
    dispatch(stage.channel)
    posted = stage.posts()[0].external_id
    stage.report(posted, "read")
    stage.report(posted, "delivered")
    stage.pump()

    assert state_of(delivery) == DeliveryState.READ


def case_post(stage: Stage, agent: User) -> None:
    """A post that answers nobody goes out with its pictures; it is no message, and who answers it has a ticket."""
    post = publish(stage, agent, "The timetable changes on Sunday.", pictures=2)
    dispatch(stage.channel)
    stage.pump()
    variant = PostVariant.objects.get(post=post)

    assert (Post.objects.get(pk=post.pk).state, Message.objects.count()) == (PostState.PUBLISHED, 0)
    assert [(one.external_id, one.text, one.files) for one in stage.posts()] == [
        (variant.external_id, "The timetable changes on Sunday.", 2)
    ]

    stage.say("Which lines?", thread=variant.external_id)
    stage.pump()
    enrich_messages()

    assert heard(stage) == ["Which lines?"]
    assert PostAnswer.objects.get().ticket == only_ticket(stage)
    assert PostAnswer.objects.get().variant == variant


def case_post_unanswered(stage: Stage, agent: User) -> None:
    """A post of whose publishing nobody hears is found, or a person is asked; it is not published again."""
    post = publish(stage, agent, "The timetable changes on Sunday.")
    stage.fail_next("timeout_after_send")
    budgets.forget(stage.channel.pk)
    dispatcher.deliver_due()
    dispatch(stage.channel)

    delivery = Delivery.objects.get(variant__post=post)
    assert [one.text for one in stage.posts()] == ["The timetable changes on Sunday."]
    if delivery.state in SETTLED:
        assert PostVariant.objects.get(post=post).external_id == stage.posts()[0].external_id
    else:
        assert delivery.state == DeliveryState.UNCERTAIN


def publish(stage: Stage, agent: User, text: str, *, pictures: int = 0) -> Post:
    """Plan a post as a lead does, for now."""
    lead = make_person("Lena Brandt", agent.organization, Role.LEAD)
    objective = Objective.objects.create(
        organization=agent.organization, name="Fewer questions", measure="resolved", target=80
    )
    files = [(NewFile(f"way-{number}.png", png(4, 3 + number)), "The way to platform 4") for number in range(pictures)]
    new = NewPost(text=text, purpose="inform", objective=objective, channels={stage.channel.pk: ""}, files=files)
    draft = create_post(new, by=lead)
    post = schedule_post(draft, seen=draft.version, by=lead, at_once=True)
    assert post.state == PostState.SCHEDULED
    return post


def case_window(stage: Stage, agent: User) -> None:
    """When the network takes no answer any more, none is sent, whether it was written late or waited too long."""
    said = stage.say("Where is my train?")
    stage.pump()
    ticket = only_ticket(stage)
    waiting = answer(ticket, "At platform 4.", agent)
    stage.close_window(said)
    dispatch(stage.channel)
    ticket.refresh_from_db()

    window = window_of(stage.network, ticket.visibility, ticket.last_inbound_at)
    assert window is not None
    assert window[1] < timezone.now() + timedelta(seconds=1)
    assert (state_of(waiting), stage.posts()) == (DeliveryState.HELD, [])
    with pytest.raises(ReplyStopped) as stopped:
        answer(ticket, "Too late", agent)
    assert "window.closed" in {finding.rule for finding in stopped.value.verdict.findings}


def _answer_into(stage: Stage, agent: User, fault: str) -> Delivery:
    """Answer a customer while the network is in trouble."""
    stage.say("Where is my train?")
    stage.pump()
    delivery = answer(only_ticket(stage), "At platform 4.", agent)
    stage.fail_next(fault)
    budgets.forget(stage.channel.pk)
    dispatcher.deliver_due()
    return delivery


CASES: dict[str, Callable[[Stage, User], None]] = {
    "replay twice at once": case_replay_twice_at_once,
    "out of order": case_out_of_order,
    "album": case_album,
    "long text": case_long_text,
    "emoji": case_emoji,
    "right to left": case_right_to_left,
    "edit": case_edit,
    "delete": case_delete,
    "echo": case_echo,
    "too many requests": case_too_many_requests,
    "server error": case_server_error,
    "timeout after send": case_timeout_after_send,
    "files": case_files,
    "file alone": case_file_alone,
    "files, no answer": case_files_unanswered,
    "expired token": case_expired_token,
    "statuses": case_statuses,
    "window": case_window,
    "post": case_post,
    "post, no answer": case_post_unanswered,
}


def lacking(network: str, stage: type, case: str) -> str:
    """Return why a network has no such case, in its own words, or ""; most publish no posts."""
    if case.startswith("post") and not NETWORKS[network].publishes:
        return "Onevoice publishes no posts of the brand's own there."
    return str(getattr(stage, "lacks", {}).get(case, ""))
