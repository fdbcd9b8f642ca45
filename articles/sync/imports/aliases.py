"""Stores the paths that once led to articles, from the keys of their files."""

from collections.abc import Collection, Mapping

from articles.models import ArticleAlias


def store_aliases(wanted: Mapping[int, Collection[str]], known: Collection[int]) -> None:
    """Set the old paths of articles, by id; ``known`` are those that may have some already.

    A path that belongs to another article stays there.
    """
    stored = (
        ArticleAlias.objects.filter(article__among=set(known)).values_list("pk", "article_id", "path") if known else ()
    )
    have = {(article, path): pk for pk, article, path in stored}
    should = {(article, path) for article, paths in wanted.items() for path in paths}
    if gone := [pk for place, pk in have.items() if place not in should]:
        ArticleAlias.objects.filter(pk__among=set(gone)).delete()
    new = sorted(place for place in should if place not in have)
    ArticleAlias.objects.bulk_create(
        [ArticleAlias(article_id=article, path=path) for article, path in new], ignore_conflicts=True
    )
