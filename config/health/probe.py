"""Health checks of containers: python -m config.health.probe web | worker | beat

Imports no Django: it runs every few seconds. Exit code 0: healthy; 1: not.
"""

import os
import socket
import sys
import urllib.request

import redis

from config.health import heartbeats

TIMEOUT_SECONDS = 5
MAX_AGE_SECONDS = 30.0


def web() -> bool:
    """Asks with a name that ALLOWED_HOSTS knows."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    port = os.environ.get("PORT", "8000")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/live", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - a fixed address
        return int(answer.status) == 200  # noqa: PLR2004


def worker() -> bool:
    """A worker on this machine was seen lately."""
    machine = f"@{socket.gethostname()}"
    return any(name.endswith(machine) and age < MAX_AGE_SECONDS for name, age in _ages().items())


def beat() -> bool:
    return _ages().get(heartbeats.BEAT, MAX_AGE_SECONDS) < MAX_AGE_SECONDS


def _ages() -> dict[str, float]:
    url = os.environ["REDIS_URL"]
    with redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS) as client:
        return heartbeats.ages(client)


PROBES = {"web": web, "worker": worker, "beat": beat}


def main(name: str) -> int:
    try:
        return 0 if PROBES[name]() else 1
    except (OSError, redis.RedisError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
