"""The cache without Redis: sign-in still works, and still counts."""

import time

from brands.cache import SpareCache
from config.local.ports import any_free_port


def away() -> SpareCache:
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return SpareCache(f"redis://127.0.0.1:{any_free_port()}/0", {"OPTIONS": options})


def test_every_operation_is_served_by_the_process() -> None:
    cache = away()
    started = time.monotonic()
    assert cache.add("n", 1) is True
    assert cache.add("n", 2) is False
    assert cache.incr("n") == 2
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.touch("a", 10)
    cache.delete_many(["a"])
    assert cache.delete("b")
    assert not cache.has_key("b")
    cache.clear()
    assert cache.get("n", "gone") == "gone"
    assert time.monotonic() - started < 1


def test_with_redis_there_two_processes_share_it(redis_server) -> None:
    from django.conf import settings

    one, other = (SpareCache(settings.REDIS_URL, {"OPTIONS": {}}) for _ in range(2))
    one.set("shared", {"a": [1, "ä"]})
    assert other.get("shared") == {"a": [1, "ä"]}
