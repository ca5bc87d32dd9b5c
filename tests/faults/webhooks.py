"""make webhook-deliveries: events told to a receiver that fails 30 % of all requests and is killed twice, by real
workers of which one is killed too; its secret is rotated meanwhile. Prints FIGURE lines.

python -m tests.faults.webhooks [--events 2000] [--resources 40] [--seed 7]. The receiver (tests/webhook_receiver.py)
checks each signature with the published package and counts effects once by webhook-id, in a file that survives it.
"""

import argparse
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from config.local import ports
from config.local.folder import CHECKOUT
from tests.waiting import wait_until

FAILING = 0.3
DOWN_SECONDS = 1.5
# Pauses in place of three days; more tries than by default, for what is killed fails more often.
SETTINGS = {
    "WEBHOOK_RETRY_SECONDS": ",".join(["0.05", "0.1", "0.2", *["0.5"] * 60]),
    "WEBHOOK_TIMEOUT_SECONDS": "2",
    "WEBHOOK_REST_SECONDS": "0.02",
    "EGRESS_ALLOW": "127.0.0.1",
}


@dataclass
class Receiving:
    """The receiver's process: killed as by the kernel, and started again at the same port with the same file."""

    folder: Path
    secret: str
    seed: int = 0
    kills: int = 0
    port: int = field(default_factory=ports.any_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def log(self) -> Path:
        return self.folder / "received.jsonl"

    def start(self) -> None:
        given = ["--port", self.port, "--log", self.log, "--secret", self.secret, "--failing", FAILING]
        command = [sys.executable, "-m", "tests.webhook_receiver", *map(str, given), "--seed", str(self.seed)]
        self.process = subprocess.Popen(command, cwd=CHECKOUT)
        wait_until(self._answers, "the receiver listens", seconds=30)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def kill_and_restart(self, *, down_seconds: float) -> None:
        self.kill()
        self.kills += 1
        self.seed += 1
        time.sleep(down_seconds)
        self.start()

    def effects(self) -> int:
        return self.log.read_bytes().count(b'"effect"') if self.log.exists() else 0

    def _answers(self) -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self.port)) == 0


@dataclass(frozen=True)
class Counted:
    """What the receiver's books say, against the log of events."""

    requests: int
    failed_percent: float
    missed: int
    bad_signatures: int
    out_of_order: int
    double_effects: int


def counted(lines: list[dict[str, Any]], expected: set[int]) -> Counted:
    """`expected`: the numbers of the events."""
    effects = [line for line in lines if line["what"] == "effect"]
    requests = [line for line in lines if line["what"] == "request"]
    last: dict[str, int] = {}
    late = 0
    for line in effects:
        late += line["seq"] < last.get(line["resource"], 0)
        last[line["resource"]] = max(last.get(line["resource"], 0), line["seq"])
    return Counted(
        requests=len(requests),
        failed_percent=100 * (1 - len(effects) / max(len(requests), 1)),
        missed=len(expected - {line["seq"] for line in effects}),
        bad_signatures=sum(line["what"] == "forged" for line in lines),
        out_of_order=late,
        double_effects=len(effects) - len({line["seq"] for line in effects}),
    )


def happen(brand_id: UUID, resources: list[UUID], count: int, chance: random.Random) -> set[int]:
    """So many events, about resources taken by chance. Returns their numbers in the brand's log."""
    from brands import events
    from brands.tenancy.scope import brand_scope

    payloads = [{"collection": str(chance.choice(resources))} for _ in range(count)]
    with brand_scope(brand_id):
        return set(events.append_many(brand_id=brand_id, type="collection.changed", payloads=payloads))


def waiting(brand_id: UUID) -> int:
    from brands.tenancy.scope import brand_scope
    from collaboration.models import WebhookDelivery

    with brand_scope(brand_id):
        return int(WebhookDelivery.objects.exclude(status="DELIVERED").count())


