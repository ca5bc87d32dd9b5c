"""What lists may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from rest_framework.exceptions import ValidationError

from ai_studio.choices import CollectionVisibility, GenerationType, LedgerKind, Status
from ai_studio.models import Collection, Generation, GenerationTag, LedgerEntry, PromptTemplate
from ai_studio.services import collections, labels, search
from brands.api.filters import MomentFilter, StrictFilterSet
from brands.models import Membership, User
from brands.permissions import visible

MAX_SEARCH_LENGTH = 200


def _brand_users(request: Any) -> QuerySet[User]:
    """People of the brand, and those who left their work in it. Guests know none."""
    here = Exists(Membership.objects.filter(user=OuterRef("pk")))
    worked_here = Exists(Generation.objects.filter(user=OuterRef("pk")))
    return User.objects.none() if request is None or request.actor.is_guest else User.objects.filter(here | worked_here)


def _generations(request: Any) -> QuerySet[Any]:
    if request is None:
        return Generation._base_manager.none()
    return visible(request.actor, "asset.view", Generation.objects.all())


def _collections(request: Any) -> QuerySet[Any]:
    return Generation._base_manager.none() if request is None else collections.seen_by(request.actor)


def _templates(request: Any) -> QuerySet[Any]:
    if request is None:
        return PromptTemplate._base_manager.none()
    return visible(request.actor, "asset.view", PromptTemplate.objects.all())


class GenerationFilter(StrictFilterSet):
    type = django_filters.MultipleChoiceFilter(choices=GenerationType.choices)
    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    model = django_filters.CharFilter(max_length=80)
    provider = django_filters.CharFilter(max_length=40)
    user = django_filters.ModelChoiceFilter(queryset=_brand_users)
    parent = django_filters.ModelChoiceFilter(queryset=_generations)
    collection = django_filters.ModelChoiceFilter(field_name="places__collection", queryset=_collections)
    template = django_filters.ModelChoiceFilter(queryset=_templates, help_text="Made with this prompt template.")
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")
    favourite = django_filters.ChoiceFilter(
        choices=[("true", "true"), ("false", "false")],
        method="filter_favourite",
        help_text="Whether it is a favourite of yours.",
    )
    tag = django_filters.CharFilter(method="filter_tag", max_length=MAX_SEARCH_LENGTH, help_text="In capitals or not.")
    search = django_filters.CharFilter(
        method="filter_search",
        max_length=MAX_SEARCH_LENGTH,
        help_text="Words, each of which begins a word of the prompt; or a tag; or an id.",
    )

    class Meta:
        model = Generation
        fields: list[str] = []

    def filter_favourite(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        marked = Exists(labels.own_favourites(self.request.actor).filter(generation=OuterRef("pk")))
        return queryset.filter(marked if value == "true" else ~marked)

    def filter_tag(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        try:
            tagged = GenerationTag.objects.filter(generation=OuterRef("pk"), name=labels.normalised(value))
        except ValueError as error:
            raise ValidationError({name: [str(error)]}) from error
        return queryset.filter(Exists(tagged))

    def filter_search(self, queryset: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return search.found_by(queryset, value)


class CollectionFilter(StrictFilterSet):
    visibility = django_filters.ChoiceFilter(choices=CollectionVisibility.choices)
    owner = django_filters.ModelChoiceFilter(queryset=_brand_users)
    generation = django_filters.ModelChoiceFilter(
        field_name="items__generation", queryset=_generations, help_text="Collections that hold it."
    )
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=120, help_text="A part of the name.")

    class Meta:
        model = Collection
        fields: list[str] = []


class TemplateFilter(StrictFilterSet):
    type = django_filters.MultipleChoiceFilter(choices=GenerationType.choices)
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=120, help_text="A part of the name.")

    class Meta:
        model = PromptTemplate
        fields: list[str] = []


class LedgerFilter(StrictFilterSet):
    kind = django_filters.MultipleChoiceFilter(choices=LedgerKind.choices)
    generation = django_filters.ModelChoiceFilter(queryset=_generations)
    user = django_filters.ModelChoiceFilter(field_name="quota__user", queryset=_brand_users)
    month_date = django_filters.DateFilter(field_name="budget__month_date")

    class Meta:
        model = LedgerEntry
        fields: list[str] = []
