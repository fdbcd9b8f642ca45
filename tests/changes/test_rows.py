"""Topics, providers and pins raise the event, too, and name the articles that show them."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from articles.editorial.merging import merge_providers, merge_topics, order_topics
from articles.editorial.pins import end, order_pins
from articles.editorial.undo import undo
from articles.models import Article, Pin, Provider, ProviderAlias, SearchDocument, Topic, TopicAlias
from tests.support.desk import bulk, form_of, last_action, picture, save
from tests.support.events import events, one_event
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def make_pin(article: Article, place: int = 1) -> Pin:
    now = timezone.now().replace(microsecond=0)
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=1)}
    return Pin.objects.create(article=article, place=place, reason="Hot", **times)


# -- Topics ------------------------------------------------------------------------------


def test_a_new_topic_is_named_with_its_parent() -> None:
    parent = make_topic("Parent")
    with one_event() as raised:
        topic = Topic.objects.create(name="New", slug="new", parent=parent)
    assert raised[0].topics == {topic.pk, parent.pk}
    assert raised[0].catalogue
    assert not raised[0].articles


def test_a_renamed_topic_names_its_articles_and_search_follows(admin_client: Client) -> None:
    topic = make_topic("Old")
    article, other = make_article(topics=[topic]), make_article()
    with one_event() as raised:
        save(admin_client, topic, name="Brandnew")
    assert raised[0].topics == {topic.pk}
    assert raised[0].articles == {article.pk}
    assert raised[0].catalogue
    assert other.pk not in raised[0].articles
    assert "brandnew" in SearchDocument.objects.get(article_id=article.pk).names


@pytest.mark.parametrize(
    ("values", "is_on_cards"), [({"slug": "other"}, True), ({"description": "Text"}, False), ({"position": 3}, False)]
)
def test_what_cards_show_of_a_topic_names_its_articles(
    admin_client: Client, values: dict[str, object], is_on_cards: bool
) -> None:
    topic = make_topic()
    article = make_article(topics=[topic])
    with one_event() as raised:
        save(admin_client, topic, **values)
    assert raised[0].topics == {topic.pk}
    assert raised[0].articles == ({article.pk} if is_on_cards else set())
    assert raised[0].catalogue


def test_what_no_reader_sees_of_a_topic_raises_nothing() -> None:
    topic = make_topic()
    with events() as raised:
        topic.source_path, topic.extra = "_data/topics/a.yaml", {"a": "b"}
        topic.save()
    assert raised == []


def test_a_topic_that_moves_names_its_parents_old_and_new() -> None:
    one, two = make_topic("One"), make_topic("Two")
    topic = make_topic("Child", parent=one)
    with one_event() as raised:
        topic.parent = two
        topic.save()
    assert raised[0].topics == {topic.pk, one.pk, two.pk}


def test_a_deleted_topic_names_its_articles_and_those_below_it(admin_client: Client) -> None:
    topic = make_topic()
    child, article = make_topic("Child", parent=topic), make_article(topics=[topic])
    with one_event() as raised:
        admin_client.post(f"/admin/articles/topic/{topic.pk}/delete/", {"post": "yes"})
    assert raised[0].topics == {topic.pk, child.pk}
    assert raised[0].articles == {article.pk}
    assert raised[0].catalogue
    assert raised[0].listings


def test_merged_topics_are_both_named_with_what_moves(admin_user: User) -> None:
    topic, into = make_topic("Merged"), make_topic("Into")
    child, article = make_topic("Child", parent=topic), make_article(topics=[topic])
    TopicAlias.objects.create(topic=topic, name="Older")
    with one_event() as raised:
        merge_topics(admin_user, topic, into, "same")
    assert raised[0].topics == {topic.pk, into.pk, child.pk}
    assert raised[0].articles == {article.pk}
    with one_event() as raised:
        undo(last_action(), admin_user)
    assert raised[0].topics == {topic.pk, into.pk, child.pk}
    assert raised[0].articles == {article.pk}
    assert raised[0].catalogue


def test_topics_in_another_order_are_named(admin_user: User) -> None:
    topics = [make_topic(name) for name in "ABC"]
    with one_event() as raised:
        order_topics(admin_user, [each.pk for each in reversed(topics)])
    assert raised[0].topics == {each.pk for each in topics}
    with events() as raised:
        order_topics(admin_user, [each.pk for each in reversed(topics)])
    assert raised == []


def test_a_csv_file_is_one_event(admin_client: Client) -> None:
    make_topic("A")
    text = "slug,name\na,Other\nb,B\nc,C\n"
    file = SimpleUploadedFile("a.csv", text.encode(), "text/csv")
    with events() as raised:
        preview = admin_client.post("/admin/articles/topic/import/", {"import_file": file, "format": "0"})
    assert raised == []
    data = {name: "" if value is None else value for name, value in preview.context["confirm_form"].initial.items()}
    with one_event() as raised:
        admin_client.post("/admin/articles/topic/process_import/", data)
    assert raised[0].topics == set(Topic.objects.values_list("pk", flat=True))
    assert raised[0].catalogue


# -- Providers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "is_on_cards"),
    [
        ({"name": "Other"}, True),
        ({"domain": "other.example"}, True),
        ({"kind": "wire"}, True),
        ({"new_logo": "picture"}, True),
        ({"description": "Text"}, False),
    ],
)
def test_what_cards_show_of_a_provider_names_its_articles(
    admin_client: Client, values: dict[str, object], is_on_cards: bool
) -> None:
    provider = make_provider()
    article, _other = make_article(), make_article(provider=make_provider("b.example"))
    values = {name: picture() if value == "picture" else value for name, value in values.items()}
    with one_event() as raised:
        save(admin_client, provider, **values)
    assert raised[0].providers == {provider.pk}
    assert raised[0].articles == ({article.pk} if is_on_cards else set())
    assert raised[0].catalogue


def test_merged_providers_are_both_named(admin_user: User) -> None:
    provider, into = make_provider("merged.example"), make_provider("into.example")
    article = make_article(provider=provider)
    ProviderAlias.objects.create(provider=provider, domain="older.example")
    with one_event() as raised:
        merge_providers(admin_user, provider, into, "same")
    assert raised[0].providers == {provider.pk, into.pk}
    assert raised[0].articles == {article.pk}
    with one_event() as raised:
        undo(last_action(), admin_user)
    assert raised[0].providers == {provider.pk, into.pk}
    assert raised[0].articles == {article.pk}
    assert Provider.objects.get(pk=provider.pk).articles.get() == article


@pytest.mark.parametrize("kind", ["topic", "provider"])
def test_other_names_lead_to_what_has_them(kind: str) -> None:
    row: Model = make_topic() if kind == "topic" else make_provider()
    with one_event() as raised:
        if kind == "topic":
            alias: Model = TopicAlias.objects.create(topic=row, slug="older")
        else:
            alias = ProviderAlias.objects.create(provider=row, domain="older.example")
    with one_event() as deleted:
        alias.delete()
    for change in (raised[0], deleted[0]):
        assert (change.topics, change.providers) == (({row.pk}, set()) if kind == "topic" else (set(), {row.pk}))
        assert change.catalogue


# -- Pins --------------------------------------------------------------------------------


def test_pins_are_named_with_their_articles_when_they_come_move_and_end(admin_client: Client) -> None:
    one, two = make_article(), make_article()
    with one_event() as raised:
        bulk(admin_client, "pin", [one, two], confirm="1", **form_of_pins())
    assert raised[0].articles == {one.pk, two.pk}
    assert raised[0].pins
    assert not raised[0].listings
    first, second = Pin.objects.order_by("place")
    with one_event() as raised:
        admin_client.post(f"/admin/articles/pin/{second.pk}/move/?to=up")
    assert raised[0].articles == {one.pk, two.pk}
    with one_event() as raised:
        end(Pin.objects.get(pk=first.pk))
    assert (raised[0].articles, raised[0].pins) == ({one.pk}, True)
    with events() as raised:
        order_pins([first], [first.pk])
    assert raised == []


def form_of_pins() -> dict[str, object]:
    now = timezone.localtime()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=1)}
    halves = {f"{name}_0": time.date() for name, time in times.items()}
    halves |= {f"{name}_1": time.strftime("%H:%M:%S") for name, time in times.items()}
    return {"place": 1, "reason": "Hot", **halves}


def test_a_pin_of_another_article_names_both(admin_client: Client) -> None:
    one, two = make_article(), make_article()
    pin = make_pin(one)
    with one_event() as raised:
        save(admin_client, pin, article=two.pk)
    assert (raised[0].articles, raised[0].pins) == ({one.pk, two.pk}, True)
    with one_event() as raised:
        undo(last_action(), User.objects.get())
    assert (raised[0].articles, raised[0].pins) == ({one.pk, two.pk}, True)


def test_a_deleted_article_takes_its_pins_along() -> None:
    article = make_article()
    make_pin(article)
    with one_event() as raised:
        article.delete()
    assert raised[0].pins


def test_a_form_that_changes_nothing_raises_nothing(admin_client: Client) -> None:
    for row in (make_topic(), make_provider(), make_pin(make_article())):
        with events() as raised:
            admin_client.post(f"/admin/articles/{row._meta.model_name}/{row.pk}/change/", form_of(admin_client, row))
        assert raised == []
