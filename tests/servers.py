"""Pytest plugin: PostgreSQL and Redis for one test run, before Django reads its settings.

Loaded by `-p tests.servers` in pyproject.toml. Only the controller starts servers; xdist's workers inherit
its environment. The initialised cluster stays in `.data/test` between runs, so that the next one starts in a
second; a second run at the same time takes `.data/test-2`, and so on. With DATABASE_URL / REDIS_URL those are
used.
"""

import contextlib
import os
from collections.abc import Generator, Iterator

import pytest

from config.local.environment import servers, web_addresses
from config.local.errors import AlreadyRunningError, LaunchError
from config.local.folder import DATA, DataFolder
from tests import databases

DATABASE = "atelier_test_template"
SIMULTANEOUS_RUNS = 8
# With one of these pytest runs no test; Django must be importable all the same.
ONLY_LISTS = ("--collect-only", "--co", "--help", "-h", "--version", "-V", "--fixtures", "--markers")
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "only-for-listing-tests-0123456789-0123456789-0123456789",
}

running = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, None, None]:
    """A wrapper: it runs before pytest-django's hook of the same name, which loads the settings."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        prepare_environment(args)
    if "DATABASE_ROLE_PREFIX" in os.environ:
        os.environ.update(databases.own_addresses())
    try:
        return (yield)
    except BaseException:
        running.close()
        raise


def pytest_unconfigure(config: pytest.Config) -> None:
    running.close()


def prepare_environment(args: list[str]) -> None:
    os.environ.update(web_addresses("http://127.0.0.1:8000"))
    if any(argument in ONLY_LISTS for argument in args):
        for name, value in NOWHERE.items():
            os.environ.setdefault(name, value)
        return
    try:
        os.environ.update(running.enter_context(test_servers()))
    except LaunchError as error:
        raise pytest.UsageError(str(error)) from error


@contextlib.contextmanager
def test_servers() -> Iterator[dict[str, str]]:
    for number in range(1, SIMULTANEOUS_RUNS + 1):
        folder = DataFolder(DATA / ("test" if number == 1 else f"test-{number}"))
        with contextlib.ExitStack() as stack:
            try:
                started = stack.enter_context(servers(folder, database=DATABASE, durable=False))
            except AlreadyRunningError:
                if number == SIMULTANEOUS_RUNS:
                    raise
                continue
            yield dict(started.environment)
            return


test_servers.__test__ = False  # type: ignore[attr-defined]
