"""Writes that come past no form keep the rules that forms keep: undone actions, restored versions, files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client

from articles.editorial.edits import edit_articles
from articles.editorial.merging import descendants, merge_providers, merge_topics
from articles.editorial.recording import recording
from articles.editorial.undo import undo
from articles.models import Action, Provider, ProviderAlias, Story, Topic, TopicAlias
from articles.pages.topic_tree import all_nodes, in_tree_order, topic_tree
from tests.support.desk import bulk, change_url, first_version, go_back, lines_of, parents, save
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def last_action() -> Action:
    return Action.objects.latest("pk")


def undo_at_the_desk(client: Client, action: Action) -> list[str]:
    response = client.post(f"/admin/articles/action/{action.pk}/undo/", follow=True)
    assert response.status_code == 200
    return lines_of(response)


def circle() -> list[Topic]:
    """Return two topics that are each other's parent, as no writer makes them."""
    one, two = make_topic("One"), make_topic("Two")
    Topic.objects.filter(pk=one.pk).update(parent=two)
    Topic.objects.filter(pk=two.pk).update(parent=one)
    return [one, two]


# -- Undoing -------------------------------------------------------------------------


def test_no_undo_makes_two_topics_each_others_parent(editor: Client, client: Client) -> None:
    birds = make_topic("Birds")
    animals = make_topic("Animals", parent=birds)
    make_article([animals]), make_article([birds])
    save(editor, animals, parent="")
    first = last_action()
    save(editor, Topic.objects.get(pk=birds.pk), parent=animals.pk)
    said = undo_at_the_desk(editor, first)
    assert "topic “Animals”: Parent: A topic cannot be its own ancestor." in said
    assert parents() == {"Animals": None, "Birds": "Animals"}
    # It is still an editor's word, which no import changes.
    assert Topic.objects.get(name="Animals").edited == ["parent"]
    assert [node.name for node in all_nodes(topic_tree())] == ["Animals", "Birds"]
    first.refresh_from_db()
    assert first.undone_at is None


def test_an_undo_sets_back_the_rest_of_what_may_not_be_set_back_whole(editor: Client) -> None:
    birds = make_topic("Birds")
    animals = make_topic("Animals", parent=birds)
    save(editor, animals, parent="", description="All of them")
    first = last_action()
    save(editor, Topic.objects.get(pk=birds.pk), parent=animals.pk)
    done = undo(first, None)
    animals.refresh_from_db()
    assert (animals.parent, animals.description, animals.edited) == (None, "", ["parent"])
    assert (done.restored, len(done.left)) == (1, 1)


def test_no_undo_gives_a_topic_another_ones_other_name(editor: Client) -> None:
    topic, other = make_topic("Kites"), make_topic("Birds")
    save(editor, topic, name="Toys")
    renamed = last_action()
    TopicAlias.objects.all().delete()
    TopicAlias.objects.create(topic=other, name="kites")
    assert undo(renamed, None).left == ["topic “Toys”: Name: This is another name of the topic “Birds”."]
    topic.refresh_from_db()
    assert (topic.name, topic.key, topic.edited) == ("Toys", "toys", ["name"])


def test_an_undo_says_that_another_topic_has_the_name(editor: Client) -> None:
    topic = make_topic("Kites")
    save(editor, topic, name="Toys", description="New")
    renamed = last_action()
    TopicAlias.objects.all().delete()
    make_topic("Kites", slug="kites-2")
    assert undo(renamed, None).left == ["topic “Toys”: Name: Another topic has this name."]
    topic.refresh_from_db()
    assert (topic.name, topic.description) == ("Toys", "")


def test_a_deleted_topic_comes_back_at_the_top_where_its_parent_stands_below_it_now(editor: Client) -> None:
    top = make_topic("Top")
    middle = make_topic("Middle", parent=top)
    low = make_topic("Low", parent=middle)
    editor.post(change_url(middle, "delete"), {"post": "yes"})
    deleted = last_action()
    save(editor, Topic.objects.get(pk=top.pk), parent=low.pk)
    assert undo(deleted, None).left
    assert set(parents()) == {"Top", "Middle", "Low"}
    assert all(pk not in descendants(pk) for pk in Topic.objects.values_list("pk", flat=True))


def test_an_undo_gives_no_provider_a_domain_that_is_anothers(editor: Client) -> None:
    provider, other = make_provider("old.example"), make_provider("other.example")
    save(editor, provider, domain="new.example")
    moved = last_action()
    ProviderAlias.objects.all().delete()
    ProviderAlias.objects.create(provider=other, domain="old.example")
    assert "another domain of the provider" in undo(moved, None).left[0]
    provider.refresh_from_db()
    assert provider.domain == "new.example"


