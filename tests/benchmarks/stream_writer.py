"""Events of many brands at a steady rate: python -m tests.benchmarks.stream_writer RATE SECONDS BRAND…

Four threads take turns, each event in a transaction of its own; at the end it prints how many there were.
"""

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import UUID, uuid4

import django

THREADS = 4
TYPES = ("generation.requested", "generation.completed", "metric.changed")


def write(brands: Sequence[UUID], *, rate: float, seconds: float, first: int) -> int:
    """Thread `first` of THREADS: events number first, first + THREADS, …, each when its time has come."""
    from brands import events
    from brands.tenancy.scope import brand_scope

    began = time.monotonic()
    for number in count(first, THREADS):
        due = number / rate
        if due >= seconds:
            return (number - first) // THREADS
        time.sleep(max(0.0, began + due - time.monotonic()))
        brand_id, type_ = brands[number % len(brands)], TYPES[(number // len(brands)) % len(TYPES)]
        payload = {"metric" if type_.startswith("metric") else "generation": str(uuid4()), "status": "PENDING"}
        with brand_scope(brand_id):
            events.append(brand_id=brand_id, type=type_, payload=payload)
    raise AssertionError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    rate, seconds, *brands = sys.argv[1:]
    ids = [UUID(brand) for brand in brands]
    with ThreadPoolExecutor(THREADS) as threads:
        work = [
            threads.submit(write, ids, rate=float(rate), seconds=float(seconds), first=first)
            for first in range(THREADS)
        ]
        sys.stdout.write(f"{sum(each.result() for each in work)}\n")


if __name__ == "__main__":
    main()
