import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import demo
from tests.unit.config.launching import PATIENCE_SECONDS, Launcher, StartLauncher, launch


@pytest.fixture
def start_launcher(tmp_path: Path) -> Iterator[StartLauncher]:
    started: list[Launcher] = []

    def start(name: str = "data", **options: object) -> Launcher:
        folder = tmp_path / name
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
