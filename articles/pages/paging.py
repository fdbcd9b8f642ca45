"""Django's pages, which know the addresses of the pages around them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar, cast

from django.conf import settings
from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest

from articles.text.parameters import number_from

MAX_PAGE = 10**9

Item = TypeVar("Item")

if TYPE_CHECKING:
    PaginatorBase = Paginator
else:

    class PaginatorBase(Paginator, Generic[Item]):
        """Django's paginator, which cannot be subscripted itself."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page; ``number`` is None where pages are left out."""

    number: int | None
    url: str
    is_current: bool


class Place(NamedTuple):
    """Where a page is among others: the indexes of its first and last item, how many there are, and the other pages."""

    start: int
    end: int
    total: int
    number: int
    pages: int
    previous_url: str
    next_url: str
    links: tuple[PageLink, ...]


class LinkedPage(Page[Item]):
    """A page with addresses; ``previous_url`` and ``next_url`` are empty where there is no such page."""

    paginator: "LinkedPaginator[Item]"

    @property
    def url(self) -> str:
        return self.paginator.url_of(self.number)

    @property
    def plain_url(self) -> str:
        """The address without what only changes how the listing is shown."""
        return _address(self.paginator.path, "", self.number)

    @property
    def previous_url(self) -> str:
        return self.paginator.url_of(self.number - 1) if self.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.paginator.url_of(self.number + 1) if self.has_next() else ""

    @property
    def place(self) -> Place:
        """What templates show of the page's place, as a record by which they are kept."""
        return Place(
            self.start_index(),
            self.end_index(),
            self.paginator.count,
            self.number,
            self.paginator.num_pages,
            self.previous_url,
            self.next_url,
            self.links if self.has_other_pages() else (),
        )

    @property
    def links(self) -> tuple[PageLink, ...]:
        """Links to the first, the last and the pages around this one."""
        shown = self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1)
        return tuple(
            PageLink(each, self.paginator.url_of(each), each == self.number)
            if isinstance(each, int)
            else PageLink(None, "", False)
            for each in shown
        )


class LinkedPaginator(PaginatorBase[Item]):
    """Pages at ``path``, whose addresses have ``query`` beside the page's number."""

    def __init__(self, items: Any, per_page: int, path: str, query: str = "") -> None:
        super().__init__(items, per_page)
        self.path = path
        self.query = query

    def url_of(self, number: int) -> str:
        """Return a page's address; the first page's has no number."""
        return _address(self.path, self.query, number)

    def page(self, number: int | str) -> LinkedPage[Item]:
        return cast(LinkedPage[Item], super().page(number))

    def get_page(self, number: int | float | str | None) -> LinkedPage[Item]:
        return cast(LinkedPage[Item], super().get_page(number))

    def _get_page(self, *args: Any, **kwargs: Any) -> LinkedPage[Item]:
        return LinkedPage(*args, **kwargs)


class Listed(Protocol):
    """A listing of articles: ``ids`` fetches those of a part of it, however far down, at the same cost."""

    count: int

    def ids(self, start: int, size: int) -> list[int]: ...


class ListedIds:
    """The ids of ``count`` articles as a sequence for a paginator, which fetches only the slice of a page."""

    def __init__(self, count: int, fetch: Callable[[int, int], list[int]]) -> None:
        self._count = count
        self._fetch = fetch

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: slice) -> list[int]:
        return self._fetch(part.start, part.stop - part.start) if self._count else []


def requested_page(request: HttpRequest, paginator: LinkedPaginator[Item]) -> LinkedPage[Item]:
    """Return the page in ``?page=``, the first without one; raise Http404 for anything that is not a page's number."""
    text = request.GET.get("page", "1")
    number = number_from(text, least=1, most=MAX_PAGE)
    if number is None or text.startswith("0"):
        raise Http404("no such page")
    try:
        return paginator.page(number)
    except EmptyPage:
        raise Http404("no such page") from None


def nearest_page(request: HttpRequest, paginator: LinkedPaginator[Item]) -> LinkedPage[Item]:
    """Return the page in ``?page=``, or the nearest there is: the first for what is no number."""
    return paginator.get_page(number_from(request.GET.get("page"), least=1) or 1)


def articles_page(request: HttpRequest, listing: Listed, query: str = "") -> LinkedPage[int]:
    """Return the requested page of ``listing``, of ids; raise Http404 where there is no such page."""
    ids = ListedIds(listing.count, listing.ids)
    return requested_page(request, LinkedPaginator(ids, settings.PAGE_SIZE, request.path, query))


def _address(path: str, query: str, number: int) -> str:
    query = "&".join(filter(None, [query, f"page={number}" if number > 1 else ""]))
    return f"{path}?{query}" if query else path
