"""Rows that were read a while ago: what is done with them is done to what they are now."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from articles.editorial.edits import keep_edited_value, take_file_value
from articles.editorial.merging import merge_providers, merge_topics, order_topics
from articles.editorial.recording import recording
from articles.editorial.versions import restore
from articles.models import Action, Article, Provider, ProviderAlias, RelatedLink, Topic, TopicAlias
from articles.sync.imports import run
from articles.sync.imports.report import Options
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]

EDITED = {"title": "First", "excerpt": "First"}
BOTH = {"title": "File", "excerpt": "File"}


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def stale() -> Article:
    """Return an article in conflict, as it was before its file came to say something else of another field, too."""
    article = make_article(title="Mine", excerpt="Mine", edited=EDITED, conflicts={"title": "File"})
    Article.objects.filter(pk=article.pk).update(conflicts=BOTH)
    return article


def test_who_keeps_a_value_keeps_what_has_been_noted_of_others_since(stale: Article) -> None:
    keep_edited_value(stale, "title")
    now = Article.objects.get()
    assert (now.title, now.edited, now.conflicts) == ("Mine", EDITED | {"title": "File"}, {"excerpt": "File"})


def test_who_takes_a_files_value_keeps_what_has_been_noted_of_others_since(stale: Article) -> None:
    take_file_value(stale, "title")
    now = Article.objects.get()
    assert (now.title, now.edited, now.conflicts) == ("File", {"excerpt": "First"}, {"excerpt": "File"})


@pytest.mark.parametrize("resolve", [keep_edited_value, take_file_value])
def test_a_conflict_that_has_gone_meanwhile_is_not_settled_again(
    stale: Article, resolve: Callable[[Article, str], None]
) -> None:
    Article.objects.update(edited={"title": "Second"}, conflicts={})
    resolve(stale, "title")
    now = Article.objects.get()
    assert (now.title, now.edited, now.conflicts) == ("Mine", {"title": "Second"}, {})


def test_topics_are_merged_under_the_names_that_they_have_now(ada: User) -> None:
    topic, into = make_topic("Old"), make_topic("AI")
    Topic.objects.filter(pk=topic.pk).update(name="New", key="new", slug="new")
    merge_topics(ada, topic, into, "same")
    assert TopicAlias.objects.values_list("name", "slug").get() == ("New", "new")
    assert Action.objects.get().summary == "Merged topic “New” into “AI”"


def test_providers_are_merged_under_the_domains_that_they_have_now(ada: User) -> None:
    provider, into = make_provider("old.example"), make_provider("a.example")
    Provider.objects.filter(pk=provider.pk).update(domain="new.example")
    merge_providers(ada, provider, into, "same")
    assert ProviderAlias.objects.get().domain == "new.example"


def test_what_has_gone_meanwhile_is_not_merged(ada: User) -> None:
    topic, into = make_topic("Old"), make_topic("AI")
    Topic.objects.filter(pk=into.pk).delete()
    with pytest.raises(Topic.DoesNotExist):
        merge_topics(ada, topic, into, "same")
    assert Topic.objects.get() == topic


def test_going_back_to_a_version_keeps_what_no_version_has(ada: User) -> None:
    stale = make_provider("a.example")
    with recording(ada, "change", "Changed") as record:
        record.watch(Provider, pk=stale.pk)
        Provider.objects.update(description="Version")
    Provider.objects.update(description="", edited=["name"], source_path="_data/organizations/a.md", extra={"x": 1})
    restore(stale, stale.history.get(), ada)
    now = Provider.objects.get()
    assert (now.description, now.source_path, now.extra) == ("Version", "_data/organizations/a.md", {"x": 1})
    assert now.edited == ["description", "name"]


def test_topics_are_brought_into_order_without_those_that_have_gone(ada: User) -> None:
    topics = [make_topic(name, position=position) for position, name in enumerate("ABC", start=1)]
    ids = [topic.pk for topic in reversed(topics)]
    Topic.objects.filter(name="B").delete()
    order_topics(ada, ids)
    assert list(Topic.objects.values_list("name", "position")) == [("C", 1), ("A", 2)]


def test_an_editor_may_delete_between_two_batches_what_both_of_them_list(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH_SIZE", 1)
    entry: dict[str, object] = {"title": "There", "webUrl": "https://b.example/there"}
    entry |= {"publishedDateTime": "2023-09-01T12:00:00Z", "provider": "{name: B, domain: b.example}"}
    for name in ("one", "two"):
        write_article(f"2023-09-01-{name}.md", related=[entry], webUrl=f"https://a.example/{name}")

    def delete(done: int, total: int) -> None:
        if done == 1:
            Article.objects.get(is_reference=True).delete()

    import_paths([tmp_path / "site"], lambda root, problem: None, Options(on_progress=delete))
    link = RelatedLink.objects.get()
    assert (link.article.source_path, link.target.title) == ("2023-09-01-two.md", "There")
