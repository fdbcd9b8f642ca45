"""The events that changes raise, as tests look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import TestCase

from articles.changes import ContentChange, content_changed


@contextmanager
def events() -> Iterator[list[ContentChange]]:
    """Yield a list that gets the events of what is committed inside, at the latest when that ends.

    In a test that is one transaction itself, what would be the outermost one of a site counts as committed.
    """
    raised: list[ContentChange] = []

    def receive(change: ContentChange, **kwargs: Any) -> None:
        raised.append(change)

    content_changed.connect(receive)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            yield raised
    finally:
        content_changed.disconnect(receive)


@contextmanager
def one_event() -> Iterator[list[ContentChange]]:
    """As ``events``, where there is to be one."""
    with events() as raised:
        yield raised
    assert len(raised) == 1, raised
