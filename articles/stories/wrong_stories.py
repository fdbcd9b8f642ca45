"""Compares the stored stories with a rebuild, without writing anything."""

from dataclasses import dataclass, field

from articles.stories.facts import StoryRules
from articles.stories.grouping import groups_of
from articles.stories.neighbourhood import load_all
from articles.stories.update import WRITTEN, due_stories, folded_links, identify, story_rows


@dataclass(slots=True)
class WrongStories:
    """The differences: articles in the wrong story or in none, columns of stories, and topic links with wrong folding.

    ``evidence`` are the articles about which other evidence should be stored.
    ``hidden`` are the topic links that should be folded away, whether they are or not.
    """

    evidence: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    columns: dict[int, set[str]] = field(default_factory=dict)
    links: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)


def wrong_stories() -> WrongStories:
    """Compare all stories, except those that are due to change with time: these are updated anyway."""
    region, rules, due = load_all(), StoryRules.current(), due_stories()
    groups = groups_of(region)
    # New stories get negative ids, so that none are taken from the table.
    found = identify(groups, region, lambda number: range(-number, 0))
    now = {article: story for story, group in zip(found.ids, groups, strict=True) for article in group}
    before, rows = story_rows(region, groups, found, rules)
    columns = {
        pk: {name for name, one, other in zip(WRITTEN, before[pk], row, strict=True) if one != other}
        for pk, row in rows.items()
        if pk in before and pk not in due and before[pk] != row
    }
    # All their members are elsewhere or deleted, so that none of their columns should be set.
    columns |= {pk: {"size"} for pk in found.emptied}
    hidden, now_hidden = folded_links(region, groups, rules)
    articles = now.keys() | region.members.keys()
    members = {pk for pk in articles if region.members.get(pk) != now.get(pk)}
    return WrongStories(
        set(region.evidence.articles()), members, columns, set() if due else hidden ^ now_hidden, hidden
    )
