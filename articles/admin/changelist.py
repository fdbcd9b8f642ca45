"""Change lists that do not count the whole table, but only some pages ahead."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property

from articles.text.parameters import number_from

PAGES_AHEAD = 3
MAX_PAGE = 10**6


class AheadPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than PAGES_AHEAD pages after ``page`` (from 1)."""

    def __init__(self, object_list: Any, per_page: int, page: int = 1) -> None:
        super().__init__(object_list, per_page)
        self.rows: Any = object_list
        self.asked = page

    @cached_property
    def ahead(self) -> list[Any]:
        """The keys of the rows of the page that is asked for, and of those that are counted ahead."""
        start = (self.asked - 1) * self.per_page
        return list(self.rows.values_list("pk", flat=True)[start : start + self.per_page * (PAGES_AHEAD + 1)])

    @cached_property
    def count(self) -> int:
        start = (self.asked - 1) * self.per_page
        found = len(self.ahead)
        if found or start == 0:
            return start + found
        # The page is beyond the end: count the rows after all.
        return int(self.rows.order_by()[:start].count())

    @property
    def goes_on(self) -> bool:
        """Whether there may be more than what was counted."""
        return bool(self.count >= (self.asked + PAGES_AHEAD) * self.per_page)


class AheadChangeList(ChangeList):
    """A change list on AheadPaginator."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.asked = number_from(request.GET.get("p"), least=1, most=MAX_PAGE) or 1
        super().__init__(request, *args, **kwargs)

    def get_results(self, request: HttpRequest) -> None:
        paginator = AheadPaginator(self.queryset, self.list_per_page, max(self.asked, 1))
        self.result_count: int = paginator.count
        self.full_result_count = None
        self.show_admin_actions = True
        self.can_show_all = False
        self.multi_page = self.result_count > self.list_per_page
        self.paginator = paginator
        page = min(max(self.page_num, 1), paginator.num_pages)
        self.page_num = page
        keys = paginator.ahead[: self.list_per_page]
        if page == paginator.asked and all(isinstance(key, int) for key in keys):
            # What took long to find is not looked for again. Tables with other keys are small.
            self.result_list = self.queryset.filter(pk__among=keys)
        else:
            start = (page - 1) * self.list_per_page
            self.result_list = self.queryset[start : start + self.list_per_page]
