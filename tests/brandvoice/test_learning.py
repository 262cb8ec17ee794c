"""What agents use a wording for becomes an example: fairly, without personal data, and not for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.permissions import PermissionDenied
from brandvoice.actions.learning import FEW, Answered, forget_learned, learn_from
from brandvoice.models import Example

SLANG = "ghost train again, cough up my dosh"


@pytest.fixture
def version(make_version):
    return make_version()


@pytest.fixture
def accept(version, agnes):
    """Return a way to let Agnes answer customers' words with the refund position."""

    def accept(*texts, kept=1.0, person=agnes, position=version.position, language="en"):
        answers = [
            Answered(position.pk, text, language, kept, person.pk, f"message {number}")
            for number, text in enumerate(texts, 1)
        ]
        return learn_from(answers, organization_id=person.organization_id)

    return accept


def learned(**wanted):
    return list(Example.objects.exclude(source="seed").filter(**wanted).order_by("pk").values_list("text", flat=True))


def test_what_was_answered_is_suggested_the_next_time(version, accept, ask):
    before = ask(SLANG).items[:1]
    accept(SLANG)

    after = ask(SLANG)

    assert after.items[0].version_id == version.pk
    assert after.items[0].matched == SLANG
    assert not before or after.items[0].probability > before[0].probability


def test_where_an_example_comes_from_is_kept_with_it(accept, agnes):
    accept(SLANG)
    accept("is the fare mine again", kept=0.7)

    first, second = Example.objects.exclude(source="seed").order_by("pk")
    assert (first.source, first.weight, first.created_by, first.origin) == ("accept", 1, agnes, "message 1")
    assert second.source == "edit"
    assert 0.85 < second.weight < 1


def test_a_wording_of_which_little_was_left_teaches_nothing(accept):
    assert accept(SLANG, kept=0.3) == 0
    assert learned() == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("@northline my train, order NL-4411-90233, never came", "my train, order , never came"),
        ("refund to anna.berg@example.com please", "refund to please"),
        ("call me on +49 30 901820 about my refund", "call me on about my refund"),
        ("paid with 4111 1111 1111 1111, money back", "paid with , money back"),
        ("see https://t.co/x my train is gone", "see my train is gone"),
    ],
)
def test_what_identifies_a_person_is_not_stored(accept, written, kept):
    accept(written)

    assert learned() == [kept]


def test_a_single_word_teaches_nothing(accept):
    assert accept("help!!", "@northline") == 0


def test_the_same_words_are_learned_once(accept):
    assert accept(SLANG, SLANG) == 1
    assert accept(SLANG) == 0


def test_nobody_teaches_a_position_alone(accept, agnes, jonas):
    accept(*(f"agnes was asked this {number}" for number in "abcdefghij"))
    assert len(learned(created_by=agnes)) == FEW

    accept(*(f"jonas was asked this {number}" for number in "abcde"), person=jonas)
    accept("agnes was asked once more and again")

    # Two fifths of ten are four: with five she waits for others.
    assert len(learned(created_by=agnes)) == FEW
    assert len(learned(created_by=jonas)) == FEW


def test_another_organizations_position_learns_nothing(accept, oscar):
    assert accept(SLANG, person=oscar) == 0


def test_what_a_person_taught_can_be_taken_back(accept, agnes, jonas, lena, ask, version):
    accept(SLANG)
    accept("money for nothing running", person=jonas)

    assert forget_learned(by=lena, person=agnes) == 1

    assert learned() == ["money for nothing running"]
    assert SLANG not in {item.matched for item in ask(SLANG).items}


def test_what_was_learned_since_a_moment_can_be_taken_back(accept, lena):
    accept("before the bad day came")
    moment = timezone.now()
    accept("on the bad day itself")

    assert forget_learned(by=lena, since=moment + timedelta(days=1)) == 0
    assert forget_learned(by=lena, since=moment) == 1
    assert learned() == ["before the bad day came"]


def test_what_people_wrote_by_hand_stays(version, teach, accept, lena):
    teach(version, "written by hand")
    accept(SLANG)

    assert forget_learned(by=lena) == 1

    assert learned() == ["written by hand"]


def test_another_organization_takes_nothing_back(accept, oscar):
    accept(SLANG)

    assert forget_learned(by=oscar) == 0
    assert learned() == [SLANG]


def test_an_agent_takes_nothing_back(accept, agnes):
    with pytest.raises(PermissionDenied):
        forget_learned(by=agnes)
