"""Fits on one thread: the vectors are small, and threads of linear algebra that wait for each other cost more than they
do: a third of a forecast's time, two thirds of BG/NBD's. Cores are for other series."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Around all fits of a task. It holds for the whole process."""
    with _controller().limit(limits=1):
        yield


@cache
def _controller() -> Any:
    # Looking through the process's libraries takes longer than a fit; those it limits must be imported by then.
    import numpy.linalg  # noqa: F401
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
