"""What OpenAPI says of collections."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from ai_studio.api.serializers.collections import (
    AddBody,
    AddedSerializer,
    CollectionBody,
    CollectionSerializer,
    ItemSerializer,
    MoveBody,
    MovedSerializer,
)

_EXAMPLE = OpenApiExample(
    "Shared", value={"name": "Spring campaign", "description": "For the shop", "visibility": "BRAND"}, request_only=True
)
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)

COLLECTIONS = extend_schema_view(
    list=extend_schema(
        operation_id="collections_list",
        summary="List collections",
        description="Your own and those shared with the brand, newest first.",
        responses={200: CollectionSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="collections_create",
        summary="Make a collection",
        description="Private unless you share it. Nobody else sees a private one, the brand's owners included.",
        request=CollectionBody,
        parameters=[_KEY],
        responses={201: CollectionSerializer, **problems(400, 409, 415, 422)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="collections_get",
        summary="Look at a collection",
        responses={200: CollectionSerializer, **problems()},
    ),
    partial_update=extend_schema(
        operation_id="collections_update",
        summary="Rename, describe, share or hide it",
        description="Only its owner may change its visibility.",
        request=CollectionBody,
        responses={200: CollectionSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="collections_delete",
        summary="Remove a collection",
        description="The generations in it stay.",
        responses={204: None, **problems()},
    ),
    items=extend_schema(
        operation_id="collection_items_list",
        summary="List what is in a collection",
        description="In its order.",
        filters=False,
        responses={200: ItemSerializer(many=True), **problems(400)},
    ),
    move=extend_schema(
        operation_id="collection_items_move",
        summary="Move a generation before or after another",
        request=MoveBody,
        responses={200: MovedSerializer, **problems(400, 415)},
    ),
)
# Mapped to the paths of `items` and `move`, where extend_schema_view does not reach.
ADD = extend_schema(
    operation_id="collection_items_add",
    summary="Put up to 100 generations into it",
    description="At the end, in this order, all or none. Adding twice is adding once.",
    request=AddBody,
    responses={200: AddedSerializer, **problems(400, 409, 415)},
)
REMOVE = extend_schema(
    operation_id="collection_items_remove",
    summary="Take a generation out of it",
    responses={204: None, **problems()},
)
