"""What every page of the staff admin shares.

Lists cross brands: they read through the maintenance role. Whatever concerns one row (its page, a change, an
action) runs in that row's brand scope, as the runtime role: choices, checks and writes cannot leave the brand,
and the audit entry is in the same transaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter

from brands import audit
from brands.errors import AtelierError
from brands.models import Brand, User
from brands.permissions import Actor, staff_actor
from brands.tenancy.scope import brand_scope, current_brand_id, required_brand_id

REASON = "staff admin"


@dataclass(frozen=True)
class StaffAction:
    """Something staff may do to a row: a button on its page, and an entry in the list's menu.

    `do(actor, row)` makes one call to a service, in the row's brand; `done` says what that did, after the row's
    name; `offered(row)` says whether it makes sense now. Who may change the model in Django's permissions may run it.
    """

    name: str
    label: str
    icon: str
    do: Callable[[Actor, Any], object]
    done: str
    offered: Callable[[Any], bool] = lambda row: True
    dangerous: bool = False
    audited_as: str = ""  # for services that leave the audit entry to their caller


def rows_of(model: Any) -> QuerySet[Any]:
    """Of every brand on a list, of one brand on the page of one row."""
    manager: Any = model._default_manager
    rows: QuerySet[Any] = manager.all_brands(reason=REASON) if current_brand_id() is None else manager.all()
    return rows


class BrandFilter(DropdownFilter):
    title = "brand"
    parameter_name = "brand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return brand_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        known = any(chosen == pk for pk, _ in self.lookup_choices)
        return queryset.filter(brand_id=chosen) if known else queryset.none()


class BrandModelAdmin(ModelAdmin):
    """The page of a model whose rows belong to brands."""

    staff_actions: ClassVar[tuple[StaffAction, ...]] = ()
    change_form_template = "admin/brands/change_form.html"
    list_filter: Any = [BrandFilter]
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    # A brand's rows are parts of money, history or a pipeline: staff adds and removes only where a page says so.
    may_add = False
    may_delete = False
    # Fields that no question in an address may be about: its answers would spell them out digit by digit.
    never_asked: ClassVar[frozenset[str]] = frozenset()

    # --- who may what -----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.may_add and super().has_add_permission(request, *args)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and super().has_delete_permission(request, obj)

    def may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    # --- reading ----------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return rows_of(self.model).order_by(*self.get_ordering(request))

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        """Choices of a foreign key. In scope the default manager knows no other brand; people are members."""
        if db_field.related_model is User:
            return User.objects.filter(memberships__brand_id=required_brand_id())
        return super().get_field_queryset(db, db_field, request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        asked = lookup.partition("__")[0]
        return asked not in self.never_asked and super().lookup_allowed(lookup, value, request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name.endswith("_usd"):
            kwargs.setdefault("label", f"{capfirst(db_field.verbose_name.removesuffix(' usd'))} (USD)")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- one row, in its brand --------------------------------------------------------------------------

    def brand_of(self, row: Any) -> UUID:
        return row.brand_id

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None:
            return self._add_view(request, form_url, extra_context)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied

        def page() -> HttpResponse:
            context = {**(extra_context or {}), **self.page_context(request, object_id)}
            return super(BrandModelAdmin, self).changeform_view(request, object_id, form_url, context)

        return self._in_brand(request, self.brand_of(row), page)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        view = partial(super().delete_view, request, object_id, extra_context)
        row = self.get_object(request, unquote(object_id))
        return view() if row is None else self._in_brand(request, self.brand_of(row), view)

    def _add_view(self, request: HttpRequest, form_url: str, extra_context: Any) -> HttpResponse:
        """A new row needs a brand first: chosen once, then kept in the address."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        brands = dict(brand_choices())
        chosen = request.GET.get("brand", "")
        if chosen not in brands:
            return self._choose_brand(request, brands)
        context = {**(extra_context or {}), "subtitle": brands[chosen]}
        view = partial(super().changeform_view, request, None, form_url, context)
        return self._in_brand(request, UUID(chosen), view)

    def _in_brand(self, request: HttpRequest, brand_id: UUID, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Show or save in the brand. What a service or a constraint refuses is undone as a whole and told."""
        try:
            with brand_scope(brand_id):
                return rendered(view())
        except AtelierError as error:
            messages.error(request, sentence(error))
        except IntegrityError as error:
            messages.error(request, f"This would break a rule of the database: {broken_rule(error)}.")
        return HttpResponseRedirect(request.get_full_path())

    def _choose_brand(self, request: HttpRequest, brands: dict[str, str]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"New {self.opts.verbose_name}: for which brand?",
            "opts": self.opts,
            "brands": brands,
        }
        return TemplateResponse(request, "admin/brands/choose_brand.html", context)

    def page_context(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        """What the page of one row needs beyond its form. Runs in the row's brand."""
        row = self.get_object(request, unquote(object_id))
        offered = [action for action in self.staff_actions if action.offered(row)] if self.may_act(request) else []
        return {"staff_actions": offered}

    # --- changing ---------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        if change:
            # Only what the form changed: money and jobs move in the same rows while the page is open.
            obj.save(update_fields=[*form.changed_data, *_dated(obj)])
        else:
            obj.brand_id = current_brand_id()
            super().save_model(request, obj, form, change)
        self.audit(request, obj, "changed" if change else "created", fields=form.changed_data)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        for row in formset.save(commit=False):
            row.brand_id = current_brand_id()
            row.save()
            self.audit(request, row, "changed", of=str(form.instance.pk))
        for row in formset.deleted_objects:
            self.audit(request, row, "deleted", of=str(form.instance.pk))
            row.delete()
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.audit(request, obj, "deleted")
        super().delete_model(request, obj)

    def audit(self, request: HttpRequest, obj: Model, verb: str, **details: Any) -> None:
        actor = staff_actor(current_brand_id() or self.brand_of(obj), request.user)
        audit.record(actor=actor, action=f"{obj._meta.model_name}.{verb}", obj=obj, **details)

    # --- acting -----------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.act_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        return [path("<path:object_id>/act/<slug:action>/", view, name=name), *super().get_urls()]

    def act_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """The button on a row's page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        known = {each.name: each for each in self.staff_actions}
        if action not in known or not self.may_act(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        self.act(request, known[action], [row])
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(page, args=[object_id]))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's menu."""
        if not self.may_act(request):
            return {}
        return {action.name: (_in_list(action), action.name, action.label) for action in self.staff_actions}

    def act(self, request: HttpRequest, action: StaffAction, rows: Iterable[Any]) -> None:
        done = [outcome for row in rows for outcome in self._act_on(request, action, row)]
        if len(done) == 1:
            name, result = done[0]
            messages.success(request, format_html("{}: {}.{}", name, action.done, self._link_to_new(result)))
        elif done:
            messages.success(request, f"{len(done)} {self.opts.verbose_name_plural}: {action.done}.")

    def _link_to_new(self, made: Any) -> str:
        """When the action made another row of this kind: the way to it."""
        if made is None:
            return ""
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[made.pk])
        return format_html(' <a class="at-link" href="{}">Open the new one</a>', page)

    def _act_on(self, request: HttpRequest, action: StaffAction, chosen: Any) -> list[tuple[str, Any]]:
        """[(the row's name, the new row that was made, if any)]; [] when nothing was done and staff was told why."""
        brand_id = self.brand_of(chosen)
        try:
            with brand_scope(brand_id):
                # Read again: as the runtime role, whose writes row-level security bounds.
                row = self.model._default_manager.get(pk=chosen.pk)
                if not action.offered(row):
                    messages.warning(request, f"{chosen}: there is nothing to {action.label.lower()}.")
                    return []
                actor = staff_actor(brand_id, request.user)
                result = action.do(actor, row)
                if action.audited_as:
                    audit.record(actor=actor, action=action.audited_as, obj=row)
                made = result if isinstance(result, self.model) and result.pk != row.pk else None
                return [(str(row), made)]
        except AtelierError as error:
            messages.error(request, f"{chosen}: {sentence(error)}")
            return []


class ReadOnlyAdmin(BrandModelAdmin):
    """Rows that belong to the pipeline, or to history."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def brand_choices() -> list[tuple[str, str]]:
    rows = Brand.objects.all_brands(reason=REASON).values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def sentence(error: AtelierError) -> str:
    """An error for a message: its detail, and what is wrong with which field."""
    fields = [f"{name}: {' '.join(sentences)}" for name, sentences in error.fields.items()]
    return " ".join([error.detail, *fields])


def broken_rule(error: IntegrityError) -> str:
    """The constraint's name in words; forms cannot check what involves fields they do not show."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return str(name or "unknown").replace("_", " ")


def rendered(response: HttpResponse) -> HttpResponse:
    """Templates read lazily: let them do so while the brand is still in scope."""
    if isinstance(response, TemplateResponse):
        return response.render()
    return response


def _dated(row: Model) -> list[str]:
    return [field.name for field in row._meta.fields if getattr(field, "auto_now", False)]


def _in_list(action: StaffAction) -> Callable[[Any, HttpRequest, QuerySet[Any]], None]:
    def run(model_admin: BrandModelAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        model_admin.act(request, action, queryset)

    return run
