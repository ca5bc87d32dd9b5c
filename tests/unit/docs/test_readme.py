"""README.md, CONTRIBUTING.md and CHANGELOG.md say what is there."""

import ast
import re
import subprocess

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve

from tests import deployment
from tests.deployment import CHECKOUT

README = (CHECKOUT / "README.md").read_text()
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text()
CHANGELOG = (CHECKOUT / "CHANGELOG.md").read_text()


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def table(text: str) -> dict[str, tuple[str, ...]]:
    """First column, without backticks → the other columns."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]
    return {row[0].strip("`"): tuple(row[1:]) for row in rows}


def files() -> list[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return listing.stdout.splitlines()


def test_the_configuration_table_has_every_variable_and_no_other() -> None:
    assert set(table(section(README, "Configuration"))) == set(deployment.settings_variables())


@pytest.mark.parametrize("variable", deployment.settings_variables().values(), ids=lambda v: v.name)
def test_the_configuration_table_tells_the_default_that_holds(variable: deployment.Variable) -> None:
    default, meaning = table(section(README, "Configuration"))[variable.name]
    assert meaning.endswith(".")
    if variable.default is None:
        assert default == "required"
        return
    try:
        value = ast.literal_eval(variable.default)
    except ValueError:
        assert default != "required", "it depends, and the table says on what"
        return
    text = ",".join(value) if isinstance(value, list) else str(value)
    assert default == (f"`{text}`" if text else "none")


def test_the_compose_table_has_every_variable_of_compose_with_its_default() -> None:
    described = table(section(README, "In production"))
    own = set(deployment.compose_references()) - set(deployment.settings_variables())
    assert set(described) == own
    text = (CHECKOUT / "docker-compose.yml").read_text()
    for name in own:
        default = re.search(rf"\$\{{{name}:-([^}}]*)\}}", text)
        assert described[name][0] == (f"`{default[1]}`" if default else "required")


def test_services_and_versions_are_those_of_compose_and_dockerfile() -> None:
    text = section(README, "In production")
    assert [name for name in deployment.services() if f"`{name}`" not in text] == []
    python = re.search(r"FROM python:(3\.\d+)", (CHECKOUT / "Dockerfile").read_text())
    assert python
    assert f"Python {python[1]}" in " ".join(README.split())
    postgres = deployment.services()["postgres"]["image"].partition(":")[2].partition(".")[0]
    assert f"PostgreSQL {postgres}" in text


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", README + CONTRIBUTING, flags=re.MULTILINE))
    assert named >= {"demo", "test", "ci"}
    assert named <= targets


def test_every_link_and_picture_leads_somewhere() -> None:
    for text in (README, CONTRIBUTING, CHANGELOG):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            assert target.startswith("https://") or (CHECKOUT / target).exists(), target
    anchors = re.findall(r"CONTRIBUTING\.md#([a-z-]+)", README)
    titles = [title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", CONTRIBUTING, flags=re.MULTILINE)]
    assert set(anchors) <= set(titles)


def test_every_path_that_contributing_names_is_there() -> None:
    tops = {path.partition("/")[0] for path in files()}
    named = {path for path in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", CONTRIBUTING) if path.partition("/")[0] in tops}
    assert len(named) > 20
    assert [path for path in sorted(named) if not (CHECKOUT / path).exists()] == []


def test_every_address_of_this_server_that_the_readme_names_is_served() -> None:
    addresses = {address for address in re.findall(r"`(/[a-z][a-z/-]*)`", README) if not address.startswith("/tmp")}  # noqa: S108
    assert len(addresses) > 5
    for address in addresses:
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{address} is not served")


def test_everything_at_the_top_has_a_reason() -> None:
    tops = {path.partition("/")[0] + ("/" if "/" in path else "") for path in files()}
    assert set(table(section(CONTRIBUTING, "What is where"))) >= tops


def test_the_changelog_names_the_version_that_the_api_tells() -> None:
    assert f"[{settings.SPECTACULAR_SETTINGS['VERSION']}" in CHANGELOG
    assert "## [Unreleased]" in CHANGELOG
    assert re.search(r"^### Added$", CHANGELOG, flags=re.MULTILINE)


def test_the_licence_is_apache_2() -> None:
    text = (CHECKOUT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_example_of_an_environment_holds_no_secret() -> None:
    example = (CHECKOUT / "docs/production.env.example").read_text()
    filled = re.findall(r"^(?!#)(\w*(?:SECRET|PASSWORD|TOKEN)\w*)=(.+)$", example, flags=re.MULTILINE)
    assert filled == []
