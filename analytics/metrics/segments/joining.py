"""Conditions joined by all, any and not: arithmetic on sets of people, as ascending columns of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

import numpy as np

from analytics.metrics.stream import Int64s

L = TypeVar("L")


@dataclass(frozen=True)
class Leaf(Generic[L]):
    condition: L


@dataclass(frozen=True)
class All(Generic[L]):
    parts: tuple[Node[L], ...]


@dataclass(frozen=True)
class AnyOf(Generic[L]):
    parts: tuple[Node[L], ...]


@dataclass(frozen=True)
class Not(Generic[L]):
    part: Node[L]


Node = Leaf[L] | All[L] | AnyOf[L] | Not[L]


def people(node: Node[L], everyone: Int64s, meeting: Callable[[L], Int64s]) -> Int64s:
    """Of `everyone` (ascending, each once) whom the node means; `meeting` gives the people of a condition, likewise."""
    if isinstance(node, Leaf):
        return np.intersect1d(everyone, meeting(node.condition), assume_unique=True)
    if isinstance(node, Not):
        return np.setdiff1d(everyone, people(node.part, everyone, meeting), assume_unique=True)
    if isinstance(node, All):  # each further part need only look at who is left
        return reduce(lambda left, part: people(part, left, meeting), node.parts, everyone)
    return reduce(np.union1d, (people(part, everyone, meeting) for part in node.parts))


def conditions(node: Node[L]) -> Iterator[L]:
    if isinstance(node, Leaf):
        yield node.condition
    else:
        for part in (node.part,) if isinstance(node, Not) else node.parts:
            yield from conditions(part)
