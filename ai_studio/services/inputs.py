"""Files that a wish starts from: pictures which the brand has already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ai_studio.choices import InputRole
from ai_studio.models import Artifact, Generation, GenerationInput
from ai_studio.models.generation_input import MAX_INPUTS
from brands.errors import InvalidInput
from brands.permissions import Actor, visible

MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})
MAX_BYTES = 20_000_000
Known = Mapping[UUID, Artifact]


@dataclass(frozen=True)
class Input:
    """One of a wish's files, by the artifact that it is."""

    artifact: UUID
    role: str = InputRole.IMAGE


def found(*, actor: Actor, inputs: Iterable[Input]) -> Known:
    """The artifacts that the actor may see, by id: one look for all wishes. In the brand's scope."""
    wanted = {each.artifact for each in inputs}
    return visible(actor, "asset.view", Artifact.objects.all()).in_bulk(wanted) if wanted else {}


def rows(generation: Generation, inputs: Sequence[Input], known: Known) -> list[GenerationInput]:
    """Unsaved rows, which whoever prices the generation finds as its `known_inputs` (ai_studio/jobs.py).

    Raises InvalidInput naming `inputs` or `inputs.<n>.artifact`.
    """
    _check_roles(inputs)
    made = []
    for n, each in enumerate(inputs):
        if problem := _problem(known.get(each.artifact)):
            raise InvalidInput(fields={f"inputs.{n}.artifact": [problem]})
        artifact = known[each.artifact]
        made.append(
            GenerationInput(
                brand_id=generation.brand_id, generation=generation, artifact=artifact, position=n, role=each.role
            )
        )
    generation.__dict__["known_inputs"] = made
    return made


def of(generation: Generation) -> tuple[Input, ...]:
    return tuple(Input(row.artifact_id, row.role) for row in generation.inputs.all())


def _check_roles(inputs: Sequence[Input]) -> None:
    roles = [each.role for each in inputs]
    problems = (
        len(inputs) > MAX_INPUTS and f"At most {MAX_INPUTS}.",
        roles.count(InputRole.MASK) > 1 and "At most one mask.",
        InputRole.MASK in roles and InputRole.IMAGE not in roles and "A mask needs an image.",
    )
    if sentences := [sentence for sentence in problems if sentence]:
        raise InvalidInput(fields={"inputs": sentences})


def _problem(artifact: Artifact | None) -> str | None:
    if artifact is None:
        return "Not found."
    if artifact.media_type not in MEDIA_TYPES:
        return f"One of {', '.join(sorted(MEDIA_TYPES))}."
    return f"At most {MAX_BYTES:,} bytes." if artifact.size_bytes > MAX_BYTES else None
