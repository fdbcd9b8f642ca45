"""Migrations of data cope with what older versions left in a database."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from articles.content.yaml.characters import name_key
from articles.listings import rebuild_listings
from articles.models import ListingMonth, Provider, Topic, TopicAlias
from articles.stories import update_marked_stories
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db
COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


def months() -> list[dict[str, Any]]:
    order = ("topic", "provider", "month")
    return list(ListingMonth.objects.order_by(*order).values(*order, "count", "folded"))


def found_by(client: Client, query: str) -> list[str]:
    return [card.title for card in client.get("/search/", {"q": query}).context["cards"]]


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


def old_topic(name: str, **values: Any) -> Topic:
    """Return a topic as older versions kept it, which compared names by case alone."""
    topic = Topic.objects.create(name=f"x{Topic.objects.count()}", **values)
    Topic.objects.filter(pk=topic.pk).update(name=name, key=name.casefold())
    topic.refresh_from_db()
    return topic


def test_topics_that_differ_in_how_letters_are_composed_become_one(client: Client) -> None:
    parent = old_topic("Places", slug="places")
    old = old_topic(DECOMPOSED, slug="cafe-2", description="Where coffee is", parent=parent)
    new = old_topic(COMPOSED, slug="cafe", source_path="_data/topics/cafe.yaml")
    child = old_topic("Teahouse", slug="teahouse", parent=old)
    alias = TopicAlias.objects.create(topic=old, name="Coffeehouse")
    law = old_topic("Law", slug="law")
    one, both, none = make_article([old]), make_article([old, law, new]), make_article([law])
    hidden = make_article([old, law], published=False)
    migration("0014_keys_of_names").renew_keys(apps, None)
    update_marked_stories()
    new.refresh_from_db()
    assert (new.key, new.description, new.slug) == (COMPOSED.casefold(), "Where coffee is", "cafe")
    assert not Topic.objects.filter(pk=old.pk).exists()
    assert [list(each.topics.order_by("article_links__position")) for each in (one, both, none, hidden)] == [
        [new], [new, law], [law], [new, law],
    ]  # fmt: skip
    child.refresh_from_db()
    alias.refresh_from_db()
    assert (child.parent, alias.topic) == (new, new)
    assert client.get("/topics/cafe-2/")["Location"] == "/topics/cafe/"
    kept = months()
    rebuild_listings()
    assert months() == kept
    assert sorted([one.title, both.title]) == sorted(found_by(client, "topic:cafe"))


def test_a_topic_takes_the_place_of_its_twin_that_it_stood_below() -> None:
    top = old_topic("Top", slug="top")
    old = old_topic(DECOMPOSED, slug="cafe-2", parent=top)
    middle = old_topic("Middle", slug="middle", parent=old)
    old_topic(COMPOSED, slug="cafe", parent=middle, source_path="_data/topics/cafe.yaml")
    migration("0014_keys_of_names").renew_keys(apps, None)
    assert dict(Topic.objects.values_list("name", "parent__name")) == {"Top": None, "Middle": COMPOSED, COMPOSED: "Top"}


def test_a_key_that_one_topic_is_to_have_may_be_anothers_until_then() -> None:
    one, other = old_topic("A", slug="a"), old_topic("B", slug="b")
    Topic.objects.filter(pk=one.pk).update(key="x")
    Topic.objects.filter(pk=other.pk).update(key="a")
    migration("0014_keys_of_names").renew_keys(apps, None)
    assert set(Topic.objects.values_list("name", "key")) == {("A", "a"), ("B", "b")}


def test_other_names_that_a_topic_has_now_are_none_any_more() -> None:
    topic = old_topic(COMPOSED, slug="cafe")
    for name, slug in ((DECOMPOSED, None), ("Te\u0301", None), ("T\u00e9", "the")):
        alias = TopicAlias.objects.create(topic=topic, name="x", slug=slug)
        TopicAlias.objects.filter(pk=alias.pk).update(name=name, key=name.casefold())
    with_slug = TopicAlias.objects.create(topic=topic, name="y", slug="kept")
    TopicAlias.objects.filter(pk=with_slug.pk).update(name=DECOMPOSED.upper(), key=f"{DECOMPOSED}-old")
    migration("0014_keys_of_names").renew_keys(apps, None)
    assert set(TopicAlias.objects.values_list("name", "key", "slug")) == {
        ("T\u00e9", "t\u00e9", "the"),
        ("", None, "kept"),
    }


def test_keys_are_what_they_are_in_today_s_code() -> None:
    texts = ["Café", "Cafe\u0301", "STRASSE straße", " a  b\u00a0c ", "\u1fb3\u0345", "İ", "\u0344", "\ufb03"]
    assert [migration("0014_keys_of_names").name_key(text) for text in texts] == list(map(name_key, texts))


def test_domains_are_written_in_letters_where_nothing_else_has_them() -> None:
    for domain in ("XN--Mnchen-3ya.example.", "a.example", "xn--caf-dma.example", "café.example"):
        Provider.objects.create(domain=domain, name=domain)
    migration("0017_domains_in_letters").write_normally(apps, None)
    assert set(Provider.objects.values_list("domain", flat=True)) == {
        "münchen.example", "a.example", "xn--caf-dma.example", "café.example",
    }  # fmt: skip
