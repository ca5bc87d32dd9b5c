"""Whether a file was made here: by its bytes first, then by the mark that it carries."""

import hashlib
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import TextChoices

from ai_studio import artifacts
from ai_studio.artifacts import ArtifactGone
from ai_studio.choices import Status
from ai_studio.models import Artifact, Generation
from ai_studio.provenance import marks
from ai_studio.provenance.marks import Mark
from brands.permissions import Actor, require, visible


class Verdict(TextChoices):
    """From the surest to none. A mark can be copied into any file, so it never proves what bytes prove."""

    ARTIFACT = "ARTIFACT"
    MARK_OF_OURS = "MARK_OF_OURS"
    MARK_OF_OTHERS = "MARK_OF_OTHERS"
    UNKNOWN = "UNKNOWN"


class StoredState(TextChoices):
    INTACT = "INTACT"
    CHANGED = "CHANGED"
    GONE = "GONE"


@dataclass(frozen=True)
class Finding:
    """`artifact`: the first of the brand's with these bytes. `generation`: the first whose mark the file carries."""

    verdict: Verdict
    sha256: str
    artifact: Artifact | None = None
    mark: Mark | None = None
    generation: Generation | None = None


@dataclass(frozen=True)
class StoredFinding:
    """`sha256` is what was made, `found_sha256` what is in the storage now; None when nothing is."""

    state: StoredState
    sha256: str
    found_sha256: str | None


def of_digest(*, actor: Actor, sha256: str) -> Finding:
    """Only whether the brand made exactly these bytes."""
    made = visible(actor, "asset.view", Artifact.objects.all())
    artifact = made.filter(sha256=sha256).select_related("generation").order_by("id").first()
    return Finding(Verdict.UNKNOWN if artifact is None else Verdict.ARTIFACT, sha256, artifact)


def of_file(*, actor: Actor, file: BinaryIO) -> Finding:
    """What can be said of a file, which is read as bytes and never decoded."""
    found = of_digest(actor=actor, sha256=_sha256(file))
    if found.artifact is not None:
        return found
    mark = marks.find(file)
    if mark is None:
        return found
    generation = _marked(actor, mark)
    verdict = Verdict.MARK_OF_OTHERS if generation is None else Verdict.MARK_OF_OURS
    return Finding(verdict, found.sha256, mark=mark, generation=generation)


def of_stored(*, actor: Actor, artifact: Artifact) -> StoredFinding:
    """Reads the whole file. Raises StorageAway."""
    require(actor, "asset.view", artifact)
    try:
        found = artifacts.stored_sha256(artifact)
    except ArtifactGone:
        return StoredFinding(StoredState.GONE, artifact.sha256, None)
    state = StoredState.INTACT if found == artifact.sha256 else StoredState.CHANGED
    return StoredFinding(state, artifact.sha256, found)


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(artifacts.CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _marked(actor: Actor, mark: Mark) -> Generation | None:
    """The first completed generation of the brand that the mark is true of."""
    said: dict[str, Any] = {"prompt_sha256": mark.prompt_sha256, "provider": mark.provider, "model": mark.model}
    made = visible(actor, "asset.view", Generation.objects.all())
    return made.filter(status=Status.COMPLETED, **said).order_by("id").first()
