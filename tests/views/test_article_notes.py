"""What an article's page says beside its text: where it is, when it changed, and how long it takes to read."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from articles.editorial.edits import edit_articles
from articles.models import Article, EarlierTitle
from tests.support.factories import TIME, make_article, make_topic
from tests.support.import_runs import run_import
from tests.support.site_files import article_text

pytestmark = pytest.mark.django_db


def page(client: Client, article: Article) -> str:
    return " ".join(client.get(article.get_absolute_url()).content.decode().split())


@pytest.mark.parametrize(("minutes", "is_said"), [(5, False), (30, True)])
def test_a_later_change_is_said_and_one_while_it_was_published_is_not(
    client: Client, minutes: int, is_said: bool
) -> None:
    article = make_article(published_date_time=TIME, updated_at=TIME + dt.timedelta(minutes=minutes))
    assert ("<span>Updated <time" in page(client, article)) is is_said


def test_own_texts_say_how_long_they_take_to_read(client: Client) -> None:
    body = "word " * 690
    assert "3 minutes to read" in page(client, make_article(web_url="", original_url="", body=body))
    assert "to read<" not in page(client, make_article(body=body))


def test_breadcrumbs_lead_to_the_topics_and_the_first_of_its_own(client: Client) -> None:
    html = page(client, make_article([make_topic("Cloud"), make_topic("Data")]))
    path = html.partition('<nav class="path"')[2].partition("</nav>")[0]
    assert 'href="/topics/"' in path
    assert 'href="/topics/cloud/"' in path
    assert "Data" not in path


# -- Headlines ------------------------------------------------------------------------------


def headlines(client: Client, article: Article) -> list[str]:
    return [each.title for each in client.get(article.get_absolute_url()).context["headlines"]]


def told_at(article: Article, *minutes: int) -> None:
    """Write that the earlier titles of an article stood until so many minutes after it was published."""
    for number, row in zip(minutes, article.earlier_titles.all(), strict=True):
        EarlierTitle.objects.filter(pk=row.pk).update(until=article.published_date_time + dt.timedelta(minutes=number))


def test_a_headline_that_has_changed_is_told_with_when(client: Client) -> None:
    article = make_article(title="Orchards &amp; bees thrive", published_date_time=TIME)
    edit_articles([article.pk], title="Orchards and bees suffer")
    told_at(article, 60)
    html = page(client, article)
    assert "Headline was: <q" in html
    assert "Orchards &amp; bees thrive</q>" in html
    assert "1 September 2023, 13:00" in html.partition("story__headlines")[2].partition("</div>")[0]
    assert "earlier headline" not in html


def test_several_are_told_latest_first_and_all_but_one_are_folded(client: Client) -> None:
    article = make_article(title="One", published_date_time=TIME)
    for title in ("Two", "Three", "Four"):
        edit_articles([article.pk], title=title)
    told_at(article, 20, 40, 60)
    assert headlines(client, article) == ["Three", "Two", "One"]
    assert "2 earlier headlines" in page(client, article)


@pytest.mark.parametrize(
    "title", ["orchards’  return – “soon”", 'ORCHARDS\' RETURN - "SOON"', "Orchards' return - &quot;soon&quot;"]
)
def test_another_way_to_write_it_is_no_other_headline(client: Client, title: str) -> None:
    article = make_article(title='Orchards\' return - "soon"', published_date_time=TIME)
    edit_articles([article.pk], title=title)
    told_at(article, 60)
    assert headlines(client, article) == []


def test_what_stood_for_minutes_only_or_came_back_is_not_told(client: Client) -> None:
    article = make_article(title="While it was published", published_date_time=TIME)
    for title in ("Right", "A slip", "Right"):
        edit_articles([article.pk], title=title)
    told_at(article, 9, 60, 65)
    assert headlines(client, article) == []
    edit_articles([article.pk], title="Another")
    told_at(article, 9, 60, 65, 120)
    assert headlines(client, article) == ["Right"]


def test_nobody_is_told_of_titles_that_no_reader_saw(client: Client) -> None:
    unlisted = make_article(title="Before", published=False)
    later = make_article(title="Before", published_date_time=timezone.now() + dt.timedelta(hours=1))
    edit_articles([unlisted.pk, later.pk], title="After")
    assert not EarlierTitle.objects.exists()


def test_titles_that_imports_change_are_told_too(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "_news" / "2023-09-01-one.md"
    file.parent.mkdir()
    for title in ("Seven orchards return", "Eight orchards return"):
        file.write_text(article_text(title=title, webUrl='"https://b.example/one"'))
        run_import(tmp_path)
    assert headlines(client, Article.objects.get()) == ["Seven orchards return"]


def test_a_title_goes_with_its_article() -> None:
    article = make_article(title="Before")
    edit_articles([article.pk], title="After")
    assert EarlierTitle.objects.count() == 1
    article.delete()
    assert not EarlierTitle.objects.exists()
