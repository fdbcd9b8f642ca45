"""Looks up which pieces articles in the database are about, to find duplicates among new files."""

from collections.abc import Collection
from pathlib import Path

from articles.content.duplicates import Pieces
from articles.content.files import SourceFile
from articles.content.web_addresses import piece_number
from articles.models import Article, SearchAddress


def learn_pieces(pieces: Pieces, numbers: Collection[int], without: Collection[int]) -> None:
    """Add the pieces of articles in the database to ``pieces``, limited to ``numbers`` and except for ``without``."""
    unknown = {number for number in numbers if number not in pieces}
    ids = set(SearchAddress.objects.filter(number__among=unknown).values_list("article_id", flat=True))
    if not (ids := ids.difference(without)):
        return
    rows = Article.objects.not_withdrawn().filter(is_reference=False, id__among=ids).order_by("id")
    for path, folder, web_url, original_url in rows.values_list(
        "source_path", "folder__path", "web_url", "original_url"
    ):
        number = piece_number(web_url or original_url)
        if number is not None and number in unknown:
            pieces.setdefault(number, SourceFile(Path(folder or ""), path) if path else None)
