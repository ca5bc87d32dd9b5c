import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.local import demo
from tests.unit.config.launching import PATIENCE_SECONDS, Launcher, StartLauncher, launch


@pytest.fixture
def start_launcher(tmp_path: Path) -> Iterator[StartLauncher]:
    with launchers(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def running_launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    """For tests that only look at it."""
    with launchers(tmp_path_factory.mktemp("running")) as start:
        yield start()


@contextmanager
def launchers(top: Path) -> Iterator[StartLauncher]:
    """Starts launchers in folders below `top`; in the end they are stopped and their data deleted."""
    started: list[Launcher] = []

    def start(name: str = "data", **options: object) -> Launcher:
        folder = top / name
        process = launch(folder, **options)  # type: ignore[arg-type]
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("{"), said + process.stdout.read()
        started.append(Launcher(process, folder, json.loads(said)))
        return started[-1]

    yield start
    for launcher in started:
        launcher.process.terminate()
        launcher.process.wait(PATIENCE_SECONDS)
        assert launcher.process.stdout is not None
        launcher.process.stdout.close()
    for folder in {launcher.folder for launcher in started}:
        demo.clean(folder)
