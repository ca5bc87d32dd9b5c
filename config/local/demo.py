"""The commands: demo, smoke, serve, with-servers, clean."""

import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from config.local import events, jobs, story
from config.local.environment import servers, web_addresses
from config.local.errors import LaunchError
from config.local.folder import CHECKOUT, DATA, DataFolder
from config.local.memory import peak_memory
from config.local.processes import STOP_SIGNALS, WEB, Program, own_environment
from config.local.root_home import remove_root_home
from config.local.running import Site, keep_serving, prepare, running_site
from config.local.screen import Screen
from config.local.verify import WrongArtifactError, verify


def demo(folder: DataFolder, screen: Screen, *, port: int | None) -> None:
    with running_site(folder, screen, port=port) as site:
        api = site.api
        loading = events.start(site, screen)
        made = jobs.generate_each_type(api, screen, beside=loading.is_over)
        guest_link = story.tell(made, api)
        jobs.show(made, api, screen)
        welcome(site, screen, guest_link=guest_link)
        keep_serving(site, screen)


def serve(folder: DataFolder, screen: Screen, *, port: int | None) -> None:
    with running_site(folder, screen, port=port) as site:
        welcome(site, screen)
        keep_serving(site, screen)


def smoke(folder: DataFolder, screen: Screen, *, port: int | None) -> None:
    started = time.monotonic()
    with peak_memory() as peak, running_site(folder, screen, port=port) as site:
        screen.line(f"FIGURE serving_seconds={time.monotonic() - started:.1f}")
        api = site.api
        finished = jobs.generate_each_type(api, screen)
        jobs.show(finished, api, screen)
        wrong = [complaint for job in finished if (complaint := check(job, site, screen))]
    screen.line(f"FIGURE smoke_seconds={time.monotonic() - started:.1f}")
    screen.line(f"FIGURE smoke_peak_memory_mb={peak.megabytes:.0f}")
    if wrong:
        raise LaunchError("The smoke test failed: " + "; ".join(wrong))
    screen.line("The four artifacts are real: smoke test passed.")


def check(job: jobs.Job, site: Site, screen: Screen) -> str | None:
    """Download through the signed link and decode; returns what is wrong."""
    if job.detail["status"] != "COMPLETED":
        return f"{job.type} is {job.detail['status']}: {job.detail.get('error')}"
    try:
        found = verify(job.type, site.api.download(job.link))
    except WrongArtifactError as error:
        return str(error)
    screen.line(f"{job.type}: {found}")
    return None


def welcome(site: Site, screen: Screen, *, guest_link: str = "") -> None:
    brand, key = site.seed["brand_id"], site.seed["api_key"]
    for name, path in (
        ("Admin", "/admin/"),
        ("API docs", "/api/docs/"),
        ("", "/api/redoc/"),
        ("Metrics", "/metrics"),
    ):
        screen.line(f"{name:<10}{site.url}{path}")
    if guest_link:
        screen.line(f"{'Guest':<10}{guest_link}")
    screen.line()
    screen.table(
        ("role", "e-mail", "password"),
        [(user["role"], user["email"], user["password"]) for user in site.seed["users"]],
    )
    screen.line()
    screen.line(f"API key   {key}")
    screen.line(f'curl -H "Authorization: Bearer {key}" {site.url}/api/v1/brands/{brand}/ai/generations/')
    screen.line()
    screen.line(f"Logs are in {site.processes.folder.logs}. Ctrl-C stops everything.")


def with_servers(folder: Path | None, command: Sequence[str], *, durable: bool, migrated: bool) -> int:
    """Run a command beside servers of its own; without a folder they are fresh and leave nothing behind."""
    if folder:
        return _beside_servers(DataFolder(folder), command, durable=durable, migrated=migrated)
    DATA.mkdir(exist_ok=True, mode=0o700)
    temporary = Path(tempfile.mkdtemp(prefix="with-servers-", dir=DATA))
    try:
        return _beside_servers(DataFolder(temporary), command, durable=durable, migrated=migrated)
    finally:
        clean(temporary)


def _beside_servers(folder: DataFolder, command: Sequence[str], *, durable: bool, migrated: bool) -> int:
    with servers(folder, database="atelier", durable=durable) as started:
        environment = {**web_addresses("http://127.0.0.1:8000"), **started.environment}
        if migrated:
            prepare(started.processes, environment)
        program = Program(
            name="command",
            command=command,
            order=WEB,
            environment=own_environment(**environment),
            directory=CHECKOUT,
            in_terminal=True,
        )
        try:
            return started.processes.start(program).wait()
        except FileNotFoundError as error:
            raise LaunchError(f"There is no program {command[0]!r}.") from error


def clean(folder: Path) -> None:
    """Delete a data folder and what it keeps elsewhere; refuses while something runs in it."""
    if not folder.exists():
        remove_root_home(folder)
        return
    with DataFolder(folder).lock():
        remove_root_home(folder)
        shutil.rmtree(folder)


def clean_all() -> None:
    for folder in sorted(DATA.iterdir()) if DATA.exists() else ():
        if (folder / "lock").exists():
            clean(folder)
    shutil.rmtree(DATA, ignore_errors=True)


def stop_on_signals() -> None:
    """SIGTERM and a closed terminal end the launcher like Ctrl-C: through the `with` blocks."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a launcher started in the background of a script inherits it ignored.
    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)
