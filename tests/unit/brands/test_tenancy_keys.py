"""Layer 5: what lies outside PostgreSQL carries its brand in its name."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands.tenancy.keys import cache_key, own_storage_key, storage_key
from brands.tenancy.scope import BrandScopeError

OURS = UUID(int=1)
THEIRS = UUID(int=2)


def test_a_storage_key_starts_with_its_brand() -> None:
    assert storage_key(OURS, "logo", "a.png") == f"brands/{OURS}/logo/a.png"


def test_a_cache_key_starts_with_its_brand() -> None:
    assert cache_key(OURS, "models", 3) == f"brand:{OURS}:models:3"


@pytest.mark.parametrize(
    "part", ["..", ".", "", "a/b", "/etc/passwd", "a:b", "a\x00", "a\n", "ä", ".hidden", "x" * 129]
)
def test_a_part_that_could_leave_the_brand_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        storage_key(OURS, part)
    with pytest.raises(ValueError, match="plain name"):
        cache_key(OURS, part)


@given(st.lists(st.text(max_size=20), max_size=4))
def test_no_text_makes_two_brands_share_a_key(parts: list[str]) -> None:
    try:
        ours = storage_key(OURS, *parts)
    except ValueError:
        return
    assert ours.startswith(f"brands/{OURS}")
    assert ours != storage_key(THEIRS, *parts)


@pytest.mark.parametrize("key", [f"brands/{THEIRS}/a", f"brands/{OURS}", f"brands/{OURS}/../{THEIRS}/a", "a", ""])
def test_a_key_outside_the_brand_is_not_its_own(key: str) -> None:
    with pytest.raises(BrandScopeError):
        own_storage_key(OURS, key)


def test_a_brands_own_key_is_given_back() -> None:
    assert own_storage_key(OURS, storage_key(OURS, "a", "b.png")) == f"brands/{OURS}/a/b.png"
