"""What OpenAPI says of prompt templates."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from ai_studio.api.serializers.prompt_templates import (
    FilledSerializer,
    RenderBody,
    TemplateBody,
    TemplateSerializer,
    TemplateVersionSerializer,
)

_EXAMPLE = OpenApiExample(
    "A product picture",
    value={
        "name": "Product on a podium",
        "type": "IMAGE_2D",
        "body": "a {{colour}} {{product}} on a podium, {{mood}}, {{count}} balloons around it",
        "negative_prompt": "text",
        "variables": [
            {"name": "product", "label": "Product"},
            {"name": "colour", "kind": "colour", "default": "#112233"},
            {"name": "mood", "kind": "choice", "choices": ["calm", "playful"], "default": "calm"},
            {"name": "count", "kind": "number", "min": "1", "max": "5", "default": "3"},
        ],
        "parameters": {"quality": "high", "aspect_ratio": "3:2"},
    },
    request_only=True,
)
_FILL = OpenApiExample("A mug", value={"variables": {"product": "mug", "colour": "red"}}, request_only=True)
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)

TEMPLATES = extend_schema_view(
    list=extend_schema(
        operation_id="prompt_templates_list",
        summary="List the prompt templates in use",
        description="Newest first.",
        responses={200: TemplateSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="prompt_templates_create",
        summary="Keep a prompt template",
        description="`{{name}}` in the texts stands for the variable of that name; nothing else is done with them. "
        "A name that is no variable, and a variable that nothing asks for, are refused.",
        request=TemplateBody,
        parameters=[_KEY],
        responses={201: TemplateSerializer, **problems(400, 409, 415, 422)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="prompt_templates_get",
        summary="Look at a prompt template",
        description="Archived ones too: generations name them.",
        responses={200: TemplateSerializer, **problems()},
    ),
    partial_update=extend_schema(
        operation_id="prompt_templates_update",
        summary="Change a prompt template",
        description="New content is a new version; a new name is not.",
        request=TemplateBody,
        responses={200: TemplateSerializer, **problems(400, 409, 415)},
    ),
    destroy=extend_schema(
        operation_id="prompt_templates_archive",
        summary="Archive a prompt template",
        description="It can be used and changed no more, and leaves its name to others.",
        responses={204: None, **problems(409)},
    ),
    render=extend_schema(
        operation_id="prompt_templates_render",
        summary="See what it says with these variables",
        description="It makes nothing and costs nothing. What is missing, unknown or does not fit is named: "
        "`variables.<name>`.",
        request=RenderBody,
        responses={200: FilledSerializer, **problems(400, 415)},
        examples=[_FILL],
    ),
    versions=extend_schema(
        operation_id="prompt_template_versions_list",
        summary="List what it said before",
        description="Newest first. A generation names the version that it was made with.",
        filters=False,
        responses={200: TemplateVersionSerializer(many=True), **problems(400)},
    ),
)
