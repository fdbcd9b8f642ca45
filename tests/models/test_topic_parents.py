"""Topics below each other: a saved row is compared with what is stored, not with what it was read as."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

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
def test_a_topic_without_a_parent_is_saved_without_looking_at_others(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    topic, child = make_topic("Top"), make_topic("Low")
    Topic.objects.filter(pk=child.pk).update(parent=topic)
    child.refresh_from_db()
    topic.description = child.description = "New"
    with django_assert_max_num_queries(4):
        topic.save()
    with django_assert_max_num_queries(5):
        child.save()
