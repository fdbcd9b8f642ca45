"""Records that pages are made of, reused by later pages of the same process until a change affects them.

Views and the makers of records name what may be reused; whether it is, and for how long, is up to who makes pages: in
a block of ``reusing``, which the middleware opens for readers. Elsewhere everything is made anew.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar, cast

from articles.pages.shown import collecting, shows, shows_age_until

Value = TypeVar("Value")


class Records(Protocol):
    """Keeps values with the tags of what they depend on, as in ``shown``."""

    def get(self, key: Hashable) -> tuple[Any, Collection[str]] | None:
        """Return a value with the tags of its page, unless a change has affected it."""
        ...

    def put(self, key: Hashable, value: Any, tags: Collection[str], also: Collection[str] = ()) -> None: ...


_records: ContextVar[Records | None] = ContextVar("records to reuse", default=None)


@contextmanager
def reusing(records: Records) -> Iterator[None]:
    """Reuse records in the block."""
    token = _records.set(records)
    try:
        yield
    finally:
        _records.reset(token)


def reused(key: Hashable, make: Callable[[], Value], *also: str) -> Value:
    """Return what ``make`` returns, or returned before for the same key; readers of the value must not change it.

    It is made again when a change has a tag that it shows, or one of ``also``, which the page then need not have.
    None is not kept, as there would be one for each address that somebody invents, and words for an age are not, as
    they change without a change of content.
    """
    records = _records.get()
    if records is None:
        return make()
    if known := records.get(key):
        value, tags = known
        shows(*tags)
        return cast(Value, value)
    with collecting() as shown:
        made = make()
    shows(*shown.tags)
    if shown.words_until:
        shows_age_until(shown.words_until)
    elif made is not None:
        records.put(key, made, shown.tags, also)
    return made


def reused_each(
    kind: str, ids: Collection[int], make: Callable[[list[int]], Iterable[tuple[int, Value, Collection[str]]]]
) -> dict[int, Value]:
    """Return values by id; ``make`` makes those that are not known, each with its id and its tags.

    The page has to show by itself what it depends on.
    """
    records = _records.get()
    found = {pk: known[0] for pk in ids if (known := records.get((kind, pk)))} if records else {}
    missing = [pk for pk in ids if pk not in found]
    for pk, value, tags in make(missing) if missing else ():
        found[pk] = value
        if records:
            records.put((kind, pk), value, tags)
    return found
