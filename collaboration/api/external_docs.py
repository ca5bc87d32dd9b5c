"""What OpenAPI says of external resources."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from collaboration.api.serializers.external_resources import ExternalResourceBody, ExternalResourceSerializer

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)
RESOURCES = extend_schema_view(
    list=extend_schema(
        operation_id="resources_list",
        summary="List what was registered",
        description="Designs, products, orders and customizations of your own systems, newest first.",
        responses={200: ExternalResourceSerializer(many=True), **problems(400)},
    ),
    retrieve=extend_schema(
        operation_id="resources_get",
        summary="Look at one",
        responses={200: ExternalResourceSerializer, **problems()},
    ),
    create=extend_schema(
        operation_id="resources_register",
        summary="Register one, or say what it is now",
        description="By type and external_id: 201 when it is new here, 200 when it was known and now is as you say. "
        "One that was archived is back with its threads.",
        request=ExternalResourceBody,
        parameters=[KEY],
        responses={200: ExternalResourceSerializer, 201: ExternalResourceSerializer, **problems(400, 409, 415, 422)},
        examples=[
            OpenApiExample(
                "A design",
                value={
                    "type": "DESIGN",
                    "external_id": "mug-17",
                    "title": "Spring mug",
                    "url": "https://shop.example/designs/mug-17",
                    "version": "3",
                },
                request_only=True,
            )
        ],
    ),
    destroy=extend_schema(
        operation_id="resources_archive",
        summary="Archive one",
        description="It is gone with its threads, until it is registered again.",
        responses={204: None, **problems()},
    ),
)
