"""The one event that says what changed for readers: raised once for each transaction, after it was committed.

Whoever changes something that readers see calls ``announce`` in the same transaction. All that one transaction
announces comes as one ``ContentChange``; what was rolled back, with it or to a savepoint in it, is not told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from django.db import connection, transaction
from django.dispatch import Signal

# Receivers get a ``ContentChange`` as ``change``. What they raise is logged: the change itself has been committed.
content_changed = Signal()


@dataclass(frozen=True, slots=True)
class ContentChange:
    """What a committed transaction changed for readers, by the ids of rows; those that have gone are named, too.

    It may name more than has changed, never less. Time changes pages without any event: an article is listed from its
    time on, and a pin begins and ends.
    """

    # What is shown of them anywhere: texts, topics, provider, related articles, story.
    articles: frozenset[int] = frozenset()
    # In whose listings these articles are or were, and those that were changed themselves.
    topics: frozenset[int] = frozenset()
    providers: frozenset[int] = frozenset()
    # Whose members, lead or rank changed, or what is shown of a member.
    stories: frozenset[int] = frozenset()
    # Articles came to listings, left them, or have another position in them: counts and later pages differ, too.
    listings: bool = False
    # Topics or providers themselves were added, removed or changed: menus and lists of them differ.
    catalogue: bool = False
    # What is pinned to the front page, where, or for how long.
    pins: bool = False
    # Anything may have changed: something was rebuilt.
    everything: bool = False


IDS = ("articles", "topics", "providers", "stories")


def announce(
    *,
    articles: Iterable[int] = (),
    topics: Iterable[int] = (),
    providers: Iterable[int] = (),
    stories: Iterable[int] = (),
    **flags: bool,
) -> None:
    """Name what changes for readers in the open transaction; without one, the event is raised at once.

    ``flags`` are those of ``ContentChange``.
    """
    ids = {name: set(each) for name, each in zip(IDS, (articles, topics, providers, stories), strict=True)}
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
    """What one transaction has announced: a part for each savepoint.

    Only Django's list of what is to be done on commit holds the parts, so that those of a savepoint that is rolled back
    are gone from here, too.
    """

    block: Any
    parts: WeakValueDictionary[tuple[str, ...], "_Part"] = field(default_factory=WeakValueDictionary)

    def send(self) -> None:
        """Raise the event of all parts there are, once: whichever of them is called first."""
        parts, self.parts = list(self.parts.values()), WeakValueDictionary()
        if not parts:
            return
        values: dict[str, Any] = {name: frozenset().union(*(part.ids[name] for part in parts)) for name in IDS}
        values |= {name: True for part in parts for name in part.flags}
        content_changed.send_robust(sender=ContentChange, change=ContentChange(**values))


@dataclass(slots=True, eq=False, weakref_slot=True)
class _Part:
    """What was announced within one savepoint, or outside of any."""

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
    announced = before.announced if before else _Announced(block)
    if there := announced.parts.get(savepoints):
        return there, False
    announced.parts[savepoints] = part = _Part(announced)
    return part, True


def _outermost_block() -> Any:
    """Return what tells the open transaction from others, None without one.

    As where Django looks for durable blocks, what its tests wrap around a test counts as none.
    """
    blocks: list[Any] = connection.atomic_blocks
    return next((block for block in blocks if not block._from_testcase), None)
