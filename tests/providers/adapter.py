"""Adapters for tests/providers/server.py: one provider that bills each request, one that may be asked twice.

Switched on by `environment()` for processes, and by the fixture `provider` in the tests' own.
A generation's `extras` carry the server's `script` and `charge_usd`.
"""

import base64
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import requests

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.base import (
    Demand,
    Fault,
    Finished,
    Job,
    ModelInfo,
    Outcome,
    OutputFile,
    Provider,
    ProviderError,
    Report,
    Running,
)

PROVIDERS = [
    "ai_studio.providers.local.provider.LocalProvider",
    "tests.providers.adapter.BillingProvider",
    "tests.providers.adapter.FreeProvider",
    "tests.providers.adapter.PricedProvider",
]
ADDRESS = "TEST_PROVIDER_URL"
TIMEOUTS_SECONDS = (1.0, 1.5)
POLL_SECONDS = 0.2


def environment(url: str) -> dict[str, str]:
    """What a process needs to know these providers beside the local one."""
    return {ADDRESS: url, "STUDIO_PROVIDERS": ",".join(PROVIDERS)}


class _UnknownJobError(ProviderError):
    pass


class BillingProvider(Provider):
    name = "billing"
    repeatable = False

    def __init__(self) -> None:
        self._url = os.environ[ADDRESS]

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(
                provider=self.name,
                name=f"{self.name}-1",
                label=f"Test provider, {self.name}",
                types=tuple(GenerationType.values),
                qualities=tuple(Quality.values),
                aspect_ratios=tuple(AspectRatio.values),
                parameters=("seed", "duration_seconds"),
                queue=Queue.IO,
                duration_range_seconds=(Decimal(1), Decimal(10)),
                default_duration_seconds=Decimal(2),
            )
        ]

    def submit(self, job: Job, report: Report) -> Outcome:
        order = {"key": str(job.key), "prompt": job.prompt, **job.extras}
        report(50)
        answer = self._call("POST", "/jobs", json=order)
        if answer["state"] == "leak":
            raise requests.ConnectionError("It should have been a ProviderError.")
        if answer["state"] == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        return self._outcome(answer, answer.get("id", ""))

    def poll(self, job: Job, external_id: str) -> Outcome:
        try:
            return self._outcome(self._call("GET", f"/jobs/{external_id}"), external_id)
        except ProviderError as error:
            raise ProviderError(Fault.TRANSIENT, error.code, error.message) from error

    def cancel(self, job: Job, external_id: str) -> None:
        with contextlib.suppress(_UnknownJobError):
            self._call("DELETE", f"/jobs/{external_id or job.key}")

    def _outcome(self, answer: dict[str, Any], external_id: str) -> Outcome:
        if answer["state"] != "done":
            return Running(external_id, POLL_SECONDS, progress=answer.get("progress"), raw=answer)
        picture = base64.b64decode(answer["png"])
        charge = answer["charge_usd"]
        return Finished(
            files=[_file("RESULT", picture), _file("THUMBNAIL", picture)],
            answer={"picture_bytes": len(picture)},
            charge_usd=None if charge is None else Decimal(charge),
        )

    def _call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        try:
            with requests.request(method, self._url + path, timeout=TIMEOUTS_SECONDS, **body) as response:
                return _read(response)
        except requests.ConnectTimeout as error:
            raise ProviderError(Fault.TRANSIENT, "unreachable", str(error)) from error
        except requests.ConnectionError as error:
            never_left = "NewConnectionError" in repr(error)
            fault = Fault.TRANSIENT if never_left else Fault.AMBIGUOUS
            raise ProviderError(fault, "unreachable" if never_left else "answer_lost", str(error)) from error
        except requests.RequestException as error:
            raise ProviderError(Fault.AMBIGUOUS, "answer_lost", str(error)) from error


class FreeProvider(BillingProvider):
    """Asking it twice costs nothing."""

    name = "free"
    repeatable = True


def _read(response: requests.Response) -> dict[str, Any]:
    if response.ok:
        body: dict[str, Any] = {"state": "accepted", **response.json()}
        return body
    code = response.json()["code"]
    if response.status_code in (429, 503):
        asked = response.headers.get("Retry-After")
        raise ProviderError(Fault.TRANSIENT, code, "Later.", retry_after=None if asked is None else float(asked))
    if response.status_code == 404:
        raise _UnknownJobError(Fault.PERMANENT, code, "It knows no such job.")
    fault = Fault.AMBIGUOUS if response.status_code >= 500 else Fault.PERMANENT
    raise ProviderError(fault, code, f"The provider answered {response.status_code}.")


def _file(role: str, data: bytes) -> OutputFile:
    return OutputFile(role, f"{role.lower()}.png", "image/png", data, width=1, height=1)


class PricedProvider(BillingProvider):
    """Has prices. A job's `extras`: `demand`, `used` for what was made and `kept` for what it takes for a failure, each
    {unit: amount}; `fails`: the codes of its first attempts."""

    name = "priced"
    lost_is_billed = True
    tier = "1024x1024"

    def demand(self, job: Job) -> Demand:
        return Demand(
            {unit: Decimal(amount) for unit, amount in job.extras.get("demand", {"image": 1}).items()}, self.tier
        )

    def submit(self, job: Job, report: Report) -> Outcome:
        asked = job.brand_id, job.prompt
        self._asked[asked] += 1
        fails = job.extras.get("fails", [])
        if self._asked[asked] <= len(fails):
            code = fails[self._asked[asked] - 1]
            fault = {"busy": Fault.TRANSIENT, "lost": Fault.AMBIGUOUS}.get(code, Fault.PERMANENT)
            raise ProviderError(fault, code, "It failed.", usage=_amounts(job.extras.get("kept", {})))
        finished = super().submit(job, report)
        return (
            replace(finished, usage=_amounts(job.extras.get("used", {})))
            if isinstance(finished, Finished)
            else finished
        )

    def __init__(self) -> None:
        super().__init__()
        self._asked: Counter[tuple[UUID, str]] = Counter()


def _amounts(units: dict[str, Any]) -> dict[str, Decimal]:
    return {unit: Decimal(str(amount)) for unit, amount in units.items()}
