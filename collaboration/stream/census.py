"""How many streams are open, over all processes: each tells Redis, and is forgotten when it stops doing so."""

import logging
from functools import cache
from typing import Any, cast
from uuid import uuid4

import redis
import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

KEY = "atelier:streams"
LIFE_SECONDS = 20

_TELL = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. redis.call('TIME')[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""


async def tell(count: int) -> None:
    try:
        await cast(Any, _client().eval(_TELL, 1, KEY, _process(), str(count), str(LIFE_SECONDS)))
    except (RedisError, OSError) as error:
        logger.debug("the number of streams was not told: %s", error)


def open_streams(client: redis.Redis) -> int:
    """The sum over the processes that said so lately. Raises RedisError."""
    now = client.time()[0]
    said = cast(dict[bytes, bytes], client.hgetall(KEY))
    counts = [tuple(map(int, value.split())) for value in said.values()]
    return sum(count for count, at in counts if now - at < LIFE_SECONDS)


@cache
def _client() -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=2)


@cache
def _process() -> str:
    return uuid4().hex
