"""The cache: in Redis, and in this process while Redis is away.

Sign-in counts its failures here: without Redis it must neither fail nor go uncounted.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from brands.absence import Absence


def _with_spare(operation: str) -> Callable[..., Any]:
    def run(self: "SpareCache", *args: Any, **kwargs: Any) -> Any:
        if not self._absence.lasts():
            try:
                return getattr(RedisCache, operation)(self, *args, **kwargs)
            except RedisError as error:
                self._absence.noticed(error)
        return getattr(self._spare, operation)(*args, **kwargs)

    return run


class SpareCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # One try: redis-py's own retries wait for seconds.
        options = {**params.get("OPTIONS", {}), "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": options})
        self._spare = LocMemCache("spare", {})
        self._absence = Absence()

    add = _with_spare("add")
    get = _with_spare("get")
    set = _with_spare("set")
    touch = _with_spare("touch")
    delete = _with_spare("delete")
    has_key = _with_spare("has_key")
    incr = _with_spare("incr")
    get_many = _with_spare("get_many")
    set_many = _with_spare("set_many")
    delete_many = _with_spare("delete_many")
    clear = _with_spare("clear")
