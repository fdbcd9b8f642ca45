"""Editors' changes to articles, stored next to the file's values so that imports do not undo them."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Max

from articles.changes import changing_articles
from articles.content.columns import COLUMNS
from articles.content.identity import topic_key
from articles.content.three_way_merge import note_edits
from articles.db.locks import writing
from articles.models import Article, ArticleTopic, Provider, RelatedEntry, RelatedLink, Topic
from articles.models.snapshots import from_plain
from articles.sync.described import value_here
from articles.sync.field_values import values_of
from articles.sync.names import Meanings
from articles.sync.related_entries import holders


@contextmanager
def editing(ids: Collection[int]) -> Iterator[None]:
    """Record an editor's changes to the articles ``ids``, including their topics and related links."""
    with writing():
        before = values_of(_articles(ids))
        yield
        articles = _articles(ids)
        after = values_of(articles)
        for article in articles:
            # An article made here has no file that could have other values.
            if article.pk not in before or not (article.source_path or article.is_reference):
                continue
            if unintended := _unintended(before[article.pk], after[article.pk]):
                with changing_articles([article.pk]):
                    Article.objects.filter(pk=article.pk).update(
                        **{name: from_plain(Article, name, value) for name, value in unintended.items()}
                    )
            file_values = Meanings.of([article.edited]).today(article.edited)
            edited = note_edits(before[article.pk], after[article.pk] | unintended, file_values)
            conflicts = {name: value for name, value in article.conflicts.items() if name in edited}
            if (edited, conflicts) != (article.edited, article.conflicts):
                Article.objects.filter(pk=article.pk).update(edited=edited, conflicts=conflicts)


def _unintended(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the old values that only the form itself changed: spaces around a text, line ends, fractions of a second."""
    changed = (name for name in COLUMNS if before[name] != after[name])
    return {name: before[name] for name in changed if _as_sent(name, before[name]) == _as_sent(name, after[name])}


def _as_sent(name: str, value: Any) -> Any:
    """Return a column's plain value as a form would send it."""
    if name == "published_date_time":
        return from_plain(Article, name, value).replace(microsecond=0)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def edit_articles(ids: Collection[int], **values: Any) -> int:
    """Set columns of articles as an editor's change; return the number of articles."""
    if values.get("published"):
        values["is_draft"] = False
    with editing(ids), changing_articles(ids):
        return Article.objects.filter(pk__among=ids).update(**values)


def add_topics(ids: Collection[int], topics: Collection[Topic]) -> None:
    """Append topics to articles that do not have them yet."""
    with editing(ids), changing_articles(ids):
        there = set(
            ArticleTopic.objects.filter(article__among=ids, topic__among={each.pk for each in topics}).values_list(
                "article_id", "topic_id"
            )
        )
        last = dict(
            ArticleTopic.objects.filter(article__among=ids)
            .order_by()
            .values_list("article_id")
            .annotate(Max("position"))
        )
        ArticleTopic.objects.bulk_create(
            ArticleTopic(article_id=pk, topic=topic, position=last.get(pk, -1) + 1 + index)
            for pk in ids
            for index, topic in enumerate(topics)
            if (pk, topic.pk) not in there
        )


def remove_topics(ids: Collection[int], topics: Collection[Topic]) -> None:
    """Remove topics from articles."""
    with editing(ids), changing_articles(ids):
        ArticleTopic.objects.filter(article__among=ids, topic__among={each.pk for each in topics}).delete()


def replace_topic(ids: Collection[int], old: Topic, new: Topic) -> None:
    """Replace one topic of articles with another at the same position."""
    with editing(ids), changing_articles(ids):
        links = ArticleTopic.objects.filter(article__among=ids, topic=old)
        both = ArticleTopic.objects.filter(article__among=ids, topic=new).values_list("article_id", flat=True)
        links.filter(article__among=set(both)).delete()
        links.update(topic=new)


def keep_edited_value(article: Article, name: str) -> None:
    """Resolve a conflict, if it still exists, in favour of the editor's value."""
    with _resolving(article, name) as now:
        if now:
            now.edited[name] = now.conflicts[name]


def take_file_value(article: Article, name: str) -> None:
    """Resolve a conflict, if it still exists, in favour of the file's value; imports update the field again."""
    with changing_articles([article.pk]), _resolving(article, name) as now:
        if now:
            _set_field(now, name, Meanings.of([now.conflicts]).today(now.conflicts)[name])
            now.edited.pop(name, None)


@contextmanager
def _resolving(article: Article, name: str) -> Iterator[Article | None]:
    """Yield the article as it is now, and remove a field's conflict afterwards; yield None if there is no conflict.

    Imports and other editors may have changed other fields' notes since ``article`` was read.
    """
    with writing():
        now = Article.objects.filter(pk=article.pk).first()
        if now is None or name not in now.conflicts:
            yield None
            return
        yield now
        del now.conflicts[name]
        Article.objects.filter(pk=now.pk).update(edited=now.edited, conflicts=now.conflicts)


def _set_field(article: Article, name: str, value: Any) -> None:
    articles = Article.objects.filter(pk=article.pk)
    if name in COLUMNS:
        articles.update(**{name: from_plain(Article, name, value)})
    elif name == "provider":
        articles.update(provider=Provider.objects.get(domain=value))
    elif name == "topics":
        _set_topics(article, value)
    else:
        _set_related(article, value)


def _set_topics(article: Article, names: list[str]) -> None:
    ArticleTopic.objects.filter(article=article).delete()
    found = {topic.key: topic for topic in Topic.objects.all()}
    topics = dict.fromkeys(found[topic_key(name)] for name in names if topic_key(name) in found)
    ArticleTopic.objects.bulk_create(
        ArticleTopic(article=article, topic=topic, position=position) for position, topic in enumerate(topics)
    )


def _set_related(article: Article, addresses: list[str]) -> None:
    RelatedLink.objects.filter(article=article).delete()
    targets = holders(addresses)
    entries = dict(RelatedEntry.objects.filter(address__among=addresses).order_by("-pk").values_list("address", "pk"))
    links = {targets[address]: entries.get(address) for address in reversed(addresses) if address in targets}
    links.pop(article.pk, None)
    RelatedLink.objects.bulk_create(
        RelatedLink(article=article, target_id=target, entry_id=entry, position=position)
        for position, (target, entry) in enumerate(reversed(links.items()))
    )


def note_edited_fields(row: Provider | Topic, names: Iterable[str]) -> None:
    """Record that an editor set these fields of a provider or topic; imports no longer change them."""
    row.edited = sorted({*row.edited, *names})
    # Whoever sets what the file has settles the conflict.
    row.conflicts = {name: value for name, value in row.conflicts.items() if value != value_here(row, name)}


def _articles(ids: Collection[int]) -> list[Article]:
    return list(Article.objects.filter(pk__among=ids).select_related("provider"))
