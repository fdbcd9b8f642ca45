"""A page of a listing, and the addresses of the pages around it."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.http import Http404, HttpRequest

from articles.pages.cards import Card, cards_for
from articles.text.parameters import number_from

MAX_PAGE = 10**9


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page; ``number`` is None where pages are left out."""

    number: int | None
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing; addresses are empty where there is no such page."""

    number: int
    num_pages: int
    count: int
    ids: list[int]
    cards: list[Card]
    path: str
    query: str = ""  # what the addresses of this page's listing have beside the page's number

    @property
    def url(self) -> str:
        return self.url_of(self.number)

    @property
    def plain_url(self) -> str:
        """The address without what only changes how the listing is shown."""
        return self.path if self.number == 1 else f"{self.path}?page={self.number}"

    @property
    def previous_url(self) -> str:
        return self.url_of(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url_of(self.number + 1) if self.number < self.num_pages else ""

    @property
    def start_index(self) -> int:
        return (self.number - 1) * settings.PAGE_SIZE + 1 if self.cards else 0

    @property
    def end_index(self) -> int:
        return self.start_index + len(self.cards) - 1 if self.cards else 0

    @property
    def links(self) -> list[PageLink]:
        """Return links to the first, the last and the pages around this one."""
        shown = sorted({1, self.num_pages, *range(max(self.number - 2, 1), min(self.number + 2, self.num_pages) + 1)})
        links: list[PageLink] = []
        for number in shown:
            last = links[-1].number if links else None
            if last and number == last + 2:
                links.append(self._link(last + 1))
            elif last and number > last + 2:
                links.append(PageLink(None, "", False))
            links.append(self._link(number))
        return links

    def url_of(self, number: int) -> str:
        """Return a page's address; the first page's is the bare one."""
        parts = [self.query, f"page={number}" if number > 1 else ""]
        query = "&".join(filter(None, parts))
        return f"{self.path}?{query}" if query else self.path

    def _link(self, number: int) -> PageLink:
        return PageLink(number, self.url_of(number), number == self.number)


class Listed(Protocol):
    """What has pages of articles."""

    count: int

    def ids(self, start: int, size: int) -> list[int]: ...


def requested_page(request: HttpRequest) -> int:
    """Return the number in ``?page=``, 1 without one; raise Http404 for anything that is not a page number."""
    text = request.GET.get("page", "1")
    number = number_from(text, least=1, most=MAX_PAGE)
    if number is None or text.startswith("0"):
        raise Http404("no such page")
    return number


def nearest_page(request: HttpRequest, num_pages: int) -> int:
    """Return the number in ``?page=``, or that of the nearest page there is: 1 for what is no number."""
    return max(1, min(number_from(request.GET.get("page")) or 1, num_pages))


def page_count(articles: int) -> int:
    """Return how many pages a listing has; an empty one has an empty page."""
    return max(-(-articles // settings.PAGE_SIZE), 1)


def get_page(request: HttpRequest, listing: Listed, query: str = "") -> Page:
    """Return the requested page of ``listing``; raise Http404 beyond the last."""
    number = requested_page(request)
    num_pages = page_count(listing.count)
    if number > num_pages:
        raise Http404("no such page")
    start = (number - 1) * settings.PAGE_SIZE
    # Never past the end of the listing: what follows it may belong to another month's page.
    ids = listing.ids(start, min(settings.PAGE_SIZE, listing.count - start)) if listing.count else []
    return Page(number, num_pages, listing.count, ids, cards_for(ids), request.path, query)
