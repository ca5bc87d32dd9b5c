"""make faults: kill what can be killed, under load, and count what was lost. Prints FIGURE lines.

The phases share one site: a budget under parallel requests, random SIGKILLs of workers, beat stopped and doubled,
Redis killed without persistence, PostgreSQL restarted. After all of it every job must have ended, once and at
its price. The seed is printed; the same seed kills and asks in the same order.
"""

import argparse
import contextlib
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from config.local.demo import clean, stop_on_signals
from config.local.folder import DATA, DataFolder
from tests.faults import books
from tests.faults.kills import Recovery, kill_at_random
from tests.faults.load import Asked, Background, Load
from tests.faults.site import Site, running_site

PARALLEL = 50
COVERED = 10
UNIT_USD = Decimal("0.08")
AT_ONCE = 20
DRAIN_SECONDS = 180.0
MEANWHILE = 10  # jobs that are asked for while something is away

failures: list[str] = []


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def figure(name: str, value: object, *, good: bool = True) -> None:
    say(f"FIGURE {name}={value}")
    if not good:
        failures.append(f"{name}={value}")


def main() -> int:
    options = arguments()
    seed = options.seed if options.seed is not None else secrets.randbelow(10**6)
    say(f"seed {seed}")
    stop_on_signals()
    DATA.mkdir(exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=DATA))
    try:
        with running_site(DataFolder(folder)) as site:
            all_phases(site, random.Random(seed), options)  # noqa: S311 - repeatable, not secret
    finally:
        if failures and options.keep:
            say(f"kept: {folder}")
        else:
            clean(folder)
    say("; ".join(failures) if failures else "Nothing was lost.")
    return 1 if failures else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of random kills")
    parser.add_argument("--kills", type=int, default=0, help="at least so many")
    parser.add_argument("--recovery-limit", type=float, default=20.0, help="seconds, of the 95th percentile")
    parser.add_argument("--seed", type=int, help="repeat an earlier run")
    parser.add_argument("--keep", action="store_true", help="keep the data folder of a run that failed")
    return parser.parse_args()


def all_phases(site: Site, chance: random.Random, options: argparse.Namespace) -> None:
    keys, poor = brands(site)
    overspend(site, poor)
    load = Load(site.url, keys, chance)
    kills(site, load, chance, options)
    beats(site, load)
    redis_away(site, load)
    postgres_away(site, load)
    accounts(site, load.accepted)


def brands(site: Site) -> tuple[dict[str, str], tuple[str, str]]:
    """Two brands with money enough, and one whose budget covers ten: tokens by brand."""
    os.environ.update({**site.environment, "DJANGO_SETTINGS_MODULE": "config.settings"})
    import django

    django.setup()
    from tests.factories import make_tenant

    plenty = {
        "monthly_budget_usd": 100_000,
        "user_monthly_usd": 100_000,
        "user_monthly_generations": 100_000,
        "max_running": 200,
    }
    rich = [make_tenant(name, **plenty) for name in ("ours", "theirs")]
    poor = make_tenant("poor", monthly_budget_usd=UNIT_USD * COVERED)
    return {str(tenant.id): tenant.key.token for tenant in rich}, (str(poor.id), poor.key.token)


def overspend(site: Site, poor: tuple[str, str]) -> None:
    """Fifty at once on a budget for ten; then the ten are called off, so that the rest starts with clean books."""
    brand, token = poor
    load = Load(site.url, {brand: token}, random.Random(0))  # noqa: S311
    body = {
        "type": "IMAGE_2D",
        "prompt": "a red mug",
        "provider": "free",
        "parameters": {"extras": {"script": ["gate"]}},
    }
    with ThreadPoolExecutor(PARALLEL) as threads:
        answers = list(threads.map(lambda _: load.post(brand, body), range(PARALLEL)))
    accepted = [answer for answer in answers if answer is not None and answer.status_code == requests.codes.accepted]
    refused = sum(answer is not None and answer.status_code == requests.codes.payment_required for answer in answers)
    ((held,),) = site.rows("SELECT sum(reserved_usd + spent_usd) FROM ai_studio_budget WHERE brand_id = %s", brand)
    figure("parallel_creates_accepted", len(accepted), good=len(accepted) == COVERED and refused == PARALLEL - COVERED)
    figure("overspend_usd", max(Decimal(0), held - UNIT_USD * COVERED).normalize(), good=held == UNIT_USD * COVERED)
    for answer in accepted:
        address = f"{site.url}/api/v1/brands/{brand}/ai/generations/{answer.json()['id']}/cancel/"
        requests.post(address, headers={"Authorization": f"Bearer {token}"}, timeout=30).raise_for_status()
    site.provider.open_gate("a red mug")


