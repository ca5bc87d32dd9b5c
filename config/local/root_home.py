"""Where PostgreSQL lives when the launcher is root.

PostgreSQL refuses to run as root, and the account it runs as instead may not be able to enter the checkout.
The checkout's permissions are the user's business, so the programs are copied, and the cluster kept, in a
folder of its own outside. It belongs to the data folder: both carry the same id, and when the data folder was
deleted the next start deletes the orphaned cluster too.
"""

import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from config.local.errors import LaunchError
from config.local.folder import DataFolder

# Lasting state first; the second only where the first is read-only.
PARENTS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - ownership is checked before use
ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def unprivileged_account() -> Account:
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise LaunchError(
        "PostgreSQL does not run as root, and this machine has neither a postgres nor a nobody account "
        "to run it as. Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
    )


def root_home(folder: DataFolder) -> Path:
    """The folder outside the checkout that belongs to this data folder; made when missing."""
    home = _location(folder.path)
    if not home.exists():
        home.mkdir(mode=0o711)
        home.chmod(0o711)  # whatever the umask: others may pass through, not look around
    status = home.lstat()
    if status.st_uid != 0 or status.st_mode & 0o022 or home.is_symlink():
        raise LaunchError(f"{home} was not made by root; remove it and start again.")
    _drop_if_orphaned(home, folder)
    return home


def remove_root_home(path: Path) -> None:
    """Delete what a data folder keeps outside the checkout, for `make clean`."""
    home = _location(path.resolve())
    if os.geteuid() == 0 and home.exists():
        shutil.rmtree(home)


def installed_copy(source: Path, home: Path, *, version: str) -> Path:
    """The wheel's programs where the other account can execute them; copied once per version."""
    target = home / f"programs-{version}"
    if not target.exists():
        unfinished = home / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in ("pginstall18/bin", "pginstall18/lib/postgresql", "pginstall18/share"):
            shutil.copytree(source / part, unfinished / source.name / part)
        libraries = source.with_name(f"{source.name}.libs")  # found through the programs' relative rpath
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        _open_for_reading(unfinished)
        unfinished.rename(target)
    return target / source.name


def _location(path: Path) -> Path:
    digest = hashlib.sha256(bytes(path)).hexdigest()[:16]
    for parent in PARENTS:
        if os.access(parent, os.W_OK):
            return parent / f"atelier-{digest}"
    raise LaunchError(f"None of {', '.join(map(str, PARENTS))} can be written; set DATABASE_URL instead.")


def _drop_if_orphaned(home: Path, folder: DataFolder) -> None:
    owner = home / "data-folder-id"
    wanted = folder.secret("id")
    if not owner.exists() or owner.read_text() != wanted:
        for entry in home.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        owner.touch(mode=0o600)
        owner.write_text(wanted)


def _open_for_reading(top: Path) -> None:
    """Give back the permissions that a strict umask took: the programs are public."""
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder, name)
            file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
