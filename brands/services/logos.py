"""A brand's logo: decided by decoding it, kept as our own PNG."""

import hashlib
import io
import warnings
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from brands import audit, events
from brands.errors import InvalidInput, NotFound, TooLarge
from brands.models import Brand
from brands.permissions import Actor, require
from brands.tenancy.keys import own_storage_key, storage_key
from brands.tenancy.models import new_id

MAX_BYTES = 2_000_000
MAX_PIXELS = 4096 * 4096
KEPT_SIDE = 1024
FORMATS = ("PNG", "JPEG", "WEBP")
# Pillow warns from its limit of pixels on and raises from twice that.
_BOMBS = (Image.DecompressionBombWarning, Image.DecompressionBombError)


def replace(*, actor: Actor, brand: Brand, file: BinaryIO) -> Brand:
    """Keep `file` as the logo. Raises InvalidInput for what is not an image, TooLarge beyond MAX_BYTES."""
    require(actor, "brand.manage", brand)
    png = as_png(file.read(MAX_BYTES + 1))
    name = hashlib.sha256(png).hexdigest()
    if name not in brand.logo:
        # A name of its own: a former logo is deleted after its commit, which may be after it was put back.
        key = storage_key(brand.id, "logo", f"{name}-{new_id()}.png")
        default_storage.save(key, ContentFile(png))
        _keep(actor, brand, key)
    return brand


def remove(*, actor: Actor, brand: Brand) -> None:
    """Removing what is not there is fine."""
    require(actor, "brand.manage", brand)
    if brand.logo:
        _keep(actor, brand, "")


def read(brand: Brand) -> bytes:
    """The logo as PNG. NotFound when there is none."""
    if not brand.logo:
        raise NotFound()
    with default_storage.open(own_storage_key(brand.id, brand.logo)) as file:
        return bytes(file.read())


def as_png(data: bytes) -> bytes:
    """Decode and encode again: what else the file held (metadata, a second format) is left behind."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"A logo has at most {MAX_BYTES:,} bytes.")
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(data), formats=FORMATS) as image,
        ):
            if image.width * image.height > MAX_PIXELS:
                raise InvalidInput(fields={"file": [f"More than {MAX_PIXELS:,} pixels."]})
            image.thumbnail((KEPT_SIDE, KEPT_SIDE))
            kept = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, *_BOMBS) as error:
        raise InvalidInput(fields={"file": [f"Not a readable image ({', '.join(FORMATS)})."]}) from error
    out = io.BytesIO()
    kept.save(out, "PNG", optimize=True)
    return out.getvalue()


def _keep(actor: Actor, brand: Brand, key: str) -> None:
    old, brand.logo = brand.logo, key
    brand.save(update_fields=["logo", "updated_at"])
    audit.record(actor=actor, action="brand.logo_changed", obj=brand, has_logo=bool(key))
    events.append(brand_id=brand.id, type="brand.updated", payload={"brand_id": brand.id, "changed": ["logo"]})
    if old:
        transaction.on_commit(lambda: default_storage.delete(old), robust=True)
