from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.webhook_receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Somebody who listens, at an address that EGRESS_ALLOW lets in."""
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    with receiving() as started:
        yield started
