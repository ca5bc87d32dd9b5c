"""The processes of one Atelier: web, two pools of workers, beat."""

import sys
from collections.abc import Mapping

from config.local.folder import CHECKOUT
from config.local.ports import HOST
from config.local.processes import BEAT, WEB, WORKERS, Program, own_environment

# A render is repeated after a restart and a poll is cheap, so nobody waits long for either.
WORKER_GRACE_SECONDS = 5.0
CELERY = ("celery", "--app", "config.celery")


def web(environment: Mapping[str, str], port: int) -> Program:
    command = ["uvicorn", "config.asgi:application", "--host", HOST, "--port", str(port)]
    command += ["--no-access-log", "--lifespan", "off", "--timeout-graceful-shutdown", "3"]
    return _program("web", command, WEB, environment)


def workers(environment: Mapping[str, str]) -> list[Program]:
    io = ["--pool", "threads", "--concurrency", "50", "--queues", "ai.io,control"]
    render = ["--pool", "prefork", "--concurrency", "2", "--queues", "ai.render"]
    return [
        _program("ai.io", _worker("ai.io", io), WORKERS, environment),
        _program("ai.render", _worker("ai.render", render), WORKERS, environment),
        _program("beat", [*CELERY, "beat", "--loglevel", "INFO"], BEAT, environment),
    ]


def _worker(name: str, pool: list[str]) -> list[str]:
    # Gossip and mingle make workers wait a second for each other, and nothing here uses them.
    options = ["--hostname", f"{name}@%h", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return [*CELERY, "worker", *pool, *options]


def _program(name: str, module: list[str], order: int, environment: Mapping[str, str]) -> Program:
    own = own_environment(**environment)
    own.pop("DATABASE_ADMIN_URL", None)  # what serves requests must not be able to become the superuser
    return Program(
        name=name,
        command=[sys.executable, "-m", *module],
        order=order,
        environment=own,
        directory=CHECKOUT,
        grace_seconds=WORKER_GRACE_SECONDS,
    )
