"""The Dockerfile: linted by hadolint, and what hadolint does not know."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests import deployment
from tests.deployment import CHECKOUT


def instructions(keyword: str) -> list[str]:
    return [i.rest for i in deployment.dockerfile() if i.keyword == keyword]


def final_stage() -> list[deployment.Instruction]:
    all_of_them = deployment.dockerfile()
    last_from = max(n for n, i in enumerate(all_of_them) if i.keyword == "FROM")
    return all_of_them[last_from:]


def test_hadolint_finds_nothing() -> None:
    command = [Path(sys.executable).with_name("hadolint"), "--failure-threshold", "style", "Dockerfile"]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_both_stages_start_from_the_same_pinned_python() -> None:
    bases = {base.split()[0] for base in instructions("FROM")}
    assert len(bases) == 1
    version = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-\w+", bases.pop())
    target = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["ruff"]["target-version"]
    assert version
    assert version[1].replace(".", "") == target.removeprefix("py")


def test_packages_are_hashed_wheels_installed_before_the_code_is_copied() -> None:
    """So a change of code does not install again, and no compiler is needed."""
    (install,) = [run for run in instructions("RUN") if "pip install" in run]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    words = [f"{i.keyword} {i.rest}" for i in deployment.dockerfile()]
    code = min(n for n, line in enumerate(words) if line.startswith("COPY brands"))
    assert words.index(f"RUN {install}") < code


def test_what_is_installed_for_the_laptop_only_is_left_behind() -> None:
    text = (CHECKOUT / "requirements.in").read_text()
    laptop = text.partition("# one laptop")[2]
    servers = [line.split()[0] for line in laptop.splitlines()[1:3]]
    (install,) = [run for run in instructions("RUN") if "pip install" in run]
    assert f"pip uninstall --yes {' '.join(servers)}" in install


def test_it_runs_as_a_numbered_user_that_is_not_root() -> None:
    stage = final_stage()
    user = next(i.rest for i in stage if i.keyword == "USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user), "Kubernetes' runAsNonRoot needs a number"
    assert [i.keyword for i in stage].index("USER") < [i.keyword for i in stage].index("CMD")
    assert deployment.compose()["x-app"]["user"] == user


def test_it_checks_its_own_health_with_what_the_image_has() -> None:
    (check,) = instructions("HEALTHCHECK")
    assert json.loads(check.partition(" CMD ")[2]) == ["python", "-m", "config.health.probe", "web"]


def test_every_app_is_copied_and_no_test_is() -> None:
    copied = {line.split()[0] for line in instructions("COPY") if not line.startswith("--from")}
    apps = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests"}
    assert copied == apps | {"requirements.txt", "manage.py"}
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied


def test_nothing_of_the_image_imports_the_launcher_that_is_not_in_it() -> None:
    files = [
        path
        for app in ("brands", "ai_studio", "analytics", "collaboration", "config")
        for path in (CHECKOUT / app).rglob("*.py")
        if not path.is_relative_to(CHECKOUT / "config/local")
    ]
    assert len(files) > 50
    importing = [str(file) for file in files if any(name.startswith("config.local") for name in imported(file))]
    assert importing == []


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names
