"""A reply in signed words, once it is with the customer, teaches the voice what was asked."""

import pytest

from brandvoice.models import Example
from brandvoice.spans import Span
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.teaching import teach_from_replies
from inbox.models import Delivery, DeliveryState
from tests.cast import make_ticket
from tests.inbox.signed_words import OLD

ASKED = "ghost train again, cough up my dosh"


@pytest.fixture
def answer(channel, signed, agnes):
    """Return a way to let Agnes answer a customer with the signed words, and the network take them."""

    def answer(text=OLD, *, state=DeliveryState.SENT, cited=OLD):
        ticket = make_ticket(channel, ASKED, thread="t", external_id="post", language="en")
        spans = (Span(signed.wordings.get().pk, 0, len(cited)),) if cited else ()
        newest = ticket.messages.latest("pk").pk
        message = send_reply(ticket, NewReply(text, "public", newest, spans=spans), by=agnes)
        Delivery.objects.filter(message=message).update(state=state)
        return message

    return answer


def learned():
    return list(Example.objects.exclude(source="seed").values_list("text", "source", "origin"))


def test_words_that_were_answered_become_an_example_once(answer, signed, agnes):
    message = answer()

    assert (teach_from_replies(), teach_from_replies()) == (1, 0)

    assert learned() == [(ASKED, "accept", f"message {message.pk}")]
    assert Example.objects.get(text=ASKED).position == signed.position
    assert Example.objects.get(text=ASKED).created_by == agnes


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.CANCELLED])
def test_a_reply_that_the_customer_has_not_got_teaches_nothing(answer, state):
    answer(state=state)

    assert teach_from_replies() == 0


def test_an_agents_own_words_teach_nothing(answer):
    answer("Sorry, we are looking into it.", cited="")

    assert teach_from_replies() == 0


def test_what_was_forgotten_is_not_learned_from_the_same_reply_again(answer):
    answer()
    teach_from_replies()
    Example.objects.filter(text=ASKED).delete()

    assert teach_from_replies() == 0
    assert learned() == []
