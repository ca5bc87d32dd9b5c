"""What a file is, its bytes say; what it is called follows."""

import pytest

from collaboration.threads import sniffing
from tests.studio import PNG


@pytest.mark.parametrize(
    ("data", "said", "kept"),
    [
        (PNG, "sketch.png", "sketch.png"),
        (PNG, "photo.JPG", "photo.JPG.png"),
        (b"\xff\xd8\xff\xe0JFIF", "photo.jpeg", "photo.jpeg"),
        (b"%PDF-1.7 ...", "brief", "brief.pdf"),
        ("Grüße".encode(), "notes.txt", "notes.txt"),
        (b"<html><script>alert(1)</script>", "page.html", "page.html.txt"),
        (b"<svg onload='alert(1)'/>", "drawing.svg", "drawing.svg.txt"),
        (PNG, "../../etc/passwd", "passwd.png"),
        (PNG, "..\\..\\boot.ini", "boot.ini.png"),
        (PNG, "\u202egnp.exe", "_gnp.exe.png"),
        (PNG, "a\x00b\n.png", "a_b_.png"),
        (PNG, "..", "file.png"),
        (PNG, "n" * 300, "n" * 116 + ".png"),
    ],
)
def test_a_file_is_named_after_what_it_is(data: bytes, said: str, kept: str) -> None:
    kind = sniffing.kind(data)
    assert kind is not None
    assert sniffing.name(said, kind) == kept


@pytest.mark.parametrize(
    "data", [b"MZ\x90\x00\x03", b"PK\x03\x04\x14\x00", b"\x7fELF\x02\x01", b"\xff\xfe\x00", b"text with \x00 in it"]
)
def test_what_is_none_of_these_is_not_taken(data: bytes) -> None:
    assert sniffing.kind(data) is None
