"""docker-compose.yml against its published schema, and against what it is about."""

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from dotenv import dotenv_values

from ai_studio.choices import Queue
from config.local import programs
from tests import deployment
from tests.deployment import APP_SERVICES, CHECKOUT

# Settings that no operator of the image chooses, and why.
NOT_OFFERED = {
    "DEBUG": "tracebacks in production",
    "STATIC_ROOT": "part of the image",
    "MEDIA_ROOT": "part of the image",
    "CELERY_BEAT_SCHEDULE_FILENAME": "the default is on the container's tmpfs",
}
# What libraries and images read by themselves.
# Who has no account there needs none.
KEYS_OF_PROVIDERS = {"REPLICATE_API_TOKEN"}
NOT_SETTINGS = {"WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS", "DATABASE_ADMIN_URL"}
EVERYTHING = {name: f"value-of-{name}" for name in deployment.compose_references()}


def test_the_file_is_valid_by_the_published_compose_schema() -> None:
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    result = subprocess.run([*command, "docker-compose.yml"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_there_are_exactly_the_services_of_the_architecture() -> None:
    assert set(deployment.services()) == {*APP_SERVICES, "postgres", "redis"}


def test_every_setting_can_be_set_in_the_environment_file() -> None:
    offered = set(deployment.services()["migrate"]["environment"])
    assert offered - NOT_SETTINGS == set(deployment.settings_variables()) - set(NOT_OFFERED)


@pytest.mark.parametrize("service", sorted(set(APP_SERVICES) - {"migrate"}))
def test_what_serves_knows_neither_superuser_nor_migrate_role(service: str) -> None:
    environment = deployment.services()[service]["environment"]
    assert not {"DATABASE_ADMIN_URL", "DATABASE_MIGRATE_URL"} & set(environment)


def test_nothing_starts_without_its_secrets() -> None:
    """No default password: each secret is required, and none is written in the file."""
    required = {name for name, kind in deployment.compose_references().items() if kind == "?"}
    secrets = {name for name in deployment.compose_references() if re.search("PASSWORD|SECRET|TOKEN", name)}
    assert secrets - KEYS_OF_PROVIDERS <= required
    for name in required:
        with pytest.raises(KeyError, match=name):
            deployment.interpolated(deployment.services(), {k: v for k, v in EVERYTHING.items() if k != name})


def test_the_example_names_what_compose_asks_for_and_its_defaults() -> None:
    text = (CHECKOUT / "docs/production.env.example").read_text()
    example = dotenv_values(stream=io.StringIO(re.sub(r"^#(?=[A-Z_]+=)", "", text, flags=re.MULTILINE)))
    references = deployment.compose_references()
    assert set(references) <= set(example)
    assert set(example) <= set(references) | set(deployment.services()["web"]["environment"])
    for name, kind in references.items():
        assert bool(example[name]) or kind == "?", f"{name} has a default to show"


@pytest.mark.parametrize("service", sorted(set(deployment.services()) - {"migrate"}))
def test_every_lasting_service_is_checked_restarted_and_bounded(service: str) -> None:
    described = deployment.services()[service]
    assert described["healthcheck"]["test"]
    assert described["restart"] == "unless-stopped"
    assert set(described["deploy"]["resources"]["limits"]) == {"cpus", "memory"}


@pytest.mark.parametrize("service", [*APP_SERVICES, "postgres", "redis"])
def test_no_service_fills_the_disk_with_its_log(service: str) -> None:
    logging = deployment.services()[service]["logging"]
    assert logging["driver"] == "local"
    assert set(logging["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("service", sorted(deployment.services()))
def test_no_service_is_root_or_may_become_it_or_writes_to_its_image(service: str) -> None:
    described = deployment.services()[service]
    assert str(described["user"]).partition(":")[0] not in ("root", "0")
    assert described["read_only"] is True
    assert described["cap_drop"] == ["ALL"]
    assert described["security_opt"] == ["no-new-privileges:true"]


def test_only_web_is_reachable_and_only_from_the_machine_itself() -> None:
    published = {name: s["ports"] for name, s in deployment.services().items() if "ports" in s}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])
    assert deployment.compose()["networks"]["inside"] == {"internal": True}
    assert [deployment.services()[name]["networks"] for name in ("postgres", "redis")] == [["inside"], ["inside"]]


def test_images_are_pinned_and_of_the_versions_that_we_test_with() -> None:
    postgres, redis = (deployment.services()[name]["image"] for name in ("postgres", "redis"))
    assert re.fullmatch(r"postgres:18\.\d+", postgres)
    assert re.fullmatch(r"redis:\d+\.\d+\.\d+", redis)
    assert all(deployment.services()[name]["image"] == deployment.services()["web"]["image"] for name in APP_SERVICES)
    assert settings.SPECTACULAR_SETTINGS["VERSION"] in deployment.services()["web"]["image"]


def option(command: list[str], *names: str) -> str:
    return next(command[n + 1] for n, word in enumerate(command) if word in names)


def worker_shape(command: list[str]) -> dict[str, Any]:
    return {
        "pool": option(command, "-P", "--pool"),
        "queues": set(option(command, "-Q", "--queues").split(",")),
        "name": option(command, "-n", "--hostname"),
        "quiet": {"--without-gossip", "--without-mingle"} <= set(command),
    }


def test_the_workers_are_those_of_the_demo() -> None:
    launched = {p.name: worker_shape(list(p.command)) for p in programs.workers({}) if p.name != "beat"}
    composed = [worker_shape(deployment.services()[name]["command"]) for name in ("worker-io", "worker-render")]
    assert composed == [launched["ai.io"], launched["ai.render"]]


def test_every_queue_has_a_worker_of_its_kind() -> None:
    queues = {
        name: worker_shape(deployment.services()[name]["command"])["queues"] for name in ("worker-io", "worker-render")
    }
    assert queues["worker-render"] == {Queue.RENDER}
    assert set().union(*queues.values()) == {*Queue.values, settings.CELERY_TASK_DEFAULT_QUEUE}


def test_redis_keeps_what_it_is_given() -> None:
    command = " ".join(deployment.services()["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


@pytest.mark.parametrize("service", sorted(set(APP_SERVICES) - {"migrate"}))
def test_nothing_starts_before_the_migrations_are_done(service: str) -> None:
    assert deployment.services()[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_a_worker_of_providers_has_room_to_decode_the_largest_result() -> None:
    """Its bytes as they came, what the child reads and writes (/tmp is memory too), what is kept; and the child."""
    room = deployment.services()["worker-io"]["deploy"]["resources"]["limits"]["memory"]
    assert room.endswith("G")
    largest = max(settings.STUDIO_RESULT_MAX_BYTES.values())
    assert int(room[:-1]) * 1024**3 >= settings.STUDIO_RESULT_LIMITS["memory_bytes"] + 4 * largest
