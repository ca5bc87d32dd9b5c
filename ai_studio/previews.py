"""What shows best what a generation made."""

from collections.abc import Sequence

from ai_studio.choices import ArtifactRole, GenerationType
from ai_studio.models import Artifact, Generation

GLB = "model/gltf-binary"
BEST = {
    GenerationType.IMAGE_2D: [(ArtifactRole.RESULT, "image/")],
    GenerationType.MODEL_3D: [(ArtifactRole.RESULT, GLB)],
    GenerationType.ANIMATION: [
        (ArtifactRole.RESULT, "image/"),
        (ArtifactRole.RESULT, "video/"),
        (ArtifactRole.EXTRA, GLB),
    ],
    GenerationType.TEMPLATE: [(ArtifactRole.PREVIEW, "image/")],
}


def shown(generation: Generation, files: Sequence[Artifact]) -> list[tuple[str, Artifact]]:
    """(kind, file): an `image` (moving ones included), a `video`, or a `model` for the 3D viewer. Any picture when the
    best is not there."""
    best = [
        file
        for role, media_type in BEST[GenerationType(generation.type)]
        for file in files
        if file.role == role and file.media_type.startswith(media_type)
    ]
    chosen = best or [file for file in files if kind_of(file) and file.role != ArtifactRole.THUMBNAIL]
    return [(kind, file) for file in chosen if (kind := kind_of(file))]


def kind_of(file: Artifact) -> str | None:
    """`image`, `video` or `model`; None for what cannot be looked at. SVG too is an image: inside <img> it can neither
    run scripts nor load anything."""
    if file.media_type == GLB:
        return "model"
    kind = file.media_type.partition("/")[0]
    return kind if kind in ("image", "video") else None
