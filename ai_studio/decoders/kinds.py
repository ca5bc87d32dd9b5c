"""What a file claims to be by its first bytes: which decoder is asked. Only the decoder's success counts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`name` as people call it; `suffix` and `media_type` as it is stored."""

    name: str
    suffix: str
    media_type: str


PNG = Kind("PNG", "png", "image/png")
JPEG = Kind("JPEG", "jpg", "image/jpeg")
WEBP = Kind("WebP", "webp", "image/webp")
GIF = Kind("GIF", "gif", "image/gif")
GLB = Kind("GLB", "glb", "model/gltf-binary")
MP4 = Kind("MP4", "mp4", "video/mp4")
WEBM = Kind("WebM", "webm", "video/webm")
JSON = Kind("JSON", "json", "application/json")
PICTURES = (PNG, JPEG, WEBP, GIF)
FILMS = (MP4, WEBM)

_EBML = b"\x1a\x45\xdf\xa3"


def kind_of(data: bytes) -> Kind | None:
    for prefix, kind in ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF8", GIF), (b"glTF", GLB),
                         (_EBML, WEBM)):  # fmt: skip
        if data.startswith(prefix):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return MP4
    return JSON if data[:64].lstrip()[:1] == b"{" else None