def test_what_stays_changed_of_an_article_stays_an_editors_word() -> None:
    article = make_article(source_path="_news/a.md")
    with recording(None, "change", "Changed") as record:
        record.watch_articles([article.pk])
        edit_articles([article.pk], heat=1, quality=2)
    edit_articles([article.pk], heat=5)
    assert record.action is not None
    undo(record.action, None)
    article.refresh_from_db()
    assert (article.heat, article.quality, article.edited) == (5, 0, {"heat": 70})


# -- Going back to a version ---------------------------------------------------------


def test_a_version_whose_provider_was_merged_keeps_todays_and_says_so(editor: Client) -> None:
    old, new = make_provider("old.example"), make_provider("new.example")
    article = make_article(provider=old)
    save(editor, article, title="First")
    save(editor, article, title="Second")
    merge_providers(None, old, new)
    said = go_back(editor, article, first_version(article))
    assert "Provider: its former value has been merged or deleted since." in said
    article.refresh_from_db()
    assert (article.title, article.provider) == ("First", new)


def test_a_version_of_a_topic_whose_name_is_taken_keeps_todays_and_says_so(editor: Client) -> None:
    topic = make_topic("Kites")
    save(editor, topic, description="First")
    save(editor, topic, name="Toys", description="Second")
    TopicAlias.objects.all().delete()
    make_topic("kites", slug="kites-2")
    assert "Name: Another topic has this name." in go_back(editor, topic, first_version(topic))
    topic.refresh_from_db()
    assert (topic.name, topic.description) == ("Toys", "First")


def test_a_version_whose_parent_was_merged_or_stands_below_now_keeps_todays(editor: Client) -> None:
    birds, gone = make_topic("Birds"), make_topic("Gone")
    animals, plants = make_topic("Animals"), make_topic("Plants")
    for topic, parent in ((animals, birds), (plants, gone)):
        save(editor, topic, parent=parent.pk)
        save(editor, Topic.objects.get(pk=topic.pk), parent="")
    save(editor, birds, parent=animals.pk)
    merge_topics(None, gone, make_topic("Other"))
    assert "Parent: A topic cannot be its own ancestor." in go_back(editor, animals, first_version(animals))
    said = go_back(editor, plants, first_version(plants))
    assert "Parent: its former value has been merged or deleted since." in said
    assert (parents()["Animals"], parents()["Plants"]) == (None, None)


def test_files_that_use_the_newer_name_of_a_topic_still_mean_it_after_going_back(
    editor: Client, tmp_path: Path, write_article: Write
) -> None:
    topic = make_topic("Kites")
    save(editor, topic, description="First")
    save(editor, topic, name="Toys")
    go_back(editor, topic, first_version(topic))
    write_article("_news/2023-09-01-a.md", topics="[Toys, KITES]")
    import_problems(tmp_path / "site")
    assert list(Topic.objects.values_list("name", flat=True)) == ["Kites"]
    assert [alias.name for alias in TopicAlias.objects.all()] == ["Toys"]
    undo(last_action(), None)
    assert Topic.objects.get().name == "Toys"
    assert [alias.name for alias in TopicAlias.objects.all()] == ["Kites"]


def test_files_that_use_the_newer_domain_of_a_provider_still_mean_it_after_going_back(editor: Client) -> None:
    article = make_article(provider=make_provider("old.example"))
    save(editor, article.provider, description="First")
    save(editor, Provider.objects.get(domain="old.example"), domain="new.example")
    go_back(editor, article.provider, first_version(article.provider))
    article.refresh_from_db()
    assert (article.provider.domain, ProviderAlias.objects.get().domain) == ("old.example", "new.example")


# -- Whatever the rows say -----------------------------------------------------------


def test_a_topic_is_never_saved_below_itself() -> None:
    top = make_topic("Top")
    middle = make_topic("Middle", parent=top)
    low = make_topic("Low", parent=middle)
    top.parent = low
    with pytest.raises(ValidationError, match="its own ancestor"):
        top.save()
    top.refresh_from_db()
    top.description = "Still saved"
    top.save()


def test_the_ways_up_and_down_a_circle_of_topics_have_an_end(
    editor: Client, client: Client, tmp_path: Path, write_article: Write
) -> None:
    one, two = circle()
    assert descendants(one.pk) == {one.pk, two.pk}
    assert [topic.name for topic, _depth in in_tree_order(Topic.objects.all())] == ["One", "Two"]
    assert [node.name for node in all_nodes(topic_tree())] == ["One", "Two"]
    assert client.get("/topics/").status_code == 200
    assert editor.get("/admin/articles/topic/").status_code == 200
    below = make_topic("Below")
    save(editor, below, parent=one.pk)
    Topic.objects.get(pk=two.pk).save()
    data = tmp_path / "site" / "_data" / "topics"
    data.mkdir(parents=True)
    (data / "below.yaml").write_text("name: Deeper\nparent: Two\n")
    write_article("_news/2023-09-01-a.md", topics="[Deeper]")
    import_problems(tmp_path / "site")
    assert parents()["Deeper"] == "Two"
    save(editor, Topic.objects.get(pk=one.pk), parent="")
    assert parents() == {"One": None, "Two": "One", "Below": "One", "Deeper": "Two"}


