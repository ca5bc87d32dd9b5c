"""The deployment files as data: Compose file, Dockerfile, settings' variables."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
# Made from this repository; the others are servers that others make.
APP_SERVICES = ("web", "worker-io", "worker-render", "beat", "migrate")
_REFERENCE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


@dataclass(frozen=True)
class Variable:
    """A variable that config/settings.py reads. `default` is source text; None: it must be set."""

    name: str
    default: str | None


@cache
def settings_variables() -> dict[str, Variable]:
    tree = ast.parse((CHECKOUT / "config/settings.py").read_text())
    found: dict[str, Variable] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = _first_argument(call)
        if name and _reads_environment(call) and (name not in found or found[name].default is None):
            found[name] = Variable(name, _default(call))
    return found


def _reads_environment(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "env"
    return isinstance(function, ast.Name) and function.id == "_database"


def _first_argument(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _default(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Name):  # _database("X") reads X, or DATABASE_URL
        return None if _first_argument(call) == "DATABASE_URL" else "DATABASE_URL"
    given = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "default"]
    return given[0] if given else None


@cache
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text()))


def services() -> dict[str, Any]:
    return dict(compose()["services"])


def compose_references() -> dict[str, str]:
    """Variables that the Compose file itself takes from .env: name → how (`?` required, `-` has a default)."""
    found = {}
    for match in _REFERENCE.finditer((CHECKOUT / "docker-compose.yml").read_text()):
        if match["name"]:
            found[match["name"]] = match["kind"] or ""
    return found


def interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    """`value` as Compose would understand it: ${X}, ${X:-default}, ${X:?message}, $$."""
    if isinstance(value, dict):
        return {key: interpolated(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolated(item, variables) for item in value]
    return _REFERENCE.sub(lambda match: _replacement(match, variables), value) if isinstance(value, str) else value


def _replacement(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["name"] is None:
        return "$"
    if found := variables.get(match["name"]):
        return found
    if match["kind"] == "-":
        return match["text"]
    raise KeyError(f"{match['name']} is required: {match['text']}")


def environment(service: str, variables: Mapping[str, str]) -> dict[str, str]:
    """What the container gets; a name without a value is passed on when it is set, else left out."""
    given = services()[service].get("environment", {})
    wanted = {name: variables.get(name) if value is None else value for name, value in given.items()}
    return {name: str(interpolated(value, variables)) for name, value in wanted.items() if value is not None}


@dataclass(frozen=True)
class Instruction:
    keyword: str
    rest: str


def dockerfile() -> list[Instruction]:
    text = re.sub(r"^\s*#.*\n", "", (CHECKOUT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    return [Instruction(keyword, " ".join(rest.split())) for keyword, rest in lines]
