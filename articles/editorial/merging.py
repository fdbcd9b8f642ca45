"""Merging topics and providers, and ordering topics.

Each is an action that can be undone. Merging stores the names and domains that files and links use as aliases, so that
the next import does not bring the merged row back.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from articles.changes import changing_articles, changing_rows, stories_at_the_end
from articles.db.bulk import delete_rows, update_columns
from articles.db.locks import fresh, writing
from articles.editorial.edits import note_edited_fields
from articles.editorial.recording import Recorder, recording
from articles.models import Action, Article, ArticleTopic, Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.old_names import store_file_domain
from articles.text.rendering import plain_text


def _move_aliases(aliases: QuerySet[Any], **into: Model) -> None:
    with changing_rows({aliases.model: set(aliases.values_list("pk", flat=True))}):
        aliases.update(**into)


# -- Topics ------------------------------------------------------------------------------


def merge_topics(
    user: Any, topic: Topic, into: Topic, reason: str = "", part_of: Action | None = None
) -> Action | None:
    """Merge one topic into another, with its articles, the topics below it and its addresses; return the action.

    ``part_of`` is the action of a merge whose other articles have been moved before.
    Raises Topic.DoesNotExist if one of them has been deleted meanwhile.
    """
    with writing():
        return _merge_topics(user, fresh(topic), fresh(into), reason, part_of)


def summary_of_topics(topic: Topic, into: Topic) -> str:
    """Return the sentence about a merge of topics."""
    texts = {"topic": plain_text(topic.name), "into": plain_text(into.name)}
    return _("Merged topic “%(topic)s” into “%(into)s”") % texts


def move_some_of_topic(whole: Action, topic: Topic, into: Topic, most: int) -> int:
    """Give at most so many articles of a topic the other one, as a part of a merge; return their number."""
    with stories_at_the_end(), recording(whole.user, "merge", whole.summary, whole.reason, whole) as record:
        links = ArticleTopic.objects.filter(topic=topic).order_by("article_id")
        ids = set(links.values_list("article_id", flat=True)[:most])
        _move_articles(record, fresh(topic), fresh(into), ids)
    return len(ids)


def _merge_topics(user: Any, topic: Topic, into: Topic, reason: str, part_of: Action | None) -> Action | None:
    with recording(user, "merge", summary_of_topics(topic, into), reason, part_of) as record:
        record.about(into)
        record.watch(Topic, pk__in=[topic.pk, into.pk])
        record.watch(Topic, parent=topic)
        record.watch(TopicAlias, topic=topic)
        links = ArticleTopic.objects.filter(topic=topic)
        _move_articles(record, topic, into, set(links.values_list("article_id", flat=True)))
        _move_children(topic, into)
        _move_aliases(TopicAlias.objects.filter(topic=topic), topic=into)
        Topic.objects.get(pk=topic.pk).delete()
        record.add_new(TopicAlias.objects.create(topic=into, name=topic.name, slug=topic.slug))
    return record.action


def _move_articles(record: Recorder, topic: Topic, into: Topic, ids: set[int]) -> None:
    """Give articles the other topic at the same position; articles with both keep the first position."""
    links = ArticleTopic.objects.filter(topic=topic, article__among=ids)
    both = set(ArticleTopic.objects.filter(topic=into, article__among=ids).values_list("article_id", flat=True))
    record.watch(ArticleTopic, topic=topic, article__among=ids)
    record.watch(ArticleTopic, article__among=both)
    with changing_articles(ids):
        _merge_topic_links(both, topic, into)
        links.update(topic=into)


def _merge_topic_links(ids: Collection[int], topic: Topic, into: Topic) -> None:
    """Keep one of two topics that articles both have, at the position of the first."""
    lists: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = ArticleTopic.objects.filter(article__among=ids).order_by("article", "position", "id")
    for pk, article, topic_id, position in rows.values_list("pk", "article_id", "topic_id", "position"):
        lists[article].append((pk, topic_id, position))
    moved, gone = [], []
    for entries in lists.values():
        pair = [pk for pk, topic_id, _ in entries if topic_id in (topic.pk, into.pk)]
        remaining = next(pk for pk, topic_id, _ in entries if topic_id == into.pk)
        gone += [pk for pk in pair if pk != remaining]
        order = [remaining if pk == pair[0] else pk for pk, _, _ in entries if pk not in pair[1:]]
        was = {pk: position for pk, _, position in entries}
        moved += [(at, pk) for at, pk in enumerate(order) if was[pk] != at]
    # Without signals, which would update listings and stories after each row: that is done once, for all articles.
    delete_rows(ArticleTopic, "id", gone)
    update_columns(ArticleTopic, "id", ["position"], moved)


def _move_children(topic: Topic, into: Topic) -> None:
    """Move the topics below one topic to another; if that is one of them, it first takes its ancestor's position."""
    if into.pk in descendants(topic.pk):
        into = Topic.objects.get(pk=into.pk)
        into.parent_id = topic.parent_id
        note_edited_fields(into, ["parent"])
        into.save()
    children = Topic.objects.filter(parent=topic)
    with changing_rows({Topic: set(children.values_list("pk", flat=True))}):
        children.update(parent=into)


