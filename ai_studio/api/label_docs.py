"""What OpenAPI says of favourites and tags."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from ai_studio.api.serializers.labels import TagCountSerializer, TagsBody, TagsSerializer

FAVOURITE = extend_schema_view(
    put=extend_schema(
        operation_id="favourites_add",
        summary="Make it a favourite of yours",
        description="Twice is once. Favourites are each person's own; a key's are those of its maker.",
        request=None,
        responses={204: None, **problems()},
    ),
    delete=extend_schema(
        operation_id="favourites_remove", summary="It is no favourite of yours", responses={204: None, **problems()}
    ),
)
GENERATION_TAGS = extend_schema_view(
    put=extend_schema(
        operation_id="tags_set",
        summary="Set the tags of a generation",
        description="In place of those it had; an empty list removes them.",
        request=TagsBody,
        responses={200: TagsSerializer, **problems(400, 415)},
        examples=[OpenApiExample("Two tags", value={"tags": ["spring sale", "mug"]}, request_only=True)],
    )
)
TAGS = extend_schema_view(
    get=extend_schema(
        operation_id="tags_list",
        summary="List the brand's tags",
        description="By name, with how many generations have each.",
        responses={200: TagCountSerializer(many=True), **problems(400)},
    )
)
