"""Brands over HTTP: made, read, changed; the logo."""

import io
import struct
import zlib
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from brands.models import AuditEntry, Brand, DomainEvent, Membership
from brands.tenancy.keys import storage_key
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for, make_user

BRANDS = "/api/v1/brands/"


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **options)
    return out.getvalue()


def put_logo(tenant: Tenant, data: bytes, *, name: str = "logo.png", role: str = "owner"):
    file = SimpleUploadedFile(name, data, "image/png")
    return client_for(tenant.person(role)).put(f"{tenant.url}logo/", {"file": file}, format="multipart")


def test_the_longest_address_may_make_a_brand_too(db: None) -> None:
    person = make_user("a@" + ".".join(["b" * 60] * 4) + ".example")
    assert len(person.email) > 250
    assert client_for(person).post(BRANDS, {"name": "Fresh"}).status_code == 201


def test_whoever_makes_a_brand_owns_it(db: None) -> None:
    person = make_user("new@people.example")
    answer = client_for(person).post(BRANDS, {"name": "Fresh", "currency": "EUR", "timezone": "Europe/Berlin"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["currency"], made["timezone"], made["palette"]) == ("Fresh", "EUR", "Europe/Berlin", [])
    assert answer["Location"].endswith(f"/api/v1/brands/{made['id']}/")
    assert client_for(person).get(f"{BRANDS}{made['id']}/me/").json()["role"] == "OWNER"
    with brand_scope(UUID(made["id"])):
        assert DomainEvent.objects.get().type == "brand.created"
        assert AuditEntry.objects.get().action == "brand.created"


def test_two_brands_of_one_name_get_different_slugs(ours: Tenant) -> None:
    slugs = {client_for(ours.owner).post(BRANDS, {"name": "Same"}).json()["slug"] for _ in range(2)}
    assert len(slugs) == 2


def test_an_api_key_makes_no_brands(ours: Tenant) -> None:
    assert client_for(ours.key).post(BRANDS, {"name": "Another"}).status_code == 403


def test_people_see_their_own_brands_only(ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(theirs.brand):
        Membership.objects.create(brand=theirs.brand, user=ours.viewer, role="ANALYST")
    found = client_for(ours.viewer).get(BRANDS).json()["results"]
    assert {(brand["id"], brand["role"]) for brand in found} == {
        (str(ours.id), "VIEWER"),
        (str(theirs.id), "ANALYST"),
    }
    assert [brand["id"] for brand in client_for(ours.editor).get(BRANDS).json()["results"]] == [str(ours.id)]


def test_an_api_key_sees_its_own_brand_even_if_its_maker_has_more(ours: Tenant, theirs: Tenant) -> None:
    with brand_scope(theirs.brand):
        Membership.objects.create(brand=theirs.brand, user=ours.owner, role="OWNER")
    assert [brand["id"] for brand in client_for(ours.key).get(BRANDS).json()["results"]] == [str(ours.id)]
    assert client_for(ours.key).get(theirs.url).status_code == 404


def test_a_manager_changes_a_brand_and_the_audit_says_from_what_to_what(ours: Tenant) -> None:
    answer = client_for(ours.admin).patch(ours.url, {"name": "Ours & Co", "palette": ["#000000"]})
    assert answer.status_code == 200
    assert answer.json()["palette"] == ["#000000"]
    with brand_scope(ours.brand):
        entry = AuditEntry.objects.get(action="brand.updated")
        event = DomainEvent.objects.get(type="brand.updated")
    assert entry.details["changes"]["name"] == ["Ours", "Ours & Co"]
    assert entry.actor_label == "admin@ours.example"
    assert event.payload["changed"] == ["name", "palette"]


def test_a_change_that_changes_nothing_leaves_no_trace(ours: Tenant) -> None:
    assert client_for(ours.admin).patch(ours.url, {"name": "Ours"}).status_code == 200
    with brand_scope(ours.brand):
        assert not DomainEvent.objects.filter(type="brand.updated").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 121),
        ("name", None),
        ("name", "a\x00b"),
        ("currency", "euro"),
        ("currency", "ÄÖÜ"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("palette", ["red"]),
        ("palette", ["#FFFFFF"]),
        ("palette", ["#112233"] * 13),
        ("palette", "#112233"),
        ("slug", "mine"),
        ("id", "00000000-0000-0000-0000-000000000000"),
        ("logo", "brands/other/logo.png"),
        ("colour", "red"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(field: str, value: object, ours: Tenant) -> None:
    answer = client_for(ours.owner).patch(ours.url, {field: value})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [name.split(".")[0] for name in answer.json()["errors"]] == [field]
    with brand_scope(ours.brand):
        assert Brand.objects.get().updated_at == ours.brand.updated_at


@pytest.mark.parametrize("role", ["editor", "reviewer", "analyst", "viewer"])
def test_who_may_not_manage_the_brand_changes_nothing(role: str, ours: Tenant) -> None:
    assert client_for(ours.person(role)).get(ours.url).status_code == 200
    answer = client_for(ours.person(role)).patch(ours.url, {"name": "Mine"})
    assert answer.status_code == 403
    assert answer.json()["capability"] == "brand.manage"
    assert put_logo(ours, picture(), role=role).status_code == 403


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_kept_as_png_under_the_brands_prefix_and_served(kind: str, ours: Tenant, media: Path) -> None:
    answer = put_logo(ours, picture(kind), name="whatever.exe")
    assert answer.status_code == 200
    with brand_scope(ours.brand):
        key = Brand.objects.get().logo
    assert key.startswith(storage_key(ours.id, "logo") + "/")
    assert (media / key).is_file()
    served = client_for(ours.viewer).get(answer.json()["logo_url"])
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(served.content)).size == (300, 200)


def test_a_large_logo_is_made_smaller_and_loses_its_metadata(ours: Tenant) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret-canary")
    put_logo(ours, picture(size=(3000, 1500), pnginfo=notes) + b"<script>secret-canary</script>")
    served = client_for(ours.viewer).get(f"{ours.url}logo/").content
    assert Image.open(io.BytesIO(served)).size == (1024, 512)
    assert b"secret-canary" not in served


def bomb(side: int) -> bytes:
    """A PNG whose header is whole and whose pixels are missing."""
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0), b"IDAT")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def hostile_files() -> dict[str, bytes]:
    return {
        "not an image": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "empty": b"",
        "cut off": picture(size=(900, 900))[:200],
        "a format we do not take": picture("BMP"),
        "more pixels than fit": picture("PNG", (5000, 4000)),
        "a whole header that promises a huge image": bomb(20_000),
        "a header that promises a huge image": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        + b"\x7f\xff\xff\xff" * 2
        + b"\x08\x02\x00\x00\x00",
    }


