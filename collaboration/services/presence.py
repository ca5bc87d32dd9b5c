"""Who looks at which resource: in Redis, for half a minute after each sign of life."""

import json
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from redis.exceptions import RedisError

from brands import bells, registry
from brands.bells import quick_redis
from brands.errors import AtelierError
from brands.models import User
from brands.permissions import Actor
from brands.tenancy.keys import cache_key

LIFE_SECONDS = 30
MOST = 100

# KEYS: who (sorted by when they were seen), and what they are called. ARGV: the life, who, what they are called ("" to
# leave; who "" only looks). Answers whether the company changed, and who is there: each with a name and a time.
_LOOK = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
if ARGV[2] ~= '' and ARGV[3] == '' then gone[#gone + 1] = ARGV[2] end
local changed = 0
for _, who in ipairs(gone) do
    changed = changed + redis.call('ZREM', KEYS[1], who)
    redis.call('HDEL', KEYS[2], who)
end
if ARGV[3] ~= '' then
    changed = changed + redis.call('ZADD', KEYS[1], now, ARGV[2])
    redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
    redis.call('EXPIRE', KEYS[1], ARGV[1])
    redis.call('EXPIRE', KEYS[2], ARGV[1])
end
local found = redis.call('ZREVRANGE', KEYS[1], 0, ARGV[4] - 1, 'WITHSCORES')
local present = {}
for n = 1, #found, 2 do
    present[#present + 1] = {found[n], redis.call('HGET', KEYS[2], found[n]) or '', found[n + 1]}
end
return {changed, present}
"""


class PresenceAway(AtelierError):
    status = 503
    code = "presence_away"
    title = "Who is present is not known now"


def present(*, actor: Actor, resource_type: str, resource_id: UUID) -> list[dict[str, Any]]:
    """Who looked at the resource in the last half minute, the latest first. NotFound for who may not see it."""
    return _look(actor, resource_type, resource_id)


def note(*, actor: Actor, resource_type: str, resource_id: UUID, leaving: bool = False) -> list[dict[str, Any]]:
    """`actor` looks at the resource, to be repeated before half a minute is over; or no longer does. Who does then."""
    called = "" if leaving else json.dumps({"name": _name(actor)})
    return _look(actor, resource_type, resource_id, f"{actor.kind}:{actor.id}", called)


def _look(actor: Actor, code: str, id: UUID, who: str = "", called: str = "") -> list[dict[str, Any]]:  # noqa: A002
    """Tells the streams when somebody came or went. Whoever goes without a word is missed by the next who looks."""
    registry.resolve(actor=actor, code=code, id=id)
    keys = [cache_key(actor.brand_id, kind, code, id) for kind in ("presence", "presence-names")]
    try:
        said = quick_redis().eval(_LOOK, len(keys), *keys, str(LIFE_SECONDS), who, called, str(MOST))
    except RedisError as error:
        raise PresenceAway(retry_after=LIFE_SECONDS) from error
    changed, found = cast(Any, said)
    there = [_present(*row) for row in found]
    if changed:
        payload = {"resource_type": code, "resource_id": str(id), "present": there}
        bells.tell(brand_id=actor.brand_id, type="presence.changed", payload=payload)
    return there


def _present(who: bytes, called: bytes, seen_at: bytes) -> dict[str, Any]:
    kind, _, id_ = who.decode().partition(":")
    name = json.loads(called)["name"] if called else ""
    return {"kind": kind, "id": id_, "name": name, "seen_at": datetime.fromtimestamp(float(seen_at), UTC)}


def _name(actor: Actor) -> str:
    """As they call themselves: guests see it too, so never an address."""
    if actor.user_id is None:
        return actor.label
    return User.objects.values_list("name", flat=True).get(pk=actor.user_id)
