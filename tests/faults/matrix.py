"""Every provider with every fault of its server, as a table: python -m tests.faults.matrix [--only openai,fal]

Each cell is one generation through the real pipeline against the provider's fake: asked for, claimed, submitted,
polled, decoded, settled. What must come of it follows from three facts: whether the provider had taken the work on,
whether asking again is free, and what the provider's rule for lost work is. Prints FIGURE lines.
"""

import argparse
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_studio.models import Generation
    from ai_studio.providers.base import Provider
    from tests.factories import Tenant
    from tests.providers.fakes.base import Fake

ASK_SECONDS = 1.0
SUBMIT = "POST"
POLL = {
    "replicate": "GET /predictions",
    "fal": "GET /fal-ai",
    "meshy": "GET /openapi",
    "runway": "GET /v1/tasks",
    "tripo": "GET /v2/openapi",
    "luma": "GET /dream-machine",
    "comfyui": "GET /history",
}
FILE = dict.fromkeys(POLL, "GET /files") | {"comfyui": "GET /view"}

NOT_TAKEN_ON = ("status:500", "status:408", "status:503", "reset")
TAKEN_ON = ("broken", "lost", "hang", "drip", "garbage", "cut", "truncated", "huge")
REFUSED = ("status:400", "status:401", "status:402", "status:422")
NOT_ASKABLE = ("status:401", "status:404")
WHILE_POLLED = ("busy:0", "status:500", "status:503", "reset", *TAKEN_ON, "mime:text/html", "unknown", *NOT_ASKABLE)
WHILE_FETCHED = (
    "busy:0",
    "status:500",
    "status:503",
    "reset",
    "broken",
    "lost",
    "hang",
    "drip",
    "cut",
    "mime:text/html",
)
NO_RESULT = ("truncated", "garbage", "huge", "status:404")


@dataclass(frozen=True)
class End:
    """`cost`: nothing, made (what an undisturbed one costs), or held (what was asked for)."""

    status: str
    attempts: int
    submissions: int
    cost: str


MADE = End("COMPLETED", 1, 1, "made")


def expected(phase: str, word: str, provider: "Provider") -> End:
    if phase == "submit":
        return _submitted(word, provider)
    if phase == "file" and word == "huge" and provider.name == "comfyui":
        return MADE  # its files are answers of its own: one that is too large is asked for again
    if word in {"file": NO_RESULT, "poll": NOT_ASKABLE}.get(phase, ()):
        return End("FAILED", 1, 1, "nothing" if provider.repeatable else "held")
    return MADE


def _submitted(word: str, provider: "Provider") -> End:
    taken_on = int(word in TAKEN_ON)
    if taken_on or word in NOT_TAKEN_ON:
        if provider.repeatable:
            return End("COMPLETED", 2, 1 + taken_on, "made")
        return End("FAILED", 1, taken_on, "held" if provider.lost_is_billed else "nothing")
    if word in REFUSED:
        return End("FAILED", 1, 0, "nothing")
    return End("COMPLETED", 2, 1, "made") if word.startswith("busy") else MADE


def cells(name: str) -> Iterator[tuple[str, str]]:
    """(phase, word) of what can go wrong with a provider; those that answer at once are not polled."""
    yield "none", ""
    for word in ("busy:0", *REFUSED, *NOT_TAKEN_ON, *TAKEN_ON, "mime:text/html"):
        yield "submit", word
    if name in POLL:
        yield from (("poll", word) for word in WHILE_POLLED)
        yield from (("file", word) for word in (*WHILE_FETCHED, *NO_RESULT))


