"""Rows -> files: what editors decided goes back to the files, and of those only the lines that say it.

An article's file is found by its path. It is written only while it is as it was imported or last exported;
what somebody changed since is a problem, and stays. An article made here gets a file of its own in the house's style.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from articles.content.files import NEWS_FOLDER, Content, SourceFile, compressed, digest_of, read
from articles.content.frontmatter import FrontMatterError
from articles.content.house_text import write_file
from articles.content.patching import patch
from articles.content.problems import Level, Problem
from articles.content.saving import OutsideError, Saving, saving
from articles.content.texts import Kept, as_bytes, as_text, keep_texts, kept_texts
from articles.content.wording import Wording, changes_of, text_of, values_of_file
from articles.models import Article, ContentFolder, FileText

BATCH_SIZE = 500  # articles in memory at a time

ProblemHandler = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be written.

    ``old`` is its text as it stands, None when there is none; ``kept`` what the database keeps of it, None when
    that is yet to be: the file is new.
    """

    path: str
    article: Article
    old: str | None
    new: str
    kept: Kept | None

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff, as git shows it."""
        before = f"a/{self.path}" if self.old is not None else "/dev/null"
        for line in unified_diff(lines_of(self.old or ""), lines_of(self.new), before, f"b/{self.path}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def lines_of(text: str) -> list[str]:
    """Return lines with their ends, as git counts them: other separators end none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be remembered of a file that is written: the text it is made of, and all that exports made of that.

    ``article`` is the id of one whose file is new.
    """

    path: str
    text: bytes
    exported: list[str]
    article: int | None = None
    digest: str = ""


@dataclass(slots=True)
class ExportReport:
    """What an export did, in numbers: files written anew, files changed, files that say it already, problems."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    paths: list[str] = field(default_factory=list)  # of the files written


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
        with saving(self.root) as files:
            notes = [note_of(change) for change in self.changes() if self.write(change, files)]
            files.reach_the_disk()
            # Before they take their places: the run after one that is killed in between knows them again.
            remember([note for note in notes if note])
            left = files.take_places()
        for path in left:
            self.add_problem(path, "W410", "changed while it was to be written; import it first")
        forget([note for note in notes if note and note.path in left])
        return self.report

    def write(self, change: Change, files: Saving) -> bool:
        try:
            files.write(change.path, as_bytes(change.new))
        except (OutsideError, OSError) as error:
            self.add_problem(change.path, "E110", f"cannot be written: {error}")
            return False
        self.report.paths.append(change.path)
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
            kept = kept_texts([article.source_path for article in articles if article.source_path])
            wording = Wording([each for each in articles if each.edited or each.source_path not in kept])
            for article in articles:
                try:
                    change = self.change(article, kept.get(article.source_path or ""), wording)
                except (FrontMatterError, ValueError) as error:
                    self.add_problem(article.source_path or article.title, "E110", f"cannot be written: {error}")
                    continue
                if change:
                    yield change

    def articles(self) -> Any:
        """Return the articles that may need writing; those of another imported folder are not this one's."""
        exported = FileText.objects.exclude(exported=[]).values("path")
        articles = Article.objects.to_export(self.everything, exported)
        if self.is_own_folder:
            articles = articles.of_folder(str(self.root))
        return articles.order_by("pk")

    def change(self, article: Article, kept: Kept | None, wording: Wording) -> Change | None:
        if article.source_path is None:
            return self.new_file(article, wording)
        file = SourceFile(self.root, article.source_path)
        if is_there(file.location):
            return self.changed_file(file, article, kept, wording)
        # What is known of no folder was exported, not imported: that file is still to be, here.
        if self.everything or article.folder_id is None:
            return Change(file.path, article, None, text_of(article, wording, kept), kept)
        self.add_problem(file.path, "W411", "the file has gone; what an editor changed is not written")
        return None

    def changed_file(self, file: SourceFile, article: Article, kept: Kept | None, wording: Wording) -> Change | None:
        if not article.edited and not (kept and kept.exported):
            self.report.unchanged += 1
            return None
        content = read(file)
        if isinstance(content, Problem):
            self.on_problem(content)
            self.report.problems[content.level] += 1
            return None
        if kept is None and content.digest == article.file_digest:
            kept = Kept(content.data)
        if kept is None or not kept.knows(content.digest):
            self.look_at_foreign(file, content, article, wording)
            return None
        new = text_of(article, wording, kept)
        if as_bytes(new) == content.data:
            self.report.unchanged += 1
            return None
        if article.conflicts:
            names = ", ".join(sorted(article.conflicts))
            self.add_problem(file.path, "W410", f"in conflict with an editor: {names}; settle it in the admin first")
            return None
        return Change(file.path, article, as_text(content.data), new, kept)

    def look_at_foreign(self, file: SourceFile, content: Content, article: Article, wording: Wording) -> None:
        """Name a file that is neither as imported nor as exported, unless it says what an editor changed."""
        text = as_text(content.data)
        if patch(text, *changes_of(article, wording)) == text:
            self.report.unchanged += 1
        else:
            self.add_problem(file.path, "W410", "changed since it was imported; import it first")

    def new_file(self, article: Article, wording: Wording) -> Change:
        """Return the file of an article made here, under a name that no other file has."""
        folder = f"{NEWS_FOLDER}/" if (self.root / NEWS_FOLDER).is_dir() or self.everything else ""
        path = f"{folder}{article.date}-{article.slug}.md"
        number = 2
        while path in self.new_paths or is_there(f"{self.root}/{path}") or self.is_taken(path):
            path = f"{folder}{article.date}-{article.slug}-{number}.md"
            number += 1
        self.new_paths.add(path)
        return Change(path, article, None, write_file(*values_of_file(article, wording)), None)

    @staticmethod
    def is_taken(path: str) -> bool:
        return Article.objects.filter(source_path=path).exists()

    def add_problem(self, path: str, code: str, message: str) -> None:
        problem = Problem(path, 1, code, message)
        self.report.problems[problem.level] += 1
        self.on_problem(problem)


def is_there(location: str) -> bool:
    """Return whether a file or a link stands in a place; none does where the name is too long for any."""
    return os.path.lexists(location)


def note_of(change: Change) -> Note | None:
    """Return what is to be remembered of a change, if it is not known already."""
    data = as_bytes(change.new)
    digest = digest_of(data)
    if change.kept is None:
        return Note(change.path, compressed(data), [], change.article.pk, digest)
    if change.kept.knows(digest):
        return None
    return Note(change.path, compressed(change.kept.data), [*change.kept.exported, digest])


def remember(notes: list[Note]) -> None:
    """Note what files are going to say; whose file is new is known by its path from now on.

    What editors changed stays noted until an import finds it in the file: the folder may be a copy of the one
    that imports read.
    """
    with transaction.atomic():
        keep_texts({note.path: note.text for note in notes}, {note.path: note.exported for note in notes})
        for note in notes:
            if note.article:
                Article.objects.filter(pk=note.article).update(source_path=note.path, file_digest=note.digest)


def forget(notes: list[Note]) -> None:
    """Take back that articles have new files, where something else came to stand."""
    Article.objects.filter(pk__in=[note.article for note in notes if note.article]).update(
        source_path=None, file_digest=""
    )
