"""Writes imported articles to their rows, in the open transaction, which holds the write lock."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from articles.changes import changing_articles
from articles.content.entries import Entry
from articles.content.expiry import expiry_of
from articles.content.site_rules import created_topic, image_fault
from articles.content.three_way_merge import merge
from articles.db.bulk import as_json_column, as_taken, insert_tuples, take_ids, update_objects
from articles.models import Article, ImportChange, Provider, Topic
from articles.models.snapshots import from_plain, plain
from articles.sync.field_values import values_of
from articles.sync.imports.aliases import store_aliases
from articles.sync.imports.context import Context
from articles.sync.imports.linking import Linker, keeping_entries, link_topics
from articles.sync.imports.matching import Matched
from articles.sync.imports.providers import Named, ensure_providers
from articles.sync.imports.row import DEFAULTS, RECORDED, WRITTEN, Row, addresses_at_provider, shortened
from articles.sync.imports.topics import ensure_topics
from articles.sync.names import Meanings, file_key


class ArticleWriter:
    """Writes articles from any source; ``entries`` are their related entries by digest."""

    def __init__(self, context: Context, entries: Mapping[str, Entry]) -> None:
        self.context = context
        self.entries = entries
        self.rows: list[Row] = []

    def write(self, matched: Matched) -> list[Row]:
        """Write articles, each to its existing row if it has one, and return them as they were written."""
        if not matched:
            return []
        providers = self.providers(matched)
        self.rows = [Row(incoming, article, providers[incoming.provider[0]]) for incoming, article in matched]
        topics = self.topics()
        saved = [row.article for row in self.rows if row.article]
        before = {address for article in saved for address in addresses_at_provider(article)}
        with changing_articles(article.pk for article in saved) as changes:
            with keeping_entries(saved):
                self.fill()
                self.save()
            # Before links, which lead to articles by their old addresses, too.
            store_aliases({row.pk: row.incoming.aliases for row in self.rows}, {article.pk for article in saved})
            topic_ids = {row.pk: list(dict.fromkeys(topics[name].pk for name in row.topics)) for row in self.rows}
            self.link(topic_ids, providers, before)
            self.set_ends()
            for row in self.rows:
                if row.pk in self.created:
                    changes.add_new(row.pk, row.provider.pk, topic_ids[row.pk], row.listed_from)
        self.record_changes()
        return self.rows

    def record_changes(self) -> None:
        """Record this run's changes to existing articles, for histories."""
        if self.context.run is None:
            return
        rows = [
            (self.context.run, row.pk, as_json_column(row.changes))
            for row in self.rows
            if row.changes and not row.is_new
        ]
        insert_tuples(ImportChange, ["run_id", "article_id", "changed"], rows)

    def providers(self, matched: Matched) -> dict[str, Provider]:
        """Return the providers of articles and of their entries by domain; create the new ones."""
        digests = {digest for incoming, _ in matched for digest in incoming.entries}
        described = [incoming.provider for incoming, _ in matched]
        described += [self.entries[digest].provider for digest in digests]
        named = {
            (domain, name, str(images) if images else ""): (domain, name, images) for domain, name, images in described
        }
        return ensure_providers(Named(*provider) for provider in named.values())

    def topics(self) -> dict[str, Topic]:
        topics, created = ensure_topics(name for row in self.rows for name in row.topics)
        for row in self.rows:
            for index, name in enumerate(row.incoming.topics):
                if name in created:
                    created.remove(name)
                    self.context.report_problem(row.incoming, *created_topic(("topics", index), name))
        return topics

    def fill(self) -> None:
        """Update existing articles with the values of their files, except where an editor has changed them."""
        edited = [row.article for row in self.rows if row.article and row.article.edited]
        current = values_of(edited) if edited else {}
        self.meanings = self.meanings_for([row for row in self.rows if row.article and row.article.edited])
        for row in self.rows:
            if row.incoming.own_images:
                self.copy_images(row)
            if row.article:
                self.fill_article(row, row.article, current.get(row.pk))

    def fill_article(self, row: Row, article: Article, current: dict[str, Any] | None) -> None:
        """Update an article with the values of its file; ``current`` are its values if an editor has changed it."""
        if current is not None:
            values = self.merge(row, article, current)
        else:
            values = row.columns
            self.take_provider(row, article)
        row.old_until = expiry_of(article.extra)
        values = values | self.own_values(row) | {"own_images": row.own_images}
        if article.date is None:
            values["date"], values["slug"] = row.incoming.address
            values["tie"] = row.tie
        for name, value in values.items():
            if (old := getattr(article, name)) != value:
                if name in RECORDED:
                    row.changes[name] = [shortened(plain(old)), shortened(plain(value))]
                setattr(article, name, value)
                # A file with the same values in other bytes leaves its article unchanged.
                row.is_changed |= name not in ("file_digest", "file_stamp", "folder_id")

    def set_ends(self) -> None:
        """Schedule the unlisting of articles whose files give a time for it; while that stays, editors' choices do."""
        for row in self.rows:
            until, article = row.until, row.article
            if until == row.old_until or (until and not row.is_listed):
                continue
            if article and article.publish_at and until and until <= article.publish_at:
                continue
            rows = Article.objects.filter(pk=row.pk)
            # A time that an editor chose stays when the file's is taken out.
            (rows if until else rows.filter(unlist_at=row.old_until)).update(unlist_at=until)

    def take_provider(self, row: Row, article: Article) -> None:
        if article.provider_id != row.provider.pk:
            row.is_changed = True
            row.changes["provider"] = [article.provider.domain, row.provider.domain]
            article.provider = row.provider

    def meanings_for(self, rows: list[Row]) -> Meanings:
        """Look up the topics and providers of files and editors, for all rows at once."""
        named: list[dict[str, Any]] = []
        for row in rows:
            named.append({"topics": row.topics, "provider": row.incoming.provider[0]})
            if row.article:
                named += [row.article.edited, row.article.conflicts]
        return Meanings.of(named)

    def own_values(self, row: Row) -> dict[str, Any]:
        """Return the values that only the import manages."""
        file, folder = row.incoming.file, self.context.folder
        return {
            "source_path": file.path if file else None,
            "folder_id": folder.row.pk if folder else None,
            "is_reference": False,
            "file_digest": file.digest if file else "",
            "file_stamp": file.stamp if file else "",
            "file_missing": False,
        }

    def merge(self, row: Row, article: Article, current: dict[str, Any]) -> dict[str, Any]:
        """Return the columns that the file changes in an article that an editor changed; record conflicts."""
        columns = row.columns
        linked = {"provider": row.incoming.provider[0], "topics": row.topics, "related": self.related_addresses(row)}
        file = {name: plain(value) for name, value in columns.items()} | linked
        # Topics and providers that were renamed or merged since are compared by their current names.
        today = self.meanings.today
        file = today(file)
        edited = today(article.edited)
        if row.is_as_exported and sorted(file["topics"]) == sorted(current["topics"]):
            # A file with several keys of topics has them in the order of its keys.
            edited.pop("topics", None)
        merged = merge(current, edited, today(article.conflicts), file)
        for name in sorted(merged.new_conflicts):
            self.context.report.conflicts += 1
            message = f"{name} was changed here and by an editor; the editor's stays until someone chooses"
            self.context.report_problem(row.incoming, (file_key(name),), "W408", message)
        row.is_changed |= (article.edited, article.conflicts) != (merged.edited, merged.conflicts)
        article.edited, article.conflicts = merged.edited, merged.conflicts
        row.takes_topics, row.takes_related = "topics" not in merged.edited, "related" not in merged.edited
        if "provider" in merged.taken:
            self.take_provider(row, article)
        return {name: from_plain(Article, name, file[name]) for name in merged.taken if name in columns}

    def related_addresses(self, row: Row) -> list[str]:
        """Return the addresses of the file's related list without duplicates and the article's own."""
        own = set(row.incoming.source_addresses)
        addresses = dict.fromkeys(self.entries[digest].address for digest in row.incoming.entries)
        return [address for address in addresses if address not in own]

    def copy_images(self, row: Row) -> None:
        """Copy the site's own images that the file and its entries use."""
        if not self.context.folder:
            return
        assets = self.context.folder.assets
        for image in row.incoming.own_images:
            assets.copy(image.url)
            if fault := image_fault(image, assets, is_article=True):
                self.context.report_problem(row.incoming, image.where, *fault)
        row.own_images = assets.facts(image for image in row.incoming.own_images if image.where[0] == "images")

    def save(self) -> None:
        as_time = connection.ops.adapt_datetimefield_value
        for row in self.rows:
            row.time = as_time(row.value("published_date_time"))
        update_objects(Article, WRITTEN, [row.article for row in self.rows if row.article])
        new = [row for row in self.rows if not row.article]
        for row, pk in zip(new, take_ids(Article, len(new)), strict=True):
            row.pk = pk
        insert_tuples(Article, ["id", *WRITTEN, *DEFAULTS], self.inserted(new))
        self.created = {row.pk for row in new}

    def inserted(self, rows: list[Row]) -> list[tuple[Any, ...]]:
        """Return new articles' ids and values of WRITTEN and DEFAULTS, adapted to the database."""
        rest = as_taken(Article, ["edited", "conflicts", *DEFAULTS], [({}, {}, *DEFAULTS.values())])[0]
        as_date, no_images = connection.ops.adapt_datefield_value, as_json_column({})
        return [
            (
                row.pk,
                *row.adapted().values(),
                *self.own_values(row).values(),
                row.provider.pk,
                as_date(date),
                slug,
                row.tie,
                as_json_column(row.own_images) if row.own_images else no_images,
                *rest,
            )
            for row in rows
            for date, slug in [row.incoming.address]
        ]

    def link(
        self,
        topic_ids: dict[int, list[int]],
        providers: dict[str, Provider],
        before: set[str],
    ) -> None:
        linker, entries = Linker(), self.entries
        linker.at_hand = {row.pk: row.entry_values for row in self.rows}
        by_topics = {row.pk: topic_ids[row.pk] for row in self.rows if row.takes_topics}
        places = {row.pk: (row.time if row.is_listed else None, row.tie) for row in self.rows}
        changed = link_topics(by_topics, self.created, places)
        for row in self.rows:
            if row.pk in changed:
                row.changes["topics"] = [None, row.topics]
        # The file's list is stored in addition to an editor's choice, so that it can be taken later.
        linker.ensure({digest for row in self.rows for digest in row.incoming.entries}, entries, providers)
        addresses = {row.pk: row.addresses for row in self.rows}
        related = {row.pk: row.incoming.entries for row in self.rows if row.takes_related}
        changed |= linker.link(related, entries, addresses, self.created)
        linker.update_targets(before.union(*addresses.values()))
        for row in self.rows:
            row.is_changed |= row.pk in changed
