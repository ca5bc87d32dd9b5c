"""POST ai/verify/ and GET ai/artifacts/{id}/verify/: what can be said of a file, and of what is stored."""

import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from ai_studio.models import Artifact, Generation
from ai_studio.provenance import facts, films, pictures
from brands.tenancy.scope import brand_scope
from tests import studio
from tests.factories import client_for

PROMPT = "a red mug"


def picture(**said):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    origin = {"prompt": PROMPT, "negative_prompt": "", "provider": "local", "model": "atelier-local-1"} | said
    return pictures.png(out.getvalue(), facts.packet(facts.of_model(**origin)))


def ask(tenant, data=None, *, sha256=None, role="viewer"):
    client, url = client_for(tenant.person(role)), studio.url(tenant, "verify/")
    if data is None:
        return client.post(url, {"sha256": sha256})
    return client.post(url, {"file": SimpleUploadedFile("a.bin", data, "text/plain")}, format="multipart")


@pytest.fixture
def made(ours):
    return studio.artifact(studio.generation(ours, status="COMPLETED"), role="RESULT", name="image.png", data=picture())


def test_a_file_made_here_is_known_byte_for_byte(ours, made):
    for answer in (ask(ours, picture()), ask(ours, sha256=made.sha256)):
        assert answer.status_code == 200, answer.json()
        found = answer.json()
        assert (found["verdict"], found["sha256"]) == ("ARTIFACT", made.sha256)
        assert found["artifact"]["id"] == str(made.pk)
        assert found["artifact"]["generation"] == str(made.generation_id)
        assert (found["artifact"]["provider"], found["artifact"]["model"]) == ("local", "atelier-local-1")


def test_of_two_equal_files_the_first_is_named(ours, made):
    studio.artifact(studio.generation(ours, status="COMPLETED"), role="RESULT", name="image.png", data=picture())
    assert ask(ours, sha256=made.sha256).json()["artifact"]["id"] == str(made.pk)


def test_a_changed_file_is_known_by_its_mark_only(ours, made):
    found = ask(ours, picture() + b"changed").json()
    assert (found["verdict"], found["artifact"]) == ("MARK_OF_OURS", None)
    assert found["generation"] == str(made.generation_id)
    assert found["mark"]["prompt_sha256"] == hashlib.sha256(PROMPT.encode()).hexdigest()
    assert found["mark"]["digital_source_type"] == facts.TRAINED


@pytest.mark.parametrize("said", [{"prompt": "a blue mug"}, {"provider": "other"}, {"model": "other"}])
def test_a_mark_must_be_true_in_all_it_says(ours, made, said):
    found = ask(ours, picture(**said)).json()
    assert (found["verdict"], found["generation"]) == ("MARK_OF_OTHERS", None)


def test_work_that_never_ended_made_no_file(ours):
    studio.generation(ours, status="FAILED")
    assert ask(ours, picture()).json()["verdict"] == "MARK_OF_OTHERS"


@pytest.mark.parametrize("data", [b"anything", b"\x89PNG\r\n\x1a\n", b'{"promptSha256": "short"}', b"atelier:" * 9])
def test_a_file_without_a_mark_is_unknown(ours, made, data):
    found = ask(ours, data).json()
    assert (found["verdict"], found["artifact"], found["mark"]) == ("UNKNOWN", None, None)


