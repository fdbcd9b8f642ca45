"""Other names of topics and other domains of providers: files that use them, and readers who come by them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from articles.editorial.edits import edit_articles, editing, take_file_value
from articles.models import (
    Article,
    ArticleTopic,
    Provider,
    ProviderAlias,
    RelatedEntry,
    Topic,
    TopicAlias,
)
from articles.sync.field_values import entry_values
from articles.sync.imports.report import Report
from articles.sync.imports.run import import_paths
from articles.sync.names import Meanings
from articles.sync.related_entries import values_of_entry
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def run(site: Path) -> tuple[Report, list[str]]:
    problems: list[str] = []
    report = import_paths([site], lambda root, problem: problems.append(problem.code))
    return report, problems


def topics_of(article: Article) -> list[str]:
    return list(ArticleTopic.objects.filter(article=article).order_by("position").values_list("topic__name", flat=True))


# -- Imports ---------------------------------------------------------------------------


def test_files_that_name_a_topic_by_another_name_get_it_and_make_no_new_one(
    tmp_path: Path, write_article: Write
) -> None:
    topic = make_topic("Artificial intelligence")
    TopicAlias.objects.create(topic=topic, name="AI")
    write_article(topics="[ai, Artificial Intelligence, Law]")
    run(tmp_path / "site")
    assert topics_of(Article.objects.get()) == ["Artificial intelligence", "Law"]
    assert Topic.objects.count() == 2


def test_files_that_name_a_provider_by_another_domain_get_it_and_teach_it_nothing(
    tmp_path: Path, write_article: Write
) -> None:
    provider = make_provider("paper.example", name="The Paper")
    ProviderAlias.objects.create(provider=provider, domain="old.example")
    entry = {
        "title": '"B"',
        "webUrl": '"https://old.example/b"',
        "provider": "{name: Aaa, domain: old.example}",
        "publishedDateTime": "2023-08-31T00:00:00Z",
    }
    write_article(provider="{name: Aaa Old, domain: old.example}", related=[entry])
    run(tmp_path / "site")
    assert set(Article.objects.values_list("provider__domain", flat=True)) == {"paper.example"}
    provider.refresh_from_db()
    assert (provider.name, Provider.objects.count()) == ("The Paper", 1)


def test_what_files_and_entries_say_of_a_domain_is_kept(tmp_path: Path, write_article: Write) -> None:
    ProviderAlias.objects.create(provider=make_provider("paper.example"), domain="old.example")
    provider = {"provider": "{name: Old, domain: old.example}"}
    time = {"publishedDateTime": "2023-09-01T15:40:00Z"}
    entry = {"title": '"B"', "webUrl": '"https://old.example/b"', **provider, **time}
    write_article("a.md", related=[entry], **provider)
    write_article("b.md", title='"B"', excerpt=None, webUrl='"https://old.example/b"', **provider)
    run(tmp_path / "site")
    article = Article.objects.get(source_path="b.md")
    assert article.provider_said == {"name": "Old", "domain": "old.example"}
    assert entry_values(article)["provider"] == {"name": "Old", "domain": "old.example"}
    assert values_of_entry(RelatedEntry.objects.get())["provider"] == {"name": "Old", "domain": "old.example"}
    edit_articles([article.pk], provider=make_provider("third.example"))
    article = Article.objects.get(source_path="b.md")
    assert entry_values(article)["provider"]["domain"] == "old.example"


def test_a_file_in_old_words_is_in_no_conflict_with_an_editor(tmp_path: Path, write_article: Write) -> None:
    """The editor changed topics and provider before what the file names was renamed."""
    write_article(topics="[AI, Law]", provider="{domain: old.example}")
    run(tmp_path / "site")
    article = Article.objects.get()
    with editing([article.pk]):
        ArticleTopic.objects.filter(article=article, topic__name="Law").delete()
        Article.objects.filter(pk=article.pk).update(provider=make_provider("third.example"))
    Topic.objects.filter(name="AI").update(name="Artificial intelligence", key="artificial intelligence")
    TopicAlias.objects.create(topic=Topic.objects.get(name="Artificial intelligence"), name="AI")
    Provider.objects.filter(domain="old.example").update(domain="paper.example")
    ProviderAlias.objects.create(provider=make_provider("paper.example"), domain="old.example")
    write_article(topics="[AI, Law]", provider="{domain: old.example}", title='"Changed"')
    report, problems = run(tmp_path / "site")
    article.refresh_from_db()
    assert (report.conflicts, problems, article.conflicts) == (0, [], {})
    assert (article.title, topics_of(article)) == ("Changed", ["Artificial intelligence"])
    write_article(topics="[Law]", provider="{domain: new.example}")
    report, _ = run(tmp_path / "site")
    article.refresh_from_db()
    assert report.conflicts == 2
    assert article.conflicts == {"topics": ["Law"], "provider": "new.example"}


def test_a_conflict_in_old_words_is_settled_in_todays() -> None:
    new = make_provider("new.example")
    ProviderAlias.objects.create(provider=make_provider("paper.example"), domain="old.example")
    TopicAlias.objects.create(topic=make_topic("Artificial intelligence"), name="AI")
    article = make_article(
        provider=new,
        source_path="a.md",
        edited={"topics": [], "provider": "x.example"},
        conflicts={"topics": ["AI"], "provider": "old.example"},
    )
    take_file_value(article, "topics")
    take_file_value(article, "provider")
    article.refresh_from_db()
    assert (article.provider.domain, topics_of(article)) == ("paper.example", ["Artificial intelligence"])


def test_a_second_import_in_old_words_changes_nothing(tmp_path: Path, write_article: Write) -> None:
    TopicAlias.objects.create(topic=make_topic("Artificial intelligence"), name="AI")
    ProviderAlias.objects.create(provider=make_provider("paper.example"), domain="a.example")
    path = write_article(topics="[AI, Law]")
    run(tmp_path / "site")
    path.write_text(path.read_text().replace("---\n", "---\n# the same in other bytes\n", 1))
    report, _ = run(tmp_path / "site")
    assert (report.updated, report.unchanged) == (0, 1)


def write_data(site: Path, kind: str, name: str, text: str) -> None:
    (site / "_news").mkdir(parents=True, exist_ok=True)
    path = site / "_data" / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_file_of_a_merged_topic_is_named_and_not_used(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_data(site, "topics", "1-ai.yaml", "name: AI\ndescription: Right\n")
    write_data(site, "topics", "2-a-i.yaml", "name: A.I.\ndescription: Wrong\n")
    write_data(site, "topics", "3-law.yaml", "name: Law\nparent: A.I.\n")
    TopicAlias.objects.create(topic=make_topic("AI"), name="A.I.")
    for _ in range(2):
        _, problems = run(site)
        assert problems == ["N503"]
        topic = Topic.objects.get(name="AI")
        assert (topic.description, topic.source_path) == ("Right", "_data/topics/1-ai.yaml")
        assert Topic.objects.get(name="Law").parent == topic
        assert Topic.objects.count() == 2


def test_the_file_of_a_renamed_topic_goes_on_describing_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_data(site, "topics", "1-ai.yaml", "name: AI\ndescription: One\n")
    run(site)
    topic = Topic.objects.get()
    topic.name, topic.edited = "Artificial intelligence", ["name"]
    topic.save()
    TopicAlias.objects.create(topic=topic, name="AI")
    write_data(site, "topics", "1-ai.yaml", "name: AI\ndescription: Two\n")
    assert run(site)[1] == []
    topic = Topic.objects.get()
    assert (topic.name, topic.description) == ("Artificial intelligence", "Two")


def test_the_file_of_a_merged_provider_is_named_and_not_used(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for number, (domain, name) in enumerate([("paper.example", "Right"), ("old.example", "Wrong")]):
        write_data(site, "organizations", f"{number}.md", f"---\nname: {name}\ndomain: {domain}\n---\n")
    ProviderAlias.objects.create(provider=make_provider("paper.example"), domain="old.example")
    assert run(site)[1] == ["N503"]
    assert [(each.name, each.domain) for each in Provider.objects.all()] == [("Right", "paper.example")]


def test_the_file_of_a_provider_that_an_editor_gave_another_domain_goes_on_describing_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_data(site, "organizations", "1.md", "---\nname: One\ndomain: old.example\n---\n")
    run(site)
    Provider.objects.update(domain="paper.example", edited=["domain"])
    ProviderAlias.objects.create(provider=Provider.objects.get(), domain="old.example")
    write_data(site, "organizations", "1.md", "---\nname: Two\ndomain: old.example\n---\n")
    assert run(site)[1] == []
    assert [(each.name, each.domain) for each in Provider.objects.all()] == [("Two", "paper.example")]


@given(st.lists(st.text(max_size=8), max_size=6), st.text(max_size=8))
def test_words_without_another_meaning_stay(names: list[str], domain: str) -> None:
    meanings = Meanings({}, {})
    said = {"topics": names, "provider": domain, "title": "x"}
    assert meanings.today(said) == said | {"topics": list(dict.fromkeys(names))}


# -- Readers ---------------------------------------------------------------------------


def test_old_addresses_lead_to_the_new_ones_for_good(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    TopicAlias.objects.create(topic=make_topic("Artificial intelligence"), slug="ai")
    ProviderAlias.objects.create(provider=make_provider("paper.example"), domain="old.example")
    for old, new in (
        ("/topics/ai/", "/topics/artificial-intelligence/"),
        ("/topics/ai/?view=stories&page=2", "/topics/artificial-intelligence/?view=stories&page=2"),
        ("/providers/old.example/", "/providers/paper.example/"),
    ):
        with django_assert_num_queries(2):
            response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    assert client.get("/topics/nowhere/").status_code == 404
    assert client.get("/providers/nowhere.example/").status_code == 404


# -- Who may be called what ---------------------------------------------------------------


def test_a_name_and_an_address_belong_to_one_topic_alone() -> None:
    ai, law = make_topic("AI"), make_topic("Law")
    TopicAlias.objects.create(topic=ai, name="A.I.", slug="a-i")
    for topic in (Topic(name="a.i.", slug="x"), Topic(name="X", slug="a-i")):
        with pytest.raises(ValidationError, match="of the topic “AI”"):
            topic.clean()
    for alias in (
        TopicAlias(topic=ai, name="law"),
        TopicAlias(topic=ai, slug="law"),
        TopicAlias(topic=law, name="A.I."),
        TopicAlias(topic=law),
    ):
        with pytest.raises(ValidationError):
            alias.full_clean()
    Topic(pk=ai.pk, name="A.I.", slug="ai").clean()


def test_a_domain_belongs_to_one_provider_alone() -> None:
    paper = make_provider("paper.example")
    ProviderAlias.objects.create(provider=paper, domain="old.example")
    with pytest.raises(ValidationError, match="of the provider “Paper"):
        Provider(domain="old.example", name="X").clean()
    for domain in ("paper.example", "old.example", "Not a domain"):
        with pytest.raises(ValidationError):
            ProviderAlias(provider=make_provider("third.example"), domain=domain).full_clean()
