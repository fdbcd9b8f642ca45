"""Topics below each other: a saved row is compared with what is stored, not with what it was read as."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Topic
from tests.support.factories import make_topic


def test_no_model_remembers_what_its_rows_were_read_as() -> None:
    assert [model for model in apps.get_app_config("articles").get_models() if "__init__" in vars(model)] == []


@pytest.mark.django_db
def test_a_topic_that_was_moved_meanwhile_does_not_come_to_stand_below_itself() -> None:
    top, low = make_topic("Top"), make_topic("Low")
    stale = Topic.objects.get(pk=top.pk)
    stale.parent = low
    Topic.objects.filter(pk=low.pk).update(parent=top)
    with pytest.raises(ValidationError, match="its own ancestor"):
        stale.save()


@pytest.mark.django_db
def test_a_topic_read_before_its_parent_was_taken_away_is_checked_when_it_goes_back() -> None:
    top, low = make_topic("Top"), make_topic("Low")
    Topic.objects.filter(pk=low.pk).update(parent=top)
    stale = Topic.objects.get(pk=low.pk)
    Topic.objects.filter(pk=low.pk).update(parent=None)
    Topic.objects.filter(pk=top.pk).update(parent=low)
    with pytest.raises(ValidationError, match="its own ancestor"):
        stale.save()


@pytest.mark.django_db
def test_parents_are_read_only_when_a_topic_is_moved() -> None:
    top, low, other = make_topic("Top"), make_topic("Low"), make_topic("Other")
    Topic.objects.filter(pk=low.pk).update(parent=top)
    low.refresh_from_db()
    counts = []
    for topic, parent in ((top, None), (low, top), (low, other)):
        topic.parent = parent
        topic.description += "New"
        with CaptureQueriesContext(connection) as captured:
            topic.save()
        counts.append(sum("parent_id" in query["sql"] and "IS NOT NULL" in query["sql"] for query in captured))
    assert counts == [0, 0, 1]
