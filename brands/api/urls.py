"""Routes under /api/v1/."""

from typing import Any

from django.urls import include, path

from brands.api.api_keys import ApiKeyViewSet
from brands.api.audit_export import AuditExportView
from brands.api.brands import BrandListView, BrandLogoView, BrandView
from brands.api.grants import GrantViewSet
from brands.api.groups import GroupViewSet
from brands.api.history import AuditViewSet, DomainEventViewSet
from brands.api.invitations import AcceptInvitationView, InvitationViewSet
from brands.api.me import BrandMeView, MeView, ResourceTypesView
from brands.api.members import MemberViewSet
from brands.api.permissions import ExplainView, RestrictionView
from brands.api.roles import RightsView, RoleViewSet
from brands.api.secrets import SecretsView, SecretView

Actions = dict[str, Any]

MANY: Actions = {"get": "list"}
MANY_AND_NEW: Actions = {"get": "list", "post": "create"}
ONE: Actions = {"get": "retrieve", "delete": "destroy"}
ONE_CHANGED: Actions = {**ONE, "patch": "partial_update"}

in_brand = [
    path("", BrandView.as_view(), name="brand"),
    path("logo/", BrandLogoView.as_view(), name="brand-logo"),
    path("me/", BrandMeView.as_view(), name="brand-me"),
    path("members/", MemberViewSet.as_view(MANY), name="members"),
    path("members/<uuid:pk>/", MemberViewSet.as_view(ONE_CHANGED), name="member"),
    path("invitations/", InvitationViewSet.as_view(MANY_AND_NEW), name="invitations"),
    path("invitations/<uuid:pk>/", InvitationViewSet.as_view(ONE), name="invitation"),
    path("api-keys/", ApiKeyViewSet.as_view(MANY_AND_NEW), name="api-keys"),
    path("api-keys/<uuid:pk>/", ApiKeyViewSet.as_view(ONE), name="api-key"),
    path("api-keys/<uuid:pk>/rotate/", ApiKeyViewSet.as_view({"post": "rotate"}), name="api-key-rotate"),
    path("secrets/", SecretsView.as_view(), name="secrets"),
    path("secrets/<str:name>/", SecretView.as_view(), name="secret"),
    path("audit/", AuditViewSet.as_view(MANY), name="audit"),
    path("audit/export/", AuditExportView.as_view(), name="audit-export"),
    path("domain-events/", DomainEventViewSet.as_view(MANY), name="domain-events"),
    path("roles/", RoleViewSet.as_view(MANY_AND_NEW), name="roles"),
    path("roles/<uuid:pk>/", RoleViewSet.as_view(ONE_CHANGED), name="role"),
    path("groups/", GroupViewSet.as_view(MANY_AND_NEW), name="groups"),
    path("groups/<uuid:pk>/", GroupViewSet.as_view(ONE_CHANGED), name="group"),
    path("groups/<uuid:pk>/members/", GroupViewSet.as_view({"get": "members", "post": "add"}), name="group-members"),
    path(
        "groups/<uuid:pk>/members/<uuid:membership_id>/",
        GroupViewSet.as_view({"delete": "remove"}),
        name="group-member",
    ),
    path("grants/", GrantViewSet.as_view(MANY_AND_NEW), name="grants"),
    path("grants/<uuid:pk>/", GrantViewSet.as_view(ONE_CHANGED), name="grant"),
    path("permissions/", RightsView.as_view(), name="permissions"),
    path("permissions/explain/", ExplainView.as_view(), name="permissions-explain"),
    path(
        "resources/<str:resource_type>/<uuid:resource_id>/restriction/", RestrictionView.as_view(), name="restriction"
    ),
    path("resource-types/", ResourceTypesView.as_view(), name="resource-types"),
]

urlpatterns = [
    path("me/", MeView.as_view(), name="me"),
    path("brands/", BrandListView.as_view(), name="brands"),
    path("brands/<uuid:brand_id>/", include(in_brand)),
    path("invitations/accept/", AcceptInvitationView.as_view(), name="accept-invitation"),
]
