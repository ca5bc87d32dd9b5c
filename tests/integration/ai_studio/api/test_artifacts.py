"""GET ai/artifacts/{id}/ and its download: with credentials, or with a signed address."""

import hashlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from ai_studio import artifacts
from ai_studio.models import Artifact
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

PNG = studio.PNG


@pytest.fixture
def image(ours):
    return studio.artifact(studio.generation(ours, status="COMPLETED"), role="RESULT", name="image.png")


@pytest.fixture
def anyone():
    return client_for()


def link(artifact, *, at=None):
    """The signed address, as a test client takes it."""
    parts = urlsplit(artifacts.signed_url(artifact, at=at or timezone.now()))
    return f"{parts.path}?{parts.query}"


def changed(url, **values):
    parts = urlsplit(url)
    return f"{parts.path}?{urlencode(dict(parse_qsl(parts.query)) | values)}"


def download(tenant, artifact):
    return studio.url(tenant, f"artifacts/{artifact.pk}/download/")


def read(answer):
    """The answer, its file read to the end and closed."""
    answer.getvalue()
    return answer


def gone(answer, status=404):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()


def test_the_facts_of_a_file(ours, image):
    body = client_for(ours.viewer).get(studio.url(ours, f"artifacts/{image.pk}/")).json()
    assert body["generation"] == str(image.generation_id)
    assert (body["name"], body["size_bytes"]) == ("image.png", len(PNG))
    assert body["sha256"] == hashlib.sha256(PNG).hexdigest()


def test_a_signed_address_needs_no_credential(image, anyone):
    answer = anyone.get(link(image))
    assert answer.status_code == 200
    assert answer.getvalue() == PNG
    assert answer["Content-Length"] == str(len(PNG))


def test_a_signed_address_works_beside_a_wrong_credential(image, anyone):
    anyone.credentials(HTTP_AUTHORIZATION="Bearer nobodys_key")
    assert anyone.get(link(image)).getvalue() == PNG


def test_a_credential_needs_no_signature(ours, image):
    assert client_for(ours.viewer).get(download(ours, image)).getvalue() == PNG


def test_nothing_runs_in_the_page_that_shows_a_file(image, anyone):
    answer = read(anyone.get(link(image)))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == 'inline; filename="image.png"'
    assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("media_type", "disposition"),
    [
        ("image/webp", "inline"),
        ("model/gltf-binary", "inline"),
        ("application/json", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("application/pdf", "attachment"),
    ],
)
def test_only_what_cannot_run_is_shown_in_place(ours, anyone, media_type, disposition):
    made = studio.generation(ours, status="COMPLETED")
    file = studio.artifact(made, role="RESULT", name="file", media_type=media_type, data=b"<svg onload=alert(1)>")
    answer = read(anyone.get(link(file)))
    assert answer["Content-Disposition"].startswith(disposition)
    assert answer["Content-Type"] == media_type


@pytest.mark.parametrize("name", ['a"b.png', "a\r\nSet-Cookie: x=1.png", "кружка.png"])
def test_a_name_cannot_break_out_of_its_header(ours, anyone, name):
    made = studio.generation(ours, status="COMPLETED")
    answer = read(anyone.get(link(studio.artifact(made, role="RESULT", name=name))))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer


class TestSignatures:
    def test_it_ends(self, image, anyone):
        long_ago = timezone.now() - timedelta(seconds=settings.SIGNED_URL_SECONDS + 1)
        gone(anyone.get(link(image, at=long_ago)))

    def test_its_end_cannot_be_moved(self, image, anyone):
        gone(anyone.get(changed(link(image), expires="99999999999")))

    @pytest.mark.parametrize("expires", ["", "0", "-1", "1e9", "٣", "9" * 13, "\0"])
    def test_its_end_must_be_a_number(self, image, anyone, expires):
        assert anyone.get(changed(link(image), expires=expires)).status_code in {400, 404}

    @pytest.mark.parametrize("signature", ["", "x", ":", "é", "a:b", "A" * 10_000])
    def test_it_cannot_be_guessed(self, image, anyone, signature):
        gone(anyone.get(changed(link(image), signature=signature)))

    def test_it_is_of_one_file(self, ours, image, anyone):
        other = studio.artifact(studio.generation(ours, status="COMPLETED"), role="RESULT", name="other.png")
        gone(anyone.get(link(image).replace(str(image.pk), str(other.pk))))

    def test_it_is_of_one_brand(self, ours, theirs, image, anyone):
        gone(anyone.get(link(image).replace(str(ours.id), str(theirs.id))))

    def test_it_does_not_open_a_file_that_another_brands_row_points_to(self, theirs, image, anyone):
        """Even a row that was tampered with does not lead out of its brand's folder."""
        spy = studio.artifact(studio.generation(theirs, status="COMPLETED"), role="RESULT", name="spy.png", data=b"x")
        with brand_scope(theirs.brand):
            Artifact.objects.filter(pk=spy.pk).update(storage_key=image.storage_key, size_bytes=len(PNG))
        gone(anyone.get(link(spy)))

    def test_it_does_not_open_another_method(self, image, anyone):
        assert anyone.post(link(image)).status_code == 405
        assert anyone.delete(link(image)).status_code == 405

    def test_it_stays_the_same_for_a_while(self, image):
        at = timezone.now().replace(minute=0, second=0)
        assert link(image, at=at) == link(image, at=at + timedelta(seconds=60))


