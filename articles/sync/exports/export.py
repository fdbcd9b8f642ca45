"""Rows -> files: what editors decided goes back to the files, and of those only the lines that say it.

An article's file is found by its path. It is written only while it is as it was imported or last exported;
what somebody changed since is a problem, and stays. An article made here gets a file of its own in the house's style.
"""

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from articles.content.files import Content, SourceFile, digest_of, read
from articles.content.identity import named_address
from articles.content.image_files import find_image, image_name
from articles.content.layout import NEWS_FOLDER, file_name, slug_from
from articles.content.problems import Level, Problem
from articles.content.values import own_images
from articles.content.yaml.patcher import patch
from articles.content.yaml.reader import FrontMatterError
from articles.content.yaml.writer import write_file
from articles.db.bulk import update_objects
from articles.db.locks import writing
from articles.models import Article, ContentFolder
from articles.sync.data_files import as_bytes, as_text, note_export
from articles.sync.exports.article_text import Wording, changes_of, values_of_file
from articles.sync.exports.atomic_files import OutsideError, Saving, saving
from articles.sync.exports.change import Change
from articles.sync.exports.data_text import data_drafts
from articles.sync.exports.pending import Draft

BATCH_SIZE = 500  # files; bounds memory, and how many temporary files there are at a time

ProblemHandler = Callable[[Problem], None]


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
        self.is_site = (self.root / NEWS_FOLDER).is_dir() or (
            everything and not Article.objects.outside_of_sites().exists()
        )
        # Paths that articles made here get, by article.
        self.new_paths: dict[int, str] = {}
        self.own_root = self.root if self.is_own_folder else None
        self.new_images: set[str] = set()

    def run(self) -> ExportReport:
        """Write what there is to write."""
        Saving(self.root).clear_leftovers()
        for changes in self.batches():
            with saving(self.root) as files:
                written = [change for change in changes if self.write(change, files)]
            remember(written, self.own_root)
        return self.report

    def batches(self) -> Iterator[list[Change]]:
        changes = self.changes()
        while batch := list(islice(changes, BATCH_SIZE)):
            yield batch

    def write(self, change: Change, files: Saving) -> bool:
        try:
            files.write(change.path, change.data)
        except (OutsideError, OSError) as error:
            self.add_problem(change.path, "E110", f"cannot be written: {error}")
            return False
        self.report.paths.append(change.path)
        if change.article:
            self.report.articles.append(change.article.pk)
        if change.old is None:
            self.report.created += 1
        else:
            self.report.updated += 1
        return True

    # -- What there is to write -------------------------------------------------------

    def changes(self) -> Iterator[Change]:
        """Yield the files to write, in the order of their articles; problems and what needs nothing are counted."""
        yield from self.article_changes()
        # After the articles, whose new paths pins and decisions name.
        yield from self.data_changes()
        if self.everything:
            yield from self.image_changes()

    def image_changes(self) -> Iterator[Change]:
        """Yield the copies of the site's own images that are not there."""
        for name in stored_files(""):
            yield from self.copy(name)

    def article_changes(self) -> Iterator[Change]:
        ids = iter(list(self.articles().values_list("pk", flat=True)))
        while chunk := list(islice(ids, BATCH_SIZE)):
            articles = list(Article.objects.filter(pk__among=chunk).select_related("provider").order_by("pk"))
            wording = Wording(articles)
            for article in articles:
                if change := self.change(article, wording):
                    yield change

    def data_changes(self) -> Iterator[Change]:
        for draft in data_drafts(self.names, self.everything and self.is_site, self.own_root):
            if not self.is_site:
                if draft.is_edited:
                    self.add_problem(draft.path, "W412", f"is not written: a folder without {NEWS_FOLDER} has no _data")
                continue
            try:
                change = self.data_change(draft)
            except ValueError as error:  # of front matter, too
                self.add_problem(draft.path, "E110", f"cannot be written: {error}")
                continue
            if change:
                yield change
                yield from self.images_of(draft)

    def images_of(self, draft: Draft) -> Iterator[Change]:
        """Yield the images of the site's own that a file comes to name: a logo from the admin is in no folder yet."""
        for image in own_images({"images": draft.row.images if draft.row else []}):
            name = image_name(image.url)
            if name and default_storage.exists(name):
                yield from self.copy(name)

    def copy(self, name: str) -> Iterator[Change]:
        """Yield the copy of an image in the storage, unless it is there."""
        is_there = name in self.new_images or os.path.lexists(f"{self.root}/{name}") or find_image(self.root, name)
        if image_name(name) == name and not is_there:
            self.new_images.add(name)
            with default_storage.open(name) as stream:
                if data := stream.read():
                    yield Change(name, None, None, "", image=data)

    def data_change(self, draft: Draft) -> Change | None:
        """Return what is to be written of a draft, if anything is."""
        file = SourceFile(self.root, draft.path)
        if not os.path.lexists(file.location):
            return self.absent(draft)
        if not (draft.is_edited or draft.was_exported):
            self.report.unchanged += 1
            return None
        content = read(file)
        if isinstance(content, Problem):
            self.on_problem(content)
            self.report.problems[content.level] += 1
            return None
        if draft.kept is None or not draft.kept.knows(content.digest):
            self.look_at_foreign(draft, content)
            return None
        new = draft.write(draft.kept.text)
        if as_bytes(new) == content.data:
            self.report.unchanged += 1
            return None
        return Change(draft.path, None, as_text(content.data), new, draft)

    def look_at_foreign(self, draft: Draft, content: Content) -> None:
        """Name a file that is neither as imported nor as exported, unless it says what editors changed."""
        with contextlib.suppress(ValueError):
            if as_bytes(draft.write(as_text(content.data))) == content.data:
                self.report.unchanged += 1
                return
        self.add_problem(draft.path, "W410", "changed since it was imported; import it first")

    def absent(self, draft: Draft) -> Change | None:
        """Return the whole file of a draft, where it is to be."""
        if self.everything or draft.is_new:
            new = draft.write(draft.kept.text if draft.kept else None)
            return Change(draft.path, None, None, new, draft) if new else None
        if draft.is_edited:
            self.add_problem(draft.path, "W411", "the file has gone; what an editor changed is not written")
        return None

    def names(self, ids: set[int]) -> Mapping[int, str]:
        """Return what decisions call articles: the paths of their files, or the addresses of references.

        Drafts are nobody's business but the editors'.
        """
        rows = Article.objects.filter(pk__among=ids, is_draft=False).values_list(
            "pk", "source_path", "web_url", "original_url"
        )
        return {
            pk: self.new_paths.get(pk) or path or web_url or original_url for pk, path, web_url, original_url in rows
        }

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
        if self.everything and not Path(file.location).exists():
            file = SourceFile(self.root, self.path_by_address(article))
        if not Path(file.location).exists():
            # What no import has read yet may have been written to another folder.
            if self.everything or article.folder_id is None:
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
        try:
            text = content.data.decode("utf-8", "surrogatepass")
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
        """Return the file of an article made here, under a name that no other file has.

        One that says the same is what an export wrote that was killed before it could note it.
        """
        text = write_file(*values_of_file(article, wording))
        folder = f"{NEWS_FOLDER}/" if self.is_site else ""
        stem = f"{article.date}-{article.slug}"
        path = f"{folder}{file_name(stem, '.md')}"
        number = 2
        while self.is_taken(path, as_bytes(text)):
            path = f"{folder}{file_name(stem, f'-{number}.md')}"
            number += 1
        self.new_paths[article.pk] = path
        return Change(path, article, None, text)

    def path_by_address(self, article: Article) -> str:
        """Return the path for a file that is not there: the article's, or one whose name gives the article's address.

        Its own does not when the file was renamed, or an editor changed the address, or the title that it was made of.
        """
        path = article.source_path or ""
        address = (article.date, article.slug)
        made = (article.published_date_time.astimezone(dt.UTC).date(), slug_from(article.title))
        if (named_address(path) or made) == address:
            return path
        name = file_name(f"{article.date}-{article.slug}", ".md")
        new = f"{path.rpartition('/')[0]}/{name}".removeprefix("/")
        if Article.objects.filter(source_path=new).exclude(pk=article.pk).exists():
            return path
        self.new_paths[article.pk] = new
        return new

    def is_taken(self, path: str, data: bytes) -> bool:
        """Return whether a path is another article's, or that of a file that does not hold ``data``."""
        if path in self.new_paths.values() or Article.objects.filter(source_path=path).exists():
            return True
        file = SourceFile(self.root, path)
        if not os.path.lexists(file.location):
            return False
        content = read(file)
        return isinstance(content, Problem) or content.data != data

    def add_problem(self, path: str, code: str, message: str) -> None:
        problem = Problem(path, 1, code, message)
        self.report.problems[problem.level] += 1
        self.on_problem(problem)


def stored_files(folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder of the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(names))
    for name in sorted(folders):
        yield from stored_files(f"{prefix}{name}")


def remember(changes: Collection[Change], root: Path | None) -> None:
    """Note what files say now; whose file is new is known by its path from now on.

    What editors changed stays noted until an import finds it in the file: the folder may be a copy of the one
    that imports read.
    """
    with writing():
        _remember(changes, root)


def _remember(changes: Collection[Change], root: Path | None) -> None:
    articles = []
    for change in changes:
        data = change.data
        if article := change.article:
            article.exported_digest = digest_of(data)
            if article.source_path is None:
                article.source_path, article.file_digest = change.path, article.exported_digest
            articles.append(article)
        elif draft := change.draft:
            old = None if change.old is None else as_bytes(change.old)
            note_export(change.path, root, old, data, draft.kept)
            if draft.row and change.old is None:
                type(draft.row)._default_manager.filter(pk=draft.row.pk).update(source_path=change.path)
    update_objects(Article, ["exported_digest", "source_path", "file_digest"], articles)
