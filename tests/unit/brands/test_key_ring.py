"""A ring of keys: what opens what, and what is said when nothing does."""

from base64 import b64encode
from uuid import UUID

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from brands import key_ring
from brands.key_ring import BadKeyRing, Sealed, SecretUnavailable

ONE, TWO = UUID(int=1), UUID(int=2)
OLD, NEW = (f"{name}:{b64encode(bytes([number]) * 32).decode()}" for number, name in enumerate(("old", "new")))


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    before = key_ring.parsed([OLD]).seal("a value", brand_id=ONE, name="provider.x")
    ring = key_ring.parsed([NEW, OLD])
    after = ring.seal("a value", brand_id=ONE, name="provider.x")
    assert (before.key_id, after.key_id) == ("old", "new")
    assert [ring.open(sealed, brand_id=ONE, name="provider.x") for sealed in (before, after)] == ["a value"] * 2


def test_the_same_value_never_looks_the_same_and_never_shows() -> None:
    ring = key_ring.parsed([NEW])
    sealed = {ring.seal("a value", brand_id=ONE, name="x").ciphertext for _ in range(50)}
    assert len(sealed) == 50
    assert not any(b"a value" in ciphertext for ciphertext in sealed)


@pytest.mark.parametrize(("brand_id", "name"), [(TWO, "x"), (ONE, "y")], ids=["another brand", "another name"])
def test_a_ciphertext_opens_only_where_it_was_kept(brand_id: UUID, name: str) -> None:
    ring = key_ring.parsed([NEW])
    sealed = ring.seal("a value", brand_id=ONE, name="x")
    with pytest.raises(SecretUnavailable, match=f"secret {name} does not decrypt with the key new"):
        ring.open(sealed, brand_id=brand_id, name=name)


def test_no_single_bit_can_be_changed() -> None:
    ring = key_ring.parsed([NEW])
    sealed = ring.seal("a value", brand_id=ONE, name="x")
    for place in range(len(sealed.ciphertext)):
        changed = bytearray(sealed.ciphertext)
        changed[place] ^= 1
        with pytest.raises(SecretUnavailable):
            ring.open(Sealed("new", bytes(changed)), brand_id=ONE, name="x")


@pytest.mark.parametrize("ciphertext", [b"", b"short", bytes(12), bytes(27)])
def test_a_cut_ciphertext_is_refused_like_a_changed_one(ciphertext: bytes) -> None:
    with pytest.raises(SecretUnavailable, match="secret x"):
        key_ring.parsed([NEW]).open(Sealed("new", ciphertext), brand_id=ONE, name="x")


def test_a_key_that_is_gone_is_named_with_the_secret() -> None:
    sealed = key_ring.parsed([OLD]).seal("a value", brand_id=ONE, name="provider.x")
    with pytest.raises(SecretUnavailable, match=r"secret provider\.x needs the key old") as caught:
        key_ring.parsed([NEW]).open(sealed, brand_id=ONE, name="provider.x")
    assert "a value" not in caught.value.detail


@pytest.mark.parametrize(
    "entries",
    [
        [],
        ["nothing"],
        [":" + NEW.partition(":")[2]],
        ["new:" + b64encode(bytes(16)).decode()],
        ["new:not base64 at all"],
        ["new:ünïcode"],
        [NEW, OLD, NEW],
    ],
)
def test_a_ring_that_is_wrong_is_refused_without_telling_keys(entries: list[str]) -> None:
    with pytest.raises(BadKeyRing) as caught:
        key_ring.parsed(entries)
    assert not any(entry.partition(":")[2] in str(caught.value) for entry in entries if ":" in entry)


def test_deployment_checks_ask_for_a_ring_and_all_checks_for_a_readable_one() -> None:
    def found(ring: list[str], *, deployed: bool) -> set[str | None]:
        with override_settings(SECRET_KEY_RING=ring):
            messages = run_checks(tags=["security"], include_deployment_checks=deployed)
        return {message.id for message in messages if (message.id or "").startswith("brands.")}

    assert found([], deployed=True) == {"brands.W001"}
    assert found([], deployed=False) == set()
    assert found(["odd"], deployed=False) == {"brands.E001"}
    assert found([NEW, OLD], deployed=True) == set()
