"""What readers see of rows, as it is in the database, and what of a difference an event fails to name."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Model

from articles.changes import ContentChange
from articles.models import (
    Article,
    ArticleTopic,
    Pin,
    Provider,
    ProviderAlias,
    RelatedLink,
    Story,
    StoryMember,
    Thread,
    ThreadMember,
    Topic,
    TopicAlias,
)

# What only editors see, or nobody.
UNSEEN = {
    Article: {"source_path", "drafted_by_id", "preview_number", "publish_at", "unlist_at", "provider_said", "secured", "extra",
              "folder_id", "updated_at", "file_digest", "file_stamp", "exported_digest", "edited", "conflicts"},
    Topic: {"extra", "edited", "conflicts", "source_path", "key"},
    Provider: {"extra", "edited", "conflicts", "source_path"},
    TopicAlias: {"name", "key"},
    RelatedLink: {"id", "entry_id"},
    ArticleTopic: {"id"},
}  # fmt: skip
MODELS: tuple[type[Model], ...] = (
    Article, ArticleTopic, RelatedLink, StoryMember, Topic, TopicAlias, Provider, ProviderAlias, Pin, Story,
    Thread, ThreadMember,
)  # fmt: skip
Row = dict[str, Any]
Snapshot = dict[type[Model], dict[Any, Row]]


def snapshot() -> Snapshot:
    """Return what readers see of all rows, by model and id."""
    found: Snapshot = {}
    for model in MODELS:
        names = [each.attname for each in model._meta.concrete_fields if each.attname not in UNSEEN.get(model, ())]
        key = (lambda row: (row["article_id"], row["topic_id"])) if model is ArticleTopic else None
        key = (lambda row: (row["article_id"], row["target_id"])) if model is RelatedLink else key
        rows = model._base_manager.order_by().values("pk", *names)
        found[model] = {key(row) if key else row["pk"]: row for row in rows}
    for rows in (found[ArticleTopic], found[RelatedLink]):
        for row in rows.values():
            del row["pk"]
    return found


def unnamed(before: Snapshot, after: Snapshot, raised: Collection[ContentChange]) -> dict[str, set[Any]]:
    """Return the ids that differ between two snapshots, or had to do with what does, and that no event names."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for model in MODELS:
        old, new = before[model], after[model]
        keys = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
        for key in keys:
            is_copied = model is ArticleTopic and old.get(key, {}).get("position") == new.get(key, {}).get("position")
            for row in (rows[key] for rows in (old, new) if key in rows):
                for name, pk in _touched(model, row):
                    # Only the listing that a copy is for has changed, not the article.
                    if not (is_copied and name == "articles"):
                        wanted[name].add(pk)
    if wanted.pop("pins", None) and not any(each.pins for each in raised):
        wanted["pins"] = {True}
    if wanted.pop("catalogue", None) and not any(each.catalogue for each in raised):
        wanted["catalogue"] = {True}
    named = {name: set().union(*(getattr(each, name) for each in raised)) for name in wanted if name != "pins"}
    return {name: left for name, pks in wanted.items() if (left := pks - named.get(name, set()))}


def _touched(model: type[Model], row: Row) -> list[tuple[str, Any]]:
    if model is Article:
        listed = [("providers", row["provider_id"])] if row["listed_from"] else []
        return [("articles", row["id"]), *listed]
    if model is ArticleTopic:
        listed = [("topics", row["topic_id"])] if row["listed_from"] else []
        return [("articles", row["article_id"]), *listed]
    if model in (Topic, TopicAlias):
        return [("topics", row["id"] if model is Topic else row["topic_id"]), ("catalogue", True)]
    if model in (Provider, ProviderAlias):
        return [("providers", row["id"] if model is Provider else row["provider_id"]), ("catalogue", True)]
    if model is StoryMember:
        return [("articles", row["article_id"]), ("stories", row["story_id"])]
    if model is ThreadMember:
        return [("stories", row["story_id"]), ("threads", row["thread_id"])]
    if model is Thread:
        return [("threads", row["id"])]
    if model is Story:
        return [("stories", row["id"])]
    return [("articles", row["article_id"]), *([("pins", True)] if model is Pin else [])]
