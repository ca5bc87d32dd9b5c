from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import AtelierAPIView, BrandViewSet
from brands.api.members import RoleChoiceBody
from brands.api.serializers import StrictSerializer
from brands.models import Invitation
from brands.services import invitations


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    invited_by_id = serializers.IntegerField()
    custom_role = serializers.UUIDField(source="custom_role_id", allow_null=True)

    class Meta:
        model = Invitation
        fields = (
            "id", "email", "role", "custom_role", "invited_by_id", "created_at", "expires_at", "accepted_at",
            "revoked_at",
        )  # fmt: skip


class InvitationBody(RoleChoiceBody):
    email = serializers.EmailField(max_length=254)


class AcceptBody(StrictSerializer):
    token = serializers.CharField(max_length=100)


class AcceptedSerializer(serializers.Serializer[Any]):
    brand_id = serializers.UUIDField()
    role = serializers.CharField(source="role_name")


@extend_schema_view(
    list=extend_schema(operation_id="invitations_list"), retrieve=extend_schema(operation_id="invitations_get")
)
class InvitationViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Invitation
    serializer_class = InvitationSerializer
    capability: ClassVar[dict[str, str]] = {
        "list": "member.manage",
        "retrieve": "member.manage",
        "create": "member.manage",
        "destroy": "member.manage",
    }
    limited_per_person = True

    @property
    def rate_limit(self) -> str | None:
        """Each one is a mail to a stranger."""
        return "60/hour" if self.request.method == "POST" else None

    @extend_schema(operation_id="invitations_create", request=InvitationBody, responses={201: InvitationSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Send an invitation. Its token is in the mail only, and good for 7 days."""
        body = InvitationBody.read(request.data)
        invitation = invitations.invite(actor=self.actor, inviter=self.user, **body)
        return Response(InvitationSerializer(invitation).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="invitations_revoke")
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        invitations.revoke(actor=self.actor, invitation=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AcceptInvitationView(AtelierAPIView):
    rate_limit = "30/minute"

    @extend_schema(operation_id="invitations_accept", request=AcceptBody, responses={201: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Join a brand. Your verified e-mail address must be the one that was invited."""
        self.require_person()
        body = AcceptBody.read(request.data)
        membership = invitations.accept(user=self.user, **body)
        return Response(AcceptedSerializer(membership).data, status=status.HTTP_201_CREATED)
