"""Fits the gates in brandvoice/matching/gates, one an embedder, which tell whether any position answers a message.

Run it as `python scripts/train_gate.py FOLDER` (`make models INTENTS=FOLDER`), where FOLDER has
`banking77/train.csv` (Casanueva et al. 2020, CC BY 4.0) and `clinc150/data_full.json` with `domains.json`
(Larson et al. 2019, CC BY 3.0). Only training parts are read.

It plays hundreds of brands. Each takes some intents of one domain or a few as its positions, with
none to eighty examples; is asked about them, about the intents of the same domains that it left out (the
neighbouring questions that nobody has signed an answer to), about other domains and about nothing
in particular; and `brandvoice.matching` notes its figures. A small network learns from these figures,
which mean the same in every library, when something fits. `--without` leaves a set out, to
measure on it a gate that has never seen it.

For the multilingual embedder half of what is asked is asked in no language that the brand's examples are in. Both sets
are English, so this is played as well: a translation's vector is as near to the sentence's as translations are, in
a direction in which sentences differ, and its letters are exchanged, so that no word is known.
"""

import argparse
import codecs
import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from brandvoice.embedding import Embedder, current_embedder, multilingual_embedder, name_of, ranking_embedder
from brandvoice.matching.evidence import Evidence, examine
from brandvoice.matching.gate import GATES
from brandvoice.matching.shelf import Shelf
from brandvoice.matching.training import learn
from scripts.small_network import Case, fit_gate

EXAMPLES = (0, 0, 1, 2, 3, 5, 8, 10, 15, 25, 50, 80)
ASKED = {"own": 45, "neighbour": 25, "other": 12, "nothing": 8}
BANKING = "banking77"
# As many libraries of BANKING77 as of two of CLINC150's ten domains.
WEIGHT_OF_BANKING = 3
# The cosine of a sentence and its translation.
AGREEMENT = (0.6, 0.95)

Texts = list[str]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Intent:
    """What people write about one thing."""

    set: str
    domain: str
    title: str
    texts: Texts


class Reader:
    """Reads sentences once each."""

    def __init__(self, model: Embedder) -> None:
        self.model = model
        self.known: dict[str, Vectors] = {}
        self.texts: Texts = []

    def read(self, texts: Iterable[str]) -> None:
        """Remember the vectors of these texts."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        for text in tqdm(new, desc="reading sentences"):
            self.known[text] = self.model.encode([text])[0]
        self.texts = list(self.known)

    def vectors(self, texts: Texts) -> Vectors:
        """Return the vectors of texts that were read."""
        return np.stack([self.known[text] for text in texts])

    def asked(self, text: str, chance: np.random.Generator) -> tuple[str, Vectors]:
        """Return words and vector of a question, now and then as if it were asked in a language of its own."""
        vector = self.known[text]
        if not self.model.crosses_languages or chance.random() < 0.5:
            return text, vector
        one, other = (self.texts[at] for at in chance.integers(len(self.texts), size=2))
        aside = self.known[one] - self.known[other]
        aside = aside - (aside @ vector) * vector
        agreed = chance.uniform(*AGREEMENT)
        moved = agreed * vector + np.sqrt(1 - agreed**2) * aside / (np.linalg.norm(aside) + 1e-9)
        return codecs.encode(text, "rot13"), moved.astype(np.float32)


def main() -> int:
    """Play, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--libraries", type=int, default=300, help="how many brands to play (%(default)s)")
    parser.add_argument("--without", choices=[BANKING, "clinc150"], help="a set to leave out")
    models = {name_of(model): model for model in (current_embedder(), ranking_embedder(), multilingual_embedder())}
    parser.add_argument("--embedder", choices=models, default="pair", help="whose gate it is (%(default)s)")
    parser.add_argument("--to", type=Path, help="where the gate goes, instead of to its place")
    options = parser.parse_args()
    intents = [intent for intent in read_intents(options.folder) if intent.set != options.without]
    nothing = read_nothing(options.folder) if options.without != "clinc150" else []
    reader = Reader(models[options.embedder])
    reader.read(text for intent in intents for text in [intent.title, *intent.texts])
    reader.read(nothing)
    chance = np.random.default_rng(1)
    played = [play(intents, nothing, reader, chance) for _ in tqdm(range(options.libraries), desc="playing brands")]
    (options.to or GATES / f"{options.embedder}.json").write_text(json.dumps(fit_gate(played)) + "\n")
    return 0


