"""Questions that are answered later, as clients ask and see them."""

import json
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from rest_framework import serializers

from analytics.api.kinds import KINDS, NAMES
from analytics.choices import Phase
from analytics.models import Question
from brands.api.serializers import StrictSerializer

MOST_VALUES = 1_000
_PHASES = list(Phase)


class QuestionBody(StrictSerializer):
    kind = serializers.ChoiceField(NAMES)
    id = serializers.UUIDField(required=False, help_text="Of the funnel or metric, where the kind is about one.")
    parameters = serializers.DictField(default=dict, help_text="Those of the GET; several values as a list.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = KINDS[attrs["kind"]]
        if kind.of_a_row != ("id" in attrs):
            sentence = "This field is required." if kind.of_a_row else "This kind is about no single row."
            raise serializers.ValidationError({"id": [sentence]})
        query = QueryDict(mutable=True)
        for name, value in attrs["parameters"].items():
            query.setlist(name, _texts(value))
        if sum(len(values) for _, values in query.lists()) > MOST_VALUES:
            raise serializers.ValidationError({"parameters": [f"At most {MOST_VALUES:,} values, as in an address."]})
        checked = kind.query(data=query)
        if not checked.is_valid():
            raise serializers.ValidationError({"parameters": checked.errors})
        return {**attrs, "parameters": dict(query.lists())}


class QuestionSerializer(serializers.ModelSerializer[Question]):
    row = serializers.UUIDField(allow_null=True, help_text="The funnel or metric that was asked.")
    progress_percent = serializers.SerializerMethodField(help_text="How many of its phases are over; not of time.")
    result = serializers.SerializerMethodField(help_text="Where the answer is, until `expires_at`; null: none yet.")

    class Meta:
        model = Question
        fields = (
            "id", "kind", "row", "parameters", "status", "phase", "progress_percent", "answer_status", "result",
            "created_at", "finished_at", "expires_at",
        )  # fmt: skip

    def get_progress_percent(self, question: Question) -> int:
        return 100 * _PHASES.index(Phase(question.phase)) // (len(_PHASES) - 1)

    def get_result(self, question: Question) -> str | None:
        if question.answer_status is None:
            return None
        return reverse("analytics:question-result", kwargs={"brand_id": question.brand_id, "pk": question.pk})


def _texts(value: Any) -> list[str]:
    """As an address would have it; a list of objects, such as filters, is one text of JSON."""
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return [_text(each) for each in value]
    return [_text(value)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
