"""What a committed transaction changed for readers."""

from dataclasses import dataclass


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
