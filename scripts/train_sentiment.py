"""Trains the sentiment model in brandvoice/reading/weights on data that may ship, and says how good it is.

    python scripts/train_sentiment.py FOLDER [--tweets TEXTS LABELS] [--cache FOLDER]

FOLDER holds GoEmotions' train.tsv, dev.tsv, test.tsv and labels.txt (CC BY 4.0). The valences come from
VADER's wheel (MIT). Which share of texts is called neutral is set on the recorded conversations in
benchmarks/labelled (Apache-2.0), without their labels: a third of them each. `--tweets` only measures.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from brandvoice.embedding import thorough_embedder  # noqa: E402 - found beside this script
from brandvoice.management.moods import accuracy, read_set, recalls  # noqa: E402
from brandvoice.reading import sentiment, tone  # noqa: E402

LABELLED = ROOT / "benchmarks" / "labelled"
VADER = "vaderSentiment==3.3.2"
VADER_SHA256 = "3bf1d243b98b1afad575b9f22bc2cb1e212b94ff89ca74f8a23a588d024ea311"
# As the authors of GoEmotions group them; what is ambiguous counts as neutral here.
POSITIVE = frozenset(
    [
        "amusement",
        "excitement",
        "joy",
        "love",
        "desire",
        "optimism",
        "caring",
        "pride",
        "admiration",
        "gratitude",
        "relief",
        "approval",
    ]
)
NEGATIVE = frozenset(
    [
        "fear",
        "nervousness",
        "remorse",
        "embarrassment",
        "disappointment",
        "sadness",
        "grief",
        "disgust",
        "anger",
        "annoyance",
        "disapproval",
    ]
)
# How hard the emotions are held down, how much dearer a layer is than a tone, how hard the last step is held.
RIDGE, LAYERS_DEARER, HOLD = 1.0, 9.0, 0.3

Numbers = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Texts, what the model sees of them, and their emotions."""

    texts: list[str]
    seen: Numbers
    emotions: list[list[int]]


def main() -> int:
    """Read, train, measure, write."""
    arguments = parse()
    if not tone.VALENCES.exists():
        write_valences()
    names = (arguments.folder / "labels.txt").read_text().split()
    train, test = (read_part(arguments, part, len(names)) for part in ("train", "test"))
    weights = fit(train, names)
    weights = balance(weights)
    np.savez(sentiment.WEIGHTS, **{name: value.astype(np.float32) for name, value in weights.items()})
    sentiment._weights.cache_clear()
    measure(arguments, train, test, names, weights)
    return 0


def parse() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tweets", type=Path, nargs=2)
    parser.add_argument("--cache", type=Path, help="where to keep what the embedder saw, for another run")
    return parser.parse_args()


def write_valences() -> None:
    """Take words and emoji with their valences out of VADER's wheel, which must be the one this was written for."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", folder, VADER]
        subprocess.run(pip, check=True)
        wheel = next(Path(folder).glob("*.whl"))
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if digest != VADER_SHA256:
            raise SystemExit(f"{wheel.name} has sha256 {digest}, expected {VADER_SHA256}.")
        with zipfile.ZipFile(wheel) as archive:
            words, emoji = (
                archive.read(f"vaderSentiment/{name}").decode().splitlines()
                for name in ("vader_lexicon.txt", "emoji_utf8_lexicon.txt")
            )
    known = {line.split("\t")[0]: float(line.split("\t")[1]) for line in words}
    for sign, *description in (line.split("\t") for line in emoji):
        values = [known[word] for word in " ".join(description).split() if word in known]
        if values:
            known[sign] = round(sum(values), 2)
    tone.VALENCES.write_text(json.dumps(known, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def read_part(arguments: argparse.Namespace, name: str, emotions: int) -> Part:
    """Read one part of GoEmotions and look at each text; names are masked there, handles here."""
    rows = [line.split("\t") for line in (arguments.folder / f"{name}.tsv").read_text().splitlines()]
    texts = [row[0].replace("[NAME]", "@name").replace("[RELIGION]", "religion") for row in rows]
    kept = arguments.cache / f"{name}.npy" if arguments.cache else None
    if kept and kept.exists():
        middle = np.load(kept).astype(np.float32)
    else:
        middle = look(texts, name)
        if kept:
            np.save(kept, middle.astype(np.float16))
    return Part(texts, beside_tones(texts, middle), [[int(label) for label in row[1].split(",")] for row in rows])


def look(texts: Sequence[str], name: str) -> Numbers:
    """Return the middle layers of each text."""
    model = thorough_embedder()
    return np.stack([model.middle(text) for text in tqdm(texts, desc=name, smoothing=0)])


def beside_tones(texts: Sequence[str], middle: Numbers) -> Numbers:
    """Return the layers and the tones side by side, as the model sees them."""
    return np.concatenate([middle, np.stack([tone.tone_of(text) for text in texts])], axis=1)


def fit(train: Part, names: Sequence[str]) -> dict[str, npt.NDArray[np.float64]]:
    """Learn 28 emotions by ridge regression, then three labels from what shows of them."""
    mean, spread = train.seen.mean(axis=0), train.seen.std(axis=0) + 1e-6
    scaled = np.c_[(train.seen - mean) / spread, np.ones(len(train.seen))]
    targets = np.zeros((len(scaled), len(names)))
    for row, labels in enumerate(train.emotions):
        targets[row, labels] = 1
    held = np.full(scaled.shape[1], RIDGE / LAYERS_DEARER * len(scaled))
    held[: train.seen.shape[1] - len(tone.NAMES)] *= LAYERS_DEARER
    held[-1] = 1e-3
    found = np.linalg.solve(scaled.T @ scaled + np.diag(held), scaled.T @ targets)
    strengths = scaled @ found
    low, wide = strengths.mean(axis=0), strengths.std(axis=0)
    emotions = (found[:-1] / spread[:, None] / wide).T
    zero = (found[-1] - (mean / spread) @ found[:-1] - low) / wide
    rows, labels = single(train.emotions, names)
    model = LogisticRegression(C=HOLD, class_weight="balanced", max_iter=300)
    model.fit(sentiment.expand(((strengths - low) / wide)[rows]), labels)
    return {"emotions": emotions, "zero": zero, "columns": model.coef_, "offsets": model.intercept_}


def single(emotions: Sequence[Sequence[int]], names: Sequence[str]) -> tuple[Labels, Labels]:
    """Return the rows whose emotions agree on one label, and the labels (0 negative, 1 neutral, 2 positive)."""
    groups = [{label_of(names[emotion]) for emotion in found} for found in emotions]
    rows = [row for row, group in enumerate(groups) if len(group) == 1]
    return np.array(rows), np.array([groups[row].copy().pop() for row in rows])


def label_of(emotion: str) -> int:
    """Return the label that an emotion belongs to."""
    return 2 if emotion in POSITIVE else 0 if emotion in NEGATIVE else 1


def balance(weights: dict[str, npt.NDArray[np.float64]]) -> dict[str, npt.NDArray[np.float64]]:
    """Shift the labels until each is said of a third of the recorded conversations; their labels are not looked at.

    People at Reddit say plainly what they feel; what customers and agents post is tamer, and nearly all
    of it would be called neutral. Then be as sure as is right on half of the hand-labelled messages.
    """
    customers = [json.loads(line) for line in (LABELLED / "urgency.jsonl").read_text().splitlines()]
    agents = [json.loads(line) for line in (LABELLED / "lint.jsonl").read_text().splitlines()]
    texts = [row["text"] for row in customers] + [row["text"] for row in agents if not row["altered"]]
    scores = scores_of(beside_tones(texts, look(texts, "conversations")), weights)
    shift = np.zeros(3)
    for _ in range(500):
        shares = np.bincount((scores + shift).argmax(axis=1), minlength=3) / len(scores)
        shift += 0.3 * (1 / 3 - shares)
    known = [place for place, row in enumerate(customers) if row["half"] == "fit"]
    truth = np.array([customers[place]["sentiment"] + 1 for place in known])
    sharpness = max(np.arange(0.2, 2.0, 0.05), key=lambda sharp: likelihood((scores + shift)[known] * sharp, truth))
    return weights | {"offsets": weights["offsets"] + shift - shift[1], "sharpness": np.array(sharpness)}


def scores_of(seen: Numbers, weights: dict[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Return the three scores of each text, as `brandvoice.reading.sentiment` computes them one by one."""
    strengths = (seen @ weights["emotions"].T + weights["zero"]).astype(np.float32)
    scores: npt.NDArray[np.float64] = sentiment.expand(strengths) @ weights["columns"].T + weights["offsets"]
    return scores


