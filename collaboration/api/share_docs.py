"""What OpenAPI says of shares, public links and guests' sessions."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from collaboration.api.external_docs import KEY
from collaboration.api.serializers.shares import (
    GuestSerializer,
    GuestSessionSerializer,
    LinkBody,
    LinkSerializer,
    MadeLinkSerializer,
    OpenBody,
    OpenedSerializer,
    ShareBody,
    ShareChangeBody,
    ShareSerializer,
)

WHOSE = ("by_me", "with_me")
_NOWHERE = "00000000-0000-7000-8000-000000000000"
_RESOURCE = {"resource_type": "AI_GENERATION", "resource_id": _NOWHERE}

SHARES = extend_schema_view(
    list=extend_schema(
        operation_id="shares_list",
        summary="What I shared, what was shared with me, or the shares of one resource",
        parameters=[
            OpenApiParameter("whose", str, enum=WHOSE),
            OpenApiParameter("resource_type", str),
            OpenApiParameter("resource_id", UUID),
        ],
        responses={200: ShareSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="shares_create",
        summary="Share with a member or a group",
        request=ShareBody,
        parameters=[KEY],
        responses={201: ShareSerializer, **problems(400, 409, 415, 422)},
        examples=[
            OpenApiExample(
                "With a group",
                value={**_RESOURCE, "group": _NOWHERE, "permissions": ["VIEW", "COMMENT"], "message": "For Monday."},
                request_only=True,
            )
        ],
    ),
    partial_update=extend_schema(
        operation_id="shares_change",
        summary="Change a share's rights or end",
        request=ShareChangeBody,
        responses={200: ShareSerializer, **problems(400, 409, 415)},
    ),
    destroy=extend_schema(operation_id="shares_end", summary="End a share", responses={204: None, **problems()}),
)
LINKS = extend_schema_view(
    list=extend_schema(
        operation_id="share_links_list",
        summary="List the public links that you may know of",
        responses={200: LinkSerializer(many=True), **problems(400)},
    ),
    retrieve=extend_schema(
        operation_id="share_links_get", summary="Look at a public link", responses={200: LinkSerializer, **problems()}
    ),
    create=extend_schema(
        operation_id="share_links_create",
        summary="Make a public link",
        request=LinkBody,
        responses={201: MadeLinkSerializer, **problems(400, 409, 415)},
        examples=[
            OpenApiExample(
                "For comments, with a password",
                value={**_RESOURCE, "label": "For the client", "may_comment": True, "password": "long and told apart"},
                request_only=True,
            )
        ],
    ),
    revoke=extend_schema(
        operation_id="share_links_revoke",
        summary="Revoke a public link",
        request=None,
        responses={200: LinkSerializer, **problems()},
    ),
    sessions=extend_schema(
        operation_id="share_links_sessions",
        summary="List the guests who came by a link",
        responses={200: GuestSessionSerializer(many=True), **problems(400)},
    ),
)
OPEN = extend_schema(
    operation_id="share_links_open",
    summary="Open a public link as a guest",
    tags=["collaboration"],
    request=OpenBody,
    responses={201: OpenedSerializer, **problems(400, 415, 429)},
    auth=[],
    examples=[
        OpenApiExample(
            "With a password",
            value={"token": "of the link", "password": "long and told apart", "name": "Claire"},
            request_only=True,
        )
    ],
)
SESSION = extend_schema_view(
    get=extend_schema(
        operation_id="guest_session_get",
        summary="What the link shows a guest",
        tags=["collaboration"],
        responses={200: GuestSerializer, **problems()},
    ),
    delete=extend_schema(
        operation_id="guest_session_end",
        summary="Leave, as a guest",
        tags=["collaboration"],
        responses={204: None, **problems()},
    ),
)
