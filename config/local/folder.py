"""The data folder of one launcher: its lock, its secrets, its logs."""

import base64
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.local.errors import AlreadyRunningError, LaunchError
from config.local.guardian import start_mark

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = CHECKOUT / ".data"
# A new cluster takes 40 MB, the demo's events 200 and their WAL 370, its artifacts a few more.
NEEDED_BYTES = 700 * 1024 * 1024
# How long the guardian of a killed launcher may still be stopping servers before we give up on it.
HANDOVER_SECONDS = 40.0


class DataFolder:
    """A private folder (0700) that holds everything one launcher writes."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs.mkdir(exist_ok=True)
        self.media.mkdir(exist_ok=True)

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def record(self) -> Path:
        return self.path / "processes.jsonl"

    def secret(self, name: str) -> str:
        return kept_secret(self.path / name)

    def key(self, name: str) -> str:
        """32 random bytes in base64."""
        return kept_secret(self.path / name, make=lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    def check_space(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < NEEDED_BYTES:
            raise LaunchError(
                f"Only {free >> 20} MB are free on the disk of {self.path}; "
                f"Atelier needs at least {NEEDED_BYTES >> 20} MB. Free some space and start again."
            )

    @contextmanager
    def lock(self) -> Iterator[int]:
        """Own the folder until the block ends; yields the descriptor that whoever cleans up keeps open.

        A kernel lock, not a pid file: it ends with its last holder, so nothing stale blocks the next start.
        """
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._acquire(descriptor)
            self.announce()
            yield descriptor
        finally:
            os.close(descriptor)

    def announce(self, **facts: str) -> None:
        """Say in the lock file who owns the folder, for the message of whoever finds it locked."""
        owner = {"pid": os.getpid(), "mark": start_mark(os.getpid()), **facts}
        (self.path / "lock").write_text(json.dumps(owner))

    def _acquire(self, descriptor: int) -> None:
        deadline = time.monotonic() + HANDOVER_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = self._owner()
                if start_mark(int(owner.get("pid", 0))) == owner.get("mark") or time.monotonic() > deadline:
                    raise AlreadyRunningError(already_running(self.path, owner)) from None
                time.sleep(0.05)
            else:
                return

    def _owner(self) -> dict[str, str]:
        try:
            return dict(json.loads((self.path / "lock").read_text()))
        except ValueError:  # read between truncation and writing
            return {}


def already_running(path: Path, owner: dict[str, str]) -> str:
    where = f" and serves {owner['url']}" if "url" in owner else ""
    return (
        f"Atelier already runs from {path} (process {owner.get('pid', 'unknown')}){where}. "
        "Stop it with Ctrl-C there, or give another folder with --data."
    )


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """A random secret, made on first use and kept in a file that only its owner can read."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    value = make()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    return value
