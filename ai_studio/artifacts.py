"""Files that generations made: kept by content in the brand's folder, shown through short-lived signed addresses."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ai_studio.models import Artifact
from brands.errors import AtelierError, NotFound
from brands.signed_addresses import SignedAddresses
from brands.tenancy.keys import own_storage_key, storage_key
from brands.tenancy.scope import BrandScopeError

logger = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
RETRY_AFTER_SECONDS = 5
ADDRESSES = SignedAddresses(salt="ai_studio.artifacts", route="ai:artifact-download")


class ArtifactGone(AtelierError):
    status = 410
    code = "artifact_gone"
    title = "The file is no longer there"


class StorageAway(AtelierError):
    status = 503
    code = "storage_away"
    title = "The files cannot be read at the moment"


@dataclass(frozen=True)
class StoredFile:
    sha256: str
    size_bytes: int
    storage_key: str


def store(*, brand_id: UUID, name: str, media_type: str, data: bytes) -> StoredFile:
    """Keep `data` under its SHA-256 in the brand's folder; doing it twice is doing it once.

    The file is durable when this returns. Raises OSError when the storage is full or away.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    key = storage_key(brand_id, "artifacts", sha256[:2], sha256)
    if not _holds(key, sha256):
        content: Any = ContentFile(data, name=name)
        content.content_type = media_type  # object storages keep it beside the file
        key = default_storage.save(key, content)
    return StoredFile(sha256, len(data), key)


def open_stored(artifact: Artifact) -> File:
    """The artifact's file, open for reading in binary.

    ArtifactGone (410) when the storage has lost it or a part of it, StorageAway (503) when it cannot be asked;
    NotFound when it is not the brand's.
    """
    file = _opened(artifact)
    if file.size != artifact.size_bytes:
        file.close()
        raise ArtifactGone(artifact=str(artifact.pk))
    return file


def stored_sha256(artifact: Artifact) -> str:
    """What the artifact's file is now, whatever its length. Raises ArtifactGone, StorageAway, NotFound."""
    with _opened(artifact) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _away(artifact, error) from error


def _opened(artifact: Artifact) -> File:
    try:
        return default_storage.open(own_storage_key(artifact.brand_id, artifact.storage_key), "rb")
    except FileNotFoundError as error:
        raise ArtifactGone(artifact=str(artifact.pk)) from error
    except OSError as error:
        raise _away(artifact, error) from error
    except BrandScopeError as error:
        raise NotFound() from error


def _away(artifact: Artifact, error: OSError) -> StorageAway:
    logger.warning("not read: %s: %s", artifact.pk, error)
    return StorageAway(retry_after=RETRY_AFTER_SECONDS)


class FilePart:
    """`length` bytes of an open file from `start`, in chunks; to be closed, read or not."""

    def __init__(self, file: File, *, start: int, length: int) -> None:
        self._file = file
        self._start = start
        self._length = length

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._start)
        left = self._length
        while left > 0 and (chunk := self._file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()


def signed_url(artifact: Artifact, *, at: datetime, guest: str = "") -> str:
    """An absolute address that shows the file for a while; to `guest` for as long as they may see it."""
    return ADDRESSES.url(brand_id=artifact.brand_id, pk=artifact.pk, at=at, guest=guest)


def _holds(key: str, sha256: str) -> bool:
    """Whether the storage has the file, whole: what a crash or a bad disk left behind is written again."""
    try:
        with default_storage.open(key, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False
