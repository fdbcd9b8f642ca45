"""The rule about what is listed says the same of values at hand as the database does, and so does all that shows it."""

import datetime as dt
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.admin.article.bulk_actions import BULK
from articles.editorial.edits import edit_articles
from articles.listings import Listing, Scope
from articles.models import Article, Pin, SearchDocument, Story
from articles.models.states import state_of
from articles.models.visibility import CONDITIONS, DECIDING, has_come, is_to_come, listed_from_of
from articles.stories.facts import StoryRules
from articles.stories.neighbourhood import nodes_of
from tests.conftest import taken_back
from tests.support.factories import make_article, make_provider, make_topic

NOW = dt.datetime(2023, 9, 1, 12, 0, 0, 500_000, tzinfo=dt.UTC)
AROUND = [dt.timedelta(0), *(dt.timedelta(microseconds=sign * step) for sign in (-1, 1) for step in (1, 10**6, 10**12))]

steps = st.one_of(st.sampled_from(AROUND), st.timedeltas(dt.timedelta(days=-40_000), dt.timedelta(days=40_000)))
times = steps.map(lambda step: NOW + step)
flags = st.fixed_dictionaries({name: st.booleans() for name in CONDITIONS})
values = st.builds(lambda row, time: row | {"published_date_time": time}, flags, times)


def stored(rows: list[dict[str, Any]]) -> list[Article]:
    """Return saved articles with these values; the database has no published references."""
    provider = make_provider()
    articles = []
    for number, row in enumerate(rows):
        named = {"date": None, "slug": ""} if row["is_reference"] else {"date": NOW.date(), "slug": f"a-{number}"}
        row["published"] = row["published"] and not row["is_reference"]
        articles.append(Article(title="A", provider=provider, web_url=f"https://a.example/{number}", **named, **row))
    return Article.objects.bulk_create(articles)


@pytest.mark.django_db
@given(st.lists(values, min_size=1, max_size=20))
def test_values_and_the_database_agree(rows: list[dict[str, Any]]) -> None:
    with taken_back():
        wanted = {row.pk: listed_from_of({name: getattr(row, name) for name in DECIDING}) for row in stored(rows)}
        assert dict(Article.objects.values_list("pk", "listed_from")) == wanted
        for articles, rule in (
            (Article.objects.listed(NOW), has_come),
            (Article.objects.listed_later(NOW), is_to_come),
            (Article.objects.to_be_listed(), lambda time, now: time is not None),
        ):
            assert {row.pk for row in articles} == {pk for pk, time in wanted.items() if rule(time, NOW)}
        # Stories look at whole seconds, as texts.
        rules = StoryRules(f"{NOW:%Y-%m-%d %H:%M:%S}", set(), {}, {})
        second = NOW.replace(microsecond=999_999)
        for pk, node in nodes_of(Article.objects.all()).items():
            assert rules.is_shown(node) == has_come(wanted[pk], second)
            assert rules.is_later(node) == is_to_come(wanted[pk], second)


@given(values, times)
def test_what_is_listed_at_all_is_listed_now_or_later(row: dict[str, Any], now: dt.datetime) -> None:
    time = listed_from_of(row)
    assert (time is not None) == (has_come(time, now) != is_to_come(time, now))
    assert not (has_come(time, now) and is_to_come(time, now))


NAMES = [name for name in CONDITIONS if name != "is_reference"]
COMBINATIONS = [dict(zip(NAMES, row, strict=True)) for row in product([True, False], repeat=len(NAMES))]


@pytest.mark.django_db
@pytest.mark.parametrize("row", COMBINATIONS, ids=str)
def test_all_that_shows_articles_follows_the_rule(row: dict[str, bool]) -> None:
    topic = make_topic()
    article = make_article(topics=[topic], **row)
    is_listed = row == {name: CONDITIONS[name] for name in row}
    Pin.objects.create(article=article, starts=NOW, ends=dt.datetime(2200, 1, 1, tzinfo=dt.UTC), reason="Hot")
    assert article.is_listed == is_listed
    assert [Listing(scope).count for scope in (Scope(), Scope(topic), Scope(topic, is_folded=True))] == [is_listed] * 3
    assert SearchDocument.objects.filter(article_id=article.pk).exists() == is_listed
    assert Story.objects.filter(lead=article).exists() == is_listed
    assert Pin.objects.current().exists() == is_listed
    page = Article.objects.page_row(article.date, article.slug)
    assert page
    assert page["listed"] == is_listed


@pytest.mark.django_db
@pytest.mark.parametrize("row", COMBINATIONS, ids=str)
@pytest.mark.parametrize("name", ["publish", "unlist", "withdraw"])
def test_bulk_changes_foretell_what_becomes_of_articles(name: str, row: dict[str, bool]) -> None:
    article = make_article(**row)
    [change] = BULK[name].plan([article], {})
    wanted = {"publish": {"published": True, "removed": False}, "unlist": {"published": False}}
    edit_articles([article.pk], **wanted.get(name, {"removed": True}))
    article.refresh_from_db()
    assert change.after == state_of(article)
