import pytest
from pytest_django.fixtures import Settings

PLENTY = "1000000/minute"


@pytest.fixture
def walkable(committed: None, media: object, settings: Settings) -> None:
    """Nobody is held up for asking often: the walk asks often."""
    settings.RATE_LIMIT = settings.FAILED_AUTHENTICATION_RATE_LIMIT = PLENTY
