"""Providers say odd things: none may keep a job from ending, a worker from going on, or the money from adding up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from ai_studio import pipeline
from ai_studio.choices import Status
from ai_studio.finishing import Aside
from ai_studio.providers import registry
from ai_studio.providers.base import Fault, Finished, Outcome, OutputFile, ProviderError, Running
from tests.factories import Tenant
from tests.integration.pipeline import steps
from tests.providers.adapter import BillingProvider
from tests.providers.server import ProviderServer, png

pytestmark = pytest.mark.usefixtures("provider", "theirs")

FILES = [
    OutputFile("RESULT", "result.png", "image/png", png("x")),
    OutputFile("THUMBNAIL", "thumbnail.png", "image/png", png("x")),
]


@pytest.mark.parametrize("charge", ["0.0500005", "0.0800000001", "0.00000049", "0.0849999999999999999999999999999"])
def test_a_charge_finer_than_a_millionth_is_rounded_once(ours: Tenant, charge: str) -> None:
    for _ in range(3):
        done = steps.finish(steps.ask(ours, charge_usd=charge))
        assert done.status == Status.COMPLETED
    steps.all_in_order()


@dataclass
class Oracle(BillingProvider):
    """Says what the test puts into its mouth, one thing after the other."""

    name: str = "billing"
    says: list[Any] = field(default_factory=list)

    def submit(self, *_: object) -> Outcome:
        return self._say()

    def poll(self, *_: object) -> Outcome:
        return self._say()

    def _say(self) -> Outcome:
        word: Outcome = self.says.pop(0)()
        return word


@pytest.fixture
def oracle(provider: ProviderServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Oracle]:
    made = Oracle()
    monkeypatch.setitem(registry.providers(), "billing", made)
    return made


def refusal(fault: Fault = Fault.PERMANENT, code: str = "odd", message: str = "Odd.", **more: Any) -> Any:
    def say() -> Outcome:
        raise ProviderError(fault, code, message, **more)

    return say


@pytest.mark.parametrize(
    "odd",
    [
        {"answer": {"text": "a\0b", "half": "\ud83c", "\0": [1]}},
        {"raw": {"text": ["\0"], "number": float("nan"), "more": float("inf")}},
        {"quality_score": float("nan")},
        {"quality_score": 7.0},
        {"quality_score": -1.0},
    ],
)
def test_an_odd_word_beside_the_files_does_not_spoil_them(ours: Tenant, oracle: Oracle, odd: dict[str, Any]) -> None:
    oracle.says = [lambda: Finished(FILES, **odd)]
    steps.ask(ours)
    assert steps.step().status == Status.COMPLETED
    steps.all_in_order()


@pytest.mark.parametrize("charge", ["-0.01", "NaN", "Infinity", "1e30"])
def test_a_charge_that_cannot_be_is_not_believed(ours: Tenant, oracle: Oracle, charge: str) -> None:
    oracle.says = [lambda: Finished(FILES, charge_usd=Decimal(charge))]
    steps.ask(ours)
    ended = steps.step()
    assert (ended.status, ended.error_code) == (Status.FAILED, "internal_error")
    steps.all_in_order()


@pytest.mark.parametrize(
    "odd",
    [{"code": "c" * 300}, {"message": "a\0b \ud83c"}, {"code": "a\0b"}, {"message": "m" * 100_000}],
)
def test_an_odd_refusal_fails_the_job_all_the_same(ours: Tenant, oracle: Oracle, odd: dict[str, Any]) -> None:
    oracle.says = [refusal(**odd)]
    asked = steps.ask(ours)
    failed = steps.step()
    assert (failed.status, len(failed.error_message) <= 2000) == (Status.FAILED, True)
    assert steps.attempts(asked)[0].error_code == failed.error_code
    steps.all_in_order()


@pytest.mark.parametrize("pause", [1e300, float("inf"), float("nan"), -5.0])
def test_a_pause_that_cannot_be_is_a_pause(ours: Tenant, oracle: Oracle, pause: float) -> None:
    oracle.says = [refusal(Fault.TRANSIENT, retry_after=pause)]
    asked = steps.ask(ours)
    assert steps.step().status == Status.PROCESSING
    assert -1 < steps.seconds_until_due(asked) <= 86_400


@pytest.mark.parametrize(
    "odd",
    [
        {"poll_after_seconds": 1e300},
        {"poll_after_seconds": float("nan")},
        {"poll_after_seconds": -3.0},
        {"progress": 10**9},
        {"progress": -7},
        {"raw": {"text": "a\0b"}},
    ],
)
def test_an_odd_word_of_waiting_is_waited_for(ours: Tenant, oracle: Oracle, odd: dict[str, Any]) -> None:
    oracle.says = [lambda: Running(**{"external_id": "x", "poll_after_seconds": 1.0} | odd), lambda: Finished(FILES)]
    asked = steps.ask(ours)
    assert steps.step().status == Status.PROCESSING
    assert 0 < steps.seconds_until_due(asked) <= 86_400
    steps.make_due(asked)
    assert steps.step().status == Status.COMPLETED
    steps.all_in_order()


@pytest.mark.parametrize("name", ["", "i" * 201, "a\0b", "\ud83c"])
def test_a_job_whose_id_cannot_be_kept_fails_once_and_is_not_asked_again(
    ours: Tenant, oracle: Oracle, name: str
) -> None:
    oracle.says = [lambda: Running(name, 1.0)]
    steps.ask(ours)
    ended = steps.step()
    assert (ended.status, ended.error_code) == (Status.FAILED, "internal_error")
    steps.all_in_order()


@pytest.mark.parametrize(
    "files",
    [[], FILES[:1], FILES[1:], [*FILES, FILES[0]], [*FILES, OutputFile("COVER", "c.png", "image/png", b"c")]],
)
def test_files_that_are_not_one_result_and_one_thumbnail_are_not_accepted(
    ours: Tenant, oracle: Oracle, files: list[OutputFile]
) -> None:
    oracle.says = [lambda: Finished(files)]
    steps.ask(ours)
    ended = steps.step()
    assert (ended.status, ended.error_code) == (Status.FAILED, "internal_error")
    steps.all_in_order()


@pytest.mark.parametrize("beside", [False, True])
def test_an_odd_answer_does_not_take_the_next_job_with_it(ours: Tenant, oracle: Oracle, *, beside: bool) -> None:
    oracle.says = [lambda: Finished([]), lambda: Finished(FILES)]
    first, second = steps.ask(ours, "first"), steps.ask(ours, "second")
    aside = Aside() if beside else None
    pipeline.step(steps.claim(), aside=aside)
    pipeline.step(steps.claim(), aside=aside)
    if aside is not None:
        aside.end()
    assert (steps.fresh(first).status, steps.fresh(second).status) == (Status.FAILED, Status.COMPLETED)


def test_where_the_storage_is_stays_a_secret(ours: Tenant, provider: ProviderServer, settings: Settings) -> None:
    settings.MEDIA_ROOT = "/dev/null/media"
    steps.ask(ours)
    failed = steps.step()
    assert failed.error_code == "storage_away"
    assert "/dev/null" not in failed.error_message
    assert all("/dev/null" not in attempt.error_message for attempt in steps.attempts(failed))
