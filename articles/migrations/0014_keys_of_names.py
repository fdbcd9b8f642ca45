"""Compare names of topics in NFC: those that differ in how their letters are composed become one topic.

An older version made two of them. What names either goes to one: the one with a file, else the older.
"""

import datetime as dt
import unicodedata
from collections import Counter, defaultdict
from typing import Any

from django.db import migrations
from django.db.models import Min

FILLED = ("shortname", "description", "keywords", "hashtags", "images")


def name_key(name: str) -> str:
    folded = unicodedata.normalize("NFC", " ".join(name.split())).casefold()
    return unicodedata.normalize("NFC", folded)


def renew_keys(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("articles", "Topic")
    groups: dict[str, list[Any]] = defaultdict(list)
    for topic in model.objects.order_by("pk"):
        groups[name_key(topic.name) or topic.key].append(topic)
    for topics in groups.values():
        kept = min(topics, key=lambda topic: (topic.source_path is None, topic.pk))
        for topic in topics:
            if topic.pk != kept.pk:
                merge(apps, topic.pk, kept.pk)
    # Of those in a group, one is left.
    left = {topic.pk: key for key, topics in groups.items() for topic in topics if topic.key != key}
    changed = [pk for pk in left if model.objects.filter(pk=pk).exclude(key=left[pk]).exists()]
    for pk in changed:
        # One may have the key that another one is to have.
        model.objects.filter(pk=pk).update(key=f"\x01{pk}")
    for pk in changed:
        model.objects.filter(pk=pk).update(key=left[pk])
    renew_aliases(apps, groups.keys())


def renew_aliases(apps: Any, taken: Any) -> None:
    """Give other names their keys; one that is a topic's, or another alias's, name is none any more."""
    aliases = apps.get_model("articles", "TopicAlias").objects
    known = set(taken)
    rows = [(name_key(name), *rest) for name, *rest in aliases.exclude(key=None).values_list("name", "key", "slug", "pk")]
    # First those that have their keys already: none is to get the key of one that is still to lose it.
    for key, old, slug, pk in sorted(rows, key=lambda row: (row[0] != row[1], row[-1])):
        if key and key not in known:
            known.add(key)
            aliases.filter(pk=pk).update(key=key)
        elif slug:
            aliases.filter(pk=pk).update(name="", key=None)
        else:
            aliases.filter(pk=pk).delete()


def merge(apps: Any, pk: int, into: int) -> None:
    """Move everything of one topic to another."""
    get = lambda name: apps.get_model("articles", name).objects  # noqa: E731
    topics, aliases, links = get("Topic"), get("TopicAlias"), get("ArticleTopic")
    topic = topics.get(pk=pk)
    articles = list(links.filter(topic=pk).values_list("article_id", flat=True))
    both = links.filter(topic=into, article__in=links.filter(topic=pk).values("article"))
    for link in both:
        first = links.filter(article=link.article_id, topic__in=[pk, into]).aggregate(first=Min("position"))["first"]
        links.filter(article=link.article_id, topic=pk).delete()
        links.filter(pk=link.pk).update(position=first)
    links.filter(topic=pk).update(topic=into)
    move_children(topics, topic, into)
    aliases.filter(topic=pk).update(topic=into)
    topics.filter(pk=pk).delete()
    if not aliases.filter(slug=topic.slug).exists():
        aliases.create(topic_id=into, slug=topic.slug)
    fill(topics, topic, into)
    count(get("ListingMonth"), links, into)
    # Stories are folded by topic, and searched for by topic: the next change of anything looks at these, too.
    get("StoryMark").bulk_create([get("StoryMark").model(article_id=each) for each in articles], ignore_conflicts=True)


def move_children(topics: Any, topic: Any, into: int) -> None:
    parents = dict(topics.values_list("pk", "parent_id"))
    seen, above = {None}, parents[into]
    while above not in seen and above != topic.pk:
        seen.add(above)
        above = parents.get(above)
    if above == topic.pk:
        topics.filter(pk=into).update(parent=topic.parent_id)
    topics.filter(parent=topic.pk).update(parent=into)


def fill(topics: Any, topic: Any, into: int) -> None:
    """Keep what only the topic that goes says."""
    kept = topics.get(pk=into)
    lacking = [name for name in FILLED if getattr(topic, name) and not getattr(kept, name)]
    for name in lacking:
        setattr(kept, name, getattr(topic, name))
    kept.edited = sorted({*kept.edited, *(name for name in lacking if name in topic.edited)})
    kept.save(update_fields=[*lacking, "edited"])


def count(months: Any, links: Any, topic: int) -> None:
    """Count what a topic lists in each month anew."""
    listed: Counter[dt.date] = Counter()
    folded: Counter[dt.date] = Counter()
    times = links.filter(topic=topic, listed_from__isnull=False).values_list("listed_from", "folded_from")
    for time, folded_from in times:
        month = time.astimezone(dt.UTC).date().replace(day=1)
        listed[month] += 1
        folded[month] += folded_from is not None
    months.filter(topic=topic).delete()
    months.bulk_create(
        months.model(topic_id=topic, month=month, count=number, folded=folded[month])
        for month, number in sorted(listed.items())
    )


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0013_longer_keys"),
    ]

    operations = [migrations.RunPython(renew_keys, migrations.RunPython.noop)]
