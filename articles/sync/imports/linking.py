"""Links articles to their topics and to related articles, in order.

An entry's address leads to the article that has it, or to a reference, which becomes the article when its file is added.
The result does not depend on the order of files.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db.models import Model, Q

from articles.changes import touch_stories
from articles.content.entries import Entry
from articles.content.three_way_merge import difference
from articles.db.bulk import as_json_column, insert_tuples, insert_values, take_ids, update_objects
from articles.models import Article, ArticleTopic, Provider, RelatedEntry, RelatedLink, UnlinkedEntry
from articles.sync.field_values import (
    ENTRY_COLUMNS,
    entry_values,
    entry_values_of,
    new_reference_columns,
)
from articles.sync.imports.references import columns_of_reference, forget_references, refresh_references
from articles.sync.related_entries import holders, values_of_entry

# A row of LINK_COLUMNS.
Link = tuple[int, int, int | None, int]
LINK_COLUMNS = ("article_id", "target_id", "entry_id", "position")
# A row of UNLINKED_COLUMNS.
Unlinked = tuple[int, int, int]
UNLINKED_COLUMNS = ("article_id", "entry_id", "position")
AnyRow = TypeVar("AnyRow", Link, Unlinked)


# The columns that a link to a topic copies from its article, adapted to the database: ``listed_from`` and ``tie``.
Position = tuple[Any, int]


def link_topics(wanted: Mapping[int, list[int]], new: Collection[int], positions: Mapping[int, Position]) -> set[int]:
    """Set the topics of articles, by ids and in order; return the ids of articles whose topics changed.

    ``new`` articles have no topics yet; ``positions`` has the columns that links copy.
    """
    existing: dict[int, list[tuple[int, int]]] = defaultdict(list)
    if old := {pk for pk in wanted if pk not in new}:
        links = ArticleTopic.objects.filter(article__among=old).order_by("position", "id")
        for article_id, topic_id, position in links.values_list("article_id", "topic_id", "position"):
            existing[article_id].append((topic_id, position))
    changed = {
        pk for pk, topics in wanted.items() if existing.get(pk, []) != [(topic, at) for at, topic in enumerate(topics)]
    }
    if replaced := changed & existing.keys():
        ArticleTopic.objects.filter(article__among=replaced).delete()
    rows = [
        (pk, topic, at, listed_from, listed_from, tie)
        for pk in wanted
        if pk in changed
        for listed_from, tie in [positions[pk]]
        for at, topic in enumerate(wanted[pk])
    ]
    insert_tuples(ArticleTopic, ["article_id", "topic_id", "position", "listed_from", "folded_from", "tie"], rows)
    return changed


class Linker:
    """Writes entries, references and related links in one transaction of an import.

    It must not be used for another one: editors may delete articles and their entries in between.
    """

    def __init__(self) -> None:
        # Id and target of entries that were looked up, by digest.
        self.known: dict[str, tuple[int, int]] = {}
        # Functions that return ``entry_values`` of articles in the batch by id, to avoid fetching them.
        self.at_hand: Mapping[int, Callable[[], dict[str, Any]]] = {}

    def link(
        self,
        wanted: Mapping[int, list[str]],
        entries: Mapping[str, Entry],
        addresses: Mapping[int, set[str]],
        new: Collection[int],
    ) -> set[int]:
        """Set the links of articles to those of their entries, given by digest; return the ids of articles that changed.

        ``ensure`` must have been called for the entries. ``addresses`` are the articles' own, as none links to itself;
        ``new`` articles have no links yet.
        """
        links: dict[int, list[Link]] = {}
        unlinked: dict[int, list[Unlinked]] = {}
        for pk, digests in wanted.items():
            links[pk], unlinked[pk] = self.rows(pk, digests, entries, addresses[pk])
        old = {pk for pk in wanted if pk not in new}
        existing = _rows_of(RelatedLink, LINK_COLUMNS, old)
        existing_unlinked = _rows_of(UnlinkedEntry, UNLINKED_COLUMNS, old)
        changed = _replace_rows(RelatedLink, LINK_COLUMNS, existing, links)
        _replace_rows(UnlinkedEntry, UNLINKED_COLUMNS, existing_unlinked, unlinked)
        left = _entries_of(existing, existing_unlinked) - _entries_of(
            {pk: links[pk] for pk in existing}, {pk: unlinked[pk] for pk in existing_unlinked}
        )
        self.forget_orphans(left)
        return changed

    def rows(
        self, article_id: int, digests: list[str], entries: Mapping[str, Entry], own: set[str]
    ) -> tuple[list[Link], list[Unlinked]]:
        """Return an article's links, one for each target and none to itself, and the entries without a link."""
        links: dict[int, Link] = {}
        unlinked: list[Unlinked] = []
        for at, digest in enumerate(digests):
            entry_id, target = self.known[digest]
            if target not in links and target != article_id and entries[digest].address not in own:
                links[target] = (article_id, target, entry_id, at)
            else:
                unlinked.append((article_id, entry_id, at))
        return list(links.values()), unlinked

    def ensure(self, digests: set[str], entries: Mapping[str, Entry], providers: Mapping[str, Provider]) -> None:
        """Ensure that entries have rows, and that their addresses have an article or a reference."""
        if unknown := digests - self.known.keys():
            rows = RelatedEntry.objects.filter(digest__among=unknown).values_list("digest", "id", "target_id")
            self.known.update({digest: (pk, target) for digest, pk, target in rows})
        # In the order of files, so that ids do not depend on the order of a set.
        missing = {digest: entry for digest, entry in entries.items() if digest in unknown and digest not in self.known}
        if missing:
            self.create(missing, providers)

    def create(self, entries: Mapping[str, Entry], providers: Mapping[str, Provider]) -> None:
        """Create the rows of new entries, and references for addresses that no article has."""
        targets = holders({entry.address for entry in entries.values()})
        new: dict[str, tuple[dict[str, Any], Provider]] = {}
        for entry in entries.values():
            if entry.address not in targets and entry.address not in new:
                new[entry.address] = columns_of_reference(entry.address, entry.values, providers)
        references = [new_reference_columns(columns, provider.pk) for columns, provider in new.values()]
        reference_ids = take_ids(Article, len(new))
        if new:
            rows = [(pk, *columns.values()) for pk, columns in zip(reference_ids, references, strict=True)]
            insert_values(Article, ["id", *references[0]], rows)
            touch_stories(reference_ids)
        found = {
            address: (pk, entry_values_of(columns, provider.domain))
            for pk, (address, (columns, provider)) in zip(reference_ids, new.items(), strict=True)
        }
        found |= self.expected(targets)
        ids = take_ids(RelatedEntry, len(entries))
        rows = [
            (pk, entry.digest, entry.address, target, difference(entry.values, expected))
            for pk, entry in zip(ids, entries.values(), strict=True)
            for target, expected in [found[entry.address]]
        ]
        names = ["id", "digest", "address", "target_id", "differences"]
        insert_tuples(RelatedEntry, names, [(*row[:4], as_json_column(row[4])) for row in rows])
        self.known.update({digest: (pk, target_id) for pk, digest, _, target_id, _ in rows})
        refresh_references(target_id for _, _, _, target_id, differences in rows if differences)

    def expected(self, targets: Mapping[str, int]) -> dict[str, tuple[int, dict[str, Any]]]:
        """Return, for each address, the id of its article and the values of an entry that repeats its file."""
        found = {pk: self.at_hand[pk]() for pk in set(targets.values()) if pk in self.at_hand}
        if absent := set(targets.values()) - found.keys():
            articles = Article.objects.filter(pk__among=absent).select_related("provider")
            articles = articles.only(*ENTRY_COLUMNS, "edited", "provider__domain")
            found |= {article.pk: entry_values(article) for article in articles}
        return {address: (pk, found[pk]) for address, pk in targets.items()}

    def update_targets(self, addresses: Collection[str]) -> None:
        """Update the targets of entries with these addresses, after articles were added or changed their addresses."""
        entries = RelatedEntry.objects.filter(address__among=addresses)
        rows = list(entries.values_list("pk", "address", "target_id")) if addresses else []
        targets = holders({address for _, address, _ in rows})
        moved = {pk for pk, address, target in rows if targets.get(address) != target}
        if moved:
            for entry in RelatedEntry.objects.filter(pk__among=moved).select_related("target__provider"):
                targets[entry.address] = self.retarget(entry, targets.get(entry.address))

    def retarget(self, entry: RelatedEntry, target_id: int | None) -> int:
        """Change the target of an entry and of its links to another article, or to a new reference."""
        values = values_of_entry(entry)
        if target_id is None:
            columns, provider = columns_of_reference(entry.address, values, {})
            target = Article(is_reference=True, provider=provider, **columns)
            target.save()
        else:
            target = Article.objects.select_related("provider").get(pk=target_id)
        old_target_id = entry.target_id
        entry.target, entry.differences = target, difference(values, entry_values(target))
        entry.save()
        self.known[entry.digest] = (entry.pk, target.pk)
        links = RelatedLink.objects.filter(entry=entry)
        sources = set(links.values_list("article_id", flat=True))
        linked_already = RelatedLink.objects.filter(target=target)
        crowded = links.filter(Q(article=target.pk) | Q(article__in=linked_already.values("article_id"))).values_list(
            "article_id", flat=True
        )
        unlinked = UnlinkedEntry.objects.filter(Q(entry=entry) | Q(entry__target=old_target_id))
        to_join = {*crowded, *unlinked.values_list("article_id", flat=True)}
        touch_stories({old_target_id, target.pk, *sources, *to_join})
        links.exclude(article__among=to_join).update(target=target)
        _rebuild_links(to_join)
        forget_references({old_target_id})
        return target.pk

    def forget_orphans(self, entry_ids: Collection[int]) -> None:
        """Delete entries that are no longer in any list, and references that no entry needs."""
        unnamed = RelatedEntry.objects.filter(links=None, unlinked=None)
        orphans = list(unnamed.filter(pk__among=entry_ids)) if entry_ids else []
        if not orphans:
            return
        RelatedEntry.objects.filter(pk__among={entry.pk for entry in orphans}).delete()
        for entry in orphans:
            self.known.pop(entry.digest, None)
        targets = {entry.target_id for entry in orphans}
        forget_references(targets)
        refresh_references(targets)


