"""The few threads that read for all streams. A connection is taken for what waits, and given back when nothing does."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache, partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from brands.middleware import DATABASE_AWAY, forget_lost_connections

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4


class Readers:
    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        for number in range(THREADS):
            threading.Thread(target=self._run, name=f"stream-{number}", daemon=True).start()

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work`, in a thread, with a connection that is not its own for long. Raises what it raises."""
        result: Future[T] = Future()
        self._waiting.put((result, partial(work, *args, **kwargs)))
        return await asyncio.wrap_future(result)

    def _run(self) -> None:
        while True:
            self._read(*self._waiting.get())
            try:
                while True:
                    self._read(*self._waiting.get_nowait())
            except Empty:
                connection.close()

    def _read(self, result: "Future[Any]", work: Callable[[], Any]) -> None:
        if not result.set_running_or_notify_cancel():
            return
        try:
            result.set_result(work())
        except DATABASE_AWAY as error:
            connection.close()
            forget_lost_connections()
            result.set_exception(error)
        except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
            connection.close()
            result.set_exception(error)


@cache
def readers() -> Readers:
    """This process's own, made when first needed."""
    return Readers()
