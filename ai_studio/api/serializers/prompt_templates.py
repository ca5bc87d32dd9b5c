"""Prompt templates as clients see and send them."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.fields import VariablesField
from ai_studio.api.serializers.generations import PersonSerializer
from ai_studio.api.serializers.wishes import ParametersBody
from ai_studio.choices import GenerationType
from ai_studio.models import PromptTemplate, PromptTemplateVersion
from ai_studio.models.generation import MAX_PROMPT_LENGTH
from ai_studio.prompts.templating import MAX_VARIABLES, NAME
from ai_studio.prompts.variables import KINDS, MAX_VALUE_LENGTH
from brands.api.serializers import StrictSerializer


class VariableBody(StrictSerializer):
    name = serializers.RegexField(rf"^{NAME}\Z", help_text="Small letters, digits and _, from a letter on.")
    label = serializers.CharField(max_length=80, required=False, allow_blank=True)  # type: ignore[assignment]
    kind = serializers.ChoiceField(KINDS, required=False, help_text="`text` unless you say otherwise.")
    choices = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=50, help_text="Of kind `choice`."
    )
    min = serializers.DecimalField(max_digits=12, decimal_places=4, required=False, allow_null=True)
    max = serializers.DecimalField(max_digits=12, decimal_places=4, required=False, allow_null=True)
    default = serializers.CharField(max_length=MAX_VALUE_LENGTH, required=False, allow_null=True)
    required = serializers.BooleanField(required=False, help_text="true unless you say otherwise.")  # type: ignore[assignment]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            name: str(value) if name in ("min", "max") else value for name, value in data.items() if value is not None
        }


class TemplateBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    type = serializers.ChoiceField(
        [("", "any"), *GenerationType.choices], required=False, help_text="Empty: whoever uses it chooses."
    )
    body = serializers.CharField(
        max_length=MAX_PROMPT_LENGTH, help_text="The prompt, with {{variables}} by their names."
    )
    negative_prompt = serializers.CharField(max_length=MAX_PROMPT_LENGTH, required=False, allow_blank=True)
    variables = serializers.ListField(child=VariableBody(), required=False, max_length=MAX_VARIABLES)
    parameters = ParametersBody(required=False, help_text="Used where a wish says nothing else.")

    def validate_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """As JSON keeps them; null is the same as left out."""
        exact = ("guidance", "duration_seconds")
        kept = {name: value for name, value in parameters.items() if value is not None}
        return {name: str(value) if name in exact else value for name, value in kept.items()}


class VariableSerializer(serializers.Serializer[Any]):
    """Fields that say nothing are left out."""

    name = serializers.CharField()
    label = serializers.CharField(required=False)  # type: ignore[assignment]
    kind = serializers.ChoiceField(KINDS, required=False)
    choices = serializers.ListField(child=serializers.CharField(), required=False)
    min = serializers.CharField(required=False)
    max = serializers.CharField(required=False)
    default = serializers.CharField(required=False)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]


_CONTENT = ["type", "body", "negative_prompt", "variables", "parameters", "created_by", "created_at"]


class TemplateSerializer(serializers.ModelSerializer[PromptTemplate]):
    variables = VariableSerializer(many=True)
    parameters = serializers.DictField()
    created_by = PersonSerializer(read_only=True)

    class Meta:
        model = PromptTemplate
        fields = ["id", "name", "version", *_CONTENT, "updated_at", "archived_at"]
        read_only_fields = fields


class TemplateVersionSerializer(serializers.ModelSerializer[PromptTemplateVersion]):
    variables = VariableSerializer(many=True)
    parameters = serializers.DictField()
    created_by = PersonSerializer(read_only=True)

    class Meta:
        model = PromptTemplateVersion
        fields = ["number", *_CONTENT]
        read_only_fields = fields


class RenderBody(StrictSerializer):
    variables = VariablesField(required=False)


class FilledSerializer(serializers.Serializer[Any]):
    """What a generation with these variables would be asked for."""

    version = serializers.IntegerField()
    type = serializers.CharField(help_text="Empty: whoever uses it chooses.")
    prompt = serializers.CharField()
    negative_prompt = serializers.CharField()
    values = serializers.DictField(child=serializers.CharField(), help_text="Given or by default.")
    parameters = serializers.DictField()
