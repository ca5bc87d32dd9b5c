"""The launcher as a user runs it: a process of its own, in a folder of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.local import guardian
from config.local.folder import CHECKOUT

OUR_VARIABLES = ("DATABASE_", "REDIS_", "SECRET_KEY", "MEDIA_ROOT", "PUBLIC_URL", "PYTEST_")
# The command beside the servers: says what it was given, then waits to be ended.
TELL_AND_WAIT = (
    "import json, os, sys, time; print(json.dumps(dict(os.environ)), flush=True); time.sleep(float(sys.argv[1]))"
)
PATIENCE_SECONDS = 40


def clean_environment(**given: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OUR_VARIABLES)}
    return {**kept, **given}


@dataclass
class Launcher:
    """A running `with-servers` and the environment that it gave to its command."""

    process: subprocess.Popen[str]
    folder: Path
    environment: dict[str, str]

    def children(self) -> list[guardian.Child]:
        return list(guardian.recorded(self.folder / "processes.jsonl"))

    def guardian_pid(self) -> int:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                command = (stat.parent / "cmdline").read_text()
                if guardian.__file__ in command and str(self.folder) in command:
                    return int(stat.parent.name)
        raise AssertionError("no guardian runs")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


StartLauncher = Callable[..., Launcher]


def launch(folder: Path, *, seconds: float = 600, checkout: Path = CHECKOUT, **given: str) -> subprocess.Popen[str]:
    options = ["with-servers", "--data", str(folder), "--"]
    return subprocess.Popen(
        [sys.executable, "-m", "config.local", *options, sys.executable, "-c", TELL_AND_WAIT, str(seconds)],
        env=clean_environment(**given),
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(condition: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
