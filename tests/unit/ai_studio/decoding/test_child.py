"""The child is not trusted: whatever it does or says, its worker lives and believes only what fits."""

import io
import json
import struct
from pathlib import Path

import pytest

from ai_studio import decoding
from ai_studio.decoders import wire
from ai_studio.decoding import answers, child
from tests.hostile import good
from tests.hostile.work import job

THUMBNAIL = good.picture("WEBP")


@pytest.fixture
def child_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings):
    """Puts a program of its own in the place of the decoders."""
    package = tmp_path / "ai_studio" / "decoders"
    package.mkdir(parents=True)
    monkeypatch.setattr(child, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(child, "GRACE_SECONDS", 0)
    settings.STUDIO_RESULT_LIMITS = settings.STUDIO_RESULT_LIMITS | {"cpu_seconds": 1}
    return (package / "__main__.py").write_text


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import time; time.sleep(60)",
        "while True: pass",
        "raise SystemExit(3)",
        "raise RuntimeError('a defect')",
        "",
        "print('hello')",
        "import sys; sys.stdout.buffer.write(bytes(10_000_000))",
        "import sys; sys.stdout.buffer.write(b'\\xff' * 100)",
        "import sys; sys.stderr.write('x' * 10_000_000); raise SystemExit(1)",
        "import sys; sys.stdin.close(); sys.stdout.close()",
    ],
)
def test_whatever_becomes_of_the_child_the_file_is_bad_and_the_worker_lives(child_that, program):
    child_that(program)
    with pytest.raises(decoding.BadFile, match="could not be decoded"):
        decoding.files_of(good.picture("PNG"), job=job("IMAGE_2D"))


def test_the_child_sees_nothing_of_the_workers_environment(child_that, monkeypatch):
    monkeypatch.setenv("SECRET_KEY_RING", "a-canary")
    child_that(
        "import json, os, struct, sys\n"
        "text = json.dumps({'bad': ' '.join(sorted(os.environ)) or 'nothing'}).encode()\n"
        "sys.stdout.buffer.write(struct.pack('>I', len(text)) + text)"
    )
    with pytest.raises(decoding.BadFile) as caught:
        decoding.files_of(good.picture("PNG"), job=job("IMAGE_2D"))
    assert set(caught.value.message.split()) <= {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LC_CTYPE"}


def described(**changes):
    png = good.picture("PNG")
    result = {"role": "RESULT", "name": "image.png", "media_type": "image/png", "size": len(png), "width": 96,
              "height": 64, "duration_seconds": None} | changes  # fmt: skip
    thumbnail = {"role": "THUMBNAIL", "name": "thumbnail.webp", "media_type": "image/webp", "size": len(THUMBNAIL),
                 "width": 96, "height": 64, "duration_seconds": None}  # fmt: skip
    return [result, thumbnail]


def said(header, *blobs, tail=b""):
    text = json.dumps(header).encode()
    return io.BytesIO(struct.pack(">I", len(text)) + text + b"".join(blobs) + tail)


def read(message, type_="IMAGE_2D"):
    return answers.read(message, type=type_, max_bytes=1_000_000)


def test_an_answer_that_fits_is_believed():
    files = read(said({"files": described()}, good.picture("PNG"), THUMBNAIL))
    assert [file.name for file in files] == ["image.png", "thumbnail.webp"]


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "THUMBNAIL"},
        {"role": "OTHER"},
        {"role": ["RESULT"]},
        {"name": ""},
        {"name": "thumbnail.webp"},
        {"name": "a\0b"},
        {"name": "a\nb"},
        {"name": "image.png\n"},
        {"name": "../image.png"},
        {"name": 5},
        {"name": "n" * 500},
        {"media_type": "text/html"},
        {"media_type": "image/svg+xml"},
        {"media_type": "image/jpeg"},
        {"media_type": None},
        {"size": 10**12},
        {"size": -1},
        {"size": 3.0},
        {"size": None},
        {"size": True},
        {"width": 0},
        {"width": 2**40},
        {"width": "96"},
        {"duration_seconds": -1.0},
        {"duration_seconds": float("nan")},
        {"duration_seconds": float("inf")},
        {"extra": 1},
    ],
)
def test_an_answer_that_does_not_fit_is_not_believed(changes):
    with pytest.raises(answers.NoAnswerError):
        read(said({"files": described(**changes)}, good.picture("PNG"), THUMBNAIL))


@pytest.mark.parametrize(
    "message",
    [
        said({"files": []}),
        said({"files": [{}] * 1000}),
        said({"files": described()}, good.picture("PNG")),
        said({"files": described()}, good.picture("PNG"), THUMBNAIL, tail=b"more"),
        said({"files": described()[:1]}, good.picture("PNG")),
        said({"bad": ""}),
        said({"bad": "x" * 60_000}),
        said({"bad": 5}),
        said({"bad": "a", "files": []}),
        said([]),
        said(None),
        io.BytesIO(b""),
        io.BytesIO(b"\xff\xff\xff\xff"),
        io.BytesIO(struct.pack(">I", 60_000) + b"[" * 60_000),
    ],
)
def test_a_message_in_another_form_is_no_answer(message):
    message.seek(0)
    with pytest.raises(answers.NoAnswerError):
        read(message)


def test_a_role_that_is_no_word_is_not_believed():
    described_so = [*described(), described(role=[], name="more.png")[0]]
    with pytest.raises(answers.NoAnswerError):
        read(said({"files": described_so}, good.picture("PNG"), THUMBNAIL, good.picture("PNG")))


def test_no_drawing_stands_for_a_picture_but_a_templates():
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    thumbnail = {**described()[1], "media_type": "image/svg+xml", "size": len(svg)}
    with pytest.raises(answers.NoAnswerError):
        read(said({"files": [described()[0], thumbnail]}, good.picture("PNG"), svg))


def test_a_picture_is_no_answer_to_a_wish_for_a_model():
    with pytest.raises(answers.NoAnswerError):
        read(said({"files": described()}, good.picture("PNG"), THUMBNAIL), "MODEL_3D")


def test_a_header_is_never_longer_than_it_may_be():
    with pytest.raises(ValueError, match="too long"):
        wire.write(io.BytesIO(), {"bad": "x" * 70_000}, [])
