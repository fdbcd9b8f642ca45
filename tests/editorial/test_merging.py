"""Topics and providers merged and ordered by editors, and all of it undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.editorial.merging import descendants, merge_providers, merge_topics, order_topics
from articles.editorial.undo import undo
from articles.listings import rebuild_listings
from articles.models import (
    Article,
    ArticleTopic,
    ListingMonth,
    Provider,
    ProviderAlias,
    RelatedLink,
    Story,
    StoryMember,
    Topic,
    TopicAlias,
)
from articles.stories import rebuild_stories
from articles.sync.imports.report import Report
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def run(site: Path) -> Report:
    return import_paths([site], lambda root, problem: None)


def topics_of(article: Article) -> list[str]:
    return list(ArticleTopic.objects.filter(article=article).order_by("position").values_list("topic__name", flat=True))


def state() -> dict[str, list[dict[str, object]]]:
    """Return all rows that a merge touches, and what follows from them."""
    models = (Topic, TopicAlias, Provider, ProviderAlias, Article, ArticleTopic, Story, StoryMember)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    for row in rows["Article"]:
        del row["updated_at"]  # what was undone has changed twice
    # What an empty one was made of once means nothing any more.
    rows["Story"] = [row for row in rows["Story"] if row["size"]]
    months = ListingMonth.objects.order_by("topic", "provider", "month").values(
        "topic", "provider", "month", "count", "folded"
    )
    return rows | {"months": list(months)}


def check_that_counts_are_right() -> None:
    kept = state()
    rebuild_listings()
    rebuild_stories()
    assert state() == kept


def test_articles_go_to_the_topic_that_theirs_is_merged_into(ada: User, client: Client) -> None:
    old, new, law = make_topic("A.I.", slug="a-i"), make_topic("AI"), make_topic("Law")
    one, two, three = make_article([law, old]), make_article([old, law, new]), make_article([new, old])
    make_article([law])
    merge_topics(ada, old, new, "the same")
    assert [topics_of(each) for each in (one, two, three)] == [["Law", "AI"], ["AI", "Law"], ["AI"]]
    assert client.get("/topics/ai/").context["page"].paginator.count == 3
    assert client.get("/topics/a-i/").status_code == 301
    check_that_counts_are_right()


def test_stories_are_folded_in_the_topic_that_two_became(ada: User, client: Client) -> None:
    old, new = make_topic("A.I.", slug="a-i"), make_topic("AI")
    lead, member = make_article([old], heat=90), make_article([new], heat=10)
    RelatedLink.objects.create(article=lead, target=member)
    assert len(client.get("/topics/ai/?view=stories").context["cards"]) == 1
    merge_topics(ada, old, new)
    assert [card.title for card in client.get("/topics/ai/?view=stories").context["cards"]] == [lead.title]
    check_that_counts_are_right()


def test_readers_and_files_find_a_merged_topic_where_it_went(
    ada: User, client: Client, tmp_path: Path, write_article: Write
) -> None:
    path = write_article(topics="[Old, Law]")
    run(tmp_path / "site")
    older = TopicAlias.objects.create(topic=Topic.objects.get(name="Old"), name="Oldest", slug="oldest")
    merge_topics(ada, Topic.objects.get(name="Old"), make_topic("AI"))
    for slug in ("old", older.slug):
        assert client.get(f"/topics/{slug}/")["Location"] == "/topics/ai/"
    assert run(tmp_path / "site").unchanged == 1
    path.write_text(path.read_text().replace("---\n", "---\n# other bytes\n", 1))
    report = run(tmp_path / "site")
    assert (report.updated, report.unchanged) == (0, 1)
    write_article("2023-09-02-b.md", topics="[oldest]", webUrl='"https://a.example/b"')
    run(tmp_path / "site")
    assert set(Topic.objects.values_list("name", flat=True)) == {"AI", "Law"}
    assert topics_of(Article.objects.get(slug="b")) == ["AI"]


def test_topics_below_a_merged_one_stand_below_the_other_without_a_cycle(ada: User) -> None:
    top = make_topic("Top")
    old = make_topic("Old", parent=top)
    middle = make_topic("Middle", parent=old)
    new = make_topic("New", parent=middle)
    assert descendants(top.pk) == {old.pk, middle.pk, new.pk}
    action = merge_topics(ada, old, new)
    assert dict(Topic.objects.values_list("name", "parent__name")) == {"Top": None, "Middle": "New", "New": "Top"}
    assert Topic.objects.get(name="New").edited == ["parent"]
    undo(action, ada) if action else None
    parents = {"Top": None, "Old": "Top", "Middle": "Old", "New": "Middle"}
    assert dict(Topic.objects.values_list("name", "parent__name")) == parents


def test_a_merge_of_topics_is_undone_to_the_last_row(ada: User, client: Client) -> None:
    parent = make_topic("Parent")
    old, new, law = make_topic("Old", parent=parent, description="d"), make_topic("AI"), make_topic("Law")
    TopicAlias.objects.create(topic=old, name="Oldest", slug="oldest")
    make_topic("Child", parent=old)
    articles = [make_article([law, old]), make_article([old, law, new]), make_article([new, old])]
    RelatedLink.objects.create(article=articles[0], target=articles[2])
    rebuild_stories()
    before = state()
    action = merge_topics(ada, Topic.objects.get(pk=old.pk), new)
    assert action is not None
    assert action.summary == "Merged topic “Old” into “AI”"
    assert state() != before
    result = undo(action, ada)
    assert result.left == []
    assert state() == before
    check_that_counts_are_right()
    assert client.get("/topics/old/").status_code == 200


def test_what_has_changed_since_a_merge_stays_when_it_is_undone(ada: User) -> None:
    old, new, law = make_topic("Old"), make_topic("AI"), make_topic("Law")
    kept, moved = make_article([old]), make_article([old])
    action = merge_topics(ada, old, new)
    ArticleTopic.objects.filter(article=kept).delete()
    ArticleTopic.objects.create(article=kept, topic=law)
    assert action is not None
    result = undo(action, ada)
    assert len(result.left) == 1
    assert (topics_of(kept), topics_of(moved)) == (["Law"], ["Old"])


def test_a_merge_of_providers_is_undone_to_the_last_row(ada: User, client: Client) -> None:
    old = make_provider("old.example", name="Old", kind=Provider.Kind.WIRE)
    ProviderAlias.objects.create(provider=old, domain="oldest.example")
    new = make_provider("paper.example", name="The Paper")
    lead = make_article(provider=old, heat=90, provider_said={"name": "Old one"})
    others = [
        make_article(provider=new),
        make_article(provider=make_provider("third.example")),
        make_reference(provider=old),
    ]
    for other in others:
        RelatedLink.objects.create(article=lead, target=other)
    rebuild_stories()
    before = state()
    action = merge_providers(ada, Provider.objects.get(pk=old.pk), new)
    assert action is not None
    lead.refresh_from_db()
    assert (lead.provider, lead.provider_said) == (new, {"name": "Old one", "domain": "old.example"})
    story = Story.objects.get(members=lead.pk)
    assert (story.providers, story.independent) == (2, 2)
    assert client.get("/providers/paper.example/").context["page"].paginator.count == 2
    for domain in ("old.example", "oldest.example"):
        assert client.get(f"/providers/{domain}/")["Location"] == "/providers/paper.example/"
    check_that_counts_are_right()
    assert undo(action, ada).left == []
    assert state() == before
    check_that_counts_are_right()


def test_no_import_brings_a_merged_provider_back(ada: User, tmp_path: Path, write_article: Write) -> None:
    entry = {
        "title": '"B"',
        "webUrl": '"https://old.example/b"',
        "provider": "{name: Old, domain: old.example}",
        "publishedDateTime": "2023-08-31T00:00:00Z",
    }
    path = write_article(provider="{name: Old, domain: old.example}", related=[entry])
    run(tmp_path / "site")
    merge_providers(ada, Provider.objects.get(), make_provider("paper.example"))
    before = state()
    path.write_text(path.read_text().replace("---\n", "---\n# other bytes\n", 1))
    report = run(tmp_path / "site")
    assert (report.updated, report.unchanged) == (0, 1)
    ignored = ("file_digest", "file_stamp")
    for rows in (before, after := state()):
        rows["Article"] = [{key: row[key] for key in row if key not in ignored} for row in rows["Article"]]
    assert after == before


# -- Order -----------------------------------------------------------------------


def test_topics_are_brought_into_an_order_that_no_import_undoes(ada: User) -> None:
    ids = [make_topic(name, position=position).pk for name, position in (("A", 1000), ("B", 1000), ("C", 3))]
    action = order_topics(ada, ids)
    assert list(Topic.objects.values_list("name", "position")) == [("A", 1), ("B", 2), ("C", 3)]
    assert dict(Topic.objects.values_list("name", "edited")) == {"A": ["position"], "B": ["position"], "C": []}
    assert order_topics(ada, ids) is None
    assert action is not None
    undo(action, ada)
    assert set(Topic.objects.values_list("name", "position")) == {("A", 1000), ("B", 1000), ("C", 3)}