def read_intents(folder: Path) -> list[Intent]:
    """Return the intents of both sets' training parts."""
    found: dict[tuple[str, str], Texts] = {}
    with (folder / "banking77/train.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((BANKING, row["category"]), []).append(row["text"])
    domains = json.loads((folder / "clinc150/domains.json").read_text())
    domain_of = {intent: domain for domain, members in domains.items() for intent in members}
    for text, intent in json.loads((folder / "clinc150/data_full.json").read_text())["train"]:
        found.setdefault(("clinc150", intent), []).append(text)
    return [
        Intent(name, BANKING if name == BANKING else domain_of[intent], intent.replace("_", " "), texts)
        for (name, intent), texts in found.items()
    ]


def read_nothing(folder: Path) -> Texts:
    """Return messages about nothing in particular: CLINC150's hundred out-of-scope ones for training."""
    return [text for text, _ in json.loads((folder / "clinc150/data_full.json").read_text())["oos_train"]]


def play(intents: list[Intent], nothing: Texts, reader: Reader, chance: np.random.Generator) -> list[Case]:
    """Make up a brand, ask it, and return what was seen."""
    near, far = choose(intents, chance)
    share = chance.uniform(0.5, 0.9)
    size = max(1, int(len(near) * share))
    if chance.random() < 0.35:
        size = int(np.exp(chance.uniform(0, np.log(size))))
    inside, outside = near[:size], near[size:]
    rows, left = stock(inside, chance)
    shelf = Shelf(
        np.arange(len(rows)),
        np.array([position for position, _ in rows], np.int64),
        np.array(["en"] * len(rows)),
        np.ones(len(rows), np.float32),
        reader.vectors([text for _, text in rows]),
        tuple(text for _, text in rows),
    )
    head, corner = learn(shelf, reader.model), shelf.corner("en")
    columns = np.arange(len(inside))
    return [
        seen(examine(*reader.asked(text, chance), corner, columns, head), kind, right)
        for kind, text, right in questions(rows, left, outside, far, nothing, chance)
    ]


def choose(intents: list[Intent], chance: np.random.Generator) -> tuple[list[Intent], list[Intent]]:
    """Return the intents of one domain, or of two to five, in a random order; and those of all others."""
    domains = sorted({intent.domain for intent in intents})
    weights = np.array([WEIGHT_OF_BANKING if domain == BANKING else 1 for domain in domains], float)
    wide = chance.random() < 0.3 and len(domains) > 2
    count = min(int(chance.integers(2, 6)), len(domains)) if wide else 1
    taken = set(chance.choice(domains, count, replace=False, p=weights / weights.sum()))
    near = [intent for intent in intents if intent.domain in taken]
    return [near[at] for at in chance.permutation(len(near))], [i for i in intents if i.domain not in taken]


def stock(inside: list[Intent], chance: np.random.Generator) -> tuple[list[tuple[int, str]], list[Texts]]:
    """Give each position its title and some examples; return the rows, and what each has left to be asked."""
    usual, uneven = int(chance.choice(EXAMPLES)), chance.random() < 0.4
    rows: list[tuple[int, str]] = []
    left: list[Texts] = []
    for position, intent in enumerate(inside):
        count = int(chance.integers(0, 2 * usual + 1)) if uneven else usual
        mixed = [intent.texts[at] for at in chance.permutation(len(intent.texts))]
        count = min(count, len(mixed) - 8)
        rows += [(position, text) for text in [intent.title, *mixed[:count]]]
        left.append(mixed[count:])
    return rows, left


def questions(
    rows: list[tuple[int, str]],
    left: list[Texts],
    outside: list[Intent],
    far: list[Intent],
    nothing: Texts,
    chance: np.random.Generator,
) -> Iterable[tuple[str, str, int]]:
    """Yield what the brand is asked: the kind, the words, and the position that answers or -1."""
    for _ in range(ASKED["own"]):
        if chance.random() < 0.06:  # word for word what somebody asked before
            position, text = rows[chance.integers(len(rows))]
        else:
            position = int(chance.integers(len(left)))
            text = left[position][chance.integers(len(left[position]))]
        yield "own", text, position
    for kind, pool in (("neighbour", outside), ("other", far)):
        for _ in range(ASKED[kind] if pool else 0):
            texts = pool[chance.integers(len(pool))].texts
            yield kind, texts[chance.integers(len(texts))], -1
    for _ in range(ASKED["nothing"] if nothing else 0):
        yield "nothing", nothing[chance.integers(len(nothing))], -1


def seen(evidence: Evidence, kind: str, right: int) -> Case:
    """Note the figures, and where the right position came in."""
    place = int(np.flatnonzero(evidence.columns == right)[0]) if right >= 0 else -1
    return Case(kind, evidence.figures, evidence.logs, place)


if __name__ == "__main__":
    raise SystemExit(main())
