"""CPU seconds of a process and its descendants, the ended ones included. Linux only."""

import os
from collections import defaultdict
from pathlib import Path

from django.db import connection

from config.redis_client import redis_client

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    children: defaultdict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children[int(fields[1])].append(int(folder.name))
        ticks[int(folder.name)] = sum(map(int, fields[11:15]))
    family = [pid]
    for member in family:
        family.extend(children[member])
    return sum(ticks.get(member, 0) for member in family) / _TICKS


def servers() -> dict[str, int]:
    """The process ids of the PostgreSQL and the Redis that run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    postmaster = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    return {"postgres": postmaster, "redis": int(redis_client().info("server")["process_id"])}  # type: ignore[index]
