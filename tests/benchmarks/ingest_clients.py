"""Clients that send batches of events on lasting connections, and again whatever was not answered."""

import http.client
import json
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

from tests.benchmarks.shop_events import Batch

OK, BUSY = 200, 503
PAUSE_SECONDS = 0.2
GIVEN_UP_SECONDS = 90


@dataclass
class Told:
    """What clients were told: of each batch the milliseconds it took, and how often something had to be sent again."""

    milliseconds: list[float] = field(default_factory=list)
    again: int = 0
    accepted: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    sent_bytes: int = 0


def send_all(url: str, batches: Iterable[Batch], *, clients: int) -> Told:
    """Shared out among the clients as they come free."""
    source, lock, told = iter(batches), Lock(), Told()

    def next_one() -> Batch | None:
        with lock:
            return next(source, None)

    with ThreadPoolExecutor(clients) as threads:
        for each in threads.map(lambda _: _client(url, iter(next_one, None)), range(clients)):
            told.milliseconds += each.milliseconds
            told.again += each.again
            told.accepted += each.accepted
            told.sent += each.sent
            told.sent_bytes += each.sent_bytes
    return told


def _client(url: str, batches: Iterator[Batch]) -> Told:
    address, told = urlsplit(url), Told()
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    for batch in batches:
        told.sent += batch.ids
        told.sent_bytes += len(batch.body)
        began = time.perf_counter()
        told.again += _until_answered(connection, batch)
        told.milliseconds.append((time.perf_counter() - began) * 1000)
        told.accepted += batch.ids
    connection.close()
    return told


def _until_answered(connection: http.client.HTTPConnection, batch: Batch) -> int:
    """Sends it until it is answered with 200; how often again. What is refused otherwise fails the run."""
    until = time.monotonic() + GIVEN_UP_SECONDS
    for again in range(GIVEN_UP_SECONDS * 10):
        try:
            connection.request("POST", batch.path, batch.body, batch.headers)
            answer = connection.getresponse()
            text = answer.read()
        except (http.client.HTTPException, OSError):
            connection.close()
        else:
            if answer.status == OK:
                _check(batch, text)
                return again
            if answer.status != BUSY:
                raise RuntimeError(f"{batch.path}: {answer.status} {text[:400]!r}")
        if time.monotonic() > until:
            break
        time.sleep(PAUSE_SECONDS)
    raise RuntimeError(f"{batch.path} was not answered in {GIVEN_UP_SECONDS} s.")


def _check(batch: Batch, text: bytes) -> None:
    answer = json.loads(text)
    taken = batch.source != "native" or answer["stored"] + answer["duplicates"] == len(batch.ids)
    if not taken:
        raise RuntimeError(f"{answer['rejected']} of {len(batch.ids)} good events were refused.")
