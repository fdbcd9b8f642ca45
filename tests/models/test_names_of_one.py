"""A name, address or domain means one topic or provider: the database itself takes no other."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from articles.models import Provider, ProviderAlias, Topic, TopicAlias
from tests.support.factories import make_provider, make_topic

pytestmark = pytest.mark.django_db
MIGRATION = import_module("articles.migrations.0020_names_of_one")


def refuse(model: type[Model], pk: int | None = None, **values: Any) -> None:
    """Expect that a row cannot be made, or come to be, so: by rows that are written past all models."""
    rows = model._base_manager
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.bulk_create([model(**values)]) if pk is None else rows.filter(pk=pk).update(**values)


@pytest.fixture
def without_triggers() -> None:
    """A database as older versions had it; the end of the test's transaction brings the triggers back."""
    with connection.cursor() as cursor:
        MIGRATION.drop_triggers(apps, SimpleNamespace(connection=connection, execute=cursor.execute))


def test_no_topic_gets_another_ones_older_name_or_address() -> None:
    topic, other = make_topic("AI"), make_topic("Law")
    TopicAlias.objects.create(topic=topic, name="Robots", slug="robots")
    refuse(Topic, name="Robots", key="robots", slug="new")
    refuse(Topic, name="New", key="new", slug="robots")
    refuse(Topic, pk=other.pk, key="robots")
    refuse(Topic, pk=other.pk, slug="robots")
    Topic.objects.filter(pk=topic.pk).update(key="robots", slug="robots")


def test_no_older_name_or_address_is_another_topics() -> None:
    topic, other = make_topic("AI"), make_topic("Law")
    alias = TopicAlias.objects.create(topic=topic, name="Robots", slug="robots")
    refuse(TopicAlias, topic=topic, name="Law", key="law")
    refuse(TopicAlias, topic=topic, slug="law")
    refuse(TopicAlias, pk=alias.pk, key="law")
    own = TopicAlias.objects.create(topic=other, name="Law")
    refuse(TopicAlias, pk=own.pk, topic=topic)


def test_no_provider_and_no_other_domain_is_anothers() -> None:
    provider, other = make_provider("a.example"), make_provider("b.example")
    alias = ProviderAlias.objects.create(provider=provider, domain="old.example")
    refuse(Provider, domain="old.example", name="Old")
    refuse(Provider, pk=other.pk, domain="old.example")
    refuse(ProviderAlias, provider=provider, domain="b.example")
    refuse(ProviderAlias, pk=alias.pk, domain="b.example")
    Provider.objects.filter(pk=provider.pk).update(domain="old.example")


def test_what_older_versions_left_means_what_it_is_the_name_of_today(without_triggers: None) -> None:
    topic, other = make_topic("AI"), make_topic("Law")
    TopicAlias.objects.create(topic=topic, name="Law", slug="old-law")
    TopicAlias.objects.create(topic=topic, name="Robots", slug="law")
    TopicAlias.objects.create(topic=other, name="ai", slug="ai")
    kept = TopicAlias.objects.create(topic=other, name="Right", slug="right")
    provider = make_provider("a.example")
    make_provider("b.example")
    ProviderAlias.objects.create(provider=provider, domain="b.example")
    ProviderAlias.objects.create(provider=provider, domain="old.example")
    MIGRATION.mend(apps, None)
    assert set(TopicAlias.objects.values_list("topic", "name", "key", "slug")) == {
        (topic.pk, "", None, "old-law"),
        (topic.pk, "Robots", "robots", None),
        (other.pk, "Right", "right", kept.slug),
    }
    assert [alias.domain for alias in ProviderAlias.objects.all()] == ["old.example"]
