"""What the image does, without an engine: its files in a folder of their own, its commands and health checks run
as docker-compose.yml has them, on this test process's servers."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
import requests

from config.local import ports
from config.local.embedded_redis import server_program
from config.local.folder import DataFolder
from config.local.processes import WEB, Processes, Program, supervised
from tests import deployment
from tests.waiting import wait_until

PREFIX = f"atelier_compose_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
SECRETS = {
    "SECRET_KEY": "a-key-for-a-test-0123456789-0123456789-0123456789-0123456789",
    "SECRET_KEY_RING": f"k1:{b64encode(bytes(32)).decode()}",
    "PUBLIC_URL": "https://atelier.example",
    "ALLOWED_HOSTS": "atelier.example",
    "POSTGRES_PASSWORD": "of-the-superuser",
    "DATABASE_MIGRATE_PASSWORD": "of-migrate",
    "DATABASE_RUNTIME_PASSWORD": "of-runtime",
    "DATABASE_MAINTENANCE_PASSWORD": "of-maintenance",
    "REDIS_PASSWORD": "of-redis",
    "METRICS_TOKEN": "of-metrics",
}
PROXIED = {"Host": "atelier.example", "X-Forwarded-Proto": "https"}


class Containers:
    """Runs services of the Compose file in a copy of what the image holds."""

    def __init__(self, processes: Processes, root: Path) -> None:
        self.processes = processes
        self.root = root
        self.port = str(ports.any_free_port())

    def environment(self, service: str) -> dict[str, str]:
        """The container's environment, led to the servers of this test and to a database of its own."""
        of_image = {"STATIC_ROOT": str(self.root / "static"), "MEDIA_ROOT": str(self.root / "media"), "PORT": self.port}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        given = {name: here(value) for name, value in deployment.environment(service, SECRETS).items()}
        return {"PATH": path, "HOME": "/nonexistent", **of_image, **given}

    def start(self, service: str) -> None:
        command = deployment.interpolated(deployment.services()[service].get("command"), SECRETS)
        self.processes.start(
            Program(
                name=service,
                command=command or image_command(),
                order=WEB,
                environment=self.environment(service),
                directory=self.root / "code",
            )
        )

    def run(self, service: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root / "code",
            env=self.environment(service),
            capture_output=True,
            text=True,
            check=False,
        )

    def is_healthy(self, service: str) -> bool:
        kind, *test = deployment.services()[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(service, test).returncode == 0


def here(value: str) -> str:
    """An address inside the Compose network as one of this test's servers."""
    admin = urlsplit(os.environ["DATABASE_ADMIN_URL"])
    own_redis = os.environ["REDIS_URL"]
    if value.startswith("redis://"):
        return own_redis
    if value.endswith("@postgres:5432/postgres"):
        return os.environ["DATABASE_ADMIN_URL"]
    if value.startswith("postgresql://"):
        return value.replace("atelier_", f"{PREFIX}_").replace(
            "postgres:5432/atelier", f"{admin.netloc.rpartition('@')[2]}/{PREFIX}"
        )
    return PREFIX if value == "atelier" else value


def image_command() -> list[str]:
    (command,) = [i.rest for i in deployment.dockerfile() if i.keyword == "CMD"]
    return list(json.loads(command))


def build(root: Path) -> None:
    """What the Dockerfile's second stage does: copy, collect static files."""
    (root / "media").mkdir()
    code = root / "code"
    code.mkdir()
    copies = [i.rest.split() for i in deployment.dockerfile() if i.keyword == "COPY" and not i.rest.startswith("--")]
    for source, target in copies:
        source_path = deployment.CHECKOUT / source
        if source_path.is_dir():
            shutil.copytree(source_path, code / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source_path, code / Path(target.lstrip("/")) if target != "./" else code)
    shutil.rmtree(code / "config" / "local")
    (collect,) = [i.rest for i in deployment.dockerfile() if i.keyword == "RUN" and "collectstatic" in i.rest]
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "STATIC_ROOT": str(root / "static"),
    }
    subprocess.run(["sh", "-ec", collect.partition("&&")[0]], cwd=code, env=environment, check=True)


