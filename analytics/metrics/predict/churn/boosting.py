"""Gradient boosting (Friedman 2001, Annals of Statistics 29: 1189-1232; on samples, 2002): many small trees.

Grown by scikit-learn; kept as numbers, so that what is stored is JSON and reading it needs no scikit-learn.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from analytics.metrics.predict.stored import Stored
from analytics.metrics.stream import Floats

_TREES, _DEPTH, _RATE, _SAMPLE = 80, 3, 0.06, 0.6
_LEAST_LEAF = 20
_LEAF = -1


@dataclass(frozen=True)
class Tree(Stored):
    """Node 0 is the root; where `left` is -1 a node is a leaf. At or below `mark` it goes left."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    feature: tuple[int, ...]
    mark: tuple[float, ...]
    value: tuple[float, ...]

    def of(self, rows: Floats) -> Floats:
        left, right, feature, mark = (np.array(each) for each in (self.left, self.right, self.feature, self.mark))
        at = np.zeros(len(rows), dtype=np.int64)
        for _ in range(_DEPTH):
            inner = left[at] != _LEAF
            lower = rows[np.arange(len(rows)), np.maximum(feature[at], 0)] <= mark[at]
            at = np.where(inner, np.where(lower, left[at], right[at]), at)
        return np.array(self.value)[at]


@dataclass(frozen=True)
class Boosting(Stored):
    """`first`: the log odds before the first tree."""

    first: float
    trees: tuple[Tree, ...]

    def log_odds(self, rows: Floats) -> Floats:
        # The trees were grown on single precision: so near a mark it decides.
        rows = rows.astype(np.float32)
        return self.first + sum((tree.of(rows) for tree in self.trees), np.zeros(len(rows)))

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        return cls(kept["first"], tuple(Tree.from_dict(each) for each in kept["trees"]))

    @classmethod
    def fit(cls, rows: Floats, left: np.ndarray, *, seed: int = 0) -> Self:
        from sklearn.ensemble import GradientBoostingClassifier

        leaf = max(1, min(_LEAST_LEAF, len(rows) // 10))
        grown = GradientBoostingClassifier(
            n_estimators=_TREES,
            max_depth=_DEPTH,
            learning_rate=_RATE,
            subsample=_SAMPLE,
            min_samples_leaf=leaf,
            random_state=seed,
        ).fit(rows, left)
        share = float(np.mean(left))
        return cls(float(np.log(share / (1 - share))), tuple(_tree(each[0].tree_) for each in grown.estimators_))


def _tree(grown: Any) -> Tree:
    return Tree(
        left=tuple(grown.children_left.tolist()),
        right=tuple(grown.children_right.tolist()),
        feature=tuple(grown.feature.tolist()),
        mark=tuple(grown.threshold.tolist()),
        value=tuple((grown.value.ravel() * _RATE).tolist()),
    )
