"""Start, stop, kill and start again: the embedded servers under everything that can happen to a launcher."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from brands import key_ring
from config.local import demo, folder, guardian
from tests.unit.config.launching import PATIENCE_SECONDS, Launcher, StartLauncher, clean_environment, launch, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def remember(environment: dict[str, str]) -> None:
    with psycopg.connect(environment["DATABASE_ADMIN_URL"]) as connection:
        connection.execute("CREATE TABLE remembered AS SELECT 42 AS answer")


def remembered(environment: dict[str, str]) -> int:
    with psycopg.connect(environment["DATABASE_ADMIN_URL"]) as connection:
        row = connection.execute("SELECT answer FROM remembered").fetchone()
    assert row is not None
    return int(row[0])


def test_the_command_gets_working_servers_and_the_three_roles(running_launcher: Launcher) -> None:
    environment = running_launcher.environment
    roles = {"DATABASE_URL": "runtime", "DATABASE_MAINTENANCE_URL": "maintenance", "DATABASE_MIGRATE_URL": "migrate"}
    for variable, role in roles.items():
        with psycopg.connect(environment[variable]) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (f"atelier_{role}",)
            assert connection.info.server_version // 10_000 == 18
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert len(environment["SECRET_KEY"]) >= 50
    assert key_ring.parsed([environment["SECRET_KEY_RING"]]).first == "local"


def test_a_terminated_launcher_leaves_nothing_running(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    children = launcher.children()
    assert {child.name for child in children} == {"postgres", "redis", "command"}
    launcher.process.send_signal(signal.SIGTERM)
    assert launcher.process.wait(PATIENCE_SECONDS) == 130
    assert not [child.name for child in children if child.is_alive()]


def test_a_killed_launcher_leaves_no_orphans(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    children = launcher.children()
    launcher.kill()
    wait_until(lambda: not any(child.is_alive() for child in children))


def test_after_a_kill_the_next_start_does_not_wait_for_anyone_and_finds_the_data(
    start_launcher: StartLauncher,
) -> None:
    launcher = start_launcher()
    remember(launcher.environment)
    launcher.kill()
    assert remembered(start_launcher().environment) == 42


def test_servers_whose_launcher_and_guardian_were_both_killed_are_stopped_by_the_next_start(
    start_launcher: StartLauncher,
) -> None:
    launcher = start_launcher()
    remember(launcher.environment)
    orphans = launcher.children()
    os.kill(launcher.guardian_pid(), signal.SIGKILL)
    launcher.kill()
    assert all(child.is_alive() for child in orphans)
    assert remembered(start_launcher().environment) == 42
    assert not [child.name for child in orphans if child.is_alive()]


def test_the_next_start_recovers_when_everything_was_killed_at_once(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    remember(launcher.environment)
    for pid in (launcher.guardian_pid(), *(child.pid for child in launcher.children())):
        os.kill(pid, signal.SIGKILL)
    launcher.kill()
    assert remembered(start_launcher().environment) == 42


def test_a_stale_pid_file_with_the_number_of_another_program_does_not_block(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    remember(launcher.environment)
    cluster = next(
        Path(f"/proc/{child.pid}/cwd").readlink() for child in launcher.children() if child.name == "postgres"
    )
    pid_file = (cluster / "postmaster.pid").read_text()
    launcher.process.terminate()
    launcher.process.wait(PATIENCE_SECONDS)
    _, _, rest = pid_file.partition("\n")
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{rest}")
    if os.geteuid() == 0:
        shutil.chown(cluster / "postmaster.pid", cluster.owner(), cluster.group())
    assert remembered(start_launcher().environment) == 42


def test_an_interrupted_initdb_is_started_over(start_launcher: StartLauncher, tmp_path: Path) -> None:
    interrupted = launch(tmp_path / "data")
    time.sleep(0.5)
    interrupted.kill()
    interrupted.wait()
    assert interrupted.stdout is not None
    interrupted.stdout.close()
    remember(start_launcher().environment)


def test_the_same_folder_twice_says_plainly_that_it_is_in_use(running_launcher: Launcher) -> None:
    launcher = running_launcher
    second = launch(launcher.folder)
    output, _ = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 1
    assert f"already runs from {launcher.folder} (process {launcher.process.pid})" in output
    assert "Traceback" not in output


def test_two_folders_run_side_by_side(running_launcher: Launcher, start_launcher: StartLauncher) -> None:
    one, other = running_launcher.environment, start_launcher().environment
    for variable in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_RING"):
        assert one[variable] != other[variable]


def test_passwords_are_in_no_command_line_and_in_no_file_that_others_can_read(running_launcher: Launcher) -> None:
    launcher = running_launcher
    password = (launcher.folder / "redis-password").read_text()
    for child in launcher.children():
        assert password not in Path(f"/proc/{child.pid}/cmdline").read_text()
    assert stat.S_IMODE(launcher.folder.stat().st_mode) == 0o700
    for name in ("redis-password", "secret-key", "redis/redis.conf"):
        assert stat.S_IMODE((launcher.folder / name).stat().st_mode) == 0o600


def test_a_launcher_whose_folder_was_deleted_still_stops_everything(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    children = launcher.children()
    shutil.rmtree(launcher.folder)
    launcher.process.terminate()
    assert launcher.process.wait(PATIENCE_SECONDS) == 130
    assert not [child.name for child in children if child.is_alive()]


def test_the_exit_code_is_that_of_the_command() -> None:
    command = [sys.executable, "-m", "config.local", "with-servers", "--throwaway", "--", "sh", "-c", "exit 7"]
    result = subprocess.run(command, env=clean_environment(), cwd=folder.CHECKOUT, check=False)
    assert result.returncode == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lock other users out and still run")
def test_root_can_start_from_a_checkout_that_other_users_cannot_enter(
    start_launcher: StartLauncher, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for part in ("config", "brands"):
        shutil.copytree(folder.CHECKOUT / part, private / part)
    before = permissions(tmp_path)
    environment = start_launcher("private/.data/demo", checkout=private).environment
    remember(environment)
    assert environment["MEDIA_ROOT"].startswith(str(private))
    assert {path: mode for path, mode in permissions(tmp_path).items() if path in before} == before


def permissions(top: Path) -> dict[Path, tuple[int, int]]:
    paths = [top, *top.parents, *top.rglob("*")]
    return {path: (path.stat().st_mode, path.stat().st_uid) for path in paths if path.name != "__pycache__"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps the cluster outside the checkout")
def test_deleting_the_data_folder_deletes_the_cluster_that_root_keeps_for_it(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    remember(launcher.environment)
    launcher.process.terminate()
    launcher.process.wait(PATIENCE_SECONDS)
    shutil.rmtree(launcher.folder)
    with pytest.raises(psycopg.errors.UndefinedTable):
        remembered(start_launcher().environment)


def test_clean_refuses_while_the_folder_is_in_use_and_deletes_it_afterwards(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    with pytest.raises(folder.AlreadyRunningError):
        demo.clean(launcher.folder)
    launcher.process.terminate()
    launcher.process.wait(PATIENCE_SECONDS)
    demo.clean(launcher.folder)
    assert not launcher.folder.exists()


def test_a_zombie_and_a_recycled_number_do_not_count_as_alive() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    mark = guardian.start_mark(process.pid)
    child = guardian.Child("child", process.pid, mark, 1, signal.SIGTERM, 1.0)
    wait_until(lambda: not child.is_alive())
    process.wait()
    impostor = guardian.Child("impostor", os.getpid(), "another start time", 1, signal.SIGTERM, 1.0)
    assert not impostor.is_alive()


def test_a_process_that_ignores_its_signal_is_killed_with_its_group_after_its_grace(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; sleep 100 & echo $! > grandchild; wait; sleep 100"
    process = subprocess.Popen(["sh", "-c", stubborn], cwd=tmp_path, start_new_session=True)
    wait_until(lambda: (tmp_path / "grandchild").exists() and bool((tmp_path / "grandchild").read_text()))
    grandchild = int((tmp_path / "grandchild").read_text())
    record = tmp_path / "record"
    mark = guardian.start_mark(process.pid)
    guardian.append(record, guardian.Child("stubborn", process.pid, mark, 1, signal.SIGTERM, 0.2))
    guardian.stop_recorded(record)
    assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    wait_until(lambda: not guardian.start_mark(grandchild))
    assert not record.exists()


def test_a_record_cut_short_names_the_processes_before_the_cut(tmp_path: Path) -> None:
    record = tmp_path / "record"
    child = guardian.Child("whole", 1, "2", 3, signal.SIGTERM, 1.0)
    guardian.append(record, child)
    with record.open("a") as file:
        file.write('{"name": "cut')
    assert list(guardian.recorded(record)) == [child]


def test_stopping_survives_a_second_interrupt(start_launcher: StartLauncher) -> None:
    launcher = start_launcher()
    children = launcher.children()
    launcher.process.send_signal(signal.SIGINT)
    time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        launcher.process.send_signal(signal.SIGINT)
    launcher.process.wait(PATIENCE_SECONDS)
    wait_until(lambda: not any(child.is_alive() for child in children))
