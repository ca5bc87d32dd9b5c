"""Finding generations by words of their prompts."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

FEW = 1000

# Every word of the question must begin a word of the prompt; a question without words asks for nothing.
_MATCHES = """
(SELECT numnode(question.query) = 0 OR ai_studio_generation.prompt_words @@ question.query FROM (
    SELECT coalesce(string_agg(quote_literal(word.lexeme) || ':*', ' & '), '')::tsquery AS query
    FROM unnest(to_tsvector('simple'::regconfig, %s)) AS word
) AS question)
"""


def by_words(queryset: "QuerySet[Any]", words: str) -> "QuerySet[Any]":
    """The generations of `queryset` whose prompts have words beginning with all of `words`.

    Rare words are looked up in the index, which row-level security only lets a definer function use. Frequent
    ones would bring their whole harvest; there, going through the list and looking is sooner done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT studio_search_generations(%s) LIMIT %s", [words, FEW + 1])
        found = [row[0] for row in cursor.fetchall()]
    if len(found) <= FEW:
        return queryset.filter(pk__in=found)
    return queryset.filter(RawSQL(_MATCHES, [words], output_field=BooleanField()))  # noqa: S611 - no outside text
