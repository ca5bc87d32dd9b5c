"""Bytes of an outside provider in, files of a job out."""

import logging
import tempfile

from django.conf import settings

from ai_studio.decoders.bounds import answer_bytes
from ai_studio.decoders.wire import Limits, Order
from ai_studio.decoding import answers, child
from ai_studio.decoding.child import ChildDiedError
from ai_studio.provenance import facts
from ai_studio.providers.base import Fault, Job, OutputFile, ProviderError

logger = logging.getLogger(__name__)

_DIED = "The file could not be decoded within the limits of time and memory."
_ODD = "The file could not be decoded."


class BadFile(ProviderError):
    """The result is not what was asked for, or is no good file at all.

    PERMANENT: the provider did the work and wants its money, so it is not asked to do it again.
    """

    def __init__(self, message: str) -> None:
        super().__init__(Fault.PERMANENT, "bad_result", message)


def max_bytes(type: str) -> int:  # noqa: A002
    """How large a result of a job of `type` may be."""
    return int(settings.STUDIO_RESULT_MAX_BYTES[type])


def files_of(data: bytes, *, job: Job, thumbnail: bytes | None = None) -> list[OutputFile]:
    """What `data` is, decided by decoding all of it in a child: one RESULT that carries its provenance, one
    THUMBNAIL, and what belongs to a template. Equal bytes for an equal job give equal files.

    `thumbnail` is the provider's own, used when it is a good picture. Raises BadFile for what is not whole, too
    large, or not right for job.type; OSError when no child can be started.
    """
    if not data or len(data) > max_bytes(job.type):
        raise BadFile("The file is empty." if not data else f"The file has more than {max_bytes(job.type):,} bytes.")
    order = _order(data, job, thumbnail)
    with tempfile.TemporaryFile() as answer:
        try:
            child.run(order, answer)
        except ChildDiedError as error:
            raise BadFile(_DIED if error.killed else _ODD) from error
        answer.seek(0)
        try:
            found = answers.read(answer, type=job.type, max_bytes=answer_bytes(order.limits.bytes))
        except answers.NoAnswerError as error:
            logger.warning("odd answer of a decoding: %s", error)
            raise BadFile(_ODD) from error
    if isinstance(found, str):
        raise BadFile(found)
    return found


def _order(data: bytes, job: Job, thumbnail: bytes | None) -> Order:
    said = facts.of_model(
        prompt=job.prompt, negative_prompt=job.negative_prompt, provider=job.provider, model=job.model
    )
    limits = Limits(bytes=max_bytes(job.type), **settings.STUDIO_RESULT_LIMITS)
    if thumbnail is not None and len(thumbnail) > limits.bytes:
        thumbnail = None
    return Order(job.type, said, limits, data, thumbnail)
