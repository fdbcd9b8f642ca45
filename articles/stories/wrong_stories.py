"""Stories as they are stored, and as they would be if all were joined anew; nothing is written."""

from dataclasses import dataclass, field

from articles.stories.facts import Judge
from articles.stories.neighbourhood import load_all
from articles.stories.update import WRITTEN, due_stories, folded_links, groups_of, identify, story_rows


@dataclass(slots=True)
class WrongStories:
    """What differs: articles in another story than theirs, or in none, columns of stories, topic links by folding.

    ``hidden`` are the topic links that are to be folded away, whether they are or not.
    """

    members: set[int] = field(default_factory=set)
    columns: dict[int, set[str]] = field(default_factory=dict)
    links: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)


def wrong_stories() -> WrongStories:
    """Compare all stories. Those that only time has changed since are not wrong: they are brought up to date by it."""
    region, judge, due = load_all(), Judge.of_today(), due_stories()
    groups = groups_of(region)
    # No ids are taken: what is new has negative ones.
    found = identify(groups, region, lambda number: range(-number, 0))
    now = {article: story for story, group in zip(found.ids, groups, strict=True) for article in group}
    before, rows = story_rows(region, groups, found, judge)
    columns = {
        pk: {name for name, one, other in zip(WRITTEN, before[pk], row, strict=True) if one != other}
        for pk, row in rows.items()
        if pk in before and pk not in due and before[pk] != row
    }
    # With members elsewhere, or none: what is left of such a story has none of its columns.
    columns |= {pk: {"size"} for pk in found.emptied}
    hidden, now_hidden = folded_links(region, groups, judge)
    articles = now.keys() | region.members.keys()
    members = {pk for pk in articles if region.members.get(pk) != now.get(pk)}
    return WrongStories(members, columns, set() if due else hidden ^ now_hidden, hidden)
