"""Reports articles whose files are missing, and withdraws them on request."""

import os
from collections.abc import Iterator

from django.db.models import QuerySet

from articles.changes import changing_articles
from articles.content.files import Found
from articles.content.problems import Problem
from articles.models import Article, ContentFolder
from articles.sync.imports.context import Context
from articles.sync.imports.report import Options

PATHS_AT_ONCE = 2000
PRUNED_AT_ONCE = 20  # articles that may be withdrawn from a folder of any size


class Missing:
    """The articles whose files are missing from a folder, or from the part of it that was imported."""

    def __init__(self, found: Found, folder: ContentFolder, context: Context) -> None:
        self.found = found
        self.folder = folder
        self.context = context

    def may_withdraw(self, options: Options) -> bool:
        """Return whether to withdraw the articles: not if so many files are missing that a disk may not be mounted."""
        if not options.prune or options.prune_all:
            return options.prune
        gone = sum(map(len, self.parts()))
        if gone <= PRUNED_AT_ONCE or gone * 10 <= (there := self.articles_there().count()):
            return True
        message = f"the files of {gone} of {there} articles have gone; none is withdrawn unless --prune-all says so"
        path = self.found.start.relative_to(self.found.root).as_posix()
        self.context.add_problem(Problem(path, 0, "E109", message))
        return False

    def report(self, withdraw: bool) -> None:
        """Report each of them, and withdraw it if asked to."""
        for gone in self.parts():
            for path in gone:
                end = "withdrawn" if withdraw else "kept; --prune withdraws it"
                self.context.add_problem(Problem(path, 0, "W407", f"the file has gone; its article is {end}"))
            self.context.report.missing += len(gone)
            if withdraw:
                with changing_articles(gone.values()):
                    Article.objects.filter(pk__among=set(gone.values())).update(file_missing=True)

    def parts(self) -> Iterator[dict[str, int]]:
        """Yield the articles whose files are known to be missing, by path; files that could not be read may exist.

        There may be as many as articles, so that they are yielded in parts, which callers may write one by one.
        """
        if self.found.start.is_file():
            return
        # By id, not by path: a page of paths would be found by sorting all of the folder's, again for each page.
        rows = self.articles_there().order_by("pk").values_list("pk", "source_path")
        part = list(rows[:PATHS_AT_ONCE])
        while part:
            gone = [(path, pk) for pk, path in part if path and self.has_gone(path)]
            if gone:
                yield dict(sorted(gone))
            part = list(rows.filter(pk__gt=part[-1][0])[:PATHS_AT_ONCE])

    def has_gone(self, path: str) -> bool:
        return (
            path not in self.found.articles.paths
            and not self.found.is_unknown(path)
            and not os.path.lexists(self.found.root / path)
        )

    def articles_there(self) -> QuerySet[Article]:
        """Return the articles whose files were part of the last import of the same folder."""
        start = self.found.start.relative_to(self.found.root).as_posix()
        articles = Article.objects.filter(folder=self.folder, source_path__isnull=False, file_missing=False)
        return articles if start == "." else articles.filter(source_path__startswith=f"{start}/")
