"""The counts that ``scopes.py`` reads: how many articles each listing has in each month.

All code that changes articles calls ``update_listings`` through changes/.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncMonth
from django.db.models.sql.compiler import SQLCompiler

from articles.db.bulk import add_to_counts, insert_tuples
from articles.db.locks import writing
from articles.listings.scopes import month_start, next_month
from articles.models import Article, ArticleTopic, ListingMonth
from articles.models.visibility import to_be_listed


class Position(NamedTuple):
    """An article's position in listings; ``topics`` is None if they were not read."""

    provider: int
    listed_from: dt.datetime
    tie: int
    topics: frozenset[int] | None


# For more articles at once, their topics count as changed without being compared.
MANY = 5000


@dataclass(slots=True)
class ListingChanges:
    """Articles that are about to change, and the listings and months that this affects.

    For existing articles these are counted again; new articles only add to the counts by topic, provider
    and month.
    """

    ids: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    added: Counter[tuple[int | None, int | None, dt.date]] = field(default_factory=Counter)
    topics: set[int] = field(default_factory=set)
    providers: set[int] = field(default_factory=set)
    months: set[dt.date] = field(default_factory=set)
    before: dict[int, Position] = field(default_factory=dict)
    # Whether articles joined listings, left them, or have another position; known when all are written.
    is_moved: bool = False

    def add(self, ids: Iterable[int]) -> None:
        """Add articles that are about to change."""
        new = set(ids) - self.ids
        self.ids |= new
        self.before |= self.look(new)

    def add_saved(self, pk: int) -> None:
        """Add an article that has been saved, and may be new."""
        self.ids.add(pk)

    def add_new(self, pk: int, provider_id: int, topic_ids: Iterable[int], listed_from: dt.datetime | None) -> None:
        """Add a new article whose links to topics already have the right ``listed_from``."""
        self.new.add(pk)
        if listed_from is not None:
            self.is_moved = True
            month = _month_of(listed_from)
            self.added.update([(None, None, month), (None, provider_id, month)])
            self.added.update((topic_id, None, month) for topic_id in topic_ids)

    def add_topic_entry(self, topic_id: int, listed_from: dt.datetime | None) -> None:
        """Add a topic that now shows another article of a story."""
        if listed_from is not None:
            self.topics.add(topic_id)
            self.months.add(_month_of(listed_from))

    def look(self, ids: Collection[int]) -> dict[int, Position]:
        """Record the listings that these articles are in now; return their positions by article."""
        if not ids:
            return {}
        rows = Article.objects.to_be_listed().filter(id__among=ids).order_by()
        listed = list(rows.values_list("id", "provider_id", "listed_from", "tie"))
        self.providers.update(provider_id for _, provider_id, _, _ in listed)
        self.months.update(_month_of(listed_from) for _, _, listed_from, _ in listed)
        links = ArticleTopic.objects.filter(article__among=[pk for pk, *_ in listed]).order_by()
        if len(listed) > MANY:
            self.topics.update(links.values_list("topic_id", flat=True).distinct())
            return {pk: Position(provider, time, tie, None) for pk, provider, time, tie in listed}
        topics: dict[int, set[int]] = defaultdict(set)
        for pk, topic_id in links.values_list("article_id", "topic_id") if listed else ():
            topics[pk].add(topic_id)
        self.topics.update(*topics.values())
        return {pk: Position(provider, time, tie, frozenset(topics[pk])) for pk, provider, time, tie in listed}

    def compare(self, after: dict[int, Position]) -> None:
        """Record whether articles have other positions ``after`` the change."""
        self.is_moved |= after != self.before or any(each.topics is None for each in after.values())

    @property
    def all_topics(self) -> set[int]:
        """The topics whose listings had the articles before the change, or have them now."""
        return self.topics | {topic for topic, _, _ in self.added if topic}

    @property
    def all_providers(self) -> set[int]:
        return self.providers | {provider for _, provider, _ in self.added if provider}

    @property
    def all_months(self) -> set[int]:
        """The months that the articles were in before the change, or are now, such as 202309."""
        return {month.year * 100 + month.month for month in self.months | {month for _, _, month in self.added}}


def update_listings(changes: ListingChanges) -> None:
    """Update listings after the articles of ``changes`` were written."""
    with writing():
        if changes.ids:
            Article.objects.filter(pk__among=changes.ids).derive_ties()
            _copy_to_links(ArticleTopic.objects.filter(article__among=changes.ids))
            changes.compare(changes.look(changes.ids))
        _add(changes)
        recount(changes)


def rebuild_listings() -> set[int]:
    """Count everything again; return articles whose topic links were corrected, as their stories must be folded again."""
    with writing():
        ListingMonth.objects.all().delete()
        Article.objects.derive_ties()
        shown = _copy_to_links(ArticleTopic.objects.all())
        for scope in ("all", "topic", "provider"):
            _count(scope, Q(), to_be_listed())
        return shown


