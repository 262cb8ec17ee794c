"""Measuring suggestion on a labelled set: anybody's library and messages, from two files."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from brandvoice.actions.heads import learn_due_heads
from brandvoice.management.measures import Outcome, auroc, calibration_error, false_alarms, summarise

KEYS = {
    "n", "top1", "top3", "mrr", "ece", "oos_auroc", "oos_fpr95", "p50_ms", "p99_ms", "train_s", "baseline_top1",
}  # fmt: skip
REFUND = {
    "key": "refund",
    "question": "How do I get my money back for a cancelled train?",
    "examples": ["train cancelled, I want a refund", "do I get compensation for the cancelled service?", "money back!"],
}
BIKE = {
    "key": "bike",
    "question": "Can I take my bicycle on the train?",
    "examples": ["how much for a bike on board", "is there room for bicycles at the weekend", "cycle spaces?"],
}
DOG = {"key": "dog", "question": "Does my dog need a ticket?", "examples": []}


@pytest.fixture
def evaluate(tmp_path):
    """Return a way to measure messages against positions; gives the whole output and the figures."""

    def evaluate(positions, messages, *options):
        files = []
        for name, rows in (("positions", positions), ("messages", messages)):
            files.append(tmp_path / f"{name}.jsonl")
            files[-1].write_text("".join(json.dumps(row) + "\n" for row in rows))
        out = StringIO()
        call_command("evaluate_voice", "--positions", files[0], "--messages", files[1], *options, stdout=out)
        text = out.getvalue()
        return text, json.loads(text.splitlines()[-1])

    return evaluate


def test_the_last_line_holds_every_figure_beside_the_baseline(evaluate):
    text, figures = evaluate(
        [REFUND, BIKE, DOG],
        [
            {"text": "my train never ran, can I have my money back", "key": "refund"},
            {"text": "what does it cost to bring a bike", "key": "bike"},
            {"text": "I travel with a dog", "key": "dog"},
            {"text": "who won the football last night", "key": None},
        ],
    )

    assert figures.keys() >= KEYS
    assert (figures["n"], figures["top1"], figures["mrr"], figures["oos_auroc"]) == (4, 100, 100, 100)
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert "3 positions, 9 examples" in text
    assert "baseline_top1" in text


def test_nothing_is_said_about_abstention_where_every_message_is_answered(evaluate):
    _, figures = evaluate([REFUND, BIKE], [{"text": "bike?", "key": "bike"}])

    assert (figures["oos_auroc"], figures["oos_fpr95"]) == (None, None)


def test_nothing_is_said_about_ranks_where_no_message_can_be_answered(evaluate):
    _, figures = evaluate([REFUND, BIKE], [{"text": "who won the football", "key": None}, {"text": "hi", "key": None}])

    assert (figures["top1"], figures["baseline_top1"], figures["oos_auroc"]) == (None, None, None)
    assert figures["ece"] is not None


def test_a_key_that_no_position_has_means_that_nothing_fits(evaluate):
    text, figures = evaluate(
        [REFUND, BIKE], [{"text": "any room for a bike?", "key": "bike"}, {"text": "is there coffee", "key": "coffee"}]
    )

    assert "1 messages have a key that no position has" in text
    assert figures["oos_auroc"] == 100


def test_an_empty_message_is_a_miss(evaluate):
    _, figures = evaluate([REFUND, BIKE], [{"text": " @northline ", "key": "bike"}, {"text": "bikes?", "key": "bike"}])

    assert (figures["top1"], figures["mrr"]) == (50, 50)


@pytest.mark.parametrize("position", [DOG, {**REFUND, "language": "de"}, {"key": "only_a_key"}])
def test_a_library_of_one_position_can_be_measured(evaluate, position):
    _, figures = evaluate([position], [{"text": "does a dog travel free?", "key": position["key"]}])

    assert (figures["top1"], figures["baseline_top1"]) == (100, 100)


def test_positions_in_several_languages_can_be_measured(evaluate):
    german = {
        "key": "hund",
        "question": "Braucht mein Hund eine Fahrkarte?",
        "examples": ["Hund mitnehmen"],
        "language": "de",
    }

    _, figures = evaluate([REFUND, german], [{"text": "Fahrkarte für meinen Hund?", "key": "hund"}])

    assert figures["top1"] == 100


def test_messages_in_other_languages_are_told_apart_and_find_english_positions(evaluate):
    _, figures = evaluate(
        [REFUND, BIKE, DOG],
        [
            {"text": "mein Zug ist ausgefallen, bekomme ich das Geld zurück?", "key": "refund"},
            {"text": "trenim iptal oldu, paramı geri alabilir miyim?", "key": "refund"},
            {"text": "¿puedo llevar mi bicicleta en el tren?", "key": "bike"},
            {"text": "自転車を電車に持ち込めますか", "key": "bike"},
            {"text": "does my dog need a ticket?", "key": "dog"},
            {"text": "il mio cane ha bisogno di un biglietto?", "key": "dog", "language": "it"},
        ],
    )

    assert (figures["n"], figures["top1"]) == (6, 100)


def test_played_agents_teach_the_library_before_it_is_measured(evaluate, tmp_path):
    answered = tmp_path / "practice.jsonl"
    answered.write_text(
        "".join(json.dumps({"text": f"the iron horse and my bike {n}", "key": "bike"}) + "\n" for n in range(9))
    )

    text, figures = evaluate([REFUND, BIKE], [{"text": "iron horse?", "key": "bike"}], "--practice", answered)

    # Eight before; nine were answered, and one in twenty goes astray.
    assert "2 positions, 17 examples" in text
    assert figures["top1"] == 100


def test_no_messages_are_no_figures(evaluate):
    _, figures = evaluate([REFUND, BIKE], [])

    assert (figures["n"], figures["top1"], figures["ece"], figures["p50_ms"]) == (0, None, None, None)


@pytest.mark.parametrize(
    ("positions", "messages", "told"),
    [
        ([], [], "no positions"),
        ([{"question": "?"}], [], "line 1: a position needs a key"),
        ([REFUND, REFUND], [], "line 2: the key refund stands there already"),
        ([{"key": "a", "examples": "text"}], [], "a list of texts"),
        ([REFUND], [{"key": "refund"}], "line 1: a message needs a text"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(evaluate, positions, messages, told):
    with pytest.raises(CommandError, match=told):
        evaluate(positions, messages)


@pytest.mark.django_db
def test_a_file_is_ranked_as_the_inbox_ranks_the_same_library(make_version, teach, ask, evaluate):
    for position in (REFUND, BIKE, DOG):
        teach(make_version(position["question"]), *position["examples"])
    assert learn_due_heads() == 2
    text = "could I bring two bikes along"

    live = ask(text).items[0].probability
    _, figures = evaluate([REFUND, BIKE, DOG], [{"text": text, "key": "bike"}])

    assert figures["ece"] == pytest.approx(100 * (1 - live), abs=0.01)


def test_figures_are_what_their_names_say():
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == 87.5
    assert false_alarms(np.linspace(0.5, 1, 101), np.array([0.1, 0.52, 0.6, 0.7])) == 50
    sure = [Outcome(True, place, 0.9, 0.9, "one", 1.0) for place in (1, 1, 2, None)]
    assert calibration_error(sure) == 40
    assert summarise(sure)["mrr"] == 62.5