def kills(site: Site, load: Load, chance: random.Random, options: argparse.Namespace) -> None:
    with Background(load, lambda: under_way(site), at_once=AT_ONCE):
        count, recovery = kill_at_random(site, chance, seconds=options.seconds, at_least=options.kills)
    drain(site, recovery)
    figure("kills", count, good=count > 0)
    figure("interrupted_jobs", len(recovery.seconds))
    p95 = recovery.p95()
    figure("recovery_max_seconds", f"{max(recovery.seconds, default=0):.1f}")
    figure("recovery_p95_seconds", f"{p95:.1f}", good=p95 <= options.recovery_limit and not recovery.waiting)


def beats(site: Site, load: Load) -> None:
    """Without beat work goes on, because bells ring; with two of them nothing is done twice."""
    site.kill("beat")
    site.processes.running.pop("beat-stopped", None)
    stopped = site.processes.running.pop("beat")
    figure("beat_stopped_done_seconds", timed(lambda: ask_and_drain(site, load)))
    site.processes.running["beat"] = stopped
    site.restart("beat")
    second = site.second_beat()
    figure("two_beats_done_seconds", timed(lambda: ask_and_drain(site, load)))
    site.kill(second)
    del site.processes.running[second]


def redis_away(site: Site, load: Load) -> None:
    """Killed with jobs in it and started empty: requests are accepted all the time, and all is done in the end."""
    site.kill("redis")
    slowest, taken = ask_meanwhile(load)
    figure("redis_away_accepted", taken, good=taken == MEANWHILE)
    figure("redis_away_slowest_create_seconds", f"{slowest:.2f}")
    site.restart("redis")
    figure("redis_back_done_seconds", timed(lambda: drain(site)))


def postgres_away(site: Site, load: Load) -> None:
    """Restarted as after a crash: requests are refused with 503 and Retry-After, and jobs go on afterwards."""
    for _ in range(MEANWHILE):
        load.ask()
    site.kill("postgres", signal.SIGQUIT)
    answer = load.post(sorted(load.keys)[0], {"type": "TEMPLATE", "prompt": "a red mug"})
    said = answer is not None and answer.status_code == requests.codes.unavailable and "Retry-After" in answer.headers
    figure("postgres_away_says_503", int(said), good=said)
    site.restart("postgres")
    wait_for(lambda: can_ask(site), "PostgreSQL is back", seconds=60)
    figure("postgres_back_first_create_seconds", timed(lambda: wait_for(load.ask, "a job is accepted", seconds=60)))
    figure("postgres_back_done_seconds", timed(lambda: ask_and_drain(site, load)))


def accounts(site: Site, asked: list[Asked]) -> None:
    found = books.outcomes(site, asked)
    figure("jobs", len(asked))
    for name in ("COMPLETED", "submit_unknown", "poison"):
        figure({"COMPLETED": "completed", "poison": "poisoned"}.get(name, name), found.pop(name, 0))
    missing = books.lost(site, asked)
    for line in missing:
        say(f"lost: {line}")
    figure("lost", len(missing), good=not missing)
    doubled = books.double_effects(site, asked)
    figure("double_effects", doubled, good=doubled == 0)
    cents = books.wrong_cents(site, asked)
    figure("wrong_cents", cents.normalize(), good=cents == 0)
    figure("invariants_hold", int(held := books.invariants_hold(site)), good=held)


def under_way(site: Site) -> int:
    return int(site.rows("SELECT count(*) FROM ai_studio_generation WHERE status IN ('PENDING', 'PROCESSING')")[0][0])


def ask_and_drain(site: Site, load: Load) -> None:
    for _ in range(MEANWHILE):
        load.ask()
    drain(site)


def ask_meanwhile(load: Load) -> tuple[float, int]:
    """How long the slowest request took, and how many were accepted."""
    seconds, taken = 0.0, 0
    for _ in range(MEANWHILE):
        started = time.monotonic()
        taken += load.ask() is not None
        seconds = max(seconds, time.monotonic() - started)
    return seconds, taken


def drain(site: Site, recovery: Recovery | None = None) -> None:
    """Until every job has ended and every interruption is measured."""

    def is_over() -> bool:
        site.supervise()
        if recovery is not None:
            recovery.look()
        return under_way(site) == 0

    wait_for(is_over, "every job has ended", seconds=DRAIN_SECONDS)


def can_ask(site: Site) -> bool:
    with contextlib.suppress(Exception):
        return bool(site.rows("SELECT true")[0][0])
    return False


def timed(work: Callable[[], Any]) -> str:
    started = time.monotonic()
    work()
    return f"{time.monotonic() - started:.1f}"


def wait_for(condition: Callable[[], object], what: str, *, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            failures.append(f"waited {seconds:.0f} s in vain until {what}")
            return
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
