"""Who has which rights beside the roles: roles of brands' own, groups, grants, restricted resources."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from brands.admin.about import AboutResourceAdmin
from brands.admin.base import BrandFilter, BrandModelAdmin, StaffAction
from brands.models import CustomRole, Grant, Group, Restriction
from brands.permissions import CAPABILITIES, staff_actor
from brands.services import grants, groups, restrictions, roles
from brands.tenancy.scope import required_brand_id

STATES = {"live": "success", "expired": "warning"}


class CustomRoleForm(forms.ModelForm):
    capabilities = forms.MultipleChoiceField(
        choices=[(name, name) for name in sorted(CAPABILITIES)], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = CustomRole
        fields = ["name", "capabilities"]


@admin.register(CustomRole)
class CustomRoleAdmin(BrandModelAdmin):
    """A change counts at once for everybody who has the role."""

    form = CustomRoleForm
    may_add = may_delete = True
    list_display = ["name", "brand", "gives", "created_at"]
    list_select_related = ["brand"]
    search_fields = ["name"]
    ordering = ["-id"]
    readonly_fields = ["brand", "created_at"]
    fieldsets = [(None, {"fields": ["name", "brand", "created_at"]}), ("Gives", {"fields": ["capabilities"]})]
    add_fieldsets = [(None, {"fields": ["name", "capabilities"]})]

    def save_model(self, request: HttpRequest, obj: CustomRole, form: Any, change: Any) -> None:
        actor = staff_actor(required_brand_id(), request.user)
        wanted = {name: form.cleaned_data[name] for name in ("name", "capabilities")}
        if change:
            roles.change(actor=actor, role=CustomRole.objects.get(pk=obj.pk), **wanted)
        else:
            obj.pk = roles.create(actor=actor, **wanted).pk

    def delete_model(self, request: HttpRequest, obj: CustomRole) -> None:
        roles.delete(actor=staff_actor(obj.brand_id, request.user), role=obj)

    @display(description="Gives")
    def gives(self, role: CustomRole) -> str:
        return ", ".join(role.capabilities)


@admin.register(Group)
class GroupAdmin(BrandModelAdmin):
    """Who is in it is for the brand to say."""

    may_add = may_delete = True
    list_display = ["name", "brand", "people", "created_at"]
    list_select_related = ["brand"]
    search_fields = ["name"]
    ordering = ["-id"]
    fields = ["name", "brand", "members_by_name", "created_at"]
    readonly_fields = ["brand", "members_by_name", "created_at"]
    add_fieldsets = [(None, {"fields": ["name"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(members_count=Count("members"))

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: Any) -> None:
        actor = staff_actor(required_brand_id(), request.user)
        if change:
            groups.rename(actor=actor, group=Group.objects.get(pk=obj.pk), name=obj.name)
        else:
            obj.pk = groups.create(actor=actor, name=obj.name).pk

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        groups.delete(actor=staff_actor(obj.brand_id, request.user), group=obj)

    @display(description="Members", ordering="members_count")
    def people(self, group: Any) -> int:
        return group.members_count

    @display(description="Members")
    def members_by_name(self, group: Group) -> str:
        members = group.members.select_related("membership__user").order_by("membership__user__email")
        return ", ".join(str(member.membership.user) for member in members) or "Nobody"


@admin.register(Grant)
class GrantAdmin(AboutResourceAdmin):
    """Rights of a member, a group, a key or a link, on a brand or on one resource."""

    staff_actions = (
        StaffAction(
            "revoke",
            "Revoke",
            "block",
            do=lambda actor, grant: grants.revoke(actor=actor, grant=grant),
            done="revoked; it gives nothing any more",
            offered=lambda grant: grant.share_link_id is None,
            dangerous=True,
        ),
    )
    list_display = ["holder", "brand", "gives", "on", "state", "created_at", "expires_at"]
    list_filter = [BrandFilter, ("role", ChoicesDropdownFilter), "resource_type"]
    list_select_related = ["brand", "membership__user", "group", "api_key", "share_link", "custom_role"]
    search_fields = ["membership__user__email", "group__name", "api_key__name", "resource_id"]
    ordering = ["-id"]
    fields = ["holder", "brand", "gives", "comes_to", "on", "state", "created_by", "created_at", "expires_at"]

    @display(description="Holder")
    def holder(self, grant: Grant) -> str:
        if grant.membership:
            return str(grant.membership.user)
        if grant.group:
            return f"Group {grant.group}"
        return f"Key {grant.api_key}" if grant.api_key else str(grant.share_link)

    @display(description="Gives")
    def gives(self, grant: Grant) -> str:
        return grant.role_name or ", ".join(grant.permissions)

    @display(description="Comes to")
    def comes_to(self, grant: Grant) -> str:
        return ", ".join(sorted(grant.capabilities))

    @display(description="On")
    def on(self, grant: Grant) -> str:
        return self.named(grant)

    @display(description="State", label=STATES)
    def state(self, grant: Grant) -> str:
        return "expired" if grant.expires_at and grant.expires_at <= timezone.now() else "live"


@admin.register(Restriction)
class RestrictionAdmin(AboutResourceAdmin):
    """Resources on which only their own grants count."""

    staff_actions = (
        StaffAction(
            "lift",
            "Lift",
            "lock_open",
            do=lambda actor, row: restrictions.lift(
                actor=actor, resource_type=row.resource_type, resource_id=row.resource_id
            ),
            done="rights in the brand count again",
            dangerous=True,
        ),
    )
    list_display = ["resource", "brand", "created_by", "created_at"]
    list_filter = [BrandFilter, "resource_type"]
    list_select_related = ["brand", "created_by"]
    search_fields = ["resource_id"]
    ordering = ["-id"]
    fields = ["resource", "brand", "created_by", "created_at"]

    @display(description="Resource")
    def resource(self, restriction: Restriction) -> str:
        return self.named(restriction)
