"""Names of a brand's things outside PostgreSQL: files, cache entries, Redis keys. The only place that builds them."""

import re
from uuid import UUID

from brands.tenancy.scope import BrandScopeError

# One path segment that cannot climb (no dot first), nest or end a Redis key early.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=-]{0,127}")


def storage_key(brand_id: UUID, *parts: object) -> str:
    """`brands/{brand}/logo/ab12.png`. Raises ValueError for a part that is not one plain path segment."""
    return "/".join(("brands", str(brand_id), *_checked(parts)))


def cache_key(brand_id: UUID, *parts: object) -> str:
    """`brand:{brand}:models:v1`, for the cache and for Redis. Raises ValueError as storage_key does."""
    return ":".join(("brand", str(brand_id), *_checked(parts)))


def own_storage_key(brand_id: UUID, key: str) -> str:
    """`key` itself when it lies under the brand's prefix; BrandScopeError when it does not."""
    prefix = storage_key(brand_id) + "/"
    if not key.startswith(prefix) or not all(_PART.fullmatch(part) for part in key.removeprefix(prefix).split("/")):
        raise BrandScopeError("This file is not one of the brand's.")
    return key


def _checked(parts: tuple[object, ...]) -> list[str]:
    names = [str(part) for part in parts]
    for name in names:
        if not _PART.fullmatch(name):
            raise ValueError(f"Not a plain name: {name!r}.")
    return names