@contextmanager
def keeping_entries(articles: Collection[Article]) -> Iterator[None]:
    """Preserve the values of entries while files change their targets, ``articles``."""
    by_id = {article.pk: article for article in articles}
    before: list[tuple[RelatedEntry, dict[str, Any]]] = []
    if by_id:
        for entry in RelatedEntry.objects.filter(target__among=set(by_id)):
            entry.target = by_id[entry.target_id]
            before.append((entry, values_of_entry(entry)))
    yield
    changed = []
    for entry, values in before:
        differences = difference(values, entry_values(by_id[entry.target_id]))
        if differences != entry.differences:
            entry.differences = differences
            changed.append(entry)
    update_objects(RelatedEntry, ["differences"], changed)


def _rows_of(model: type[Model], columns: tuple[str, ...], ids: Collection[int]) -> dict[int, list[Any]]:
    """Return the rows of these articles by article id, in order."""
    rows: dict[int, list[Any]] = defaultdict(list)
    if ids:
        found = model._default_manager.filter(article__among=ids).order_by("position", "id")
        for row in found.values_list(*columns):
            rows[row[0]].append(row)
    return rows


def _replace_rows(
    model: type[Model], columns: tuple[str, ...], existing: Mapping[int, list[AnyRow]], rows: Mapping[int, list[AnyRow]]
) -> set[int]:
    """Replace the existing rows of articles; return the ids of those whose rows changed."""
    changed = {pk for pk in rows if existing.get(pk, []) != rows[pk]}
    if replaced := changed & existing.keys():
        model._default_manager.filter(article__among=replaced).delete()
    insert_tuples(model, columns, [row for pk in rows if pk in changed for row in rows[pk]])
    return changed


