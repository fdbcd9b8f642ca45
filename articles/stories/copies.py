"""Articles with the same piece at its provider: they always belong to one story."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, QuerySet

from articles.content.web_addresses import piece_number
from articles.models import Article, SearchAddress


def copies(ids: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Return pairs that join the articles with the same piece, among ``ids`` or (None) all articles.

    References are left out: lists use addresses of all kinds for many pieces, and are links already.
    """
    sharing = _sharing(ids)
    if not sharing:
        return []
    by_piece: dict[int, list[int]] = defaultdict(list)
    rows = Article.objects.not_withdrawn().filter(is_reference=False, id__among=sharing).order_by("id")
    for pk, web_url, original_url in rows.values_list("id", "web_url", "original_url"):
        if (piece := piece_number(web_url or original_url)) is not None:
            by_piece[piece].append(pk)
    return [(first, other) for first, *others in by_piece.values() for other in others]


def _sharing(ids: Collection[int] | None) -> set[int]:
    """Return the articles that share the number of an address with another article."""
    shared = _numbers_of_several() if ids is None else _numbers_with_others(ids)
    numbers = set(shared)
    if not numbers:
        return set()
    return set(SearchAddress.objects.filter(number__among=numbers).values_list("article_id", flat=True))


def _numbers_of_several() -> QuerySet[SearchAddress, int]:
    rows = SearchAddress.objects.order_by().values("number").annotate(times=Count("id"))
    return rows.filter(times__gt=1).values_list("number", flat=True)


def _numbers_with_others(ids: Collection[int]) -> QuerySet[SearchAddress, int]:
    others = SearchAddress.objects.filter(number=OuterRef("number")).exclude(article_id=OuterRef("article_id"))
    return SearchAddress.objects.filter(Exists(others), article_id__among=set(ids)).values_list("number", flat=True)