def test_without_credential_and_signature_nothing_is_given(ours, image, anyone):
    gone(anyone.get(download(ours, image)), 401)


def test_a_foreign_file_is_not_found(ours, theirs, image):
    client = client_for(theirs.key)
    for path in (f"artifacts/{image.pk}/", f"artifacts/{image.pk}/download/"):
        foreign, missing = (
            gone(client.get(studio.url(theirs, path.replace(str(image.pk), str(pk))))) for pk in (image.pk, new_id())
        )
        assert foreign | {"request_id": ""} == missing | {"request_id": ""}
        gone(client.get(studio.url(ours, path)))


def test_a_key_without_the_right_cannot_download(ours, image):
    gone(client_for(ours.key_with("asset.view")).get(download(ours, image)), 403)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", PNG[:1]),
        ("bytes=0-99", PNG[:100]),
        ("bytes=100-", PNG[100:]),
        ("bytes=-100", PNG[-100:]),
        ("bytes=-999999", PNG),
        (f"bytes={len(PNG) - 1}-", PNG[-1:]),
        ("bytes=5-999999", PNG[5:]),
    ],
)
def test_a_part_can_be_asked_for(image, anyone, asked, part):
    answer = anyone.get(link(image), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.getvalue() == part
    assert answer["Content-Length"] == str(len(part))
    start = PNG.index(part) if asked.startswith("bytes=0") else PNG.rindex(part)
    assert answer["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(PNG)}"


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes=0-1;5", "0-1", "bytes=٣-"],
)
def test_a_range_that_says_nothing_is_ignored(image, anyone, asked):
    answer = anyone.get(link(image), headers={"Range": asked.encode("utf-8").decode("latin-1")})
    assert (answer.status_code, answer.getvalue()) == (200, PNG)


@pytest.mark.parametrize("asked", [f"bytes={len(PNG)}-", "bytes=999999-9999999", "bytes=-0"])
def test_a_range_behind_the_end_is_416_with_the_size(image, anyone, asked):
    answer = anyone.get(link(image), headers={"Range": asked})
    gone(answer, 416)
    assert answer["Content-Range"] == f"bytes */{len(PNG)}"


def test_a_part_of_another_content_becomes_the_whole(image, anyone):
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert anyone.get(link(image), headers=headers).getvalue() == PNG
    headers["If-Range"] = f'"{image.sha256}"'
    assert anyone.get(link(image), headers=headers).getvalue() == PNG[:10]


def test_what_one_has_is_not_sent_again(image, anyone):
    answer = anyone.get(link(image), headers={"If-None-Match": f'"{image.sha256}"'})
    assert (answer.status_code, answer.content) == (304, b"")


def test_head_has_the_headers_and_no_body(image, anyone):
    answer = anyone.head(link(image))
    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert answer["Content-Length"] == str(len(PNG))
    assert answer["ETag"] == f'"{image.sha256}"'
    part = anyone.head(link(image), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part["Content-Length"]) == (206, "10")


def test_an_empty_file_is_sent(ours, anyone):
    file = studio.artifact(studio.generation(ours, status="COMPLETED"), role="RESULT", name="empty.json", data=b"")
    answer = anyone.get(link(file))
    assert (answer.getvalue(), answer["Content-Length"]) == (b"", "0")


def test_a_picture_tag_that_accepts_only_images_gets_one(image, anyone):
    assert read(anyone.get(link(image), headers={"Accept": "image/png"})).status_code == 200


def test_a_lost_file_is_410(ours, anyone):
    made = studio.generation(ours, status="COMPLETED")
    lost = studio.artifact(made, role="RESULT", name="lost.png", data=b"lost soon")
    default_storage.delete(lost.storage_key)
    gone(anyone.get(link(lost)), 410)
    assert anyone.head(link(lost)).status_code == 410


def test_with_the_storage_away_the_answer_says_when_to_come_back(image, anyone):
    place = Path(default_storage.path(image.storage_key))
    place.unlink()
    place.mkdir()
    for answer in (anyone.get(link(image)), anyone.head(link(image))):
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
    assert gone(anyone.get(link(image)), 503)["code"] == "storage_away"
    assert str(place).encode() not in anyone.get(link(image)).content


def test_a_file_that_was_cut_short_is_410(ours, anyone):
    made = studio.generation(ours, status="COMPLETED")
    cut = studio.artifact(made, role="RESULT", name="cut.png", data=b"cut short soon")
    Path(default_storage.path(cut.storage_key)).write_bytes(b"cut")
    gone(anyone.get(link(cut)), 410)
    again = studio.artifact(
        studio.generation(ours, status="COMPLETED"), role="RESULT", name="cut.png", data=b"cut short soon"
    )
    assert anyone.get(link(cut)).getvalue() == anyone.get(link(again)).getvalue() == b"cut short soon"
