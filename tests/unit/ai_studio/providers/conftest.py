from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_django.fixtures import Settings

from ai_studio.providers import registry
from ai_studio.providers.base import Provider
from tests.providers.fakes.base import Fake
from tests.providers.standing import standing

Stand = Callable[[str], tuple[Provider, Fake]]


@pytest.fixture
def stand(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """Puts the fake of that name where its provider stands, and gives both."""
    with ExitStack() as stack:

        def put(name: str) -> tuple[Provider, Fake]:
            fake = stack.enter_context(standing(name, settings, monkeypatch))
            return registry.provider(name), fake

        yield put
