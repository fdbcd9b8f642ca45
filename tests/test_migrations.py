"""Migrations of data cope with what older versions left in a database."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from articles.models import Topic
from tests.factories import make_topic

pytestmark = pytest.mark.django_db


def migration(name: str) -> Any:
    return import_module(f"articles.migrations.{name}")


def test_circles_of_topics_are_cut_at_the_first_of_each() -> None:
    names = ("A", "B", "C", "D", "E")
    a, b, c, d, _e = topics = [make_topic(name) for name in names]
    for topic, parent in zip(topics, (c, a, b, d, a), strict=True):
        if topic != d:
            Topic.objects.filter(pk=topic.pk).update(parent=parent)
    two, three = make_topic("Two"), make_topic("Three")
    Topic.objects.filter(pk=two.pk).update(parent=three)
    Topic.objects.filter(pk=three.pk).update(parent=two)
    migration("0009_mend_topics").mend(apps, None)
    assert dict(Topic.objects.values_list("name", "parent__name")) == {
        "A": None, "B": "A", "C": "B", "D": None, "E": "A", "Two": "Three", "Three": None,
    }  # fmt: skip