@pytest.mark.parametrize("what", hostile_files())
def test_what_does_not_decode_is_refused(what: str, ours: Tenant) -> None:
    answer = put_logo(ours, hostile_files()[what])
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["file"]
    assert client_for(ours.viewer).get(f"{ours.url}logo/").status_code == 404


def test_a_logo_of_too_many_bytes_is_refused(ours: Tenant) -> None:
    assert put_logo(ours, picture() + b"\x00" * 2_000_000).status_code == 413
    assert put_logo(ours, picture() + b"\x00" * 3_000_000).status_code == 413


def test_a_logo_is_asked_for_by_multipart_only(ours: Tenant) -> None:
    assert client_for(ours.owner).put(f"{ours.url}logo/", {"file": "x"}, format="json").status_code == 415


def test_a_removed_logo_is_gone_from_the_storage_too(
    ours: Tenant, media: Path, django_capture_on_commit_callbacks
) -> None:
    put_logo(ours, picture())
    assert list((media / storage_key(ours.id, "logo")).iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(ours.owner).delete(f"{ours.url}logo/").status_code == 204
    assert not list((media / storage_key(ours.id, "logo")).iterdir())
    assert client_for(ours.owner).get(ours.url).json()["logo_url"] is None


def test_media_of_this_test_process_is_its_own(media: Path) -> None:
    assert media.name.startswith("media-")
    assert str(media) == settings.MEDIA_ROOT


def test_a_logo_that_is_put_back_survives_the_deletion_of_its_former_self(
    ours: Tenant, django_capture_on_commit_callbacks
) -> None:
    first, second = picture(), picture(size=(20, 20))
    put_logo(ours, first)
    with django_capture_on_commit_callbacks() as deletions:
        put_logo(ours, second)
    put_logo(ours, first)
    for delete in deletions:
        delete()
    assert client_for(ours.owner).get(f"{ours.url}logo/").status_code == 200
