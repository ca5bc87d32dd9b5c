import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ai_studio import artifacts
from ai_studio.models import Artifact
from ai_studio.storage import DurableFileStorage
from brands.errors import NotFound
from brands.tenancy.models import new_id

DATA = b"a picture of a mug"


@pytest.fixture
def files(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def store(brand_id, data=DATA):
    return artifacts.store(brand_id=brand_id, name="mug.png", media_type="image/png", data=data)


def artifact(brand_id, stored, **facts):
    values = {"storage_key": stored.storage_key, "size_bytes": stored.size_bytes} | facts
    return Artifact(id=new_id(), brand_id=brand_id, **values)


def all_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_lies_in_its_brands_folder_under_its_digest(files):
    brand_id = new_id()
    stored = store(brand_id)
    digest = hashlib.sha256(DATA).hexdigest()
    assert stored == artifacts.StoredFile(digest, len(DATA), f"brands/{brand_id}/artifacts/{digest[:2]}/{digest}")
    assert [path.read_bytes() for path in all_files(files)] == [DATA]


def test_storing_twice_is_storing_once(files):
    brand_id = new_id()
    first = store(brand_id)
    written = default_storage.get_modified_time(first.storage_key)
    assert store(brand_id) == first
    assert default_storage.get_modified_time(first.storage_key) == written
    assert len(all_files(files)) == 1


def test_the_same_file_of_two_brands_is_kept_twice(files):
    assert store(new_id()).storage_key != store(new_id()).storage_key
    assert len(all_files(files)) == 2


def test_a_damaged_file_is_written_again(files):
    brand_id = new_id()
    path = Path(default_storage.path(store(brand_id).storage_key))
    path.write_bytes(b"half a pic")
    store(brand_id)
    assert path.read_bytes() == DATA


def test_many_at_once_leave_one_whole_file(files):
    brand_id, data = new_id(), os.urandom(2_000_000)
    with ThreadPoolExecutor(8) as pool:
        stored = set(pool.map(lambda _: store(brand_id, data), range(32)))
    assert len(stored) == 1
    assert [path.read_bytes() for path in all_files(files)] == [data]


class DiskFull(ContentFile):
    def chunks(self, chunk_size=None):
        yield b"the first half"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing_behind(files):
    with pytest.raises(OSError, match="No space left"):
        DurableFileStorage().save("a/b/c", DiskFull(b"anything"))
    assert all_files(files) == []


def test_what_is_stored_can_be_opened(files):
    brand_id = new_id()
    with artifacts.open_stored(artifact(brand_id, store(brand_id))) as file:
        assert file.read() == DATA


@pytest.mark.parametrize(
    "key",
    [
        "/etc/passwd",
        "brands/../../etc/passwd",
        "../x",
        "brands/{own}/../{other}/artifacts/x",
        "brands/{other}/artifacts/x",
        "",
    ],
)
def test_no_key_leads_out_of_the_brands_folder(files, key):
    brand_id = new_id()
    wrong = key.format(own=brand_id, other=new_id())
    with pytest.raises(NotFound):
        artifacts.open_stored(artifact(brand_id, store(brand_id), storage_key=wrong))


@pytest.mark.parametrize("size", [len(DATA) - 1, len(DATA) + 1])
def test_a_file_of_another_size_is_gone(files, size):
    brand_id = new_id()
    with pytest.raises(artifacts.ArtifactGone):
        artifacts.open_stored(artifact(brand_id, store(brand_id), size_bytes=size))


def test_a_file_that_was_removed_is_gone(files):
    brand_id = new_id()
    stored = store(brand_id)
    default_storage.delete(stored.storage_key)
    with pytest.raises(artifacts.ArtifactGone):
        artifacts.open_stored(artifact(brand_id, stored))


@pytest.mark.parametrize(("start", "length"), [(0, 18), (0, 1), (5, 3), (17, 1), (0, 0)])
def test_a_part_is_read_from_its_start_to_its_end(files, start, length):
    brand_id = new_id()
    file = artifacts.open_stored(artifact(brand_id, store(brand_id)))
    part = artifacts.FilePart(file, start=start, length=length)
    assert b"".join(part) == DATA[start : start + length]
    part.close()
    assert file.closed


def test_a_part_is_read_in_chunks(files):
    data = os.urandom(artifacts.CHUNK_BYTES * 2 + 10)
    brand_id = new_id()
    file = artifacts.open_stored(artifact(brand_id, store(brand_id, data)))
    part = artifacts.FilePart(file, start=5, length=len(data) - 5)
    sizes = [len(chunk) for chunk in part]
    part.close()
    assert sizes == [artifacts.CHUNK_BYTES, artifacts.CHUNK_BYTES, 5]