def _entries_of(links: Mapping[int, list[Link]], unlinked: Mapping[int, list[Unlinked]]) -> set[int]:
    """Return the ids of the entries in rows."""
    ids = {row[2] for rows in links.values() for row in rows if row[2] is not None}
    return ids | {row[1] for rows in unlinked.values() for row in rows}


def _rebuild_links(ids: Collection[int]) -> None:
    """Set the links of articles again from the current targets of their entries, one for each target."""
    if not ids:
        return
    existing = _rows_of(RelatedLink, LINK_COLUMNS, ids)
    existing_unlinked = _rows_of(UnlinkedEntry, UNLINKED_COLUMNS, ids)
    entries = RelatedEntry.objects.filter(pk__among=_entries_of(existing, existing_unlinked))
    known = {pk: (address, target) for pk, address, target in entries.values_list("pk", "address", "target_id")}
    links: dict[int, list[Link]] = {}
    unlinked: dict[int, list[Unlinked]] = {}
    rows = Article.objects.filter(pk__among=ids).values_list("pk", "web_url", "original_url", "edited")
    for pk, *own, edited in rows:
        items = [(at, entry, known[entry][1] if entry else target) for _, target, entry, at in existing[pk]]
        # If an editor chose the list, the file's other entries are not linked.
        if "related" not in edited:
            items += [(at, entry, known[entry][1]) for _, entry, at in existing_unlinked[pk]]
        there: dict[int, Link] = {}
        others: list[Unlinked] = []
        for at, entry, target in sorted(items, key=lambda item: item[0]):
            if target not in there and target != pk and not (entry and known[entry][0] in own):
                there[target] = (pk, target, entry, at)
            elif entry:
                others.append((pk, entry, at))
        links[pk] = list(there.values())
        unlinked[pk] = others if "related" not in edited else existing_unlinked[pk]
    _replace_rows(RelatedLink, LINK_COLUMNS, existing, links)
    _replace_rows(UnlinkedEntry, UNLINKED_COLUMNS, existing_unlinked, unlinked)
