"""decoding.files_of: bytes of an outside provider become files of a job, or a sentence that says why not."""

import hashlib
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import av
import pytest
from PIL import Image

from ai_studio import decoding
from ai_studio.provenance import facts, marks
from ai_studio.providers.base import Fault, Finished
from tests.hostile import good, judge
from tests.hostile.cases import Case
from tests.hostile.work import job

GOOD = {
    "png": ("IMAGE_2D", good.picture("PNG"), "image.png", "image/png"),
    "png with alpha": ("IMAGE_2D", good.picture("PNG", mode="RGBA"), "image.png", "image/png"),
    "jpeg": ("IMAGE_2D", good.picture("JPEG"), "image.jpg", "image/jpeg"),
    "grey jpeg": ("IMAGE_2D", good.picture("JPEG", mode="L"), "image.jpg", "image/jpeg"),
    "webp": ("IMAGE_2D", good.picture("WEBP"), "image.webp", "image/webp"),
    "webp with alpha": ("IMAGE_2D", good.picture("WEBP", mode="RGBA"), "image.webp", "image/webp"),
    "moving webp": ("ANIMATION", good.moving("WEBP"), "animation.webp", "image/webp"),
    "gif": ("ANIMATION", good.moving("GIF"), "animation.gif", "image/gif"),
    "mp4": ("ANIMATION", good.film(), "animation.mp4", "video/mp4"),
    "mp4 with its index first": ("ANIMATION", good.film(movflags="faststart"), "animation.mp4", "video/mp4"),
    "webm": ("ANIMATION", good.film("libvpx-vp9", "webm"), "animation.webm", "video/webm"),
    "moving glb": ("ANIMATION", good.moving_model(), "animation.glb", "model/gltf-binary"),
    "glb": ("MODEL_3D", good.model(), "model.glb", "model/gltf-binary"),
    "template": ("TEMPLATE", good.template(), "template.json", "application/json"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_file_becomes_one_result_and_one_thumbnail_that_say_where_they_came_from(kind):
    type_, data, name, media_type = GOOD[kind]
    files = decoding.files_of(data, job=job(type_))
    result, thumbnail = files[0], files[-1]
    Finished(files)  # fits a job
    assert (result.role, result.name, result.media_type) == ("RESULT", name, media_type)
    assert (thumbnail.role, thumbnail.media_type) == ("THUMBNAIL", "image/webp")
    assert judge.wrong(Case(kind, type_, data, never=False), files) is None
    for file in files:
        mark = marks.find(io.BytesIO(file.data))
        assert mark == marks.Mark(facts.digest("a red mug"), "somebody", "model-1", facts.TRAINED), file.name


@pytest.mark.parametrize("kind", ["png", "png with alpha", "jpeg", "grey jpeg", "webp", "webp with alpha"])
def test_the_pixels_of_a_picture_stay_as_they_were(kind):
    result, thumbnail = decoding.files_of(GOOD[kind][1], job=job("IMAGE_2D"))
    with Image.open(io.BytesIO(GOOD[kind][1])) as before, Image.open(io.BytesIO(result.data)) as after:
        assert (before.mode, before.tobytes()) == (after.mode, after.tobytes())
        assert (result.width, result.height) == after.size
    with Image.open(io.BytesIO(thumbnail.data)) as small:
        assert (thumbnail.width, thumbnail.height) == small.size


def test_equal_work_gives_equal_bytes_and_another_prompt_others():
    def digests(prompt):
        files = decoding.files_of(good.picture("PNG"), job=job("IMAGE_2D", prompt=prompt))
        return [hashlib.sha256(file.data).hexdigest() for file in files]

    assert digests("a") == digests("a")
    assert digests("a") != digests("b")


def test_a_film_keeps_its_frames_and_tells_its_length():
    result = decoding.files_of(good.film(), job=job("ANIMATION"))[0]
    assert (result.width, result.height, result.duration_seconds) == (*good.SIZE, 2.0)
    with av.open(io.BytesIO(result.data)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 16


def test_the_thumbnail_of_a_film_is_its_first_frame_that_shows_something():
    thumbnail = decoding.files_of(good.film(frames=40), job=job("ANIMATION"))[-1]
    with Image.open(io.BytesIO(thumbnail.data)) as small:
        low, high = small.convert("L").getextrema()
    assert high - low > 20


def test_a_providers_own_thumbnail_is_taken_when_it_is_a_good_one():
    red = io.BytesIO()
    Image.new("RGB", (900, 300), "red").save(red, "PNG")
    for given, size in ((red.getvalue(), (512, 171)), (b"garbage", (512, 512)), (red.getvalue()[:-90], (512, 512))):
        thumbnail = decoding.files_of(good.model(), job=job("MODEL_3D"), thumbnail=given)[-1]
        assert (thumbnail.width, thumbnail.height) == size


def test_a_template_is_drawn_and_its_picture_lies_beside_it():
    files = {file.name: file for file in decoding.files_of(good.template(), job=job("TEMPLATE"))}
    assert set(files) == {"template.json", "template.svg", "picture-image.png", "preview.png", "thumbnail.webp"}
    document = json.loads(files["template.json"].data)
    assert document["bindings"]["image"]["default"] == "picture-image.png"
    assert document["provenance"]["provider"] == "somebody"


def test_a_template_may_leave_a_place_for_a_picture():
    document = json.loads(good.template())
    document["bindings"]["image"]["default"] = ""
    files = decoding.files_of(json.dumps(document).encode(), job=job("TEMPLATE"))
    assert [file.role for file in files] == ["RESULT", "EXTRA", "PREVIEW", "THUMBNAIL"]


def test_what_a_picture_says_beside_its_pixels_is_left_behind():
    whole = good.picture("JPEG")
    remark = b"the prompt of somebody"
    said = whole[:2] + b"\xff\xfe" + (len(remark) + 2).to_bytes(2, "big") + remark + whole[2:] + b"PK\x03\x04"
    result = decoding.files_of(said, job=job("IMAGE_2D"))[0]
    assert remark not in result.data
    assert result.data.endswith(b"\xff\xd9")


def jpeg(**options):
    out = io.BytesIO()
    Image.effect_mandelbrot((640, 480), (-2, -1, 1, 1), 60).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize("share", [0.5, 0.98])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_ends_too_early_is_refused_though_it_has_an_end(share, progressive):
    whole = jpeg(progressive=progressive)
    with pytest.raises(decoding.BadFile, match="cut short"):
        decoding.files_of(whole[: int(len(whole) * share)] + b"\xff\xd9", job=job("IMAGE_2D"))


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 4}, {"subsampling": 0}])
def test_a_whole_jpeg_of_any_form_is_taken(options):
    assert decoding.files_of(jpeg(**options), job=job("IMAGE_2D"))[0].width == 640


