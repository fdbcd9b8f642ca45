"""The editors' side: who gets in, and that what an editor does shows at once."""

import datetime as dt
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Article, ArticleTopic, RelatedLink, Story, StoryDecision, Topic
from articles.sync.imports.run import import_paths
from tests.support.desk import form_of
from tests.support.factories import make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    call_command("create_editor", "ada", "--password", "correct horse battery", stdout=StringIO())
    assert client.login(username="ada", password="correct horse battery")
    return client


def test_editors_have_a_group_and_an_account_made_by_command(editor: Client) -> None:
    user = User.objects.get(username="ada")
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert user.groups.get().name == "Editors"
    codes = set(Group.objects.get(name="Editors").permissions.values_list("codename", flat=True))
    assert {"change_article", "add_article", "change_provider", "delete_topic"} <= codes
    assert not {"delete_article", "delete_provider", "add_user", "change_user"} & codes


def test_an_account_needs_a_good_password_and_a_free_name(editor: Client) -> None:
    for name, password in (("bob", "123"), ("ada", "correct horse battery")):
        with pytest.raises(CommandError):
            call_command("create_editor", name, "--password", password)


@pytest.mark.parametrize("model", ["article", "provider", "topic"])
def test_every_list_and_form_opens(editor: Client, model: str) -> None:
    article = make_article(
        [make_topic()], [make_reference()], images=[{"url": "https://a.example/x.png", "width": 900, "height": 600}]
    )
    pk = {"article": article.pk, "provider": article.provider_id, "topic": make_topic().pk}[model]
    for url in ("", "add/", f"{pk}/change/", "?q=article"):
        assert editor.get(f"/admin/articles/{model}/{url}").status_code == 200
    assert editor.get("/admin/").status_code == 200


def test_strangers_and_readers_with_an_account_do_not_get_in(client: Client) -> None:
    assert client.get("/admin/articles/article/").status_code == 302
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/admin/articles/article/").status_code == 302


def test_publishing_an_article_shows_it_to_readers(editor: Client) -> None:
    article = make_article([make_topic()], published=False)
    data = form_of(editor, article) | {"published": "on", "title": "Edited title"}
    response = editor.post(f"/admin/articles/article/{article.pk}/change/", data)
    assert response.status_code == 302, response.context["errors"]
    assert [card.title for card in editor.get("/topics/ai/").context["cards"]] == ["Edited title"]
    assert editor.get(article.get_absolute_url()).status_code == 200


def test_bulk_actions_publish_unlist_and_withdraw(editor: Client) -> None:
    articles = [make_article([make_topic()], published=False) for _ in range(3)]
    reference = make_reference()

    def act(action: str) -> int:
        chosen = [article.pk for article in articles] + [reference.pk]
        data = {"action": action, "_selected_action": chosen}
        shown = editor.post("/admin/articles/article/?state=", data)
        assert shown.context["total"] == 3
        url, data = f"/admin/articles/article/bulk/{action}/", {"ids": shown.context["ids"], "confirm": "1"}
        assert editor.post(url, data).status_code == 302
        return int(editor.get("/topics/ai/").context["page"].paginator.count)

    assert [act("publish"), act("unlist"), act("publish"), act("withdraw")] == [3, 0, 3, 0]
    assert editor.get(articles[0].get_absolute_url()).status_code == 410
    reference.refresh_from_db()
    assert not reference.published


def test_an_article_made_here_gets_its_address_from_time_and_title(editor: Client) -> None:
    make_article(title="Taken", slug="a-new-one", date=dt.date(2023, 9, 5))
    data = {
        "title": "A new one",
        "provider": make_provider().pk,
        "web_url": "https://a.example/new",
        "published": "on",
        "published_date_time_0": "2023-09-05",
        "published_date_time_1": "08:00",
        "heat": 70,
        "quality": 10,
        "category": "news",
        "type": "article",
        "images": "[]",
        "topic_links-TOTAL_FORMS": 1,
        "topic_links-INITIAL_FORMS": 0,
        "topic_links-0-topic": make_topic().pk,
        "related_links-TOTAL_FORMS": 0,
        "story_decision-TOTAL_FORMS": 0,
        "story_decision-INITIAL_FORMS": 0,
        "related_links-INITIAL_FORMS": 0,
    }
    response = editor.post("/admin/articles/article/add/", data)
    assert response.status_code == 302, response.context["errors"]
    article = Article.objects.get(title="A new one")
    assert article.get_absolute_url() == "/2023/09/05/a-new-one-2/"
    assert editor.get("/topics/ai/").context["cards"][0].title == "A new one"