def main() -> int:
    options = arguments()
    waits = dict.fromkeys(("STUDIO_ASK_SECONDS", "STUDIO_DOWNLOAD_SECONDS"), str(ASK_SECONDS))
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings", **waits})
    import django

    django.setup()
    logging.disable(logging.WARNING)  # the table tells
    from tests.factories import make_tenant
    from tests.providers.fakes import FAKES

    tenant = make_tenant(
        "matrix", monthly_budget_usd=100_000, user_monthly_usd=100_000, user_monthly_generations=10_000
    )
    names = options.only.split(",") if options.only else list(FAKES)
    say(
        f"{'provider':<10}{'phase':<8}{'fault':<16}{'state':<11}{'code':<18}{'attempts':>9}{'submitted':>10}{'cents':>10}"
    )
    results = [result for name in names for result in row(tenant, name)]
    return report(results)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.matrix", description=__doc__)
    parser.add_argument("--only", default="", help="providers, separated by commas")
    return parser.parse_args()


def row(tenant: "Tenant", name: str) -> list[tuple[bool, int]]:
    """(right, submissions beyond the first) of each cell."""
    results = []
    made_usd = Decimal(0)
    for phase, word in cells(name):
        with standing(name) as (fake, provider):
            if word:
                fake.misbehave(word, on={"submit": {name: SUBMIT}, "poll": POLL, "file": FILE}[phase][name])
            ended, attempts = through(tenant, name)
            made_usd = (ended.cost_usd or made_usd) if phase == "none" else made_usd
            end = expected(phase, word, provider)
            cost = {"nothing": Decimal(0), "made": made_usd, "held": ended.estimated_cost_usd}[end.cost]
            found = End(ended.status, attempts, len(fake.accepted), end.cost)
            right = found == end and (ended.cost_usd or Decimal(0)) == cost
            say(line(name, phase, word, ended, found) + ("" if right else f"  ← not {end}: {cost}"))
            results.append((right, 0 if provider.repeatable else max(0, found.submissions - 1)))
    return results


@contextmanager
def standing(name: str) -> Iterator[tuple["Fake", "Provider"]]:
    from django.conf import settings

    from ai_studio.providers import registry
    from ai_studio.routing.remembering import breaker
    from config.redis_client import redis_client
    from tests.providers.fakes import FAKES, PROVIDER_PATHS
    from tests.providers.fakes.base import running
    from tests.providers.standing import environment

    with running(FAKES[name]()) as fake:
        os.environ.update(environment(fake))
        settings.EGRESS_ALLOW = ["127.0.0.1"]
        settings.STUDIO_PROVIDERS = [PROVIDER_PATHS[name]]
        settings.STUDIO_PROVIDER_URLS = {name: fake.url}
        registry.providers.cache_clear()
        redis_client().flushdb()  # what breakers learnt from the cell before
        breaker.cache_clear()
        yield fake, registry.provider(name)
    registry.providers.cache_clear()


def through(tenant: "Tenant", name: str) -> tuple["Generation", int]:
    """One generation to its end, as if every wait were over; and how many attempts it took."""
    from tests.integration.pipeline import steps
    from tests.providers.fakes import WISHES

    wish: dict[str, Any] = {"aspect_ratio": "16:9", "extras": {}, **WISHES[name]}
    ended = steps.finish(steps.ask(tenant, provider=name, **wish))
    return ended, len(steps.attempts(ended))


def line(name: str, phase: str, word: str, ended: "Generation", found: End) -> str:
    cents = (ended.cost_usd or Decimal(0)) * 100
    what = f"{name:<10}{phase:<8}{word:<16}{ended.status:<11}{ended.error_code:<18}"
    return f"{what}{found.attempts:>9}{found.submissions:>10}{cents.normalize():>10f}"


def report(results: Sequence[tuple[bool, int]]) -> int:
    from ai_studio.services import invariants

    broken = list(invariants.check())
    wrong = sum(not right for right, _ in results)
    for violation in broken:
        say(str(violation))
    say(f"FIGURE matrix_cells={len(results)}")
    say(f"FIGURE matrix_wrong={wrong}")
    say(f"FIGURE double_submissions={sum(doubles for _, doubles in results)}")
    say(f"FIGURE invariant_violations={len(broken)}")
    return 1 if wrong or broken else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
