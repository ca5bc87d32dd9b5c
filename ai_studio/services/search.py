"""Finding generations by words of their prompts, by a tag, by an id."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from ai_studio.models import GenerationTag
from ai_studio.services import labels

FEW = 1000

# Every word of the question must begin a word of the prompt; a question without words asks for nothing.
_MATCHES = """
(SELECT numnode(question.query) = 0 OR ai_studio_generation.prompt_words @@ question.query FROM (
    SELECT coalesce(string_agg(quote_literal(word.lexeme) || ':*', ' & '), '')::tsquery AS query
    FROM unnest(to_tsvector('simple'::regconfig, %s)) AS word
) AS question)
"""


def found_by(queryset: "QuerySet[Any]", question: str) -> "QuerySet[Any]":
    """The generations of `queryset` whose prompts have words beginning with all of the question's, or that have it as
    a tag, or as their id.

    What is rare is looked up: words in the GIN index, which row-level security only lets a definer function use; tags
    in a btree, whose equality is leakproof. What is frequent would bring its whole harvest; there, going through the
    list and looking is sooner done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT studio_search_generations(%s) LIMIT %s", [question, FEW + 1])
        worded = [row[0] for row in cursor.fetchall()]
    tags = _tags(question)
    tagged = list(tags.values_list("generation_id", flat=True)[: FEW + 1])
    if max(len(worded), len(tagged)) <= FEW:
        return queryset.filter(pk__in={*worded, *tagged, *_id(question)})
    matches = RawSQL(_MATCHES, [question], output_field=BooleanField())  # noqa: S611 - no outside text
    return queryset.filter(Q(matches) | Q(Exists(tags.filter(generation=OuterRef("pk")))) | Q(pk__in=_id(question)))


def _tags(question: str) -> "QuerySet[Any]":
    try:
        return GenerationTag.objects.order_by().filter(name=labels.normalised(question))
    except ValueError:
        return GenerationTag.objects.none()


def _id(question: str) -> list[UUID]:
    try:
        return [UUID(question.strip())]
    except ValueError:
        return []
