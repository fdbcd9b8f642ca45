"""JSON columns that hold nothing, as most do."""

import pytest
from django.db import connection

from articles.models import Article
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


def _store(pk: int, column: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE articles_article SET {column} = %s WHERE id = %s", [text, pk])


@pytest.mark.parametrize(("column", "empty"), [("images", []), ("extra", {})])
@pytest.mark.parametrize("text", ["[]", "{}"])
def test_an_empty_value_is_of_the_kind_of_its_column(column: str, empty: object, text: str) -> None:
    article = make_article()
    _store(article.pk, column, text)
    assert getattr(Article.objects.get(pk=article.pk), column) == empty


def test_rows_share_no_empty_value() -> None:
    first, second = make_article(), make_article()
    images = [Article.objects.get(pk=each.pk).images for each in (first, second)]
    images[0].append({"url": "https://example.org/a.png"})
    assert images[1] == []
    assert Article.objects.get(pk=first.pk).images == []
