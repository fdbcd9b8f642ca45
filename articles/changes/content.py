"""The changes of a committed transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentChange:
    """What a committed transaction changed for readers, by the ids of rows, including deleted ones.

    It may include more than has changed, but never less. Pages also change with time, without an event: articles are
    listed from a time, and pins begin and end.
    """

    # Articles of which anything changed that is shown anywhere: texts, topics, provider, related articles, story.
    articles: frozenset[int] = frozenset()
    # Those whose listings have or had these articles, and those that were changed themselves.
    topics: frozenset[int] = frozenset()
    providers: frozenset[int] = frozenset()
    # Stories whose members, lead or rank changed, or what is shown of a member.
    stories: frozenset[int] = frozenset()
    # Threads whose stories changed, or what is shown of one of these.
    threads: frozenset[int] = frozenset()
    # Months (UTC) with these articles, before or after: 202309 is September 2023.
    months: frozenset[int] = frozenset()
    # Articles joined listings, left them, or have another position in them: counts and later pages differ, too.
    listings: bool = False
    # Topics or providers themselves were added, removed or changed: menus and lists of them differ.
    catalogue: bool = False
    # The pins of the front page, their positions or times.
    pins: bool = False
    # Anything may have changed: something was rebuilt.
    everything: bool = False

    @property
    def may_change_times(self) -> bool:
        """Whether pages may now change at another time by themselves: when an article is listed, or a pin begins or ends."""
        return self.listings or self.pins or self.everything


IDS = ("articles", "topics", "providers", "stories", "threads", "months")