def test_what_a_browser_sends_unasked_is_no_edit(
    editor: Client, tmp_path: Path, write_article: Callable[..., Path]
) -> None:
    path = write_article(excerpt='" Two\\r\\nlines "', publishedDateTime="2023-09-01T15:40:00.25Z",
                         featuredContent='"<p>\\n</p>"')  # fmt: skip
    path.write_text(f"{path.read_text()}\nA text\nof two lines.\n")
    import_paths([path], lambda root, problem: None)
    article = Article.objects.get()
    # The form's text is stored for a moment before the file's is put back, which counts as a change.
    columns = [each.attname for each in Article._meta.concrete_fields if each.name != "updated_at"]
    before = Article.objects.values(*columns).get()
    data = {key: value.replace("\r\n", "\n").replace("\n", "\r\n") if isinstance(value, str) else value
            for key, value in form_of(editor, article).items()}  # fmt: skip
    url = f"/admin/articles/article/{article.pk}/change/"
    assert editor.post(url, data).status_code == 302
    assert Article.objects.values(*columns).get() == before
    assert editor.post(url, data | {"body": "Another text\r\nof two lines.", "heat": 5}).status_code == 302
    article.refresh_from_db()
    assert (article.body, article.edited) == (
        "Another text\nof two lines.", {"body": "A text\nof two lines.", "heat": 70})  # fmt: skip


def test_related_links_are_ordered_by_the_numbers_given(editor: Client) -> None:
    targets = [make_reference(title=f"R{number}") for number in range(3)]
    article = make_article([make_topic()], targets)
    data = form_of(editor, article)
    for index, position in enumerate((3, "", 1)):
        data[f"related_links-{index}-position"] = position
    assert editor.post(f"/admin/articles/article/{article.pk}/change/", data).status_code == 302
    linked = RelatedLink.objects.filter(article=article).values_list("target__title", "position")
    assert list(linked) == [("R2", 0), ("R0", 1), ("R1", 2)]


def test_autocomplete_finds_topics_providers_and_related_articles(editor: Client) -> None:
    make_article([make_topic("Vision")], provider=make_provider("paper.example"), title="Findable")
    make_reference(title="Findable reference")
    found = {
        ("article", "provider", "paper"): 1,
        ("articletopic", "topic", "visi"): 1,
        ("relatedlink", "target", "findable"): 2,
    }
    for (model, field, term), number in found.items():
        query = {"app_label": "articles", "model_name": model, "field_name": field, "term": term}
        assert len(editor.get("/admin/autocomplete/", query).json()["results"]) == number


def test_the_state_filter_knows_every_state(editor: Client) -> None:
    make_article()
    make_article(published_date_time=timezone.now() + dt.timedelta(days=1))
    make_article(published=False)
    make_article(removed=True)
    make_reference()
    counts = {
        state: editor.get("/admin/articles/article/", {"state": state} if state else {}).context["cl"].result_count
        for state in ("", "listed", "later", "unlisted", "withdrawn", "reference")
    }
    assert counts == {"": 4, "listed": 1, "later": 1, "unlisted": 1, "withdrawn": 1, "reference": 1}


def test_a_topic_cannot_stand_below_itself_nor_bear_anothers_name(editor: Client) -> None:
    parent = make_topic("Parent")
    child = make_topic("Child", parent=parent)
    data = {"name": "Parent", "slug": "parent", "position": 1, "images": "[]"}
    data |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    errors = editor.post(f"/admin/articles/topic/{parent.pk}/change/", data | {"parent": child.pk}).context["errors"]
    assert "not one of the available choices" in str(errors)
    errors = editor.post(
        f"/admin/articles/topic/{child.pk}/change/", data | {"slug": "child", "name": "PARENT"}
    ).context["errors"]
    assert "Another topic" in str(errors)
    assert Topic.objects.get(pk=parent.pk).parent is None


def test_an_address_must_be_a_web_address(editor: Client) -> None:
    article = make_article([make_topic()])
    for bad in ("javascript:alert(1)", ""):
        data = form_of(editor, article) | {"web_url": bad}
        assert editor.post(f"/admin/articles/article/{article.pk}/change/", data).status_code == 200


