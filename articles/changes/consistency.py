"""Compares what is derived from articles (counts, stories, threads, search) with a rebuild, and corrects it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from articles.changes.event import announce
from articles.changes.pipeline import (
    changing_articles,
    stories_later,
    touch_stories,
    update_every_thread,
    update_stories,
)
from articles.db.locks import reading, writing
from articles.listings import ListingChanges, recount, stale_links, wrong_counts
from articles.listings.wrong_counts import Key
from articles.models import Article, ArticleTopic, Provider, Story, Thread, Topic
from articles.search.engines import engine
from articles.search.index import rebuild_index
from articles.search.words import add_words
from articles.search.wrong_documents import WrongSearch, wrong_search
from articles.stories.threads.wrong_threads import WrongThreads, wrong_threads
from articles.stories.wrong_stories import WrongStories, wrong_stories

NAMED = 3  # of each kind


@dataclass(frozen=True, slots=True)
class Difference:
    """A kind of stored value, the number of wrong ones, and the first few of them by name."""

    kind: str
    number: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """All differences: articles by id, topic links by id with their articles, and others."""

    ties: set[int] = field(default_factory=set)
    links: dict[int, int] = field(default_factory=dict)
    counts: dict[Key, tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)
    stories: WrongStories = field(default_factory=WrongStories)
    threads: WrongThreads = field(default_factory=WrongThreads)
    search: WrongSearch = field(default_factory=WrongSearch)
    is_index_intact: bool = True

    def stories_by(self, *columns: str) -> set[int]:
        return {pk for pk, names in self.stories.columns.items() if names & set(columns)}

    def differences(self) -> list[Difference]:
        """Return the kinds of values that differ, in the order in which they depend on each other."""
        columns = set().union(*self.stories.columns.values())
        kinds: list[tuple[str, Collection[Any], Callable[[Any], str]]] = [
            ("ties of articles", self.ties, _name_of_article),
            ("times or ties in topics", self.links, _name_of_link),
            ("evidence of stories", self.stories.evidence, _name_of_article),
            ("members of stories", self.stories.members, _name_of_article),
            ("leads of stories", self.stories_by("lead_id"), _name_of_story),
            ("ranks of stories", self.stories_by("rank"), _name_of_story),
            ("other values of stories", self.stories_by(*columns - {"lead_id", "rank"}), _name_of_story),
            ("links between stories", self.threads.links, _name_of_story),
            ("threads of stories", self.threads.members, _name_of_story),
            ("values of threads", self.threads.columns, _name_of_thread),
            ("folding of stories in topics", self.stories.links, _name_of_link),
            ("counts of listings", self.counts, self._name_of_count),
            ("search documents", self.search.documents, _name_of_article),
            ("search addresses", self.search.addresses, _name_of_article),
            ("search words", self.search.words, str),
            ("search index", [] if self.is_index_intact else ["it does not say what its documents say"], str),
        ]
        return [
            Difference(kind, len(items), tuple(map(name, islice(sorted(items), NAMED))))
            for kind, items, name in kinds
            if items
        ]

    def _name_of_count(self, key: Key) -> str:
        listing = "everything"
        if key.topic:
            listing = f"topic {_name(Topic, key.topic)}"
        elif key.provider:
            listing = f"provider {_name(Provider, key.provider)}"
        (count, folded), (right, right_folded) = self.counts[key]
        text = f"{listing}, {key.month:%Y-%m}: {count}, right is {right}"
        return f"{text}; by stories {folded}, right is {right_folded}" if key.topic else text


def find_differences() -> Findings:
    """Compare everything in one snapshot of the database; others can write meanwhile."""
    with reading():
        stories = wrong_stories()
        found = Findings(
            ties={pk for _, pk in Article.objects.all().wrong_ties()},
            links=dict(stale_links(ArticleTopic.objects.all()).order_by().values_list("pk", "article_id")),
            counts={_sortable(key): pair for key, pair in wrong_counts(stories.hidden).items()},
            stories=stories,
            threads=wrong_threads(),
            search=wrong_search(),
        )
    found.is_index_intact = engine().is_intact()
    return found


def mend(found: Findings) -> None:
    """Correct only what differs, except for the search index, which is rebuilt as a whole."""
    with writing():
        of_links = ArticleTopic.objects.filter(pk__among=found.stories.links).values_list("article_id", flat=True)
        with stories_later():
            with changing_articles({*found.ties, *found.links.values()}):
                pass  # this updates ties and copies
            touch_stories({*found.stories.evidence, *found.stories.members, *of_links})
            touch_stories({*found.search.documents, *found.search.addresses})
        update_stories(stories=found.stories.columns.keys())
        if found.threads:
            update_every_thread()
        _recount(found.counts)
        add_words(found.search.words)
        if not found.is_index_intact:
            rebuild_index()


def _recount(keys: Iterable[Key]) -> None:
    changes = ListingChanges()
    for topic, provider, month in keys:
        changes.months.add(month)
        changes.topics.update(filter(None, [topic]))
        changes.providers.update(filter(None, [provider]))
    recount(changes)
    months = changes.all_months
    announce(topics=changes.topics, providers=changes.providers, months=months, listings=bool(months))


def _sortable(key: Key) -> Key:
    """Return a key that can be sorted, with 0 instead of None: ids start at 1."""
    return Key(key.topic or 0, key.provider or 0, key.month)


# -- Names --------------------------------------------------------------------------------


def _name_of_article(pk: int) -> str:
    article = Article.objects.filter(pk=pk).first()
    if article is None:
        return f"article {pk}, which does not exist"
    return article.source_path or f"article {pk}, {article.title}"


def _name_of_story(pk: int) -> str:
    story = Story.objects.select_related("lead").filter(pk=pk).first()
    if story is None:
        return f"story {pk}, which does not exist"
    return f"story {pk}, {story.lead.title}" if story.lead else f"story {pk}"


def _name_of_thread(pk: int) -> str:
    return f"thread {pk}, {Thread.objects.select_related('head__lead').get(pk=pk)}"


def _name_of_link(pk: int) -> str:
    link = ArticleTopic.objects.select_related("topic", "article").get(pk=pk)
    return f"topic {link.topic.name}: {_name_of_article(link.article_id)}"


def _name(model: type[Topic] | type[Provider], pk: int) -> str:
    row: Any = model._default_manager.filter(pk=pk).first()
    return str(row.name if row else pk)


def lines_of(differences: Iterable[Difference]) -> Iterator[str]:
    """Yield the lines to print."""
    for each in differences:
        yield f"{each.kind}: {each.number} not as a rebuild would give"
        yield from (f"  {example}" for example in each.examples)
        if (more := each.number - len(each.examples)) > 0:
            yield f"  and {more} more"