def descendants(topic_id: int) -> set[int]:
    """Return the ids of all topics below one, in one query."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Topic.objects.order_by().values_list("pk", "parent_id"):
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [topic_id]
    while waiting:
        new = set(children[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def order_topics(user: Any, ids: Sequence[int]) -> Action | None:
    """Order the topics of one parent; return the action, or None if they are in that order already.

    Topics that have been deleted meanwhile are ignored.
    """
    with recording(user, "order", _("Changed the order of topics")) as record:
        found = Topic.objects.in_bulk(list(ids))
        topics = [found[pk] for pk in ids if pk in found]
        positions = [topic.position for topic in topics]
        if positions == sorted(set(positions)):
            return None
        record.watch(Topic, pk__among=found.keys())
        for position, topic in enumerate(topics, start=1):
            if topic.position != position:
                topic.position = position
                note_edited_fields(topic, ["position"])
                topic.save()
    return record.action


# -- Providers ---------------------------------------------------------------------------


def merge_providers(
    user: Any, provider: Provider, into: Provider, reason: str = "", part_of: Action | None = None
) -> Action | None:
    """Merge one provider into another, with its articles and domains; return the action.

    ``part_of`` is the action of a merge whose other articles have been moved before.
    Raises Provider.DoesNotExist if one of them has been deleted meanwhile.
    """
    with writing():
        return _merge_providers(user, fresh(provider), fresh(into), reason, part_of)


def summary_of_providers(provider: Provider, into: Provider) -> str:
    """Return the sentence about a merge of providers."""
    texts = {"provider": plain_text(provider.name), "into": plain_text(into.name)}
    return _("Merged provider “%(provider)s” into “%(into)s”") % texts


def move_some_of_provider(whole: Action, provider: Provider, into: Provider, most: int) -> int:
    """Give at most so many articles of a provider to the other one, as a part of a merge; return their number."""
    with stories_at_the_end(), recording(whole.user, "merge", whole.summary, whole.reason, whole) as record:
        articles = Article.objects.filter(provider=provider).order_by("pk")
        ids = set(articles.values_list("pk", flat=True)[:most])
        _give_articles(record, fresh(provider), fresh(into), ids)
    return len(ids)


def _give_articles(record: Recorder, provider: Provider, into: Provider, ids: set[int]) -> None:
    record.watch(Article, ("provider_id", "provider_said"), pk__among=ids)
    with changing_articles(ids):
        store_file_domain(provider, provider.domain, into, ids)
        Article.objects.filter(pk__among=ids).update(provider=into)


def _merge_providers(
    user: Any, provider: Provider, into: Provider, reason: str, part_of: Action | None
) -> Action | None:
    with recording(user, "merge", summary_of_providers(provider, into), reason, part_of) as record:
        record.about(into)
        record.watch(Provider, pk=provider.pk)
        record.watch(ProviderAlias, provider=provider)
        _give_articles(
            record, provider, into, set(Article.objects.filter(provider=provider).values_list("pk", flat=True))
        )
        _move_aliases(ProviderAlias.objects.filter(provider=provider), provider=into)
        Provider.objects.get(pk=provider.pk).delete()
        record.add_new(ProviderAlias.objects.create(provider=into, domain=provider.domain))
    return record.action