def under_fire(
    receiving: Receiving,
    *,
    brand_id: UUID,
    events: int,
    resources: list[UUID],
    rotate: Callable[[], str],
    meanwhile: Callable[[], None],
    on_second_kill: Callable[[], None] = lambda: None,
    down_seconds: float = DOWN_SECONDS,
    chance: random.Random,
) -> set[int]:
    """Events happen in two parts; when a quarter and when three have arrived the receiver is killed. Between the two
    its endpoint gets another secret, which the receiver knows once it is started again. Ends when all is delivered;
    returns the numbers of the events."""
    expected = happen(brand_id, resources, events // 2, chance)
    wait_until(lambda: receiving.effects() >= events // 4, "a quarter has arrived", meanwhile, seconds=300)
    receiving.kill_and_restart(down_seconds=down_seconds)
    receiving.secret = rotate()
    expected |= happen(brand_id, resources, events - events // 2, chance)
    wait_until(lambda: receiving.effects() >= events * 3 // 4, "three quarters have arrived", meanwhile, seconds=300)
    on_second_kill()
    receiving.kill_and_restart(down_seconds=down_seconds)
    wait_until(lambda: receiving.effects() >= events, "all have arrived", meanwhile, seconds=300)
    wait_until(lambda: waiting(brand_id) == 0, "all are written down as delivered", meanwhile, seconds=60)
    return expected


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ |= SETTINGS
    import django

    django.setup()
    given = arguments()
    with tempfile.TemporaryDirectory(prefix="webhooks-") as folder:
        return measure(Path(folder), given.events, given.resources, given.seed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.webhooks", description=__doc__)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--resources", type=int, default=40)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser.parse_args()


def measure(folder: Path, events: int, resources: int, seed: int) -> int:
    from brands.tenancy.models import new_id
    from brands.tenancy.scope import brand_scope
    from collaboration.webhooks import endpoints
    from config.local import programs as launcher
    from tests import factories, programs
    from tests.benchmarks.figures import figure, say
    from tests.webhook_receiver import read_books

    say(f"seed {seed}")
    ours = factories.make_tenant("told")
    receiving = Receiving(folder, "", seed)
    with brand_scope(ours.brand):
        issued = endpoints.create(actor=ours.actor(), url=receiving.url, event_types=["collection.*"])
    receiving.secret = issued.secret

    def rotate() -> str:
        from django.utils import timezone

        with brand_scope(ours.brand):
            overlap = {"overlap": timedelta(hours=1), "at": timezone.now()}
            return endpoints.rotate(actor=ours.actor(), endpoint=issued.endpoint, **overlap).secret

    with programs.live(folder / "live", environment={}) as live:
        for program in launcher.workers(live.environment):
            if program.name != "ai.render":
                live.processes.start(program)
        receiving.start()
        try:
            began = time.monotonic()
            expected = under_fire(
                receiving,
                brand_id=ours.id,
                events=events,
                resources=[new_id() for _ in range(resources)],
                rotate=rotate,
                meanwhile=live._alive,
                on_second_kill=lambda: live.kill("ai.io"),
                chance=random.Random(seed),  # noqa: S311 - repeatable, not secret
            )
            seconds = time.monotonic() - began
        finally:
            receiving.kill()
    found = counted(read_books(receiving.log), expected)
    figure("deliveries", len(expected))
    figure("requests", found.requests)
    figure("failed_percent", found.failed_percent)
    figure("receiver_kills", receiving.kills)
    figure("worker_kills", 1)
    figure("missed", found.missed)
    figure("bad_signatures", found.bad_signatures)
    figure("out_of_order", found.out_of_order)
    figure("double_effects", found.double_effects)
    figure("seconds", seconds)
    figure("deliveries_per_second", len(expected) / seconds)
    return int(any((found.missed, found.bad_signatures, found.out_of_order, found.double_effects)))


if __name__ == "__main__":
    sys.exit(main())
