"""The local renderer as a provider: no key, no network, the same wish gives the same bytes."""

from collections.abc import Sequence
from decimal import Decimal

from ai_studio.choices import AspectRatio, GenerationType, Quality, Queue
from ai_studio.providers.base import Fault, Finished, Job, ModelInfo, OutputFile, Provider, ProviderError, Report
from ai_studio.providers.local.contract import (
    DURATION_RANGE,
    GUIDANCE_RANGE,
    MODEL,
    PROVIDER,
    STEPS_RANGE,
    RenderedFile,
    RenderRequest,
    RenderResult,
)


class LocalProvider(Provider):
    name = PROVIDER
    repeatable = True

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(
                provider=self.name,
                name=MODEL,
                label="Atelier local renderer",
                types=tuple(GenerationType.values),
                qualities=tuple(Quality.values),
                aspect_ratios=tuple(AspectRatio.values),
                parameters=("seed", "steps", "guidance", "duration_seconds"),
                queue=Queue.RENDER,
                steps_range=STEPS_RANGE,
                guidance_range=(Decimal(str(GUIDANCE_RANGE[0])), Decimal(str(GUIDANCE_RANGE[1]))),
                duration_range_seconds=(Decimal(DURATION_RANGE[0]), Decimal(DURATION_RANGE[1])),
                default_duration_seconds=Decimal(2),
                quality_rank=1,
            )
        ]

    def submit(self, job: Job, report: Report) -> Finished:
        # numpy, Pillow and the mesh libraries are heavy: only the rendering worker pays for them.
        from ai_studio.providers.local.render import render

        try:
            result = render(_request(job), progress=report)
        except ValueError as error:
            raise ProviderError(Fault.PERMANENT, "not_renderable", str(error)) from error
        return _finished(result)

    def poll(self, job: Job, external_id: str) -> Finished:
        raise ProviderError(Fault.PERMANENT, "nothing_to_poll", "Local rendering ends with its submission.")

    def cancel(self, job: Job, external_id: str) -> None:
        """Rendering stops by itself at its next progress report."""


def _request(job: Job) -> RenderRequest:
    return RenderRequest(
        type=job.type,  # type: ignore[arg-type]
        prompt=job.prompt,
        negative_prompt=job.negative_prompt,
        seed=job.seed,
        quality=job.quality,  # type: ignore[arg-type]
        aspect_ratio=job.aspect_ratio,
        duration_seconds=job.duration_seconds or Decimal(2),
        steps=job.steps,
        guidance=None if job.guidance is None else float(job.guidance),
        palette=job.palette,
        extras=job.extras,
    )


def _finished(result: RenderResult) -> Finished:
    answer = {
        "scene": result.scene,
        "understood": [{"word": word, "node": node} for word, node in result.understood],
        "ignored": list(result.ignored),
        "renderer_version": result.renderer_version,
    }
    return Finished(
        files=[_output(file) for file in result.files],
        answer=answer,
        quality_score=result.prompt_coverage,
        raw={"renderer_version": result.renderer_version, "files": [file.name for file in result.files]},
    )


def _output(file: RenderedFile) -> OutputFile:
    return OutputFile(
        role=file.role,
        name=file.name,
        media_type=file.media_type,
        data=file.data,
        width=file.width,
        height=file.height,
        duration_seconds=file.duration_seconds,
    )