@pytest.fixture(scope="module")
def containers(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    root = tmp_path_factory.mktemp("image")
    build(root)
    with supervised(DataFolder(root / "processes")) as processes:
        made = Containers(processes, root)
        command = deployment.interpolated(deployment.services()["migrate"]["command"], SECRETS)
        migrated = made.run("migrate", command)
        assert migrated.returncode == 0, migrated.stderr
        assert not any(secret in migrated.stdout for secret in SECRETS.values() if secret.startswith("of-"))
        for service in ("web", "worker-io", "worker-render", "beat"):
            made.start(service)
        yield made
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {PREFIX} WITH (FORCE)")


@pytest.mark.parametrize("service", ["web", "worker-io", "worker-render", "beat"])
def test_each_service_starts_and_its_health_check_passes(containers: Containers, service: str) -> None:
    wait_until(lambda: containers.is_healthy(service), f"{service} is healthy", seconds=60)


def test_the_whole_is_ready_as_the_runtime_role(containers: Containers) -> None:
    url = f"http://127.0.0.1:{containers.port}/health/ready"
    wait_until(lambda: requests.get(url, headers=PROXIED, timeout=5).status_code == 200, "it is ready", seconds=60)
    checks = requests.get(url, headers=PROXIED, timeout=5).json()["checks"]
    assert checks["database"]["role"] == f"{PREFIX}_runtime"


def test_static_files_are_those_that_were_collected(containers: Containers) -> None:
    wait_until(lambda: containers.is_healthy("web"), "web is healthy")
    collected = next((containers.root / "static").rglob("swagger-ui-bundle.js"))
    url = f"http://127.0.0.1:{containers.port}/static/{collected.relative_to(containers.root / 'static')}"
    answer = requests.get(url, headers=PROXIED, timeout=5)
    assert (answer.status_code, len(answer.content)) == (200, collected.stat().st_size)


def test_metrics_need_the_token(containers: Containers) -> None:
    wait_until(lambda: containers.is_healthy("web"), "web is healthy")
    url = f"http://127.0.0.1:{containers.port}/metrics"
    inside = {"Host": "web"}
    assert requests.get(url, headers=inside, timeout=5).status_code == 401
    token = {"Authorization": f"Bearer {SECRETS['METRICS_TOKEN']}"}
    assert requests.get(url, headers=inside | token, timeout=5).status_code == 200


@pytest.mark.parametrize("path", ["/api/docs/", "/admin/login/", "/api/v1/me/", "/static/no-such-file", "/health/live"])
def test_every_answer_carries_the_security_headers(containers: Containers, path: str) -> None:
    wait_until(lambda: containers.is_healthy("web"), "web is healthy")
    headers = requests.get(f"http://127.0.0.1:{containers.port}{path}", headers=PROXIED, timeout=10).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_plain_http_is_sent_to_https(containers: Containers) -> None:
    wait_until(lambda: containers.is_healthy("web"), "web is healthy")
    url = f"http://127.0.0.1:{containers.port}/api/docs/"
    answer = requests.get(url, headers={"Host": "atelier.example"}, timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://atelier.example/api/docs/")


def test_the_first_member_of_staff_signs_in_with_cookies_that_nothing_can_read(containers: Containers) -> None:
    """Made as README.md says."""
    email, password = "staff@atelier.example", "correct horse battery staple"
    create = ["python", "manage.py", "createsuperuser", "--no-input", "--email", email]
    made = containers.run("web", ["env", f"DJANGO_SUPERUSER_PASSWORD={password}", *create])
    assert made.returncode == 0, made.stderr
    login = f"http://127.0.0.1:{containers.port}/admin/login/"
    form = requests.get(login, headers=PROXIED, timeout=10)
    token = form.cookies["csrftoken"]
    answer = requests.post(
        login,
        data={"username": email, "password": password, "csrfmiddlewaretoken": token},
        headers=PROXIED | {"Referer": "https://atelier.example/admin/login/", "Cookie": f"csrftoken={token}"},
        timeout=10,
        allow_redirects=False,
    )
    assert answer.status_code == 302
    cookies = {cookie.name: cookie for cookie in [*form.cookies, *answer.cookies]}
    assert all(cookie.secure for cookie in cookies.values())
    assert all(cookie.get_nonstandard_attr("SameSite") == "Lax" for cookie in cookies.values())
    assert cookies["sessionid"].has_nonstandard_attr("HttpOnly")


def test_djangos_deployment_checks_find_nothing(containers: Containers) -> None:
    found = containers.run("web", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout


def test_a_second_migration_changes_nothing(containers: Containers) -> None:
    command: Any = deployment.interpolated(deployment.services()["migrate"]["command"], SECRETS)
    again = containers.run("migrate", command)
    assert again.returncode == 0
    assert "No migrations to apply" in again.stdout


def test_redis_starts_with_the_password_that_no_process_list_shows(tmp_path: Path) -> None:
    """The service's own command, on another port and folder."""
    port = ports.any_free_port()
    command: list[str] = deployment.interpolated(deployment.services()["redis"]["command"], SECRETS)
    script = command[-1].replace("--dir /data", f"--dir {shlex.quote(str(tmp_path))} --port {port}")
    script = script.replace("redis-server", shlex.quote(server_program()), 1)
    environment: Mapping[str, str] = deployment.environment("redis", SECRETS)
    server = subprocess.Popen([*command[:-1], script], env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port, password=SECRETS["REDIS_PASSWORD"]) as client:
            wait_until(lambda: answers(client), "Redis answers")
            kept = client.config_get("*")
            assert (kept["appendonly"], kept["maxmemory-policy"]) == ("yes", "noeviction")
        with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        assert SECRETS["REDIS_PASSWORD"] not in Path(f"/proc/{server.pid}/cmdline").read_text()
    finally:
        server.terminate()
        assert server.wait(timeout=10) == 0, "SIGTERM reaches Redis itself, not a shell around it"


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except (redis.ConnectionError, redis.TimeoutError):
        return False
