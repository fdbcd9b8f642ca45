"""The files of articles that an export writes: changed where editors changed something, or new."""

import datetime as dt
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from articles.content.dialects.writing import file_changes
from articles.content.files import SourceFile, read
from articles.content.identity import named_address
from articles.content.layout import NEWS_FOLDER, file_name, slug_from
from articles.content.problems import Problem
from articles.content.yaml.lenient_patcher import patch_any
from articles.content.yaml.patcher import patch
from articles.content.yaml.reader import FrontMatterError
from articles.content.yaml.writer import write_file
from articles.models import Article
from articles.sync.data_files import as_bytes
from articles.sync.exports.article_text import Wording, changes_of, values_of_file
from articles.sync.exports.change import Change
from articles.sync.exports.folder import Folder

CHUNK = 500  # articles whose topics and related articles are fetched together


class ArticleChanges:
    """The files of articles in a folder."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def all(self) -> Iterator[Change]:
        """Yield the files to write, in the order of their articles."""
        ids = iter(list(self.articles().values_list("pk", flat=True)))
        while chunk := list(islice(ids, CHUNK)):
            articles = list(Article.objects.filter(pk__among=chunk).select_related("provider").order_by("pk"))
            wording = Wording(articles)
            for article in articles:
                if change := self.change(article, wording):
                    yield change

    def articles(self) -> Any:
        """Return the articles whose files may have to be written, without those of other imported folders."""
        articles = Article.objects.to_export(self.folder.everything)
        if self.folder.is_own:
            articles = articles.of_folder(str(self.folder.root))
        return articles.order_by("pk")

    def change(self, article: Article, wording: Wording) -> Change | None:
        if article.source_path is None:
            return self.new_file(article, wording)
        file = SourceFile(self.folder.root, article.source_path)
        if self.folder.everything and not Path(file.location).exists():
            file = SourceFile(self.folder.root, self.path_by_address(article))
        if not Path(file.location).exists():
            # A file that no import has read yet may have been written to another folder.
            if self.folder.everything or article.folder_id is None:
                return Change(file.path, article, None, wording.text_of(article))
            self.folder.add_problem(file.path, "W411", "the file has gone; what an editor changed is not written")
            return None
        return self.changed_file(file, article, wording)

    def changed_file(self, file: SourceFile, article: Article, wording: Wording) -> Change | None:
        content = read(file)
        if isinstance(content, Problem):
            self.folder.add(content)
            return None
        changes, body = changes_of(article, wording)
        if not changes and body is None:
            self.folder.report.unchanged += 1
            return None
        if article.conflicts:
            names = ", ".join(sorted(article.conflicts))
            self.folder.add_problem(
                file.path, "W410", f"in conflict with an editor: {names}; resolve it in the admin first"
            )
            return None
        try:
            text = content.data.decode("utf-8", "surrogatepass")
            dialect = self.folder.dialect
            write = patch if dialect.is_house else patch_any
            new = write(text, file_changes(text, changes, dialect, file.path), body)
        except (FrontMatterError, ValueError) as error:
            self.folder.add_problem(file.path, "E110", f"cannot be written: {error}")
            return None
        if new == text:
            self.folder.report.unchanged += 1
            return None
        if content.digest not in (article.file_digest, article.exported_digest):
            self.folder.add_problem(file.path, "W410", "changed since it was imported; import it first")
            return None
        return Change(file.path, article, text, new)

    def new_file(self, article: Article, wording: Wording) -> Change:
        """Return the file of an article made here, under a name that no other file has.

        An identical file is reused: an export wrote it, but was killed before it could note that.
        """
        text = write_file(*values_of_file(article, wording))
        folder = f"{NEWS_FOLDER}/" if self.folder.is_site else ""
        stem = f"{article.date}-{article.slug}"
        path = f"{folder}{file_name(stem, '.md')}"
        number = 2
        while self.is_taken(path, as_bytes(text)):
            path = f"{folder}{file_name(stem, f'-{number}.md')}"
            number += 1
        self.folder.new_paths[article.pk] = path
        return Change(path, article, None, text)

    def path_by_address(self, article: Article) -> str:
        """Return the path for a missing file: the article's own, or another one that gives the article its address.

        The own path does not give it if the file was renamed, or if an editor changed the address or the title that
        the address was made from.
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
        self.folder.new_paths[article.pk] = new
        return new

    def is_taken(self, path: str, data: bytes) -> bool:
        """Return whether a path belongs to another article, or to a file with other content than ``data``."""
        if path in self.folder.new_paths.values() or Article.objects.filter(source_path=path).exists():
            return True
        file = SourceFile(self.folder.root, path)
        if not os.path.lexists(file.location):
            return False
        content = read(file)
        return isinstance(content, Problem) or content.data != data