def likelihood(scores: npt.NDArray[np.float64], truth: Labels) -> float:
    """Return the mean log-chance of what is true."""
    chances = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return float(chances[np.arange(len(truth)), truth].mean())


def measure(
    arguments: argparse.Namespace,
    train: Part,
    test: Part,
    names: Sequence[str],
    weights: dict[str, npt.NDArray[np.float64]],
) -> None:
    """Print how good the model is beside two that are simpler."""
    by_words = words_alone(train, names)
    rows, truth = single(test.emotions, names)
    show_all("GoEmotions test", [test.texts[row] for row in rows], test.seen[rows], truth, weights, by_words)
    labelled = [json.loads(line) for line in (LABELLED / "urgency.jsonl").read_text().splitlines()]
    texts = [row["text"] for row in labelled if row["half"] == "measure"]
    truth = np.array([row["sentiment"] + 1 for row in labelled if row["half"] == "measure"])
    show_all("care, by hand", texts, beside_tones(texts, look(texts, "care")), truth, weights, by_words)
    if arguments.tweets:
        texts, labels = read_set(*arguments.tweets)
        truth = np.array(labels)
        show_all("tweets", texts, beside_tones(texts, look(texts, "tweets")), truth, weights, by_words)


def words_alone(train: Part, names: Sequence[str]) -> Callable[[Sequence[str]], Labels]:
    """Train the baseline, TF-IDF of words and pairs with logistic regression, on the same texts."""
    rows, labels = single(train.emotions, names)
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    seen = words.fit_transform([train.texts[row] for row in rows])
    model = LogisticRegression(C=2, class_weight="balanced", max_iter=300).fit(seen, labels)
    return lambda texts: np.asarray(model.predict(words.transform(texts)))


def show_all(
    name: str,
    texts: Sequence[str],
    seen: Numbers,
    truth: Labels,
    weights: dict[str, npt.NDArray[np.float64]],
    by_words: Callable[[Sequence[str]], Labels],
) -> None:
    """Print the model and its baselines on one set."""
    balances = seen[:, -len(tone.NAMES)]
    show(name, "this model", truth, scores_of(seen, weights).argmax(axis=1))
    show(name, "TF-IDF + LR", truth, by_words(texts))
    show(name, "valences alone", truth, np.where(balances >= 0.05, 2, np.where(balances <= -0.05, 0, 1)))


def show(name: str, judge: str, truth: Labels, said: Labels) -> None:
    """Print one line of the table."""
    found = recalls(truth.tolist(), said.tolist())
    shares = " ".join(f"{share:5.1f}" for share in found)
    right = accuracy(truth.tolist(), said.tolist())
    print(f"{name:16} {judge:15} macro recall {np.mean(found):.2f} ({shares}), accuracy {right:.2f}")


if __name__ == "__main__":
    sys.exit(main())
