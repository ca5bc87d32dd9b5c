import pytest

from tests import moderation_server


@pytest.fixture
def server(settings):
    with moderation_server.running() as running:
        settings.OPENAI_BASE_URL = running.url
        settings.EGRESS_ALLOW = ["127.0.0.1"]
        yield running
