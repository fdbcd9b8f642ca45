"""Shows editors what an export would write into the files of articles."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from articles.content.layout import file_name
from articles.content.problems import Problem
from articles.content.values import from_json
from articles.content.yaml.writer import write_file
from articles.models import Article, ContentFolder
from articles.models.snapshots import from_plain
from articles.sync.exports.article_changes import ArticleChanges
from articles.sync.exports.article_text import ALWAYS, Wording, values_of_file
from articles.sync.exports.change import Change
from articles.sync.exports.folder import Folder
from articles.sync.field_values import values_of
from articles.sync.names import file_key

MAX_LINES = 400  # of one file's diff
KINDS = {"+": "new", "-": "gone", "@": "position"}


@dataclass(frozen=True, slots=True)
class FileDiff:
    """How an article differs from its file.

    ``lines`` are those of a unified diff without its header, each with its kind: ``new``, ``gone``, ``position`` or
    ``same``. ``problems`` keep an export from writing. ``is_from_disk``: the file itself was read, not its last import.
    """

    article: Article
    path: str
    lines: list[tuple[str, str]]
    problems: list[Problem]
    is_new: bool
    is_from_disk: bool
    is_cut: bool


def file_diffs(articles: Collection[Article]) -> list[FileDiff]:
    """Return how articles, fetched with their folders and providers, differ from their files."""
    wording = Wording(articles)
    folders = _Folders()
    return [_file_diff(article, wording, folders) for article in articles]


class _Folders:
    """The imported folders that can be read here; an article made here belongs to the only one, if there is only one."""

    def __init__(self) -> None:
        paths = list(ContentFolder.objects.values_list("path", flat=True)[:2])
        self.only = paths[0] if len(paths) == 1 else None
        self.exports: dict[str, ArticleChanges | None] = {}
        self.problems: list[Problem] = []

    def export_for(self, article: Article) -> ArticleChanges | None:
        path = article.folder.path if article.folder else self.only
        if path is None:
            return None
        if path not in self.exports:
            is_there = Path(path).is_dir()
            self.exports[path] = ArticleChanges(Folder(Path(path), self.problems.append)) if is_there else None
        return self.exports[path]


def _file_diff(article: Article, wording: Wording, folders: _Folders) -> FileDiff:
    export = folders.export_for(article)
    folders.problems.clear()
    change = export.change(article, wording) if export else _known_change(article, wording)
    lines = list(islice(change.diff(), 2, MAX_LINES + 3)) if change else []
    return FileDiff(
        article=article,
        path=change.path if change else article.source_path or "",
        lines=[(KINDS.get(line[:1], "same"), line.rstrip("\r\n")) for line in lines[:MAX_LINES]],
        problems=list(folders.problems),
        is_new=bool(change and change.old is None),
        is_from_disk=export is not None,
        is_cut=len(lines) > MAX_LINES,
    )


def _known_change(article: Article, wording: Wording) -> Change:
    """Return how an article differs from its file as imported, as far as that is stored."""
    if article.source_path is None:
        return Change(file_name(f"{article.date}-{article.slug}", ".md"), article, None, wording.text_of(article))
    now, body = values_of_file(article, wording, related=False)
    now |= {"related": values_of([article])[article.pk]["related"]} if "related" in article.edited else {}
    before = {**now, **{file_key(name): _known_value(name, value) for name, value in article.edited.items()}}
    old_body = before.pop("body", body)
    texts = [write_file(_written_values(before), str(old_body)), write_file(_written_values(now), body)]
    return Change(article.source_path, article, texts[0], texts[1])


def _known_value(name: str, value: Any) -> Any:
    return {"domain": value} if name == "provider" else from_json(from_plain(Article, name, value))


def _written_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are written to a file: all but empty ones, except for keys that are always there."""
    always = {file_key(name) for name in ALWAYS}
    return {key: value for key, value in values.items() if value or key in always}