def test_the_article_list_needs_few_queries_whatever_it_holds(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with stories_at_the_end():
        for number in range(30):
            make_article([make_topic(), make_topic("Other")], provider=make_provider(f"p{number}.example"))
    with django_assert_max_num_queries(12):
        editor.get("/admin/articles/article/")


def test_nothing_secret_is_in_the_form(editor: Client) -> None:
    article = make_article(secured="c2VjcmV0")
    assert b"c2VjcmV0" not in editor.get(f"/admin/articles/article/{article.pk}/change/").content


def test_topics_given_in_the_admin_are_listed_at_once(editor: Client) -> None:
    article = make_article()
    topic = make_topic("Fresh")
    data = form_of(editor, article) | {"topic_links-TOTAL_FORMS": 1, "topic_links-0-topic": topic.pk}
    assert editor.post(f"/admin/articles/article/{article.pk}/change/", data).status_code == 302
    assert ArticleTopic.objects.get().listed_from == article.listed_from
    assert editor.get("/topics/fresh/").context["page"].paginator.count == 1


def make_stories() -> tuple[Article, Article]:
    """Return the leads of a loose story, and of one without fault."""
    loose = make_article(title="Loose", heat=90)
    with stories_at_the_end():
        members = [make_article(title=f"M{number}", heat=-1, published=False) for number in range(51)]
    second = make_article(
        title="Second", heat=10, published_date_time=loose.published_date_time - dt.timedelta(days=11)
    )
    StoryDecision.objects.create(article=second, joins=loose)
    RelatedLink.objects.bulk_create(RelatedLink(article=loose, target=target, position=1) for target in members)
    tidy = make_article(title="Tidy", heat=50)
    RelatedLink.objects.bulk_create([RelatedLink(article=tidy, target=make_reference(), position=0)])
    leaderless = make_article(title="Leaderless", published=False)
    RelatedLink.objects.bulk_create([RelatedLink(article=leaderless, target=make_reference(), position=0)])
    call_command("rebuild_stories", stdout=StringIO())
    return loose, tidy


def test_loose_stories_are_flagged(editor: Client) -> None:
    make_stories()

    def found(flag: str) -> list[str]:
        response = editor.get(f"/admin/articles/story/?flag={flag}")
        return sorted(str(story.lead or "none") for story in response.context["cl"].result_list)

    assert found("") == ["Loose", "Tidy", "none"]
    assert found("large") == found("long") == found("several") == ["Loose"]
    assert found("leaderless") == ["none"]
    assert found("any") == ["Loose", "none"]
    html = editor.get("/admin/articles/story/").content.decode()
    assert "over 50 articles, over 10 days, several leads" in html


def test_a_story_shows_its_articles_and_leads_to_them(editor: Client) -> None:
    loose, _tidy = make_stories()
    story = Story.objects.get(lead=loose)
    html = editor.get(f"/admin/articles/story/{story.pk}/change/").content.decode()
    assert html.count("/admin/articles/article/") >= 53
    assert editor.post(f"/admin/articles/story/{story.pk}/change/", {}).status_code == 403
    assert editor.get("/admin/articles/story/add/").status_code == 403


def test_an_editor_takes_an_article_out_of_its_story_and_moves_it(editor: Client) -> None:
    _loose, tidy = make_stories()
    second = Article.objects.get(title="Second")
    data = form_of(editor, second) | {"story_decision-TOTAL_FORMS": "1", "story_decision-0-reason": "another event"}
    data |= {"story_decision-0-article": second.pk, "story_decision-0-joins": tidy.pk}
    response = editor.post(f"/admin/articles/article/{second.pk}/change/", data)
    assert response.status_code == 302, response.context["errors"]
    assert Story.objects.get(members=second.pk) == Story.objects.get(lead=tidy)
    decision = StoryDecision.objects.get()
    assert (decision.joins, decision.reason) == (tidy, "another event")
    data = form_of(editor, second) | {"story_decision-0-joins": ""}
    assert editor.post(f"/admin/articles/article/{second.pk}/change/", data).status_code == 302
    assert Story.objects.get(members=second.pk).size == 1


def test_saving_an_article_with_many_links_settles_its_story_once(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    loose, _ = make_stories()
    with django_assert_max_num_queries(400) as captured:
        assert editor.post(f"/admin/articles/article/{loose.pk}/change/", form_of(editor, loose)).status_code == 302
    locks = [
        query
        for query in captured.captured_queries
        if '"articles_storymark"' in query["sql"] and "SELECT" in query["sql"][:6]
    ]
    assert len(locks) == 1