def _copy_to_links(links: QuerySet[ArticleTopic]) -> set[int]:
    """Copy articles' columns to stale links; return the ids of these links' articles."""
    article = Article.objects.filter(id=OuterRef("article_id"))
    current = Subquery(article.values("listed_from"))
    stale = dict(stale_links(links).values_list("pk", "article_id"))
    # Stories are folded afterwards, when they are joined.
    rows = links.filter(pk__among=set(stale))
    rows.update(listed_from=current, folded_from=current, tie=Subquery(article.values("tie")))
    return set(stale.values())


def stale_links(links: QuerySet[ArticleTopic]) -> QuerySet[ArticleTopic]:
    """Return the links whose copies differ from their articles."""
    came_or_went = Q(listed_from__isnull=True) ^ Q(current__isnull=True)
    differs = Q(listed_from__lt=F("current")) | Q(listed_from__gt=F("current")) | ~Q(tie=F("current_tie"))
    # If ``folded_from`` is not null, it equals ``listed_from``.
    is_folded = Q(folded_from__isnull=False)
    differs |= is_folded & (Q(current__isnull=True) | Q(folded_from__lt=F("current")) | Q(folded_from__gt=F("current")))
    return links.annotate(current=F("article__listed_from"), current_tie=F("article__tie")).filter(
        came_or_went | differs
    )


# The unique constraint of each kind of listing: its columns except the month, and its condition as in the migrations.
_UNIQUE = {
    "all": ([], '"provider_id" IS NULL AND "topic_id" IS NULL'),
    "topic": (["topic_id"], '"topic_id" IS NOT NULL'),
    "provider": (["provider_id"], '"provider_id" IS NOT NULL'),
}


def _add(changes: ListingChanges) -> None:
    """Add new articles to the counts; in topics, they count as not folded until stories are joined."""
    rows: dict[str, list[tuple[Any, ...]]] = {scope: [] for scope in _UNIQUE}
    for (topic, provider, month), number in changes.added.items():
        scope = "topic" if topic else "provider" if provider else "all"
        key = [pk for pk in (topic, provider) if pk]
        rows[scope].append((*key, _first_day(month), number, number if topic else 0))
    for scope, (columns, condition) in _UNIQUE.items():
        add_to_counts(ListingMonth, [*columns, "month"], condition, ["count", "folded"], rows[scope])


def recount(changes: ListingChanges) -> None:
    if not changes.months:
        return
    months = Q(month__among=changes.months)
    spans = _spans(changes.months)
    for scope, which in (("all", None), ("topic", changes.topics), ("provider", changes.providers)):
        chosen = Q() if which is None else Q(**{f"{scope}__among": which})
        ListingMonth.objects.filter(months, chosen or Q(topic=None, provider=None)).delete()
        _count(scope, chosen, spans)


def _spans(months: Collection[dt.date]) -> Q:
    """Return the condition that ``listed_from`` is in one of ``months``; consecutive months become one range."""
    spans: list[list[dt.date]] = []
    for month in sorted(months):
        if spans and spans[-1][1] == month:
            spans[-1][1] = next_month(month)
        else:
            spans.append([month, next_month(month)])
    condition = Q()
    for first, end in spans:
        condition |= Q(listed_from__gte=month_start(first), listed_from__lt=month_start(end))
    return condition


def _count(scope: str, which: Q, spans: Q) -> None:
    entries: QuerySet[Any] = ArticleTopic.objects.all() if scope == "topic" else Article.objects.all()
    keys = [] if scope == "all" else [f"{scope}_id"]
    rows = (
        entries.filter(which & spans)
        .order_by()
        .annotate(month=Month("listed_from", tzinfo=dt.UTC, output_field=DateField()))
        .values(*keys, "month")
        .annotate(count=Count("id"), folded=Count("folded_from") if scope == "topic" else Value(0))
        .values_list("month", "count", "folded", *keys)
    )
    columns = ["month", "count", "folded", *keys]
    insert_tuples(ListingMonth, columns, [(_first_day(month), *rest) for month, *rest in rows])


class Month(TruncMonth):
    """The first day of a time's month in UTC, without calling back to Python for each row on SQLite."""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.lhs)
        # SQLite keeps times as text, and Django writes them in UTC: 2023-09-01 15:40:00.
        return f"substr({column}, 1, 8) || '01'", parameters


def _month_of(time: dt.datetime) -> dt.date:
    return time.astimezone(dt.UTC).date().replace(day=1)


def _first_day(month: dt.date) -> Any:
    return connection.ops.adapt_datefield_value(month)
