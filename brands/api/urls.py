"""Routes under /api/v1/."""

from typing import Any

from django.urls import include, path

from brands.api.api_keys import ApiKeyViewSet
from brands.api.audit_export import AuditExportView
from brands.api.brands import BrandListView, BrandLogoView, BrandView
from brands.api.history import AuditViewSet, DomainEventViewSet
from brands.api.invitations import AcceptInvitationView, InvitationViewSet
from brands.api.me import BrandMeView, MeView, ResourceTypesView
from brands.api.members import MemberViewSet
from brands.api.secrets import SecretsView, SecretView

Actions = dict[str, Any]

MANY: Actions = {"get": "list"}
MANY_AND_NEW: Actions = {"get": "list", "post": "create"}
ONE: Actions = {"get": "retrieve", "delete": "destroy"}

in_brand = [
    path("", BrandView.as_view(), name="brand"),
    path("logo/", BrandLogoView.as_view(), name="brand-logo"),
    path("me/", BrandMeView.as_view(), name="brand-me"),
    path("members/", MemberViewSet.as_view(MANY), name="members"),
    path("members/<uuid:pk>/", MemberViewSet.as_view({**ONE, "patch": "partial_update"}), name="member"),
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
    path("resource-types/", ResourceTypesView.as_view(), name="resource-types"),
]

urlpatterns = [
    path("me/", MeView.as_view(), name="me"),
    path("brands/", BrandListView.as_view(), name="brands"),
    path("brands/<uuid:brand_id>/", include(in_brand)),
    path("invitations/accept/", AcceptInvitationView.as_view(), name="accept-invitation"),
]
