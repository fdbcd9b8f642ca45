"""Which views the page cache stores, and which conditions of requests count."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

AnyView = TypeVar("AnyView", bound=Callable[..., Any])


def cached_page(*parameters: str) -> Callable[[AnyView], AnyView]:
    """Mark a view as a page that is cached for all readers without choices: it depends on nothing in a request but
    its path and these parameters. The page cache ignores all others.
    """

    def mark(view: AnyView) -> AnyView:
        view.page_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return view

    return mark


def forget_other_time(request: HttpRequest, last_modified: str | None) -> None:
    """Remove If-Modified-Since from a request unless it is exactly the time of the page.

    A feed whose newest item was withdrawn is older than before: who knows it only by its time must not keep that item.
    """
    if request.META.get("HTTP_IF_MODIFIED_SINCE") not in (None, last_modified):
        del request.META["HTTP_IF_MODIFIED_SINCE"]
