"""What the files of articles are to say, each as a draft."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Model

from articles.content.files import digest_of
from articles.content.patching import patch
from articles.content.texts import Kept, kept_texts
from articles.content.wording import Wording, changes_of, write_article
from articles.models import Article

BATCH_SIZE = 500  # articles in memory at a time

Write = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it is to be.

    ``write`` makes its text of the one that is there, or of nothing. ``kept`` is what the database keeps of it. ``row`` is
    what the file is about, None for those about several; ``is_edited``: it says something else than the file as imported.
    """

    path: str
    write: Write
    kept: Kept | None
    row: Model | None
    is_edited: bool
    is_new: bool
    conflicts: tuple[str, ...] = ()

    @property
    def was_exported(self) -> bool:
        """Return whether the file may be as an export wrote it, and not as it was imported."""
        return bool(self.kept and self.kept.exported)


def is_new(kept: Kept | None) -> bool:
    """Return whether no import has read a file yet: there is none, or only one that an export wrote."""
    return kept is None or digest_of(kept.data) in kept.exported


def article_drafts(articles: Any, free_path: Callable[[Article], str]) -> Iterator[Draft]:
    """Yield the drafts of articles, a query set; ``free_path`` gives those made here a path."""
    ids = iter(list(articles.order_by("pk").values_list("pk", flat=True)))
    while chunk := list(islice(ids, BATCH_SIZE)):
        batch = list(Article.objects.filter(pk__among=chunk).select_related("provider").order_by("pk"))
        kept = kept_texts([article.source_path for article in batch if article.source_path])
        wording = Wording([each for each in batch if each.edited or each.source_path not in kept])
        for article in batch:
            path = article.source_path or free_path(article)
            yield Draft(
                path,
                partial(_article_text, article, wording),
                kept.get(path),
                article,
                is_edited=bool(article.edited) or article.source_path is None,
                # What is known of no folder has not been imported.
                is_new=article.folder_id is None,
                conflicts=tuple(sorted(article.conflicts)),
            )


def _article_text(article: Article, wording: Wording, text: str | None) -> str:
    return write_article(article, wording) if text is None else patch(text, *changes_of(article, wording))
