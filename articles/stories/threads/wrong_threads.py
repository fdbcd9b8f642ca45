"""Compares the stored threads with a rebuild, without writing anything."""

from dataclasses import dataclass, field

from articles.stories.threads.facts import COLUMNS, facts, stored_facts
from articles.stories.threads.links import decided, link_changes
from articles.stories.threads.region import load_all
from articles.stories.threads.update import due_threads, outcome_of, stored_cuts


@dataclass(slots=True)
class WrongThreads:
    """The differences: stories with wrong links, or in the wrong thread or in none, and columns of threads."""

    links: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    columns: dict[int, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.links or self.members or self.columns)


def wrong_threads() -> WrongThreads:
    """Compare all threads, except those that are due to change with time: these are updated anyway."""
    choices, due = decided(), due_threads()
    links = link_changes(None, choices)
    region = load_all(links)
    # New threads get negative ids, so that none are taken from the table.
    outcome = outcome_of(region, choices, lambda number: range(-number, 0))
    stored = {pk: (region.members[pk], region.times[pk], region.begins[pk]) for pk in region.members}
    members = {pk for pk in stored.keys() | outcome.members.keys() if stored.get(pk) != outcome.members.get(pk)}
    before = stored_facts(None)
    columns = {
        pk: {name for name, one, other in zip(COLUMNS, before[pk], row, strict=True) if one != other}
        for pk, row in facts(before, everything=True).items()
        if pk not in due and before[pk] != row
    }
    for pk, is_cut in stored_cuts(before).items():
        if is_cut != (pk in outcome.cut):
            columns.setdefault(pk, set()).add("is_cut")
    return WrongThreads(links.stories(), members, columns)
