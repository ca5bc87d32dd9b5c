"""Where a file came from, written into the file itself. No time: it would break byte-for-byte repeatability."""

import hashlib
import io
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from PIL import Image, PngImagePlugin

from ai_studio.providers.local.contract import MODEL, PROVIDER, RENDERER_VERSION, RenderRequest
from ai_studio.providers.local.geometry.mesh import Floats
from ai_studio.providers.local.lexicon import LEXICON_VERSION

# IPTC NewsCodes: made purely by an algorithm that was not trained on sampled media.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


def facts(request: RenderRequest) -> dict[str, Any]:
    """Flat, JSON-able provenance. The prompt itself stays private: only its SHA-256 travels."""
    return {
        "promptSha256": hashlib.sha256(request.prompt.encode()).hexdigest(),
        "negativePromptSha256": hashlib.sha256(request.negative_prompt.encode()).hexdigest(),
        "seed": request.seed,
        "model": MODEL,
        "provider": PROVIDER,
        "rendererVersion": RENDERER_VERSION,
        "lexiconVersion": LEXICON_VERSION,
        "digitalSourceType": SOURCE_TYPE,
    }


def xmp(request: RenderRequest) -> str:
    """An XMP packet (ISO 16684-1) with the IPTC digital source type and Atelier's own facts."""
    own = "".join(
        f"\n   atelier:{name}={quoteattr(str(value))}"
        for name, value in facts(request).items()
        if name != "digitalSourceType"
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n   xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"\n'
        '   xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n   xmlns:atelier="urn:atelier:provenance:1"\n'
        f"   xmp:CreatorTool={quoteattr(f'{MODEL} {RENDERER_VERSION}')}\n"
        f"   Iptc4xmpExt:DigitalSourceType={quoteattr(SOURCE_TYPE)}{own}/>\n"
        ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'
    )


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
