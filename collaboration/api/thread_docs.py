"""What OpenAPI says of threads and comments."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from collaboration.api.external_docs import KEY
from collaboration.api.serializers.comments import (
    AttachmentBody,
    AttachmentSerializer,
    CommentBody,
    CommentChanges,
    CommentSerializer,
    RevisionSerializer,
)
from collaboration.api.serializers.threads import (
    CountsQuery,
    ReadBody,
    ReadSerializer,
    ThreadBody,
    ThreadCountsListSerializer,
    ThreadSerializer,
)
from collaboration.threads.choices import Reaction

_NOWHERE = "00000000-0000-7000-8000-000000000000"
_REGION = {"kind": "region", "x": 0.25, "y": 0.1, "w": 0.2, "h": 0.2}
THREADS = extend_schema_view(
    list=extend_schema(
        operation_id="threads_list",
        summary="List threads",
        description="Of whatever you may see, newest first. Guests see those for clients.",
        responses={200: ThreadSerializer(many=True), **problems(400)},
    ),
    retrieve=extend_schema(
        operation_id="threads_get", summary="Look at a thread", responses={200: ThreadSerializer, **problems()}
    ),
    create=extend_schema(
        operation_id="threads_open",
        summary="Open a thread with its first comment",
        description="On a spot of what the resource is now. Its visibility never changes.",
        request=ThreadBody,
        parameters=[KEY],
        responses={201: ThreadSerializer, **problems(400, 409, 415, 422, 429)},
        examples=[
            OpenApiExample(
                "On a region",
                value={
                    "resource_type": "AI_GENERATION",
                    "resource_id": _NOWHERE,
                    "body": "The handle is too thin.",
                    "type": "ISSUE",
                    "visibility": "CLIENT",
                    "anchor": _REGION,
                },
                request_only=True,
            )
        ],
    ),
    resolve=extend_schema(
        operation_id="threads_resolve",
        summary="It is done",
        description="Guests resolve their own threads only.",
        request=None,
        responses={200: ThreadSerializer, **problems(429)},
    ),
    reopen=extend_schema(
        operation_id="threads_reopen",
        summary="It is not done",
        request=None,
        responses={200: ThreadSerializer, **problems(429)},
    ),
    read=extend_schema(
        operation_id="threads_read",
        summary="You read it",
        description="Up to a comment, by default the last; an earlier one makes the rest unread again.",
        request=ReadBody,
        responses={200: ReadSerializer, **problems(400, 415)},
    ),
    comments=extend_schema(
        operation_id="comments_list",
        summary="List a thread's comments",
        description="The first said first. What was deleted keeps its place, without its text.",
        filters=False,
        responses={200: CommentSerializer(many=True), **problems(400)},
    ),
)
# Mapped to the path of `comments`, where extend_schema_view does not reach.
COMMENT = extend_schema(
    operation_id="comments_add",
    summary="Say something in a thread",
    request=CommentBody,
    parameters=[KEY],
    responses={201: CommentSerializer, **problems(400, 409, 415, 422, 429)},
    examples=[OpenApiExample("A reply", value={"body": "Thicker by half, then?"}, request_only=True)],
)
COUNTS = extend_schema_view(
    get=extend_schema(
        operation_id="threads_count",
        summary="Count threads of many resources",
        description="Open, resolved and unread, of those of the resources that have any.",
        parameters=[CountsQuery],
        responses={200: ThreadCountsListSerializer, **problems(400)},
    )
)
COMMENTS = extend_schema_view(
    retrieve=extend_schema(
        operation_id="comments_get", summary="Look at a comment", responses={200: CommentSerializer, **problems()}
    ),
    partial_update=extend_schema(
        operation_id="comments_edit",
        summary="Say it otherwise",
        description="Your own only; what it was is kept.",
        request=CommentChanges,
        responses={200: CommentSerializer, **problems(400, 409, 415, 429)},
    ),
    destroy=extend_schema(
        operation_id="comments_delete",
        summary="Take a comment back",
        description="Your own, or with asset.delete. Its place stays; its text is kept in its revisions.",
        responses={204: None, **problems(409)},
    ),
    revisions=extend_schema(
        operation_id="comments_revisions",
        summary="What a comment was before",
        description="For its author, and with asset.delete. Newest first.",
        filters=False,
        responses={200: RevisionSerializer(many=True), **problems(400)},
    ),
)
_EMOJI = OpenApiParameter("emoji", str, OpenApiParameter.PATH, enum=Reaction.values)
REACTION = extend_schema_view(
    put=extend_schema(
        operation_id="reactions_add",
        summary="React to a comment",
        description="Each reaction once; twice is once.",
        parameters=[_EMOJI],
        request=None,
        responses={204: None, **problems(409, 429)},
    ),
    delete=extend_schema(
        operation_id="reactions_remove",
        summary="Take a reaction back",
        parameters=[_EMOJI],
        responses={204: None, **problems(409, 429)},
    ),
)
ATTACHMENTS = extend_schema_view(
    post=extend_schema(
        operation_id="attachments_add",
        summary="Add a file to your comment",
        description="Up to ten. What it is, its bytes decide.",
        request={"multipart/form-data": AttachmentBody},
        responses={201: AttachmentSerializer, **problems(400, 409, 413, 415, 429)},
    )
)
ATTACHMENT = extend_schema_view(
    delete=extend_schema(
        operation_id="attachments_remove",
        summary="Remove a file from a comment",
        responses={204: None, **problems(409)},
    )
)
DOWNLOAD = extend_schema_view(
    get=extend_schema(
        operation_id="attachments_download",
        summary="Get a comment's file",
        description="With credentials, or by the signed address that the comment has.",
        parameters=[
            OpenApiParameter("expires", str, description="Of a signed address."),
            OpenApiParameter("signature", str, description="Of a signed address."),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **problems(410, 416)},
    )
)
