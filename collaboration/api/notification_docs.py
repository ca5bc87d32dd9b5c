"""What OpenAPI says of activity and notifications."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from collaboration.api.serializers.activity import ActivityPageSerializer, ActivityQuery
from collaboration.api.serializers.notifications import (
    MarkBody,
    MarkedSerializer,
    MuteSerializer,
    NotificationMuteBody,
    NotificationSerializer,
    PreferencesBody,
    PreferencesSerializer,
    UnreadSerializer,
)

ACTIVITY = extend_schema_view(
    get=extend_schema(
        operation_id="activity_list",
        summary="What happened",
        description="Of what you may see now, newest first. A page looks at 20,000 events at most: it may be short, or "
        "empty, before the end, which is where `next` is null.",
        parameters=[ActivityQuery],
        responses={200: ActivityPageSerializer, **problems(400)},
    )
)
NOTIFICATIONS = extend_schema_view(
    list=extend_schema(
        operation_id="notifications_list",
        summary="List what you are told",
        description="Newest first, of what you may see now; kept for 180 days.",
        responses={200: NotificationSerializer(many=True), **problems(400)},
    ),
    unread=extend_schema(
        operation_id="notifications_unread",
        summary="Count what you have not read",
        responses={200: UnreadSerializer, **problems()},
    ),
    mark=extend_schema(
        operation_id="notifications_read_one", summary="Read one", request=None, responses={204: None, **problems()}
    ),
    mark_all=extend_schema(
        operation_id="notifications_read_all",
        summary="Read all, or those up to one",
        request=MarkBody,
        responses={200: MarkedSerializer, **problems(400, 415)},
    ),
)
MUTES = extend_schema_view(
    list=extend_schema(
        operation_id="notification_mutes_list",
        summary="List what you muted",
        responses={200: MuteSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="notification_mutes_add",
        summary="Mute a thread, or a resource with its threads",
        description="Who is called by name is told all the same.",
        request=NotificationMuteBody,
        responses={201: MuteSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="notification_mutes_end",
        summary="Be told again",
        responses={204: None, **problems()},
    ),
)
PREFERENCES = extend_schema_view(
    get=extend_schema(
        operation_id="notification_preferences_get",
        summary="How you are told of what",
        responses={200: PreferencesSerializer, **problems()},
    ),
    put=extend_schema(
        operation_id="notification_preferences_set",
        summary="Choose how you are told of what",
        description="What is not named stays as it is.",
        request=PreferencesBody,
        responses={200: PreferencesSerializer, **problems(400, 415)},
        examples=[
            OpenApiExample(
                "In French, comments once a day at nine",
                value={
                    "language": "fr",
                    "timezone": "Europe/Paris",
                    "digest_hour": 9,
                    "kinds": {"REPLIED": {"email": "DIGEST"}},
                },
                request_only=True,
            )
        ],
    ),
)
