"""What a worker does for a question: one lease, renewed by a thread while it counts; one answer."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import Error, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from analytics import progress
from analytics.choices import Phase, QuestionStatus
from analytics.models import Question
from analytics.services import bells, questions
from brands.middleware import DATABASE_AWAY
from brands.tenancy.scope import brand_scope

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
RENEW_SECONDS = 2.0
LONGEST_SECONDS = 600.0
_OK = 200

# The status and the body of what a GET would answer; the second is told when it took too long.
Answer = tuple[int, bytes]
Asked = Callable[[Question], Answer]


class NobodyWaits(Exception):
    """The question was called off, or another worker has it."""


@dataclass
class _Watch:
    """What the counting thread and the one that renews the lease tell each other."""

    question: Question
    began: float = field(default_factory=time.monotonic)
    phase: str = Phase.READING
    lost: bool = False
    over: bool = False
    news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def is_late(self) -> bool:
        return time.monotonic() - self.began > LONGEST_SECONDS

    def told(self, phase: str) -> None:
        if self.lost:
            raise NobodyWaits
        if self.is_late:
            raise TimeoutError
        with self.news:
            self.phase = phase
            self.news.notify()


def work(*, brand_id: UUID, pk: UUID, answer: Asked, too_slow: Answer, broken: Answer) -> None:
    """Answers it, unless it is over or another worker has it. `broken` is what a GET answers when something is wrong
    here."""
    question = claim(brand_id=brand_id, pk=pk)
    if question is None:
        return
    watch = _Watch(question)
    try:
        with _renewed(watch), progress.told_to(watch.told):
            found = answer(question)
    except NobodyWaits:
        return
    except TimeoutError:
        finish(question, too_slow)
    except DATABASE_AWAY:
        raise  # the lease ends by itself
    except Exception:
        finish(question, broken)
        raise
    else:
        finish(question, found)


def claim(*, brand_id: UUID, pk: UUID) -> Question | None:
    now = timezone.now()
    free = Q(status=QuestionStatus.QUEUED) | Q(status=QuestionStatus.RUNNING, leased_until__lt=now)
    with brand_scope(brand_id):
        facts = {"status": QuestionStatus.RUNNING, "phase": Phase.READING, "leased_until": now + LEASE}
        if not Question.objects.filter(free, pk=pk).update(fence=F("fence") + 1, **facts):
            return None
        claimed: Question = Question.objects.get(pk=pk)
        return claimed


def finish(question: Question, answer: Answer) -> bool:
    """Whether it was still ours: the answer of a worker that was only slow is thrown away."""
    status, body = answer
    now = timezone.now()
    with brand_scope(question.brand_id):
        ours = _held(question).update(
            status=QuestionStatus.DONE if status == _OK else QuestionStatus.FAILED,
            phase=Phase.ANSWERED,
            answer_status=status,
            leased_until=None,
            finished_at=now,
            expires_at=now + questions.KEPT,
        )
        if ours:  # before anybody can see that it is there
            cache.set(questions.place(question), body, int(questions.KEPT.total_seconds()))
    return bool(ours)


def resume() -> None:
    """Beat's: what nobody works on is rung for, what is over is forgotten."""
    now = timezone.now()
    for brand_id, pk in questions.due(now=now):
        bells.ring(bells.QUESTION, brand_id=brand_id, pk=pk)
    questions.forget_old(now=now)


@contextmanager
def _renewed(watch: _Watch) -> Iterator[None]:
    thread = threading.Thread(target=_renew, args=[watch], name=f"question {watch.question.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with watch.news:
            watch.over = True
            watch.news.notify()
        thread.join()


def _renew(watch: _Watch) -> None:
    """In a thread, and so on a connection, of its own: the counting one is inside a transaction."""
    try:
        while True:
            with watch.news:
                if not watch.over:
                    watch.news.wait(RENEW_SECONDS)
                if watch.over or watch.is_late:
                    return
                phase = watch.phase
            watch.lost = not _still_ours(watch.question, phase)
    finally:
        connection.close()


def _still_ours(question: Question, phase: str) -> bool:
    try:
        with brand_scope(question.brand_id):
            return bool(_held(question).update(phase=phase, leased_until=timezone.now() + LEASE))
    except Error as error:
        logger.warning("the lease of question %s was not renewed: %s", question.pk, error)
        return True


def _held(question: Question) -> QuerySet[Question]:
    return Question.objects.filter(pk=question.pk, fence=question.fence, status=QuestionStatus.RUNNING)
