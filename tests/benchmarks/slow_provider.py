"""The adapter for slow_server.py; STUDIO_PROVIDERS=tests.benchmarks.slow_provider.SlowProvider switches it on."""

import base64
import os
import threading
from collections.abc import Sequence

import requests

from ai_studio.choices import ArtifactRole, AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.base import Fault, Finished, Job, ModelInfo, OutputFile, Provider, ProviderError, Report

TIMEOUTS_SECONDS = (1.0, 10.0)


class SlowProvider(Provider):
    name = "slow"
    repeatable = True

    def __init__(self) -> None:
        self._url = os.environ["SLOW_PROVIDER_URL"]
        self._own = threading.local()

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(
                provider=self.name,
                name="slow-1",
                label="A provider that takes 200 ms",
                types=tuple(GenerationType.values),
                qualities=tuple(Quality.values),
                aspect_ratios=tuple(AspectRatio.values),
                parameters=("seed",),
                queue=Queue.IO,
            )
        ]

    def submit(self, job: Job, report: Report) -> Finished:
        order = {"key": str(job.key), "prompt": job.prompt, "seed": job.seed}
        try:
            with self._session().post(self._url, json=order, timeout=TIMEOUTS_SECONDS) as response:
                response.raise_for_status()
                answer = response.json()
        except requests.RequestException as error:
            raise ProviderError(Fault.AMBIGUOUS, "answer_lost", str(error)) from error
        return Finished(
            files=[
                _file(ArtifactRole.RESULT, "image.png", "image/png", answer["image"]),
                _file(ArtifactRole.THUMBNAIL, "thumbnail.webp", "image/webp", answer["thumbnail"]),
            ]
        )

    def poll(self, job: Job, external_id: str) -> Finished:
        raise NotImplementedError("Every answer of this provider is final.")

    def cancel(self, job: Job, external_id: str) -> None:
        """There is nothing to call off after 200 ms."""

    def _session(self) -> requests.Session:
        """One per thread: a session is not thread-safe, and its kept-alive connection is the thread's own."""
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            self._own.session.trust_env = False  # else it looks for proxies and .netrc with every request
        session: requests.Session = self._own.session
        return session


def _file(role: str, name: str, media_type: str, encoded: str) -> OutputFile:
    return OutputFile(role, name, media_type, base64.b64decode(encoded), width=1, height=1)
