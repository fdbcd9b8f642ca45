"""Lookups of several values: what they find, and which of the two is used where."""

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Provider, Topic
from tests.support.factories import make_article, make_provider, make_topic

ROOT = Path(__file__).resolve().parents[2]


# -- What is found -------------------------------------------------------------------------


@pytest.mark.django_db
def test_rows_are_found_by_numbers_texts_and_days() -> None:
    one, two = make_article(date=dt.date(2023, 9, 1)), make_article(date=dt.date(2023, 9, 2))
    make_article(date=dt.date(2023, 9, 3))
    for where in ({"pk": {one.pk, two.pk}}, {"slug": [one.slug, two.slug]}, {"date": {one.date, two.date}}):
        [(name, values)] = where.items()
        assert set(Article.objects.filter(**{f"{name}__among": values})) == {one, two}
        assert set(Article.objects.exclude(**{f"{name}__among": values})).isdisjoint({one, two})
    related = make_article(related=[one])
    assert set(Article.objects.filter(related_from__among=[related.pk])) == {one}


@pytest.mark.django_db
def test_among_no_values_is_nothing_and_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_article()
    with django_assert_num_queries(0):
        assert list(Article.objects.filter(pk__among=[])) == []
        assert Article.objects.filter(slug__among=set()).update(heat=1) == 0
        assert Article.objects.filter(pk__among=()).delete() == (0, {})
    assert Article.objects.exclude(pk__among=[]).count() == 1


@pytest.mark.django_db
def test_any_number_of_values_is_one_parameter() -> None:
    make_topic("AI")
    with CaptureQueriesContext(connection) as captured:
        assert Topic.objects.filter(slug__among=[f"t{number}" for number in range(100_000)]).first() is None
    assert len(captured) == 1


@pytest.mark.django_db
def test_times_are_refused_where_they_would_find_nothing() -> None:
    if connection.vendor == "sqlite":
        with pytest.raises(TypeError, match="not datetime"):
            Article.objects.filter(published_date_time__among=[dt.datetime(2023, 9, 1, tzinfo=dt.UTC)]).exists()


@pytest.mark.django_db
def test_a_condition_without_values_leaves_the_others() -> None:
    provider = make_provider()
    assert Provider.objects.filter(domain=provider.domain).exclude(kind__among=[]).get() == provider


# -- Which of the two ------------------------------------------------------------------------


def lookups_in(tree: ast.AST) -> Iterator[tuple[int, str, ast.expr]]:
    """Yield the lookups of several values in code, as keywords or keys of a dictionary, with their values."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Call):
            pairs = [(word.arg, word.value) for word in node.keywords if word.arg]
        elif isinstance(node, ast.Dict):
            pairs = [(end_of(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        for name, value in pairs:
            if name.endswith(("__in", "__among")):
                yield value.lineno, name.rpartition("__")[2], value


def end_of(key: ast.expr | None) -> str:
    last: Any = key.values[-1] if isinstance(key, ast.JoinedStr) else key
    return last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else ""


def is_listed_in_code(value: ast.expr) -> bool:
    return isinstance(value, ast.List | ast.Tuple | ast.Set) and not any(
        isinstance(each, ast.Starred) for each in value.elts
    )


def is_subquery(value: ast.expr) -> bool:
    """Return whether a value is a queryset that says what it selects, whole or its beginning."""
    if isinstance(value, ast.Subscript):
        return is_subquery(value.value)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "values"


def wrong_lookups(text: str) -> list[int]:
    """Return the lines of lookups that the other lookup is for; see articles/db/lookups.py."""
    found = lookups_in(ast.parse(text))
    return [line for line, name, value in found if (name == "in") != (is_listed_in_code(value) or is_subquery(value))]


def test_values_at_hand_are_looked_up_by_among_and_others_by_in() -> None:
    paths = [path for path in (ROOT / "articles").rglob("*.py") if "migrations" not in path.parts]
    assert len(paths) > 100
    wrong = [f"{path.relative_to(ROOT)}:{line}" for path in paths for line in wrong_lookups(path.read_text("utf-8"))]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        ("f(pk__in=ids)", False),
        ("f(pk__in=[*ids])", False),
        ("f(pk__in=list(ids))", False),
        ('f(**{f"{scope}__in": ids})', False),
        ("f(pk__in=[one, two])", True),
        ('f(pk__in=rows.values("pk")[:3])', True),
        ("f(pk__among=ids)", True),
        ("f(pk__among=[one, two])", False),
        ('f(pk__among=rows.values("pk"))', False),
    ],
)
def test_the_rule_tells_them_apart(code: str, is_right: bool) -> None:
    assert (wrong_lookups(code) == []) == is_right
