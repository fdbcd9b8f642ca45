"""Which views the page cache stores."""

from collections.abc import Callable
from typing import Any, TypeVar

AnyView = TypeVar("AnyView", bound=Callable[..., Any])


def cached_page(*parameters: str) -> Callable[[AnyView], AnyView]:
    """Mark a view as a page that is cached for all readers without choices: it depends on nothing in a request but
    its path and these parameters. The page cache ignores all others.
    """

    def mark(view: AnyView) -> AnyView:
        view.page_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return view

    return mark
