"""Where a file came from, written into the file itself. No time: it would break byte-for-byte repeatability."""

import io

import numpy as np
from PIL import Image, PngImagePlugin

from ai_studio.provenance.facts import ALGORITHMIC, Facts, digest
from ai_studio.provenance.facts import xmp as packet
from ai_studio.providers.local.contract import MODEL, PROVIDER, RENDERER_VERSION, RenderRequest
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.lexicon import LEXICON_VERSION

SOURCE_TYPE = ALGORITHMIC


def facts(request: RenderRequest) -> Facts:
    """Flat, JSON-able provenance. The prompt itself stays private: only its SHA-256 travels."""
    return {
        "promptSha256": digest(request.prompt),
        "negativePromptSha256": digest(request.negative_prompt),
        "seed": request.seed,
        "model": MODEL,
        "provider": PROVIDER,
        "rendererVersion": RENDERER_VERSION,
        "lexiconVersion": LEXICON_VERSION,
        "digitalSourceType": SOURCE_TYPE,
    }


def xmp(request: RenderRequest) -> str:
    """An XMP packet (ISO 16684-1) with the IPTC digital source type and Atelier's own facts."""
    return packet(facts(request), tool=f"{MODEL} {RENDERER_VERSION}")


def to_image(rgb: Floats) -> Image.Image:
    """(h, w, 3 or 4) sRGB 0–1 → a Pillow image."""
    return Image.fromarray((np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8))


def png(image: Image.Image, request: RenderRequest) -> bytes:
    """PNG with the XMP packet in the iTXt chunk that the XMP specification names."""
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp(request))
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, compress_level=6)
    return out.getvalue()


def webp(image: Image.Image, request: RenderRequest, side: int) -> bytes:
    """WebP no larger than `side` on either side, with the XMP packet."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=None)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=86, method=4, xmp=xmp(request).encode())
    return out.getvalue()
