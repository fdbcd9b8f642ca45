"""The event for changes that readers see: raised once for each transaction, after it was committed.

Code that changes something that readers see calls ``announce`` in the same transaction. All that one transaction
announces becomes one ``ContentChange``, without what was rolled back, with it or to a savepoint in it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from django.db import DatabaseError, connection, transaction
from django.dispatch import Signal

from articles.changes import log
from articles.changes.content import IDS, ContentChange

logger = logging.getLogger(__name__)
# Receivers get a ``ContentChange`` as ``change``, and its number in the log as ``number``. Their exceptions are logged: the change itself has been committed.
content_changed = Signal()


def announce(
    *,
    articles: Iterable[int] = (),
    topics: Iterable[int] = (),
    providers: Iterable[int] = (),
    stories: Iterable[int] = (),
    threads: Iterable[int] = (),
    months: Iterable[int] = (),
    **flags: bool,
) -> None:
    """Add changes of the open transaction to its event; without a transaction, raise the event at once.

    ``flags`` are those of ``ContentChange``.
    """
    named = (articles, topics, providers, stories, threads, months)
    ids = {name: set(each) for name, each in zip(IDS, named, strict=True)}
    raised = {name for name, is_raised in flags.items() if is_raised}
    if not (raised or any(ids.values())):
        return
    part, is_new = _current_part()
    for name, each in ids.items():
        part.ids[name] |= each
    part.flags |= raised
    if is_new:
        transaction.on_commit(part)


@dataclass(slots=True, eq=False)
class _Announced:
    """The announcements of one transaction: a part for each savepoint.

    Only Django's list of on-commit functions holds the parts, so that those of a savepoint that is rolled back
    disappear here, too.
    """

    block: Any
    number: int  # in the log
    parts: WeakValueDictionary[tuple[str, ...], "_Part"] = field(default_factory=WeakValueDictionary)

    def send(self) -> None:
        """Raise one event for all parts, when the first of them is called."""
        parts, self.parts = list(self.parts.values()), WeakValueDictionary()
        if not parts:
            return
        values: dict[str, Any] = {name: frozenset().union(*(part.ids[name] for part in parts)) for name in IDS}
        values |= {name: True for part in parts for name in part.flags}
        change = ContentChange(**values)
        number = self.number
        try:
            number = log.finish(number, change)
        except DatabaseError:  # other processes treat the unfinished row as a change of everything
            logger.exception("A change could not be recorded")
        content_changed.send_robust(sender=ContentChange, change=change, number=number)


@dataclass(slots=True, eq=False, weakref_slot=True)
class _Part:
    """The announcements in one savepoint, or outside of any."""

    announced: _Announced
    ids: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in IDS})
    flags: set[str] = field(default_factory=set)

    def __call__(self) -> None:
        self.announced.send()


def _current_part() -> tuple[_Part, bool]:
    """Return the part to add to, and whether it is new."""
    block, savepoints = _outermost_block(), tuple(filter(None, connection.savepoint_ids))
    hooks = (entry[1] for entry in reversed(connection.run_on_commit))
    parts = (hook for hook in hooks if isinstance(hook, _Part) and hook.announced.block is block)
    before = next(parts, None) if block else None
    announced = before.announced if before else _Announced(block, log.begin())
    if there := announced.parts.get(savepoints):
        return there, False
    announced.parts[savepoints] = part = _Part(announced)
    return part, True


def _outermost_block() -> Any:
    """Return what identifies the open transaction, None without one.

    As for Django's durable blocks, the transaction that TestCase wraps around a test does not count.
    """
    blocks: list[Any] = connection.atomic_blocks
    return next((block for block in blocks if not block._from_testcase), None)
