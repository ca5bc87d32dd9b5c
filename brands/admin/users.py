"""People. Password hashes and second factors are shown to nobody."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from brands.models import User
from brands.services import people

for hidden in (Authenticator, EmailAddress, Group):
    admin.site.unregister(hidden)
# A choice of rows of many brands is never deleted in one go.
admin.site.disable_action("delete_selected")
admin.site.login_template = "admin/brands/login.html"

# Rights come by group: single permissions per person are what nobody can review.
RIGHTS = ["is_staff", "is_superuser", "groups"]


class EmailAddressInline(TabularInline):
    model = EmailAddress
    fields = readonly_fields = ["email", "verified", "primary"]
    extra = 0
    hide_title = True
    verbose_name_plural = "e-mail addresses"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class AddressForm(forms.ModelForm):
    def clean_email(self) -> str:
        """As people sign in with it: in lower case, and proved by nobody else."""
        email = str(self.cleaned_data["email"]).lower()
        if EmailAddress.objects.filter(email=email, verified=True).exclude(user=self.instance.pk).exists():
            raise ValidationError("Somebody else uses this address.")
        return email


class NewUserForm(AddressForm, UserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


class UserForm(AddressForm, UserChangeForm):
    """Without the password field, which would show a part of the hash."""

    password = None  # type: ignore[assignment]

    class Meta:
        model = User
        fields = ["email", "name", "is_active", *RIGHTS]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    inlines = [EmailAddressInline]
    autocomplete_fields = ["groups"]
    filter_horizontal = ()
    ordering = ["email"]
    list_display = ["email", "name", "active", "staff", "second_factor", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    readonly_fields: ClassVar[list[str]] = ["second_factor", "last_login", "date_joined"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["email", "name", "is_active"]}),
        ("Staff", {"fields": RIGHTS}),
        ("Record", {"fields": ["second_factor", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    change_form_template = "admin/brands/user_change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_factor=Exists(factors))

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []  # who is being made has no addresses yet

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only superusers make staff: who may edit people must not be able to promote themselves."""
        return self.readonly_fields if _is_superuser(request) else [*self.readonly_fields, *RIGHTS]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor may they take over a colleague, whose rights may be others: a new password or address would do that."""
        above = obj is not None and (obj.is_staff or obj.is_superuser) and obj != request.user
        return (_is_superuser(request) or not above) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if change and obj.email != form.initial["email"]:
            people.forget_former_addresses(user=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are deactivated: their work, and what it cost, keeps its author."""
        return False

    @display(description="Active", boolean=True, ordering="is_active")
    def active(self, user: User) -> bool:
        return user.is_active

    @display(description="Staff", boolean=True, ordering="is_staff")
    def staff(self, user: User) -> bool:
        return user.is_staff

    @display(description="Second factor", boolean=True)
    def second_factor(self, user: Any) -> bool:
        return bool(getattr(user, "has_factor", False))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What the staff of one group may see and change."""


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
