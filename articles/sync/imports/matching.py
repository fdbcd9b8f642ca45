"""Finds the articles of files: by path, by content if the files were moved, and by address."""

from pathlib import Path

from articles.changes import changing_articles
from articles.content.identity import Address, addresses_for
from articles.content.site_rules import taken_address
from articles.models import Article
from articles.sync.imports.context import Context, Folder
from articles.sync.imports.incoming import FileFacts, IncomingArticle
from articles.sync.imports.row import addresses_at_provider

# A file with its article; None: a new one.
Matched = list[tuple[IncomingArticle, Article | None]]


class Matcher:
    """Finds the articles of one batch of files; ``renamed`` are the paths of moved files, including changed ones."""

    def __init__(self, context: Context, folder: Folder) -> None:
        self.context = context
        self.folder = folder
        self.known: dict[str, Article] = {}
        self.renamed: set[str] = set()

    def match(self, articles: list[IncomingArticle]) -> Matched:
        """Return the files to write with their articles.

        Those that only moved have been, and those whose address belongs to another article are left out.
        """
        files = [(article, article.file) for article in articles if article.file]
        others = self.without_moved(files)
        self.find_known([file.path for _, file in others if file.is_known])
        references = find_references([article for article, _ in others])
        return [
            (article, self.known.get(file.path) or take_reference(article, references))
            for article, file in self.with_addresses(others)
        ]

    def find_known(self, paths: list[str]) -> None:
        if paths:
            articles = Article.objects.filter(source_path__among=set(paths)).select_related("provider")
            self.known = {article.source_path: article for article in articles if article.source_path}

    def without_moved(self, files: list[tuple[IncomingArticle, FileFacts]]) -> list[tuple[IncomingArticle, FileFacts]]:
        """Match new files that have the content of missing ones, as moved; return the others."""
        moved: dict[str, int] = {}
        new = {file.digest for _, file in files if not file.is_known}
        if new and self.folder.may_have_moved:
            rows = Article.objects.filter(file_digest__among=new, source_path__isnull=False).order_by("-pk")
            columns = rows.values_list("pk", "source_path", "folder__path", "file_digest")
            gone = [(digest, pk) for pk, path, folder, digest in columns if self.has_gone(str(path), folder)]
            moved.update(gone)
        others = []
        for article, file in files:
            if file.is_known or file.digest not in moved:
                others.append((article, file))
            else:
                self.move(moved.pop(file.digest), file)
        return others

    def move(self, pk: int, file: FileFacts) -> None:
        with changing_articles([pk]):
            Article.objects.filter(pk=pk).update(
                source_path=file.path, file_stamp=file.stamp, folder=self.folder.row, file_missing=False
            )
        self.context.report.moved += 1

    def with_addresses(self, files: list[tuple[IncomingArticle, FileFacts]]) -> list[tuple[IncomingArticle, FileFacts]]:
        """Reject new files whose address another article has, unless they are its file, renamed and changed."""
        new = {file.path: article.address for article, file in files if file.path not in self.known}
        taken: dict[Address, Article | str] = {}
        taken.update(holders_of(set(new.values())))
        kept = []
        for article, file in files:
            address = self.free_address(article, file, taken) if file.path in new else article.address
            if address is not None:
                kept.append((article._replace(address=address), file))
                continue
            holder = taken[article.address]
            path = holder.source_path if isinstance(holder, Article) else holder
            self.context.add_problem(taken_address(file.path, article.address, path))
            self.context.report.left_out += 1
        return kept

    def free_address(
        self, article: IncomingArticle, file: FileFacts, taken: dict[Address, Article | str]
    ) -> Address | None:
        """Return the address of a new file's article, and note it in ``taken``; None if it is another's."""
        for address in addresses_for(file.path, article.address, self.folder.dialect):
            if address not in taken:
                # Only the first ones were looked up for all files at once.
                taken.update(holders_of({address} if address != article.address else set()))
            holder = taken.setdefault(address, file.path)
            if isinstance(holder, Article) and self.is_renamed(holder, article):
                self.known[file.path] = holder
                self.renamed.add(file.path)
                holder = taken[address] = file.path
            if holder == file.path:
                return address
        return None

    def is_renamed(self, article: Article, incoming: IncomingArticle) -> bool:
        """Return whether an article's own file is missing, and ``incoming`` has the same piece at its provider."""
        if article.source_path is None:
            return False
        addresses = addresses_at_provider(article)
        # Articles without a link are the same by their address here alone.
        if addresses.isdisjoint(incoming.source_addresses) and (addresses or incoming.source_addresses):
            return False
        return self.has_gone(article.source_path, article.folder.path if article.folder else None)

    def has_gone(self, path: str, folder: str | None) -> bool:
        """Return whether an article's file is no longer in the ``folder`` that it was imported from."""
        root = self.folder.root
        if folder in (None, str(root)) and path in self.folder.paths:
            return False
        try:
            (Path(folder or root) / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # unknown, for example in a folder without permission
            return False
        return False


def find_references(articles: list[IncomingArticle]) -> dict[str, Article]:
    """Return the references with articles' own addresses, by address."""
    addresses = {address for article in articles for address in article.source_addresses}
    references = Article.objects.filter(is_reference=True, web_url__among=addresses).select_related("provider")
    return {reference.web_url: reference for reference in references}


def take_reference(article: IncomingArticle, references: dict[str, Article]) -> Article | None:
    """Remove the reference with a new article's address from ``references``, if any, and return it."""
    for address in article.source_addresses:
        if reference := references.pop(address, None):
            return reference
    return None


def holders_of(addresses: set[Address]) -> dict[Address, Article]:
    """Return the articles that have these addresses on the site."""
    if not addresses:
        return {}
    rows = Article.objects.filter(is_reference=False, date__among={date for date, _ in addresses})
    places = {(date, slug): pk for pk, date, slug in rows.values_list("pk", "date", "slug")}
    pks = {places[address] for address in addresses & places.keys()}
    held = Article.objects.filter(pk__among=pks).select_related("provider", "folder") if pks else []
    return {(row.date, row.slug): row for row in held if row.date}