def test_an_import_sees_a_circle_that_goes_through_topics_without_news(tmp_path: Path, write_article: Write) -> None:
    first = make_topic("First")
    make_topic("Third", parent=first)
    make_topic("Second")
    data = tmp_path / "site" / "_data" / "topics"
    data.mkdir(parents=True)
    (data / "1-first.yaml").write_text("name: First\nparent: Second\n")
    (data / "2-second.yaml").write_text("name: Second\nparent: Third\n")
    write_article("_news/2023-09-01-a.md")
    assert any("W406" in problem for problem in import_problems(tmp_path / "site"))
    assert (parents()["First"], parents()["Second"], parents()["Third"]) == ("Second", None, "First")


def test_a_new_topic_gets_no_address_that_leads_to_another_one(tmp_path: Path, write_article: Write) -> None:
    TopicAlias.objects.create(topic=make_topic("AI"), slug="robots")
    write_article("_news/2023-09-01-a.md", topics="[Robots]")
    import_problems(tmp_path / "site")
    assert Topic.objects.get(name="Robots").slug == "robots-2"


@pytest.mark.parametrize("values", [{"slug": ""}, {"key": ""}, {"name": ""}, {"parent": F("id")}])
def test_the_database_refuses_topics_without_a_name_or_an_address_or_below_themselves(values: dict[str, Any]) -> None:
    make_topic("AI")
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.update(**values)


@pytest.mark.parametrize("values", [{"slug": ""}, {"key": ""}, {"key": None}])
def test_the_database_refuses_other_names_that_say_nothing(values: dict[str, Any]) -> None:
    TopicAlias.objects.create(topic=make_topic("AI"), name="A.I.")
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicAlias.objects.update(**values)


def test_the_database_refuses_stories_that_are_merged_into_themselves() -> None:
    make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.update(merged_into=F("id"))


# -- What is searched for ------------------------------------------------------------


def titles_found(client: Client, query: str) -> list[str]:
    return [card.title for card in client.get("/search/", {"q": query}).context["cards"]]


def test_articles_are_found_by_the_name_that_their_topic_has_after_an_undo(editor: Client, client: Client) -> None:
    topic = make_topic("Kites")
    article = make_article([topic])
    save(editor, topic, name="Toys")
    renamed = last_action()
    assert titles_found(client, "toys") == [article.title]
    assert undo(renamed, None).left == []
    assert (titles_found(client, "kites"), titles_found(client, "toys")) == ([article.title], [])
    go_back(editor, Topic.objects.get(), first_version(topic))
    assert (titles_found(client, "kites"), titles_found(client, "toys")) == ([], [article.title])


def test_articles_are_found_by_the_domain_that_their_provider_has(editor: Client, client: Client) -> None:
    article = make_article(provider=make_provider("oldpaper.example", name="Paper"))
    save(editor, article.provider, domain="newpaper.example")
    moved = last_action()
    assert (titles_found(client, "newpaper"), titles_found(client, "oldpaper")) == ([article.title], [])
    undo(moved, None)
    assert (titles_found(client, "newpaper"), titles_found(client, "oldpaper")) == ([], [article.title])


# -- Bulk changes --------------------------------------------------------------------


def test_a_bulk_change_sets_another_provider_of_the_same_name(editor: Client) -> None:
    article = make_article(provider=make_provider("old.example", name="Paper"))
    new = make_provider("new.example", name="Paper")
    ProviderAlias.objects.create(provider=new, domain="www.new.example")
    page = bulk(editor, "set_provider", [article], provider="www.new.example", show="1")
    assert [(change.before, change.after) for change in page.context["changes"]] == [
        ("Paper (old.example)", "Paper (new.example)")
    ]
    bulk(editor, "set_provider", [article], provider="www.new.example", confirm="1")
    article.refresh_from_db()
    assert article.provider == new
    page = bulk(editor, "set_provider", [article], provider="new.example", confirm="1")
    assert "There was nothing to change." in page.content.decode()


def test_a_bulk_change_is_one_though_readers_see_the_same_state(editor: Client) -> None:
    article = make_article(removed=True, file_missing=True)
    bulk(editor, "publish", [article], confirm="1")
    article.refresh_from_db()
    assert (article.removed, article.published) == (False, True)
