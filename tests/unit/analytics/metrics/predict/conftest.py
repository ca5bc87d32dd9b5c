from collections.abc import Iterator

import pytest

from analytics.metrics.predict.one_thread import one_thread


@pytest.fixture(scope="package", autouse=True)
def as_a_worker_fits() -> Iterator[None]:
    with one_thread():
        yield
