"""Favourites, which are one person's, and tags, which are the brand's."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from ai_studio.models import Favourite, Generation, GenerationTag
from ai_studio.models.label import MAX_TAG_LENGTH, MAX_TAGS
from brands import events
from brands.errors import InvalidInput
from brands.permissions import Actor, require, visible

TAGGING = "asset.edit"
# Control and format characters, line and paragraph separators, halves of pairs. Joiners belong to scripts and emoji.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"


def mark(*, actor: Actor, generation: Generation) -> None:
    """Make it a favourite of the actor's person. Twice is once; nobody else is told."""
    require(actor, "asset.view", generation)
    Favourite.objects.bulk_create(
        [Favourite(brand_id=actor.brand_id, user_id=actor.person_id, generation=generation)], ignore_conflicts=True
    )


def unmark(*, actor: Actor, generation: Generation) -> None:
    """What is no favourite stays none."""
    require(actor, "asset.view", generation)
    own_favourites(actor).filter(generation=generation).delete()


def own_favourites(actor: Actor) -> "QuerySet[Any]":
    return Favourite.objects.filter(user_id=actor.user_id)


def tag(*, actor: Actor, generation: Generation, tags: Iterable[str]) -> list[str]:
    """Put these tags (up to 20 of 1 to 40 characters) in place of what was there; returns them as they are kept.

    Raises InvalidInput naming `tags.<n>`, or `tags` when they are too many.
    """
    require(actor, TAGGING, generation)
    names = _names(tags)
    # Held, so that two who tag at once do not mix; its job may go on meanwhile up to its next write.
    Generation.objects.select_for_update(no_key=True, of=("self",)).get(pk=generation.pk)
    known = GenerationTag.objects.filter(generation=generation)
    if list(known.values_list("name", flat=True)) == names:
        return names
    known.delete()
    GenerationTag.objects.bulk_create(
        GenerationTag(brand_id=generation.brand_id, generation=generation, name=name, number=number)
        for number, name in enumerate(names, 1)
    )
    events.append(
        brand_id=generation.brand_id,
        type="generation.tagged",
        payload={"generation": str(generation.pk), "tags": len(names)},
    )
    return names


def counted(*, actor: Actor) -> "QuerySet[Any]":
    """The brand's tags as {name, generations}, by name."""
    tags = visible(actor, "asset.view", GenerationTag.objects.all())
    return tags.order_by().values("name").annotate(generations=Count("pk"))


def normalised(tag: str) -> str:
    """As tags are kept and compared: small letters of one form, single spaces. ValueError when it is none."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
    name = " ".join(part for part in text.split(" ") if part)
    if any(unicodedata.category(char) in _REFUSED and char not in _JOINERS for char in name):
        raise ValueError("Holds a control character.")
    if not 1 <= len(name) <= MAX_TAG_LENGTH or not name.strip(_JOINERS):
        raise ValueError(f"1 to {MAX_TAG_LENGTH} characters.")
    return name


def _names(tags: Iterable[str]) -> list[str]:
    """Each once, in the order given."""
    names: dict[str, None] = {}
    wrong = {}
    for n, wanted in enumerate(tags):
        try:
            names[normalised(wanted)] = None
        except ValueError as error:
            wrong[f"tags.{n}"] = [str(error)]
    if len(names) > MAX_TAGS:
        wrong["tags"] = [f"At most {MAX_TAGS}."]
    if wrong:
        raise InvalidInput(fields=wrong)
    return list(names)
