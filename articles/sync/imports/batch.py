"""One batch of files' way into the database, in the transaction that is open, which has the write lock."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

from articles.changes import changing_articles
from articles.content.duplicates import duplicate_of
from articles.content.files import SourceFile
from articles.content.identity import url_of
from articles.content.parsing import line_in
from articles.content.problems import Problem
from articles.content.three_way_merge import merge
from articles.content.warnings import image_fault
from articles.content.yaml.reader import FrontMatterError, Where
from articles.db.bulk import as_json_column, as_taken, insert_tuples, take_ids, update_objects
from articles.models import Article, ImportChange, Provider, Topic
from articles.models.snapshots import from_plain, plain
from articles.sync.field_values import values_of
from articles.sync.imports.known_pieces import learn_pieces
from articles.sync.imports.linking import Linker, keeping_entries, link_topics
from articles.sync.imports.providers import Named, ensure_providers
from articles.sync.imports.row import TOLD, UNTOLD, WRITTEN, Row, own_addresses, shortened, source_addresses
from articles.sync.imports.topics import ensure_topics
from articles.sync.imports.workers import ArticleFile, Result
from articles.sync.names import Meanings, file_key

if TYPE_CHECKING:
    from articles.sync.imports.run import Import


class Batch:
    """Writes the articles of one result."""

    def __init__(self, job: "Import", result: Result) -> None:
        self.job = job
        self.result = result
        self.rows: list[Row] = []
        # Paths of files that were changed when they were renamed.
        self.renamed: set[str] = set()

    def write(self) -> None:
        files = self.without_moved(self.result.articles)
        if not files:
            return
        known = self.known_articles(files)
        files = self.with_addresses(files, known)
        providers = self.providers(files)
        self.rows = [
            Row(file, known.get(file.path) or self.reference_for(file), providers[file.provider[0]]) for file in files
        ]
        topics = self.topics()
        saved = [row.article for row in self.rows if row.article]
        before = {address for article in saved for address in own_addresses(article)}
        with changing_articles(article.pk for article in saved) as changes:
            with keeping_entries(saved):
                self.fill()
                self.save()
            topic_ids = {row.pk: list(dict.fromkeys(topics[name].pk for name in row.topics)) for row in self.rows}
            self.link(topic_ids, providers, before)
            for row in self.rows:
                if row.pk in self.created:
                    changes.add_new(row.pk, row.provider.pk, topic_ids[row.pk], row.listed_from)
        self.name_duplicates()
        self.count()
        self.tell()

    def name_duplicates(self) -> None:
        """Name the files whose pieces other files, or articles that were here before, are about, too."""
        pieces = self.job.pieces
        numbers = {row.file.piece for row in self.rows if row.file.piece is not None}
        learn_pieces(pieces, numbers, {row.pk for row in self.rows})
        for row in self.rows:
            if problem := duplicate_of(SourceFile(self.job.found.root, row.file.path), row.file.piece, pieces):
                self.job.add_problem(problem)

    def tell(self) -> None:
        """Let the histories of articles that were there before say what this run changed in them."""
        if self.job.options.run is None:
            return
        rows = [
            (self.job.options.run, row.pk, as_json_column(row.told)) for row in self.rows if row.told and not row.is_new
        ]
        insert_tuples(ImportChange, ["run_id", "article_id", "changed"], rows)

    def known_articles(self, files: list[ArticleFile]) -> dict[str, Article]:
        known: dict[str, Article] = {}
        if paths := {file.path for file in files if file.is_known}:
            articles = Article.objects.filter(source_path__among=paths).select_related("provider")
            known = {article.source_path: article for article in articles if article.source_path}
        self.references = self.find_references(files)
        return known

    def find_references(self, files: list[ArticleFile]) -> dict[str, Article]:
        """Return the references that files' own addresses lead to."""
        addresses = {address for file in files for address in source_addresses(file)}
        references = Article.objects.filter(is_reference=True, web_url__among=addresses).select_related("provider")
        return {reference.web_url: reference for reference in references}

    def reference_for(self, file: ArticleFile) -> Article | None:
        """Take the reference that a new file turns out to be, if there is one."""
        for address in source_addresses(file):
            if reference := self.references.pop(address, None):
                return reference
        return None

    def without_moved(self, files: list[ArticleFile]) -> list[ArticleFile]:
        """Take a new file with the content of one that has gone for that one, moved; return the others."""
        moved: dict[str, int] = {}
        new = {file.digest for file in files if not file.is_known}
        if new and self.job.may_move:
            rows = Article.objects.filter(file_digest__among=new, source_path__isnull=False).order_by("-pk")
            columns = rows.values_list("pk", "source_path", "folder__path", "file_digest")
            gone = [(digest, pk) for pk, path, folder, digest in columns if self.has_gone(str(path), folder)]
            moved.update(gone)
        others = []
        for file in files:
            if file.is_known or file.digest not in moved:
                others.append(file)
            else:
                self.move(moved.pop(file.digest), file)
        return others

    def move(self, pk: int, file: ArticleFile) -> None:
        with changing_articles([pk]):
            Article.objects.filter(pk=pk).update(
                source_path=file.path, file_stamp=file.stamp, folder=self.job.folder, file_missing=False
            )
        self.job.report.moved += 1

    def with_addresses(self, files: list[ArticleFile], known: dict[str, Article]) -> list[ArticleFile]:
        """Leave out new files whose address here another article has, unless it is the same piece, renamed and changed."""
        new = {file.path: file.address for file in files if file.path not in known}
        taken: dict[tuple[dt.date, str], Article | str] = {}
        if new:
            wanted = set(new.values())
            rows = Article.objects.filter(is_reference=False, date__among={date for date, _ in wanted})
            places = {(date, slug): pk for pk, date, slug in rows.values_list("pk", "date", "slug")}
            pks = {places[address] for address in wanted & places.keys()}
            held = Article.objects.filter(pk__among=pks).select_related("provider", "folder") if pks else []
            taken = {(row.date, row.slug): row for row in held if row.date}
        kept = []
        for file in files:
            address = new.get(file.path)
            holder = taken.setdefault(address, file.path) if address else file.path
            if holder == file.path:
                kept.append(file)
            elif isinstance(holder, Article) and self.is_renamed(holder, file):
                known[file.path] = holder
                taken[file.address] = file.path
                self.renamed.add(file.path)
                kept.append(file)
            else:
                path = holder.source_path if isinstance(holder, Article) else holder
                message = f"its address {url_of(*file.address)} belongs to {path or 'an article made here'}"
                self.job.add_problem(Problem(file.path, 1, "E106", message))
                self.job.report.left_out += 1
        return kept

    def is_renamed(self, article: Article, file: ArticleFile) -> bool:
        """Return whether an article's own file has gone, and ``file`` is about the same piece at its provider."""
        if article.source_path is None or not own_addresses(article) & set(source_addresses(file)):
            return False
        return self.has_gone(article.source_path, article.folder.path if article.folder else None)

    def has_gone(self, path: str, folder: str | None) -> bool:
        """Return whether an article's file is no longer in the ``folder`` that it was imported from."""
        root = self.job.found.root
        if folder in (None, str(root)) and path in self.job.found.articles.paths:
            return False
        try:
            (Path(folder or root) / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # nobody can tell, as in a folder that may not be read
            return False
        return False

    def providers(self, files: list[ArticleFile]) -> dict[str, Provider]:
        said = [file.provider for file in files]
        said += [
            self.result.entries[digest].provider for digest in {digest for file in files for digest in file.entries}
        ]
        named = {(domain, name, str(images) if images else ""): (domain, name, images) for domain, name, images in said}
        return ensure_providers(Named(*provider) for provider in named.values())

    def topics(self) -> dict[str, Topic]:
        topics, created = ensure_topics(name for row in self.rows for name in row.topics)
        for row in self.rows:
            for index, name in enumerate(row.file.topics):
                if name in created:
                    created.remove(name)
                    message = f"topics[{index + 1}]: the topic {name} has no file; it is created"
                    self.add_problem(row, ("topics", index), "N501", message)
        return topics

    def fill(self) -> None:
        """Give articles that are there the values of their files, as far as no editor has changed them."""
        edited = [row.article for row in self.rows if row.article and row.article.edited]
        current = values_of(edited) if edited else {}
        self.meanings = self.meanings_for([row for row in self.rows if row.article and row.article.edited])
        for row in self.rows:
            if row.file.own_images:
                self.copy_images(row)
            if row.article:
                self.fill_article(row, row.article, current.get(row.pk))

    def fill_article(self, row: Row, article: Article, current: dict[str, Any] | None) -> None:
        """Give an article the values of its file; ``current`` are those of one that an editor changed."""
        if current is not None:
            values = self.merge(row, article, current)
        else:
            values = row.columns
            self.take_provider(row, article)
        values = values | self.own_values(row) | {"own_images": row.own_images}
        if article.date is None:
            values["date"], values["slug"] = row.file.address
            values["tie"] = row.tie
        for name, value in values.items():
            if (old := getattr(article, name)) != value:
                if name in TOLD:
                    row.told[name] = [shortened(plain(old)), shortened(plain(value))]
                setattr(article, name, value)
                # A file that says the same in other bytes leaves its article as it was.
                row.is_changed |= name not in ("file_digest", "file_stamp", "folder_id")

    def take_provider(self, row: Row, article: Article) -> None:
        if article.provider_id != row.provider.pk:
            row.is_changed = True
            row.told["provider"] = [article.provider.domain, row.provider.domain]
            article.provider = row.provider

    def meanings_for(self, rows: list[Row]) -> Meanings:
        """Look up what files and editors said of topics and providers, for all rows at once."""
        said: list[dict[str, Any]] = []
        for row in rows:
            said.append({"topics": row.topics, "provider": row.file.provider[0]})
            if row.article:
                said += [row.article.edited, row.article.conflicts]
        return Meanings.of(said)

    def own_values(self, row: Row) -> dict[str, Any]:
        """Return the values that are the import's own business."""
        return {
            "source_path": row.file.path,
            "folder_id": self.job.folder.pk if self.job.folder else None,
            "is_reference": False,
            "file_digest": row.file.digest,
            "file_stamp": row.file.stamp,
            "file_missing": False,
        }

    def merge(self, row: Row, article: Article, current: dict[str, Any]) -> dict[str, Any]:
        """Return the columns that the file changes in an article that an editor changed; note what is in conflict."""
        columns = row.columns
        linked = {"provider": row.file.provider[0], "topics": row.topics, "related": self.related_addresses(row)}
        file = {name: plain(value) for name, value in columns.items()} | linked
        # Topics and providers that were renamed or merged since are compared by what they are today.
        today = self.meanings.today
        file = today(file)
        merged = merge(current, today(article.edited), today(article.conflicts), file)
        for name in sorted(merged.new_conflicts):
            self.job.report.conflicts += 1
            message = f"{name} was changed here and by an editor; the editor's stays until someone chooses"
            self.add_problem(row, (file_key(name),), "W408", message)
        row.is_changed |= (article.edited, article.conflicts) != (merged.edited, merged.conflicts)
        article.edited, article.conflicts = merged.edited, merged.conflicts
        row.takes_topics, row.takes_related = "topics" not in merged.edited, "related" not in merged.edited
        if "provider" in merged.taken:
            self.take_provider(row, article)
        return {name: from_plain(Article, name, file[name]) for name in merged.taken if name in columns}

    def related_addresses(self, row: Row) -> list[str]:
        """Return what the file's related list comes to: each address once, not the article's own."""
        own = set(source_addresses(row.file))
        addresses = dict.fromkeys(self.result.entries[digest].address for digest in row.file.entries)
        return [address for address in addresses if address not in own]

    def copy_images(self, row: Row) -> None:
        """Copy what the file and its entries show of the site's own images."""
        assets = self.job.assets
        for image in row.file.own_images:
            assets.copy(image.url)
            if fault := image_fault(image, assets, is_article=True):
                self.add_problem(row, image.where, *fault)
        row.own_images = assets.facts(image for image in row.file.own_images if image.where[0] == "images")

    def save(self) -> None:
        as_time = connection.ops.adapt_datetimefield_value
        for row in self.rows:
            row.time = as_time(row.value("published_date_time"))
        update_objects(Article, WRITTEN, [row.article for row in self.rows if row.article])
        new = [row for row in self.rows if not row.article]
        for row, pk in zip(new, take_ids(Article, len(new)), strict=True):
            row.pk = pk
        insert_tuples(Article, ["id", *WRITTEN, *UNTOLD], self.inserted(new))
        self.created = {row.pk for row in new}

    def inserted(self, rows: list[Row]) -> list[tuple[Any, ...]]:
        """Return new articles' ids and values of WRITTEN and UNTOLD, as the database takes them."""
        rest = as_taken(Article, ["edited", "conflicts", *UNTOLD], [({}, {}, *UNTOLD.values())])[0]
        as_date = connection.ops.adapt_datefield_value
        return [
            (
                row.pk,
                *row.taken().values(),
                *self.own_values(row).values(),
                row.provider.pk,
                as_date(date),
                slug,
                row.tie,
                as_json_column(row.own_images),
                *rest,
            )
            for row in rows
            for date, slug in [row.file.address]
        ]

    def link(
        self,
        topic_ids: dict[int, list[int]],
        providers: dict[str, Provider],
        before: set[str],
    ) -> None:
        linker, entries = Linker(), self.result.entries
        linker.at_hand = {row.pk: row.entry_values for row in self.rows}
        by_topics = {row.pk: topic_ids[row.pk] for row in self.rows if row.takes_topics}
        places = {row.pk: (row.time if row.is_listed else None, row.tie) for row in self.rows}
        changed = link_topics(by_topics, self.created, places)
        for row in self.rows:
            if row.pk in changed:
                row.told["topics"] = [None, row.topics]
        # What the file lists beside an editor's choice is there to be taken later.
        linker.ensure({digest for row in self.rows for digest in row.file.entries}, entries, providers)
        addresses = {row.pk: row.addresses for row in self.rows}
        related = {row.pk: row.file.entries for row in self.rows if row.takes_related}
        changed |= linker.link(related, entries, addresses, self.created)
        linker.resettle(before.union(*addresses.values()))
        for row in self.rows:
            row.is_changed |= row.pk in changed

    def count(self) -> None:
        report = self.job.report
        for row in self.rows:
            if row.file.path in self.renamed:
                report.moved += 1
            elif row.is_new:
                report.created += 1
            elif row.is_changed:
                report.updated += 1
            else:
                report.unchanged += 1

    def add_problem(self, row: Row, where: Where, code: str, message: str) -> None:
        """Name a problem of a file that was parsed elsewhere: its line is looked up in the file itself."""
        try:
            line = line_in((self.job.found.root / row.file.path).read_bytes(), where)
        except (OSError, ValueError, FrontMatterError):
            line = 1
        self.job.add_problem(Problem(row.file.path, line, code, message))