def test_a_bad_file_is_never_paid_for_twice():
    with pytest.raises(decoding.BadFile) as caught:
        decoding.files_of(b"<html>", job=job("IMAGE_2D"))
    assert (caught.value.fault, caught.value.code) == (Fault.PERMANENT, "bad_result")
    assert caught.value.message == "The file is of an unknown kind, not one of PNG, JPEG, WebP."


@pytest.mark.parametrize(
    ("limit", "kind"),
    [
        ({"pixels": 100}, "png"),
        ({"pixels": 100}, "mp4"),
        ({"frames": 3}, "mp4"),
        ({"frames": 3}, "gif"),
        ({"film_pixels": 10_000}, "webm"),
        ({"seconds": 0.3}, "moving webp"),
        ({"seconds": 0.3}, "mp4"),
        ({"seconds": 0.3}, "moving glb"),
        ({"nodes": 2}, "glb"),
        ({"vertices": 100}, "glb"),
        ({"pixels": 10_000}, "template"),
    ],
)
def test_each_limit_holds(settings, limit, kind):
    settings.STUDIO_RESULT_LIMITS = settings.STUDIO_RESULT_LIMITS | limit
    with pytest.raises(decoding.BadFile, match=r"more than|longer than"):
        decoding.files_of(GOOD[kind][1], job=job(GOOD[kind][0]))


def test_a_file_of_too_many_bytes_is_refused_without_a_child(settings):
    settings.STUDIO_RESULT_MAX_BYTES = settings.STUDIO_RESULT_MAX_BYTES | {"IMAGE_2D": 100}
    assert decoding.max_bytes("IMAGE_2D") == 100
    with pytest.raises(decoding.BadFile, match="more than 100 bytes"):
        decoding.files_of(good.picture("PNG"), job=job("IMAGE_2D"))


def test_a_file_that_needs_more_memory_than_it_may_have_is_bad(settings):
    settings.STUDIO_RESULT_LIMITS = settings.STUDIO_RESULT_LIMITS | {"memory_bytes": 150_000_000}
    out = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(out, "PNG")
    with pytest.raises(decoding.BadFile):
        decoding.files_of(out.getvalue(), job=job("IMAGE_2D"))


def test_threads_of_one_worker_decode_side_by_side():
    started = threading.Barrier(4)

    def decode(number):
        started.wait()
        return decoding.files_of(good.picture("PNG"), job=job("IMAGE_2D", prompt=str(number)))

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(decode, range(4)))
    found = [marks.find(io.BytesIO(files[0].data)).prompt_sha256 for files in made]
    assert found == [facts.digest(str(number)) for number in range(4)]
