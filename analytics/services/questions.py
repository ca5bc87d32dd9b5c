"""Questions that workers answer: asked, looked at, called off, forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from analytics.choices import QuestionStatus
from analytics.errors import AnswerGone, NotAnswered, TooManyQuestions
from analytics.models import Question
from analytics.models.question import ASKED
from analytics.services import answers, bells
from brands.errors import NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.tenancy.keys import cache_key

CAPABILITY = "analytics.view"
MOST_ASKED = 5
KEPT = timedelta(hours=1)
REASON = "questions are answered and forgotten"


def ask(
    *,
    actor: Actor,
    kind: str,
    row: UUID | None,
    parameters: Mapping[str, list[str]],
    changed_at: datetime | None = None,
) -> Question:
    """The same question that is not answered yet is the same one; of a funnel or metric that changed since, at
    `changed_at`, it is another. Raises TooManyQuestions."""
    brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    require(actor, CAPABILITY, brand)
    question = answers.question_id(kind, {"row": row, "changed_at": changed_at, "parameters": dict(parameters)})
    asked = Question.objects.filter(status__in=ASKED).select_related("created_by")
    known: Question | None = asked.filter(question=question).first()
    if known is not None:
        return known
    if asked.count() >= MOST_ASKED:
        raise TooManyQuestions(f"A brand has {MOST_ASKED} of them at most.", retry_after=5)
    made: Question = Question.objects.create(
        brand=brand,
        kind=kind,
        row=row,
        parameters=dict(parameters),
        question=question,
        created_by_id=actor.user_id,
    )
    bells.on_commit(bells.QUESTION, brand_id=brand.pk, pk=made.pk)
    return made


def answer(question: Question) -> bytes:
    """What a GET would answer, as `answer_status`. Raises NotAnswered, AnswerGone."""
    if question.answer_status is None:
        wait = 1 if question.status in ASKED else None
        raise NotAnswered(f"It is {question.status}.", retry_after=wait)
    kept: bytes | None = cache.get(place(question))
    if kept is None:
        raise AnswerGone()
    return kept


def call_off(*, actor: Actor, pk: UUID) -> Question:
    """Calling off what is over changes nothing."""
    known = visible(actor, CAPABILITY, Question.objects.all())
    held: Question | None = known.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None:
        raise NotFound()
    if held.status in ASKED:
        now = timezone.now()
        held.status, held.leased_until = QuestionStatus.CANCELLED, None
        held.finished_at, held.expires_at = now, now + KEPT
        held.save(update_fields=["status", "leased_until", "finished_at", "expires_at"])
    return held


def place(question: Question) -> str:
    return cache_key(question.brand_id, "question", question.pk)


def due(*, now: datetime) -> list[tuple[UUID, UUID]]:
    """(brand, question): those that nobody works on."""
    free = Q(status=QuestionStatus.QUEUED) | Q(status=QuestionStatus.RUNNING, leased_until__lt=now)
    found = Question.objects.all_brands(reason=REASON).filter(free).order_by("id")
    return list(found.values_list("brand_id", "pk"))


def forget_old(*, now: datetime) -> int:
    old = Question.objects.all_brands(reason=REASON).filter(expires_at__lt=now)
    return int(old.delete()[0])
