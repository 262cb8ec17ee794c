"""Two positions in use that customers ask for in the same words are found, graver where their figures differ."""

import pytest

from brandvoice.actions import positions as voice
from brandvoice.actions.contradictions import find_contradictions
from brandvoice.actions.examples import embed_missing_examples
from brandvoice.models import Contradiction
from tests.cast import make_brand

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign(lena, amira, rail):
    """Sign a position in one go; `scope` is what the version is for."""

    def sign(question, text, *, brand=rail, **scope):
        position = voice.create_position(question, by=lena, brand=brand)
        content = voice.VersionContent((voice.NewWording(text),), **scope)
        version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
        return voice.sign_version(version, by=amira)

    return sign


def found():
    embed_missing_examples()
    find_contradictions()
    return list(Contradiction.objects.gravest_first())


def test_the_same_question_with_other_figures_is_a_contradiction(client, sign, amira):
    sign("How long does a refund take?", "You get it back within 7 days.")
    sign("How long does a refund take to arrive?", "It takes 14 days.")
    sign("Can I bring my dog on the train?", "Dogs travel free.")

    (pair,) = found()

    assert (pair.differs, {pair.left_says, pair.right_says}) == (True, {"7", "14"})
    client.force_login(amira)
    html = client.get("/coverage/").content.decode()
    assert "Signed twice" in html
    assert "How long does a refund take to arrive?" in html


def test_the_same_figures_are_only_said_twice(sign):
    sign("How long does a refund take?", "7 days.")
    sign("How long does a refund take to arrive?", "Within 7 days.")
    assert [pair.differs for pair in found()] == [False]


def test_whoever_can_never_use_both_is_not_troubled(sign, northline):
    sign("How long does a refund take?", "7 days.")
    sign("How long does a refund take to arrive?", "14 days.", brand=make_brand(northline, "Northline Home"))
    assert found() == []
    sign("How long will a refund take?", "30 days.", brand=None, channel_kinds=("x",))
    assert len(found()) == 2


def test_one_that_is_withdrawn_contradicts_nothing(sign, amira):
    sign("How long does a refund take?", "7 days.")
    version = sign("How long does a refund take to arrive?", "14 days.")
    assert len(found()) == 1
    voice.withdraw_version(version, by=amira, reason="Wrong.")
    assert found() == []
