"""What every figure stands beside: TF-IDF over words and letters, and a linear support vector machine."""

from collections.abc import Sequence

import numpy as np

from brandvoice.management.evaluation import Row
from brandvoice.management.labelled import LabelledMessage, LabelledPosition


def baseline_places(
    rows: Sequence[Row], messages: Sequence[LabelledMessage], positions: Sequence[LabelledPosition]
) -> list[int]:
    """Return the place, from 1, of the right position of each message that has one; by scikit-learn alone."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    keys = {position.key: place for place, position in enumerate(positions)}
    asked = [(message.text, keys[message.key]) for message in messages if message.key in keys]
    if not asked:
        return []
    if len(positions) == 1:
        return [1] * len(asked)
    reader = make_union(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5)),
    )
    machine = LinearSVC(C=1.0, random_state=0)
    machine.fit(reader.fit_transform([row.text for row in rows]), [row.position for row in rows])
    scores = machine.decision_function(reader.transform([text for text, _ in asked]))
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1)
    right = np.searchsorted(machine.classes_, [place for _, place in asked])
    own = scores[np.arange(len(asked)), right]
    return [int(place) for place in 1 + (scores > own[:, None]).sum(axis=1)]
