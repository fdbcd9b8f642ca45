"""Pages of listings, and the addresses around them."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from articles.pages.paging import LinkedPage, LinkedPaginator, articles_page, nearest_page


class Numbers:
    """A listing of the numbers below ``count``, which notes what was fetched of it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.fetched: list[tuple[int, int]] = []

    def ids(self, start: int, size: int) -> list[int]:
        self.fetched.append((start, size))
        return list(range(start, start + size))


def shown(page: LinkedPage[int]) -> list[int | None]:
    return [link.number for link in page.links]


def test_a_page_fetches_its_own_part_of_the_listing_and_no_more(settings: object) -> None:
    settings.PAGE_SIZE = 4  # type: ignore[attr-defined]
    listing = Numbers(10)
    page = articles_page(RequestFactory().get("/topics/ai/", {"page": "3"}), listing, "view=stories")
    assert (list(page), page.start_index(), page.end_index()) == ([8, 9], 9, 10)
    assert listing.fetched == [(8, 2)]
    assert (page.previous_url, page.next_url) == ("/topics/ai/?view=stories&page=2", "")
    assert page.plain_url == "/topics/ai/?page=3"


def test_an_empty_listing_has_one_page_and_fetches_nothing() -> None:
    listing = Numbers(0)
    page = articles_page(RequestFactory().get("/topics/ai/"), listing)
    assert (list(page), page.paginator.num_pages, page.start_index(), page.url) == ([], 1, 0, "/topics/ai/")
    assert listing.fetched == []


def test_there_is_no_page_beyond_the_last() -> None:
    with pytest.raises(Http404):
        articles_page(RequestFactory().get("/", {"page": "2"}), Numbers(20))


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("9", 5), ("0", 1), ("-1", 1), ("x", 1), ("", 1), ("9" * 30, 1)]
)
def test_the_nearest_page_is_one_that_there_is(asked: str, number: int) -> None:
    request = RequestFactory().get("/", {"page": asked})
    assert nearest_page(request, LinkedPaginator(range(10), 2, "/")).number == number


def test_links_lead_to_the_ends_and_around_a_page() -> None:
    pages = LinkedPaginator(range(20), 1, "/")
    assert shown(pages.page(10)) == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert shown(pages.page(5)) == [1, 2, 3, 4, 5, 6, 7, None, 20]
    assert shown(pages.page(1)) == [1, 2, 3, None, 20]
    current = [link.number for link in pages.page(5).links if link.is_current]
    assert (current, pages.page(5).links[0].url, pages.page(5).links[1].url) == ([5], "/", "/?page=2")
