"""The voice column's question: which signed words answer this, or do none?"""

import pytest

from accounts.models import Brand
from brandvoice.actions.examples import add_examples, embed_missing_examples, remove_examples
from brandvoice.actions.positions import NewWording, withdraw_version
from brandvoice.embedding import current_embedder, multilingual_embedder, ranking_embedder
from brandvoice.models import Embedding, Example, Position
from brandvoice.queries.suggest import State, SuggestQuery, suggest

BIKE = "Can I take my bicycle on the train?"
DOG = "Does my dog need a ticket?"


@pytest.fixture
def library(make_version, teach):
    """Three signed positions, each with what customers write."""
    refund = make_version()
    teach(refund, "train cancelled, I want a refund", "do I get compensation for the cancelled service?")
    bike = make_version(BIKE, "Bikes ride for 5 euros; please book a place.")
    teach(bike, "how much for a bike on board", "is there room for bicycles at the weekend")
    dog = make_version(DOG, "Small dogs travel free.")
    teach(dog, "travelling with my dog, does he pay?", "are pets allowed on board")
    return refund, bike, dog


def test_the_best_answer_comes_first_with_who_signed_it_and_why_it_matched(library, ask):
    _, bike, _ = library

    answer = ask("hi, what does it cost to bring my bike on the train?")

    best = answer.items[0]
    assert answer.state == State.ONE
    assert best.version_id == bike.pk
    assert (best.text, best.signed_by) == ("Bikes ride for 5 euros; please book a place.", "Amira Ito")
    assert best.matched in {BIKE, "how much for a bike on board"}
    assert best.signed_at is not None


@pytest.mark.parametrize(
    "nonsense",
    ["", "   ", "@northline https://t.co/abc", "asdf qwer zxcv", "🎉🎉🎉", "What is the capital of France?", "hello"],
)
def test_nothing_is_offered_when_nothing_fits(library, ask, nonsense):
    answer = ask(nonsense)

    assert (answer.state, answer.items) == (State.NONE, ())


def test_an_empty_library_offers_nothing(northline, ask):
    assert ask("Where is my refund?").state == State.NONE


def test_several_that_may_fit_are_offered_to_choose_from(make_version, ask):
    for trouble in ("a cancelled train", "a late train", "a train I missed"):
        make_version(f"How do I get my money back for {trouble}?")

    answer = ask("how do I get my money back?")

    assert answer.state == State.CHOOSE
    assert len(answer.items) == 3
    assert sum(item.probability for item in answer.items) <= 1


def test_messages_that_belong_together_are_read_together(library, ask):
    _, _, dog = library

    answer = ask("hi there", "quick one", "does my dog need a ticket")

    assert answer.items[0].version_id == dog.pk


def test_the_customers_language_is_preferred_and_english_stands_in(make_version, teach, ask):
    version = make_version(
        wordings=(NewWording("You get it back.", "en"), NewWording("Sie bekommen es zurück.", "de")),
    )
    teach(version, "Mein Zug ist ausgefallen, bekomme ich mein Geld zurück?", language="de")
    teach(version, "El tren fue cancelado, ¿me devuelven el dinero?", language="es")

    german = ask("Zug ausgefallen, bekomme ich mein Geld zurück?", language="de-AT")
    spanish = ask("tren cancelado, ¿me devuelven el dinero?", language="es")

    assert [item.text for item in german.items] == ["Sie bekommen es zurück."]
    assert [item.text for item in spanish.items] == ["You get it back."]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Was kostet es, mein Fahrrad im Zug mitzunehmen?"),
        ("es", "¿Puedo llevar mi bicicleta en el tren?"),
        ("tr", "Bisikletimi trene alabilir miyim?"),
        ("pl", "Czy mogę zabrać rower do pociągu?"),
    ],
)
def test_a_question_in_another_language_finds_what_has_english_examples_only(library, ask, language, text):
    Brand.objects.update(language=language)

    answer = ask(text, language=language)

    assert (answer.state, answer.items[0].version_id) == (State.ONE, library[1].pk)


@pytest.mark.parametrize(
    "nonsense", ["Danke, das war nett von Ihnen!", "asdf qwer yxcv", "Was ist die Hauptstadt von Frankreich?"]
)
def test_nothing_is_offered_in_another_language_either_when_nothing_fits(library, ask, nonsense):
    Brand.objects.update(language="de")

    assert ask(nonsense, language="de").state == State.NONE