def test_what_another_brand_made_is_not_told(ours, theirs):
    generation = studio.generation(theirs, status="COMPLETED", prompt="their secret")
    other = studio.artifact(generation, role="RESULT", name="image.png", data=picture(prompt="their secret"))
    nothing = ask(ours, sha256="0" * 64).json()
    assert ask(ours, sha256=other.sha256).json() == nothing | {"sha256": other.sha256}
    found = ask(ours, picture(prompt="their secret")).json()
    assert (found["verdict"], found["artifact"], found["generation"]) == ("MARK_OF_OTHERS", None, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "file"),
        ({"sha256": "0" * 63}, "sha256"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"sha256": 5}, "sha256"),
        ({"sha256": "0" * 64, "more": 1}, "more"),
        ({"file": "text"}, "file"),
    ],
)
def test_a_bad_question_names_its_field(ours, body, field):
    answer = client_for(ours.viewer).post(studio.url(ours, "verify/"), body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [field]


def test_a_file_and_a_digest_together_are_refused(ours):
    file = SimpleUploadedFile("a.bin", b"x")
    answer = client_for(ours.viewer).post(
        studio.url(ours, "verify/"), {"file": file, "sha256": "0" * 64}, format="multipart"
    )
    assert list(answer.json()["errors"]) == ["file"]


def test_a_file_larger_than_any_result_is_refused(ours, settings):
    settings.STUDIO_RESULT_MAX_BYTES = {"IMAGE_2D": 1000}
    answer = ask(ours, bytes(20_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_whoever_may_not_see_the_work_may_not_ask(ours):
    client = client_for(ours.key_with("review.decide"))
    assert client.post(studio.url(ours, "verify/"), {"sha256": "0" * 64}).status_code == 403


def test_it_asks_the_database_as_often_for_many_files_as_for_one(ours, made):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert ask(ours, picture() + b"changed").json()["verdict"] == "MARK_OF_OURS"
        return len(captured)

    count()
    few = count()
    for _ in range(20):
        studio.finished(ours)
    assert count() == few


def check(tenant, artifact):
    answer = client_for(tenant.viewer).get(studio.url(tenant, f"artifacts/{artifact.pk}/verify/"))
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_a_stored_file_is_what_was_made(ours, made):
    assert check(ours, made) == {"state": "INTACT", "sha256": made.sha256, "found_sha256": made.sha256}


@pytest.mark.parametrize("content", [b"short", b"x" * 5000])
def test_a_stored_file_that_was_changed_is_told(ours, made, media, content):
    (media / made.storage_key).write_bytes(content)
    found = check(ours, made)
    assert (found["state"], found["found_sha256"]) == ("CHANGED", hashlib.sha256(content).hexdigest())


def test_a_stored_file_that_is_gone_is_told(ours, made):
    default_storage.delete(made.storage_key)
    assert check(ours, made) == {"state": "GONE", "sha256": made.sha256, "found_sha256": None}


def test_a_storage_that_is_away_is_503(ours, made, media):
    (media / made.storage_key).unlink()
    (media / made.storage_key).mkdir()
    answer = client_for(ours.viewer).get(studio.url(ours, f"artifacts/{made.pk}/verify/"))
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")


def test_another_brands_file_cannot_be_checked(ours, theirs):
    other = studio.artifact(studio.generation(theirs, status="COMPLETED"), role="RESULT", name="image.png")
    assert client_for(ours.owner).get(studio.url(ours, f"artifacts/{other.pk}/verify/")).status_code == 404


def test_the_database_names_prompts_as_files_do(ours):
    for prompt in (PROMPT, "Größe 🫖", "a\\x41b", "line\nbreak"):
        made = studio.generation(ours, prompt=prompt)
        with brand_scope(ours.brand):
            made.refresh_from_db()
        assert made.prompt_sha256 == facts.digest(prompt)


@pytest.mark.parametrize(
    ("model", "where", "index"),
    [
        (Artifact, {"sha256": "0" * 64}, "artifact_by_sha256"),
        (Generation, {"prompt_sha256": "0" * 64}, "generation_by_prompt_sha256"),
    ],
)
def test_row_level_security_leaves_the_indexes_usable(ours, model, where, index):
    with brand_scope(ours.brand), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert index in model.objects.filter(**where).order_by().explain()


def test_a_film_says_where_it_came_from(ours):
    film = films.mp4(b"\0\0\0\x10ftypisom\0\0\0\0", facts.packet(facts.of_model(
        prompt="a film", negative_prompt="", provider="p", model="m")))  # fmt: skip
    assert ask(ours, film).json()["mark"]["provider"] == "p"
