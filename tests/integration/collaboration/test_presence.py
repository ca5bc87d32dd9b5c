"""Who looks at what."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ai_studio.models import Generation
from brands import bells
from brands.tenancy.keys import cache_key
from collaboration.services import presence
from tests import studio
from tests.factories import Tenant, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(ours: Tenant) -> Generation:
    return studio.generation(ours)


@pytest.fixture
def heard(ours: Tenant, redis_server: redis.Redis) -> Iterator[Callable[[], list[bytes]]]:
    """What was told to the brand's streams since it was last asked."""
    with redis_server.pubsub() as subscription:
        subscription.subscribe(bells.channel(ours.id))
        assert subscription.get_message(timeout=5)["type"] == "subscribe"

        def read() -> list[bytes]:
            found = []
            while (message := subscription.get_message(timeout=0.05)) is not None:
                found.append(message["data"])
            return [said for said in found if said not in (bells.BELL, bells.ACCESS)]

        yield read


def path(tenant: Tenant) -> str:
    return f"{tenant.url}collaboration/presence/"


def about(generation: Generation) -> dict[str, Any]:
    return {"resource_type": "AI_GENERATION", "resource_id": str(generation.pk)}


def there(answer: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["id"]) for one in answer.json()["results"]]


def test_who_looks_is_there_until_they_leave(ours: Tenant, shown: Generation, heard: Callable[[], list[bytes]]) -> None:
    editor, viewer = client_for(ours.editor), client_for(ours.viewer)
    assert there(editor.post(path(ours), about(shown))) == [("USER", str(ours.editor.pk))]
    assert len(heard()) == 1
    both = [("USER", str(ours.viewer.pk)), ("USER", str(ours.editor.pk))]
    assert there(viewer.post(path(ours), about(shown))) == both
    assert len(heard()) == 1
    viewer.post(path(ours), about(shown))
    assert heard() == []  # still there is no news
    assert there(editor.get(path(ours), about(shown))) == both
    assert there(viewer.post(path(ours), {**about(shown), "leaving": True})) == both[1:]
    assert there(editor.get(path(ours), about(shown))) == both[1:]
    (told,) = heard()
    assert b"presence.changed" in told
    assert b"@" not in told  # names that people gave themselves, never their addresses


def test_who_says_nothing_for_half_a_minute_is_forgotten(
    ours: Tenant, shown: Generation, redis_server: redis.Redis, heard: Callable[[], list[bytes]]
) -> None:
    client = client_for(ours.editor)
    client.post(path(ours), about(shown))
    key = cache_key(ours.id, "presence", "AI_GENERATION", shown.pk)
    assert 0 < redis_server.ttl(key) <= 30
    assert len(heard()) == 1
    redis_server.zincrby(key, -31, f"USER:{ours.editor.pk}")
    assert there(client_for(ours.viewer).get(path(ours), about(shown))) == []
    assert len(heard()) == 1


def test_a_guest_is_there_by_the_name_they_gave(ours: Tenant, shown: Generation, guest: Any) -> None:
    token, _ = guest(ours, shown)
    client = client_for()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    client_for(ours.editor).post(path(ours), about(shown))
    answer = client.post(path(ours), about(shown))
    assert [(one["kind"], one["name"]) for one in answer.json()["results"]] == [("GUEST", "Guest"), ("USER", "")]
    assert client.post(path(ours), about(studio.generation(ours))).status_code == 404


def test_what_one_may_not_see_nobody_looks_at(ours: Tenant, theirs: Tenant, shown: Generation) -> None:
    for tenant in (ours, theirs):
        answer = client_for(theirs.key).post(path(tenant), about(shown))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    client = client_for(ours.key)
    for body, field in (
        ({"resource_type": "AI_GENERATION", "resource_id": "x"}, "resource_id"),
        ({"resource_type": "AI_GENERATION"}, "resource_id"),
        ({"resource_type": ["AI_GENERATION"], "resource_id": str(shown.pk)}, "resource_type"),
        ({**about(shown), "until": "tomorrow"}, "until"),
    ):
        answer = client.post(path(ours), body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert client.post(path(ours), {**about(shown), "resource_type": "NOTHING"}).status_code == 404
    assert client.post(path(ours), [1]).status_code == 400


def test_without_redis_nobody_is_said_to_be_there(
    ours: Tenant, shown: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(presence, "quick_redis", lambda: nowhere)
    answer = client_for(ours.key).post(path(ours), about(shown))
    assert (answer.status_code, answer.json()["code"]) == (503, "presence_away")
