"""One batch of files' way into the database, in the transaction that is open."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from articles.changes import changing_articles
from articles.content import taxonomy
from articles.content.addresses import url_of
from articles.content.aliases import Meanings, said_with
from articles.content.bulk import as_json_column, insert_objects, insert_tuples, update_objects
from articles.content.columns import COLUMNS
from articles.content.fields import empty_article, from_plain, plain, values_of
from articles.content.frontmatter import FrontMatterError, Where
from articles.content.linking import keeping_entries, link_topics
from articles.content.merging import merge
from articles.content.parsing import line_in
from articles.content.problems import Problem
from articles.content.reading import ArticleFile, Result
from articles.models import Article, ImportChange, Provider, Topic

if TYPE_CHECKING:
    from articles.content.importing import Import

WRITTEN = (
    *COLUMNS,
    "provider",
    "source_path",
    "folder",
    "is_reference",
    "date",
    "slug",
    "file_digest",
    "file_stamp",
    "file_missing",
    "edited",
    "conflicts",
)


# What histories tell of a run's changes; the rest says nothing to people, or is nobody's business.
TOLD = {*COLUMNS, "file_missing"} - {"secured", "extra", "provider_said"}
TOLD_LENGTH = 5000  # characters of a text


class Row:
    """A file on its way to its article."""

    def __init__(self, file: ArticleFile, article: Article | None) -> None:
        self.file = file
        self.article = article or empty_article()
        self.is_new = article is None or article.is_reference
        self.is_changed = False
        self.topics = list(dict.fromkeys(file.topics))
        self.takes_topics = self.takes_related = True
        # What the file changes in an article that was there before: before and after by field, as histories tell it.
        self.told: dict[str, list[Any]] = {}

    @property
    def is_unsaved(self) -> bool:
        return self.article.pk is None


class Batch:
    """Writes the articles of one result."""

    def __init__(self, job: "Import", result: Result) -> None:
        self.job = job
        self.result = result
        self.rows: list[Row] = []

    def write(self) -> None:
        files = self.without_moved(self.result.articles)
        if not files:
            return
        known = self.known_articles(files)
        files = self.with_addresses(files, known)
        providers = self.providers(files)
        self.rows = [Row(file, known.get(file.path) or self.reference_for(file)) for file in files]
        topics = self.topics()
        saved = [row.article for row in self.rows if not row.is_unsaved]
        before = {address for article in saved for address in own_addresses(article)}
        with changing_articles(article.pk for article in saved) as changes:
            with keeping_entries(saved):
                self.fill(providers)
                self.save()
            self.link(topics, providers, before)
            for row in self.rows:
                if row.article.pk in self.created:
                    changes.add_new(
                        row.article.pk, row.article.provider_id, self.topic_ids(row, topics), listed_from(row.article)
                    )
        self.count()
        self.tell()

    def tell(self) -> None:
        """Let the histories of articles that were there before say what this run changed in them."""
        if self.job.options.run is None:
            return
        rows = [
            (self.job.options.run, row.article.pk, as_json_column(row.told))
            for row in self.rows
            if row.told and not row.is_new
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
            rows = Article.objects.filter(file_digest__among=new, source_path__isnull=False)
            gone = [(digest, pk) for pk, path, digest in rows.order_by("-pk").values_list("pk", "source_path", "file_digest")
                    if path not in self.job.paths and not (self.job.found.root / str(path)).exists()]  # fmt: skip
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
            rows = Article.objects.filter(is_reference=False, date__in={date for date, _ in wanted})
            places = {(date, slug): pk for pk, date, slug in rows.values_list("pk", "date", "slug")}
            pks = {places[address] for address in wanted & places.keys()}
            held = Article.objects.filter(pk__among=pks).select_related("provider") if pks else []
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
                self.job.report.moved += 1
                kept.append(file)
            else:
                path = holder.source_path if isinstance(holder, Article) else holder
                message = f"its address {url_of(*file.address)} belongs to {path or 'an article made here'}"
                self.job.add_problem(Problem(file.path, 1, "E106", message))
        return kept

    def is_renamed(self, article: Article, file: ArticleFile) -> bool:
        """Return whether an article's own file has gone, and ``file`` is about the same piece at its provider."""
        path = article.source_path
        has_gone = path is not None and path not in self.job.paths and not (self.job.found.root / path).exists()
        return has_gone and bool(own_addresses(article) & set(source_addresses(file)))

    def providers(self, files: list[ArticleFile]) -> dict[str, Provider]:
        named = {(*file.provider[:2], str(file.provider[2])): file.provider for file in files}
        for digest in {digest for file in files for digest in file.entries}:
            provider = self.result.entries[digest].provider
            named[(*provider[:2], str(provider[2]))] = provider
        return taxonomy.ensure_providers(taxonomy.Named(*provider) for provider in named.values())

    def topics(self) -> dict[str, Topic]:
        topics, created = taxonomy.ensure_topics(name for row in self.rows for name in row.topics)
        for row in self.rows:
            for index, name in enumerate(row.file.topics):
                if name in created:
                    created.remove(name)
                    self.add_problem(row, ("topics", index), "N501", f"the topic {name} has no file; it is created")
        return topics

    def fill(self, providers: dict[str, Provider]) -> None:
        """Give articles the values of their files, as far as no editor has changed them."""
        edited = [row.article for row in self.rows if row.article.edited]
        current = values_of(edited) if edited else {}
        self.meanings = self.meanings_for([row for row in self.rows if row.article.edited])
        for row in self.rows:
            domain = row.file.provider[0]
            values = row.file.columns
            if providers[domain].domain != domain:
                values = values | {"provider_said": said_with(values["provider_said"], domain, providers[domain])}
            if row.article.edited:
                values = self.merge(row, values, current[row.article.pk], providers)
            else:
                self.take_provider(row, providers)
            self.assign(row, values | self.own_values(row))
            self.copy_images(row)

    def meanings_for(self, rows: list[Row]) -> Meanings:
        """Look up what files and editors said of topics and providers, for all rows at once."""
        said = [{"topics": row.topics, "provider": row.file.provider[0]} for row in rows]
        return Meanings.of([*said, *(row.article.edited for row in rows), *(row.article.conflicts for row in rows)])

    def own_values(self, row: Row) -> dict[str, Any]:
        """Return the values that are the import's own business."""
        values: dict[str, Any] = {
            "source_path": row.file.path,
            "folder_id": self.job.folder.pk if self.job.folder else None,
            "is_reference": False,
            "file_digest": row.file.digest,
            "file_stamp": row.file.stamp,
            "file_missing": False,
        }
        if row.article.date is None:
            values["date"], values["slug"] = row.file.address
        return values

    def assign(self, row: Row, values: dict[str, Any]) -> None:
        if row.is_unsaved:
            for name, value in values.items():
                setattr(row.article, name, value)
            return
        for name, value in values.items():
            if (old := getattr(row.article, name)) != value:
                if name in TOLD:
                    row.told[name] = [shortened(plain(old)), shortened(plain(value))]
                setattr(row.article, name, value)
                # A file that says the same in other bytes leaves its article as it was.
                row.is_changed |= name not in ("file_digest", "file_stamp", "folder_id")

    def merge(
        self, row: Row, columns: dict[str, Any], current: dict[str, Any], providers: dict[str, Provider]
    ) -> dict[str, Any]:
        """Return the columns that the file changes in an article that an editor changed; note what is in conflict."""
        article = row.article
        linked = {"provider": row.file.provider[0], "topics": row.topics, "related": self.related_addresses(row)}
        file = {name: plain(value) for name, value in columns.items()} | linked
        # Topics and providers that were renamed or merged since are compared by what they are today.
        today = self.meanings.today
        file = today(file)
        merged = merge(current, today(article.edited), today(article.conflicts), file)
        for name in sorted(merged.new_conflicts):
            self.job.report.conflicts += 1
            message = f"{name} was changed here and by an editor; the editor's stays until someone chooses"
            self.add_problem(row, (taxonomy.file_key(name),), "W408", message)
        row.is_changed |= (article.edited, article.conflicts) != (merged.edited, merged.conflicts)
        article.edited, article.conflicts = merged.edited, merged.conflicts
        row.takes_topics, row.takes_related = "topics" not in merged.edited, "related" not in merged.edited
        if "provider" in merged.taken:
            self.take_provider(row, providers)
        return {name: from_plain(name, file[name]) for name in merged.taken if name in columns}

    def take_provider(self, row: Row, providers: dict[str, Provider]) -> None:
        provider = providers[row.file.provider[0]]
        if row.article.provider_id != provider.pk:
            row.is_changed = True
            if not row.is_unsaved:
                row.told["provider"] = [row.article.provider.domain, provider.domain]
        row.article.provider = provider

    def related_addresses(self, row: Row) -> list[str]:
        """Return what the file's related list comes to: each address once, not the article's own."""
        own = set(source_addresses(row.file))
        addresses = dict.fromkeys(self.result.entries[digest].address for digest in row.file.entries)
        return [address for address in addresses if address not in own]

    def copy_images(self, row: Row) -> None:
        """Copy what the file and its entries show of the site's own images."""
        for where, url in row.file.own_images:
            if not self.job.assets.copy(url):
                self.add_problem(row, where, "W405", f"there is no image {url[:200]} in the folder that can be served")

    def save(self) -> None:
        new = [row.article for row in self.rows if row.is_unsaved]
        update_objects(Article, WRITTEN, [row.article for row in self.rows if not row.is_unsaved])
        insert_objects(Article, new)
        self.created = {article.pk for article in new}

    def link(self, topics: dict[str, Topic], providers: dict[str, Provider], before: set[str]) -> None:
        self.job.linker.at_hand = {row.article.pk: row.article for row in self.rows}
        by_topics = {row.article.pk: self.topic_ids(row, topics) for row in self.rows if row.takes_topics}
        listed = {row.article.pk: listed_from(row.article) for row in self.rows}
        changed = link_topics(by_topics, self.created, listed)
        for row in self.rows:
            if row.article.pk in changed:
                row.told["topics"] = [None, row.topics]
        related = [row for row in self.rows if row.takes_related]
        entries = {row.article.pk: [self.result.entries[digest] for digest in row.file.entries] for row in related}
        # What the file lists beside an editor's choice is there to be taken later.
        kept = [digest for row in self.rows if not row.takes_related for digest in row.file.entries]
        self.job.linker.ensure({digest: self.result.entries[digest] for digest in kept}, providers)
        own = {row.article.pk: own_addresses(row.article) for row in related}
        changed |= self.job.linker.link(entries, own, self.created, providers)
        after = {address for row in self.rows for address in own_addresses(row.article)}
        self.job.linker.resettle((after | before) if before else after)
        for row in self.rows:
            row.is_changed |= row.article.pk in changed

    def topic_ids(self, row: Row, topics: dict[str, Topic]) -> list[int]:
        return list(dict.fromkeys(topics[name].pk for name in row.topics))

    def count(self) -> None:
        report = self.job.report
        for row in self.rows:
            if row.is_new:
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


def shortened(value: Any) -> Any:
    return value[:TOLD_LENGTH] if isinstance(value, str) else value


def source_addresses(file: ArticleFile) -> list[str]:
    """Return where a file's piece is at its provider, ``webUrl`` first."""
    return [address for address in (file.columns["web_url"], file.columns["original_url"]) if address]


def own_addresses(article: Article) -> set[str]:
    return {address for address in (article.web_url, article.original_url) if address}


def listed_from(article: Article) -> dt.datetime | None:
    """Return what the database is going to make of the column of that name."""
    is_listed = article.published and not (article.removed or article.file_missing)
    return article.published_date_time if is_listed else None
