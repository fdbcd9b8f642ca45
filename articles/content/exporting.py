"""Rows -> files: what editors decided goes back to the files, and of those only the lines that say it.

An article's file is found by its path. It is written only while it is as it was imported or last exported;
what somebody changed since is a problem, and stays. An article made here gets a file of its own in the house's style.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

from articles.content.bulk import update_objects
from articles.content.files import NEWS_FOLDER, SourceFile, read
from articles.content.frontmatter import FrontMatterError
from articles.content.house_text import write_file
from articles.content.patching import patch
from articles.content.problems import Level, Problem
from articles.content.saving import OutsideError, Saving, saving
from articles.content.wording import Wording, changes_of, values_of_file
from articles.models import Article, ContentFolder

BATCH_SIZE = 500  # files; bounds memory, and how many temporary files there are at a time

ProblemHandler = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be written: ``old`` is its text as it stands, None when there is none."""

    path: str
    article: Article
    old: str | None
    new: str

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff, as git shows it."""
        before = f"a/{self.path}" if self.old is not None else "/dev/null"
        old = (self.old or "").splitlines(keepends=True)
        for line in unified_diff(old, self.new.splitlines(keepends=True), before, f"b/{self.path}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


@dataclass(slots=True)
class ExportReport:
    """What an export did, in numbers: files written anew, files changed, files that say it already, problems."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    paths: list[str] = field(default_factory=list)
    articles: list[int] = field(default_factory=list)  # whose files were written


class Export:
    """The export of articles into one site folder; ``everything`` also writes the files that are not there."""

    def __init__(self, root: Path, on_problem: ProblemHandler, everything: bool = False) -> None:
        self.root = root.resolve()
        self.on_problem = on_problem
        self.everything = everything
        self.report = ExportReport()
        self.is_own_folder = ContentFolder.objects.filter(path=str(self.root)).exists()
        self.new_paths: set[str] = set()

    def run(self) -> ExportReport:
        """Write what there is to write."""
        Saving(self.root).clear_leftovers()
        for changes in self.batches():
            with saving(self.root) as files:
                written = [change for change in changes if self.write(change, files)]
            remember(written)
        return self.report

    def batches(self) -> Iterator[list[Change]]:
        changes = self.changes()
        while batch := list(islice(changes, BATCH_SIZE)):
            yield batch

    def write(self, change: Change, files: Saving) -> bool:
        try:
            files.write(change.path, change.new.encode("utf-8", "surrogatepass"))
        except (OutsideError, OSError) as error:
            self.add_problem(change.path, "E110", f"cannot be written: {error}")
            return False
        self.report.paths.append(change.path)
        self.report.articles.append(change.article.pk)
        if change.old is None:
            self.report.created += 1
        else:
            self.report.updated += 1
        return True

    # -- What there is to write -------------------------------------------------------

    def changes(self) -> Iterator[Change]:
        """Yield the files to write, in the order of their articles; problems and what needs nothing are counted."""
        ids = iter(list(self.articles().values_list("pk", flat=True)))
        while chunk := list(islice(ids, BATCH_SIZE)):
            articles = list(Article.objects.filter(pk__among=chunk).select_related("provider").order_by("pk"))
            wording = Wording(articles)
            for article in articles:
                if change := self.change(article, wording):
                    yield change

    def articles(self) -> Any:
        """Return the articles that may need writing; those of another imported folder are not this one's."""
        articles = Article.objects.to_export(self.everything)
        if self.is_own_folder:
            articles = articles.of_folder(str(self.root))
        return articles.order_by("pk")

    def change(self, article: Article, wording: Wording) -> Change | None:
        if article.source_path is None:
            return self.new_file(article, wording)
        file = SourceFile(self.root, article.source_path)
        if not Path(file.location).exists():
            if self.everything:
                return Change(file.path, article, None, wording.text_of(article))
            self.add_problem(file.path, "W411", "the file has gone; what an editor changed is not written")
            return None
        return self.changed_file(file, article, wording)

    def changed_file(self, file: SourceFile, article: Article, wording: Wording) -> Change | None:
        content = read(file)
        if isinstance(content, Problem):
            self.on_problem(content)
            self.report.problems[content.level] += 1
            return None
        changes, body = changes_of(article, wording)
        if not changes and body is None:
            self.report.unchanged += 1
            return None
        if article.conflicts:
            names = ", ".join(sorted(article.conflicts))
            self.add_problem(file.path, "W410", f"in conflict with an editor: {names}; settle it in the admin first")
            return None
        text = content.data.decode("utf-8", "surrogatepass")
        try:
            new = patch(text, changes, body)
        except (FrontMatterError, ValueError) as error:
            self.add_problem(file.path, "E110", f"cannot be written: {error}")
            return None
        if new == text:
            self.report.unchanged += 1
            return None
        if content.digest not in (article.file_digest, article.exported_digest):
            self.add_problem(file.path, "W410", "changed since it was imported; import it first")
            return None
        return Change(file.path, article, text, new)

    def new_file(self, article: Article, wording: Wording) -> Change:
        """Return the file of an article made here, under a name that no other file has."""
        folder = f"{NEWS_FOLDER}/" if (self.root / NEWS_FOLDER).is_dir() or self.everything else ""
        path = f"{folder}{article.date}-{article.slug}.md"
        number = 2
        while path in self.new_paths or (self.root / path).exists() or self.is_taken(path):
            path = f"{folder}{article.date}-{article.slug}-{number}.md"
            number += 1
        self.new_paths.add(path)
        return Change(path, article, None, write_file(*values_of_file(article, wording)))

    @staticmethod
    def is_taken(path: str) -> bool:
        return Article.objects.filter(source_path=path).exists()

    def add_problem(self, path: str, code: str, message: str) -> None:
        problem = Problem(path, 1, code, message)
        self.report.problems[problem.level] += 1
        self.on_problem(problem)


def remember(changes: Collection[Change]) -> None:
    """Note what files say now; whose file is new is known by its path from now on.

    What editors changed stays noted until an import finds it in the file: the folder may be a copy of the one
    that imports read.
    """
    for change in changes:
        article = change.article
        article.exported_digest = hashlib.sha256(change.new.encode("utf-8", "surrogatepass")).hexdigest()
        if article.source_path is None:
            article.source_path, article.file_digest = change.path, article.exported_digest
    update_objects(Article, ["exported_digest", "source_path", "file_digest"], [each.article for each in changes])
