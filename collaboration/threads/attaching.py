"""Files that belong to comments: kept in the brand's folder, shown through short-lived signed addresses."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.http import content_disposition_header

from ai_studio.decoders.kinds import Kind
from brands.errors import Conflict, Forbidden, InvalidInput, TooLarge
from brands.permissions import Actor, can, require
from brands.signed_addresses import SignedAddresses
from brands.tenancy.keys import own_storage_key, storage_key
from brands.tenancy.models import new_id
from collaboration.models import Comment, CommentAttachment, Thread
from collaboration.models.comment import MAX_ATTACHMENTS
from collaboration.threads import seeing, sniffing
from collaboration.threads.telling import is_author, tell

ADDRESSES = SignedAddresses(salt="collaboration.attachments", route="collaboration:attachment-download")


class AttachmentsFull(Conflict):
    code = "attachments_full"
    title = "The comment has as many files as it can have"


@dataclass(frozen=True)
class Upload:
    """A file that is taken: what it is by its bytes, and where it goes."""

    data: bytes
    sha256: str
    kind: Kind
    name: str
    storage_key: str


def taken(*, actor: Actor, comment: Comment, file: BinaryIO, name: str) -> Upload:
    """What attach() takes. Raises as it does, and InvalidInput naming `file` for what is not taken, TooLarge."""
    _held(actor, comment)
    data = _read(file)
    kind = sniffing.kind(data)
    if kind is None:
        known = ", ".join(each.name for each in sniffing.KINDS)
        raise InvalidInput(fields={"file": [f"None of {known}."]})
    sha256 = hashlib.sha256(data).hexdigest()
    # Under a name of its own: it goes with its row, whoever else attached the same.
    key = storage_key(comment.brand_id, "attachments", f"{sha256}-{new_id()}")
    return Upload(data, sha256, kind, sniffing.name(name, kind), key)


def store(upload: Upload) -> None:
    """Outside of any transaction: a storage may take its time."""
    content = ContentFile(upload.data)
    content.content_type = upload.kind.media_type  # type: ignore[attr-defined]  # object storages keep it beside the file
    default_storage.save(upload.storage_key, content)


@contextmanager
def stored(upload: Upload) -> Iterator[None]:
    """While it is decided whether it may stay: what is refused meanwhile leaves no file behind."""
    try:
        yield
    except BaseException:
        default_storage.delete(upload.storage_key)
        raise


def attach(*, actor: Actor, comment: Comment, upload: Upload) -> CommentAttachment:
    """Keep a stored file with a comment of the actor's own. Raises Forbidden, CommentDeleted, AttachmentsFull beyond
    ten."""
    held, thread, position = _held(actor, comment)
    made: CommentAttachment = CommentAttachment.objects.create(
        brand_id=held.brand_id,
        comment=held,
        position=position,
        name=upload.name,
        media_type=upload.kind.media_type,
        size_bytes=len(upload.data),
        sha256=upload.sha256,
        storage_key=upload.storage_key,
    )
    tell("comment.edited", actor=actor, thread=thread, comment=held, mentions=[], attached=str(made.pk))
    return made


def remove(*, actor: Actor, attachment: CommentAttachment) -> None:
    """By the comment's author, or whoever may delete the resource. Its content is gone, what it was is kept."""
    held, thread = seeing.held_comment(actor, attachment.comment_id)
    if not is_author(actor, held) and not can(actor, seeing.MODERATING, thread):
        raise Forbidden(f"Only its author, or with the capability {seeing.MODERATING}.", capability=seeing.MODERATING)
    if _remove(held, pk=attachment.pk):
        tell("comment.edited", actor=actor, thread=thread, comment=held, mentions=[], removed=str(attachment.pk))


def remove_all(comment: Comment) -> None:
    """With the comment."""
    _remove(comment)


def signed_url(attachment: CommentAttachment, *, at: datetime, guest: str = "") -> str:
    """An absolute address that gives the file for a while; to `guest` for as long as they may see it."""
    return ADDRESSES.url(brand_id=attachment.brand_id, pk=attachment.pk, at=at, guest=guest)


def disposition(attachment: CommentAttachment) -> str:
    """Saved, never shown on our address."""
    return str(content_disposition_header(as_attachment=True, filename=attachment.name))


def _held(actor: Actor, comment: Comment) -> tuple[Comment, Thread, int]:
    """The comment and its thread until the commit, and the place for another file."""
    held, thread = seeing.held_comment(actor, comment.pk)
    require(actor, seeing.COMMENTING, thread)
    if not is_author(actor, held):
        raise Forbidden("Only its author adds files to a comment.")
    return held, thread, _free_place(held)


def _free_place(comment: Comment) -> int:
    taken = CommentAttachment.objects.filter(comment=comment, removed_at=None).values_list("position", flat=True)
    free = sorted(set(range(MAX_ATTACHMENTS)) - set(taken))
    if not free:
        raise AttachmentsFull(f"A comment has up to {MAX_ATTACHMENTS} files.")
    return free[0]


def _read(file: BinaryIO) -> bytes:
    most = settings.ATTACHMENT_MAX_BYTES
    data = file.read(most + 1)
    if len(data) > most:
        raise TooLarge(f"A file has at most {most:,} bytes.")
    if not data:
        raise InvalidInput(fields={"file": ["It is empty."]})
    return data


def _remove(comment: Comment, **which: object) -> int:
    """The files go once it is certain."""
    there = CommentAttachment.objects.filter(comment=comment, removed_at=None, **which)
    keys = [own_storage_key(comment.brand_id, key) for key in there.values_list("storage_key", flat=True)]
    gone = there.update(removed_at=timezone.now())
    for key in keys:
        transaction.on_commit(partial(default_storage.delete, key), robust=True)
    return int(gone)
