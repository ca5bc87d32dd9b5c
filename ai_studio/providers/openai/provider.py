"""OpenAI as a provider: which part makes which type."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from ai_studio.choices import GenerationType
from ai_studio.providers import credentials
from ai_studio.providers.api import Api, base_of, standard_error
from ai_studio.providers.base import Demand, Fault, Job, ModelInfo, Outcome, Provider, ProviderError, Report
from ai_studio.providers.openai import images, templates, videos
from ai_studio.providers.openai.models import NAME, film_models, picture_models, template_models


class OpenAIProvider(Provider):
    name = NAME
    repeatable = False
    key_variable = "OPENAI_API_KEY"
    lost_is_billed = True

    def models(self) -> Sequence[ModelInfo]:
        return [*picture_models(), *film_models(), *template_models()]

    def demand(self, job: Job) -> Demand:
        demanded: Demand = _PARTS[job.type].demand(job)
        return demanded

    def submit(self, job: Job, report: Report) -> Outcome:
        outcome: Outcome = _PARTS[job.type].make(self._api(job), job)
        return outcome

    def poll(self, job: Job, external_id: str) -> Outcome:
        return videos.look(self._api(job), job, external_id)

    def cancel(self, job: Job, external_id: str) -> None:
        """Only films go on without us, and only those that are over can be deleted."""
        if job.type == GenerationType.ANIMATION:
            raise ProviderError(Fault.PERMANENT, "not_cancellable", "OpenAI cannot stop a film that was begun.")

    def _api(self, job: Job) -> Api:
        key = credentials.key(self, job.brand_id)
        return Api(address(), {"Authorization": f"Bearer {key}"}, read_error)


def address() -> str:
    """One for everything that speaks OpenAI's language here, moderation and prompts included."""
    return base_of(NAME, settings.OPENAI_BASE_URL)


def read_error(said: object) -> tuple[str | None, str | None]:
    code, sentence = standard_error(said)
    if code == "moderation_blocked":
        return code, "OpenAI's safety system refused this request. Say it in other words."
    return code, sentence


_PARTS: dict[str, Any] = {
    GenerationType.IMAGE_2D: images,
    GenerationType.ANIMATION: videos,
    GenerationType.TEMPLATE: templates,
}
