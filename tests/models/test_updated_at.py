"""The database notes when what readers see of an article changed, whoever wrote it."""

import pytest
from django.utils import timezone

from articles.db.bulk import update_columns
from articles.models import Article
from tests.support.factories import make_article, make_provider

pytestmark = pytest.mark.django_db


def updated_at(article: Article) -> object:
    return Article.objects.values_list("updated_at", flat=True).get(pk=article.pk)


def test_a_new_article_was_never_updated() -> None:
    assert updated_at(make_article()) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "Another"), ("body", "More."), ("images", [{"url": "https://a.example/x.png"}]), ("removed", True)],
)
def test_what_readers_see_is_noted_with_its_time(name: str, value: object) -> None:
    article, before = make_article(), timezone.now()
    Article.objects.filter(pk=article.pk).update(**{name: value})
    noted = updated_at(article)
    assert abs((noted - before).total_seconds()) < 60  # type: ignore[operator]


def test_rows_saved_one_by_one_or_in_bulk_are_noted() -> None:
    one, other = make_article(), make_article()
    one.provider = make_provider("b.example")
    one.save()
    update_columns(Article, "id", ["title"], [("Another", other.pk)])
    assert None not in (updated_at(one), updated_at(other))


def test_what_no_reader_sees_is_not_noted() -> None:
    article = make_article()
    article.save()
    Article.objects.filter(pk=article.pk).update(title=article.title, file_digest="1", extra={"a": 1}, heat=1)
    assert updated_at(article) is None


def test_edits_of_what_is_not_listed_are_not_noted_until_it_is() -> None:
    article = make_article(published=False)
    Article.objects.filter(pk=article.pk).update(title="Another")
    assert updated_at(article) is None
    Article.objects.filter(pk=article.pk).update(published=True)
    assert updated_at(article) is not None
