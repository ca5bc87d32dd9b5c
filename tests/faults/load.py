"""Work for a site under fire: jobs of every kind, asked for over REST, each with the cost that it must have."""

import random
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests

# The tariff of the design, written out again: base, and what a second of animation adds.
BASE_USD = {"IMAGE_2D": "0.08", "TEMPLATE": "0.08", "MODEL_3D": "0.15", "ANIMATION": "0.20"}
ANIMATION_SECONDS = 1
SECOND_USD = Decimal("0.01")
# Rendering is what costs time: few of the slow kinds, so that kills meet many jobs and not one long one.
PROVIDERS = ["local"] * 2 + ["billing"] * 4 + ["free"] * 4
LOCAL_TYPES = ["MODEL_3D"] * 6 + ["TEMPLATE"] * 2 + ["IMAGE_2D", "ANIMATION"]
BILLING_SCRIPTS = [["make:0.2"], ["make:0.6"], ["queue:3"], ["stumble:1"], ["busy:1", "make"], ["broken"]]
FREE_SCRIPTS = [["make:0.2"], ["make:0.6"], ["queue:3"], ["broken", "make"], ["reset", "make:0.2"]]
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Asked:
    """A job that was accepted. `bought`: its provider bills, so its prompt may be accepted there once only."""

    id: str
    prompt: str
    provider: str
    expected_usd: Decimal


@dataclass
class Load:
    """Asks one job after the other while fewer than `at_once` have not ended."""

    url: str
    keys: dict[str, str]  # brand → token
    random: random.Random
    accepted: list[Asked] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    _number: int = 0

    def ask(self) -> Asked | None:
        """None when the site could not take it: then nothing may have happened."""
        body, expected = self._wish()
        brand = self.random.choice(sorted(self.keys))
        answer = self.post(brand, body)
        if answer is None or answer.status_code != requests.codes.accepted:
            self.refused.append(0 if answer is None else answer.status_code)
            return None
        asked = Asked(answer.json()["id"], body["prompt"], body["provider"], expected)
        self.accepted.append(asked)
        return asked

    def post(self, brand: str, body: dict[str, Any]) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self.keys[brand]}"}
        address = f"{self.url}/api/v1/brands/{brand}/ai/generations/"
        try:
            return requests.post(address, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
        except requests.RequestException:
            return None

    def _wish(self) -> tuple[dict[str, Any], Decimal]:
        self._number += 1
        provider = self.random.choice(PROVIDERS)
        kind = self.random.choice(LOCAL_TYPES)
        body = {"type": kind, "prompt": f"a red mug, number {self._number}", "provider": provider}
        cost = Decimal(BASE_USD[kind])
        parameters: dict[str, Any] = {}
        if kind == "ANIMATION":
            parameters["duration_seconds"] = ANIMATION_SECONDS
            cost += SECOND_USD * ANIMATION_SECONDS
        if provider != "local":
            cost = Decimal(self.random.randrange(1, 250_000)) / 1_000_000
            scripts = BILLING_SCRIPTS if provider == "billing" else FREE_SCRIPTS
            parameters["extras"] = {"script": self.random.choice(scripts), "charge_usd": str(cost)}
        return {**body, "parameters": parameters}, cost


class Background:
    """Keeps asking in a thread, as long as few enough jobs are under way."""

    def __init__(self, load: Load, under_way: Any, *, at_once: int) -> None:
        self._load, self._under_way, self._at_once = load, under_way, at_once
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Background":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._under_way() < self._at_once:
                self._load.ask()
            time.sleep(0.05)
