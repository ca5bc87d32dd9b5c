from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet


class PagedFormSet(PaginationInlineFormSet):
    def get_page_num(self) -> int:
        """What an address may call a page and is no number is the first one."""
        try:
            return int(super().get_page_num())
        except ValueError:
            return 1


class PagedInline(TabularInline):
    """What may hang on a row by the thousand: all at once it would cost queries, and be a form too large to be read."""

    formset = PagedFormSet
    per_page = 20
    extra = 0
    hide_title = True
