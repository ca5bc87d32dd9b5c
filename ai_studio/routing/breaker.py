"""The circuit breaker: a provider that fails is left alone for a while, by all workers together.

It opens when more than half of at least five calls within a minute failed, and at once when a key is refused. It opens
for 5 s, twice as long each time its probe fails, up to 5 minutes; then exactly one call is let through to see. One
breaker for each key a provider is asked with: a brand's own key that is refused keeps no other brand from the provider.

Each act is one script in Redis: atomic for all workers, by Redis' clock. With Redis away the breaker is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from brands.absence import Absence
from brands.tenancy.keys import cache_key

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5, 300
WINDOW_SECONDS, MINIMUM_CALLS = 60, 5
# How long a probe may take before another one is let through: its worker may have died.
PROBE_SECONDS = 90

_CLOCK = """
local function clock(given)
    if given ~= '' then return tonumber(given) end
    local t = redis.call('TIME')
    return tonumber(t[1]) + tonumber(t[2]) / 1000000
end
"""
# KEYS: breakers. Seconds until each may be asked, as texts: Lua's numbers lose their fraction on the way.
_RESTS = (
    _CLOCK
    + """
local now, answer = clock(ARGV[1]), {}
for at, key in ipairs(KEYS) do
    local s = redis.call('HMGET', key, 'until', 'probe')
    local rest = math.max(tonumber(s[1] or 0), tonumber(s[2] or 0)) - now
    answer[at] = tostring(math.max(rest, 0))
end
return answer
"""
)
# closed: 'yes'. Open: seconds to wait. Half open: 'probe' for one, seconds to wait for the others.
_ADMIT = (
    _CLOCK
    + """
local now = clock(ARGV[1])
local s = redis.call('HMGET', KEYS[1], 'until', 'probe')
if not s[1] then return 'yes' end
local rest = math.max(tonumber(s[1]), tonumber(s[2] or 0)) - now
if rest > 0 then return tostring(rest) end
redis.call('HSET', KEYS[1], 'probe', tostring(now + tonumber(ARGV[2])))
return 'probe'
"""
)
# ARGV: now, verdict, probe?, pause asked for, first, longest, window, minimum, successes before. Returns 1 when it
# opened.
_RECORD = (
    _CLOCK
    + """
local now, verdict, probe = clock(ARGV[1]), ARGV[2], ARGV[3] == '1'
local asked, first, longest = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local function open(pause)
    redis.call('HSET', KEYS[1], 'until', tostring(now + math.max(pause, asked)), 'pause', tostring(pause))
    redis.call('HDEL', KEYS[1], 'probe', 'since', 'calls', 'failures')
    redis.call('EXPIRE', KEYS[1], math.ceil(math.max(pause, asked) + 2 * longest))
    return 1
end
local s = redis.call('HMGET', KEYS[1], 'until', 'pause', 'since', 'calls', 'failures')
if s[1] then
    if not probe then return 0 end
    if verdict == 'ok' or verdict == 'answered' then redis.call('DEL', KEYS[1]) return 0 end
    if verdict == 'unknown' then redis.call('HDEL', KEYS[1], 'probe') return 0 end
    return open(math.min(tonumber(s[2]) * 2, longest))
end
if verdict == 'trip' then return open(first) end
if verdict == 'answered' or verdict == 'unknown' then return 0 end
local calls, failures, since = tonumber(s[4] or 0), tonumber(s[5] or 0), tonumber(s[3] or 0)
if now - since >= tonumber(ARGV[7]) then calls, failures, since = 0, 0, now end
calls = calls + 1 + tonumber(ARGV[9])
if verdict == 'failed' then failures = failures + 1 end
if calls >= tonumber(ARGV[8]) and failures * 2 > calls then return open(first) end
redis.call('HSET', KEYS[1], 'since', tostring(since), 'calls', calls, 'failures', failures)
redis.call('EXPIRE', KEYS[1], 2 * tonumber(ARGV[7]))
return 0
"""
)


class Verdict(Enum):
    """What a call says of its provider. ANSWERED: it works, and the caller's own error says nothing else of it.
    TRIP: asking again is in vain, at once. UNKNOWN: the call says nothing."""

    OK = "ok"
    FAILED = "failed"
    TRIP = "trip"
    ANSWERED = "answered"
    UNKNOWN = "unknown"


REASONS = {
    "resting": "it rests after failures",
    "rate_limit": "its rate limit is used up",
    "concurrency": "it has as many jobs as it takes at once",
}


@dataclass(frozen=True)
class Admission:
    """Whether a provider may be asked, as a `probe` or as usual, or in how many seconds; `cause` is why not."""

    allowed: bool = True
    probe: bool = False
    wait_seconds: float = 0
    cause: str = "resting"

    @property
    def reason(self) -> str:
        return REASONS[self.cause]


def name_of(provider: str, *, key: str, brand_id: UUID) -> str:
    """The breaker of a provider asked with this key: the brand's own, or the installation's."""
    return cache_key(brand_id, "breaker", provider) if key == "brand" else f"breaker:{provider}"


class Breaker:
    """`now` is for those who have a clock of their own; else Redis' own clock counts."""

    def __init__(self, client: Redis) -> None:
        self._absence = Absence()
        self._rests = client.register_script(_RESTS)
        self._admit = client.register_script(_ADMIT)
        self._record = client.register_script(_RECORD)

    def rests(self, names: Sequence[str], *, now: float | None = None) -> list[float]:
        """For how many seconds each is not to be asked; 0 for those that may be."""
        said = self._ask(self._rests, names, [_at(now)]) if names else []
        return [0.0] * len(names) if said is None else [float(seconds) for seconds in said]

    def admit(self, name: str, *, now: float | None = None) -> Admission:
        said = self._ask(self._admit, [name], [_at(now), PROBE_SECONDS])
        word = "yes" if said is None else _text(said)
        if word in ("yes", "probe"):
            return Admission(probe=word == "probe")
        return Admission(allowed=False, wait_seconds=float(word))

    def record(
        self,
        name: str,
        verdict: Verdict,
        *,
        probe: bool = False,
        pause: float | None = None,
        successes_before: int = 0,
        now: float | None = None,
    ) -> bool:
        """How a call went; `pause` is what the provider asked for, `successes_before` are calls not told yet. True when
        the breaker opened by it."""
        limits = [FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, WINDOW_SECONDS, MINIMUM_CALLS]
        asked = min(pause or 0, LONGEST_PAUSE_SECONDS)
        facts = [_at(now), verdict.value, int(probe), asked, *limits, successes_before]
        return bool(self._ask(self._record, [name], facts))

    def _ask(self, script: Any, names: Sequence[str], facts: Sequence[Any]) -> Any:
        """None while Redis is away."""
        if self._absence.lasts():
            return None
        try:
            return script(keys=list(names), args=list(facts))
        except RedisError as error:
            self._absence.noticed(error)
            return None


def _at(now: float | None) -> str:
    return "" if now is None else repr(now)


def _text(said: Any) -> str:
    return said.decode() if isinstance(said, bytes) else str(said)