def test_english_finds_what_has_examples_in_another_language_only(make_version, teach, ask):
    versions = [make_version(text="In English.", question=question) for question in ("1", "2")]
    teach(versions[0], "Mein Zug ist ausgefallen, bekomme ich mein Geld zurück?", language="de")
    teach(versions[1], "Darf mein Hund mitfahren?", language="de")
    Example.objects.filter(language="en").delete()

    assert ask("Is my dog allowed on the train?").items[0].version_id == versions[1].pk


def test_the_model_for_other_languages_reads_nothing_where_only_english_is_spoken(library, ask):
    ask("any bikes?")
    first = set(Embedding.objects.values_list("embedder", flat=True))
    Brand.objects.update(language="de")
    ask("Fahrräder?", language="de")

    assert first == {current_embedder().id, ranking_embedder().id}
    assert Embedding.objects.filter(embedder=multilingual_embedder().id).count() == Example.objects.count()


def test_what_the_thorough_model_has_not_read_yet_is_suggested_from_all_the_same(library, northline, rail):
    embed_missing_examples()
    Embedding.objects.filter(embedder=ranking_embedder().id).delete()
    query = SuggestQuery(
        northline.pk, rail.pk, "bluesky", "en", ("hi, what does it cost to bring my bike on the train?",)
    )

    assert suggest(query).items[0].version_id == library[1].pk


def test_the_networks_own_wording_is_preferred(make_version, ask):
    make_version(wordings=(NewWording("Long."), NewWording("Short.", channel_kind="bluesky")))

    assert ask("money back for a cancelled train?").items[0].text == "Short."
    assert ask("money back for a cancelled train?", network="email").items[0].text == "Long."


def test_a_new_example_counts_at_once(library, ask, teach):
    refund, _, _ = library
    slang = "ghost train again, cough up my dosh"
    assert ask(slang).state != State.ONE

    teach(refund, slang)

    assert ask(slang).items[0].version_id == refund.pk


def test_a_forgotten_example_stops_counting(library, ask, teach, lena):
    refund, _, _ = library
    slang = "ghost train again, cough up my dosh"
    teach(refund, slang)
    assert ask(slang).state == State.ONE

    remove_examples([Example.objects.get(text=slang).pk], by=lena)

    assert ask(slang).state != State.ONE


def test_the_same_example_is_learned_once(make_version, lena):
    version = make_version()
    for _ in range(2):
        add_examples(version.position, ["refund pls", " refund pls "], language="en", by=lena)

    assert Example.objects.filter(text="refund pls").count() == 1
    assert embed_missing_examples() == 4  # the question, and this one, by both embedders for English
    assert embed_missing_examples() == 0


@pytest.mark.parametrize("positions", [1, 10])
def test_the_number_of_queries_does_not_grow(make_version, ask, django_assert_num_queries, positions):
    for number in range(positions):
        make_version(f"How do I get my money back for train {number}?")
    ask("How do I get my money back for train 0?")

    # Missing vectors by three embedders (asked by the fixture), what is in use, the library's marks, words.
    with django_assert_num_queries(6):
        assert ask("How do I get my money back for train 0?").items


def test_what_was_kept_from_an_earlier_question_is_not_offered_once_it_may_not_be_used(library, ask, amira):
    refund, bike, _ = library
    assert ask("how much for a bike on board").items[0].version_id == bike.pk
    assert ask("train cancelled, I want a refund").items[0].version_id == refund.pk

    withdraw_version(bike, by=amira, reason="The price is wrong.")
    Position.objects.filter(pk=refund.position_id).update(holding=True)

    assert bike.pk not in {item.version_id for item in ask("how much for a bike on board").items}
    assert refund.pk not in {item.version_id for item in ask("train cancelled, I want a refund").items}


def test_words_for_named_people_are_offered_to_them_alone_whoever_asked_before(make_version, ask, agnes, max_):
    version = make_version(BIKE, sensitivity="named", named_people=(agnes.pk,))

    asked = [ask(BIKE, person_id=person.pk).items for person in (agnes, max_, agnes)]

    assert [[item.version_id for item in items] for items in asked] == [[version.pk], [], [version.pk]]
