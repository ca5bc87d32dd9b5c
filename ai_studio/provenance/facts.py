"""What is said of a file's origin: flat, JSON-able, without a time."""

import hashlib
from html import escape

Facts = dict[str, str | int]

# IPTC NewsCodes, digital source type: made by a model that was trained on sampled media.
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
# ... and made purely by an algorithm that was not.
ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


def digest(prompt: str) -> str:
    """How a prompt is named: the SHA-256 of its UTF-8, in hexadecimal. The database computes the same."""
    return hashlib.sha256(prompt.encode()).hexdigest()


def of_model(*, prompt: str, negative_prompt: str, provider: str, model: str) -> Facts:
    """Of a file that a trained model made."""
    return {
        "promptSha256": digest(prompt),
        "negativePromptSha256": digest(negative_prompt),
        "model": model,
        "provider": provider,
        "digitalSourceType": TRAINED,
    }


def xmp(facts: Facts, *, tool: str) -> str:
    """An XMP packet (ISO 16684-1) with the IPTC digital source type and Atelier's own facts."""
    own = "".join(
        f'\n   atelier:{name}="{escape(str(value))}"' for name, value in facts.items() if name != "digitalSourceType"
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n   xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"\n'
        '   xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n   xmlns:atelier="urn:atelier:provenance:1"\n'
        f'   xmp:CreatorTool="{escape(tool)}"\n'
        f'   Iptc4xmpExt:DigitalSourceType="{facts["digitalSourceType"]}"{own}/>\n'
        ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'
    )


def packet(facts: Facts) -> bytes:
    """The same as bytes, naming provider and model as the tool."""
    return xmp(facts, tool=f"{facts['provider']} {facts['model']}").encode()
