"""A file that was uploaded in parts, as one that can be read and sought in. Parts are [storage key, size]."""

import io
import logging
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ai_studio.artifacts import RETRY_AFTER_SECONDS, StorageAway
from analytics.imports.sets import Unreadable
from brands.tenancy.keys import own_storage_key, storage_key

logger = logging.getLogger(__name__)

Parts = Sequence[tuple[str, int]]
_BUFFER = 1024**2


def keep(*, brand_id: UUID, import_id: UUID, offset: int, data: bytes) -> str:
    """The key of a part; the same one again takes its place. Raises StorageAway."""
    key = storage_key(brand_id, "imports", import_id, f"{offset:015d}")
    try:
        return default_storage.save(key, ContentFile(data))
    except OSError as error:
        raise StorageAway(retry_after=RETRY_AFTER_SECONDS) from error


def forget(*, brand_id: UUID, parts: Parts) -> None:
    """What cannot be deleted is logged and left."""
    for key, _ in parts:
        try:
            default_storage.delete(own_storage_key(brand_id, key))
        except OSError:
            logger.exception("not deleted: %s", key)


def opened(*, brand_id: UUID, parts: Parts) -> BinaryIO:
    """Close it. Reading raises StorageAway, and Unreadable where a part is lost."""
    return cast(BinaryIO, io.BufferedReader(_Joined(brand_id, parts), _BUFFER))


class _Joined(io.RawIOBase):
    def __init__(self, brand_id: UUID, parts: Parts) -> None:
        self._brand_id = brand_id
        self._keys = [key for key, _ in parts]
        self._starts = [0, *accumulate(size for _, size in parts)]
        self._at = 0
        self._part: tuple[int, File] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        if self._at >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        try:
            file = self._opened(number)
            file.seek(self._at - self._starts[number])
            data = file.read(min(len(buffer), self._starts[number + 1] - self._at))
        except FileNotFoundError as error:
            raise Unreadable(f"Part {number + 1} of the upload is lost: upload the file again.") from error
        except OSError as error:
            raise StorageAway(retry_after=RETRY_AFTER_SECONDS) from error
        if not data:
            raise Unreadable(f"Part {number + 1} of the upload is not whole: upload the file again.")
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if self._part is not None:
            self._part[1].close()
            self._part = None
        super().close()

    def _opened(self, number: int) -> File:
        if self._part is None or self._part[0] != number:
            if self._part is not None:
                self._part[1].close()
            self._part = (number, default_storage.open(own_storage_key(self._brand_id, self._keys[number]), "rb"))
        return self._part[1]
