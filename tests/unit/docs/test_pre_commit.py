"""Before a commit and before a push: the same commands as CI."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

from tests.deployment import CHECKOUT

CONFIGURATION = ".pre-commit-config.yaml"


def hooks() -> list[dict[str, str]]:
    (repository,) = yaml.safe_load((CHECKOUT / CONFIGURATION).read_text())["repos"]
    assert repository["repo"] == "local", "nothing is fetched"
    return list(repository["hooks"])


def test_pre_commit_accepts_it() -> None:
    command = [Path(sys.executable).with_name("pre-commit"), "validate-config", CONFIGURATION]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_every_step_of_ci_but_the_tests_is_a_hook() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    steps = re.search(r"^ci: ([^#\n]+)", makefile, flags=re.MULTILINE)
    assert steps
    assert [hook["entry"] for hook in sorted(hooks(), key=lambda h: h["id"])] == [
        f"make {step}" for step in sorted(set(steps[1].split()) - {"test"})
    ]
