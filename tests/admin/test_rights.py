"""What each role can do, asked of every action and view: Editors all, Contributors drafts of their own, Viewers look."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.admin.article.bulk import BULK
from articles.models import Action, Article, Pin, Provider, RelatedLink, StoryDecision, Topic
from tests.support.accounts import OTHER_ROLES, client_of
from tests.support.desk import LIST, add, bulk, change_url, confirm, form_of, picture, preview_of
from tests.support.desk_pages import make_things, pages
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
CRAFTED = {
    "published": "on", "removed": "", "is_draft": "", "heat": 99, "quality": 99, "slug": "taken", "date": "2020-01-01",
    "publish_at_0": "2020-01-01", "publish_at_1": "00:00", "unlist_at_0": "2999-01-01", "unlist_at_1": "00:00",
    "initial-published": "on", "drafted_by": 1, "source_path": "x", "is_reference": "on",
}  # fmt: skip


@pytest.fixture
def contributor() -> Client:
    return client_of("Contributors", "cara")


def make_draft(name: str = "cara", **values: Any) -> Article:
    return make_article(published=False, is_draft=True, drafted_by=User.objects.get(username=name), **values)


CLOSED: dict[str, set[str]] = {
    "Editors": set(),
    "Contributors": {"conflicts", "new topic", "topic's deletion", "new provider", "pins", "pin", "new pin",
                     "pin's deletion", "imports", "activity", "action", "tasks", "files that stay out"},
    "Viewers": {"preview links", "files that stay out", "new article", "new article's looks", "conflicts", "new topic", "topic's deletion", "new provider", "new pin", "pin's deletion"},
}  # fmt: skip


@pytest.mark.parametrize("role", ["Editors", "Contributors", "Viewers"])
def test_each_role_opens_its_pages_and_no_others(role: str) -> None:
    client = client_of(role)
    found = {name: client.get(url).status_code for name, url in pages(*make_things()).items()}
    assert found == {name: 403 if name in CLOSED[role] else 200 for name in found}


@pytest.mark.parametrize("role", ["Contributors", "Viewers"])
def test_nobody_else_changes_what_is_published_by_any_request(role: str) -> None:
    article, pin, action = make_things()
    client = client_of(role, "cara")
    editor = client_of("Editors", "ada")
    data = form_of(editor, article) | CRAFTED | {"title": "Hacked"}
    before = list(Article.objects.values()), list(Pin.objects.values())
    # Copying an article by "save as new" makes a contributor's draft, which is nobody's business.
    data["_saveasnew"] = "1"
    for url in pages(article, pin, action).values():
        if "/add/" not in url:
            client.post(url, {**data, "post": "yes", "choice": "file", "field": "title"})
    for name in BULK:
        assert bulk(client, name, [article], confirm="1", reason="x", place=1).status_code == 403, name
        client.post(LIST, {"action": name, "_selected_action": [article.pk], "confirm": "1"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"})
    assert client.post(f"/admin/articles/pin/{pin.pk}/move/?to=off").status_code == 403
    assert client.post(f"/admin/articles/action/{action.pk}/undo/").status_code == 403
    for name in ("articles/pin/add/", "articles/topic/add/", "articles/provider/add/", "auth/user/add/"):
        assert client.post(f"/admin/{name}", data).status_code in (403, 404), name
    assert (list(Article.objects.exclude(is_draft=True).values()), list(Pin.objects.values())) == before


def test_a_contributors_crafted_draft_stays_a_draft(contributor: Client) -> None:
    listed = make_article([make_topic()])
    inline = {"topic_links-TOTAL_FORMS": 1, "topic_links-0-topic": make_topic().pk}
    inline |= {"related_links-TOTAL_FORMS": 1, "related_links-0-target": listed.pk, "related_links-0-position": 1}
    inline |= {"story_decision-TOTAL_FORMS": 1, "story_decision-0-joins": listed.pk, "story_decision-0-reason": "x"}
    add(contributor, title="Mine", web_url="https://a.example/mine", provider=make_provider().pk, **(CRAFTED | inline))
    draft = Article.objects.get(title="Mine")
    for _again in range(2):
        assert (draft.is_draft, draft.published, draft.publish_at, draft.heat, draft.source_path) == (
            True,
            False,
            None,
            0,
            None,
        )
        assert draft.drafted_by == User.objects.get(username="cara")
        assert not RelatedLink.objects.exists()
        assert not StoryDecision.objects.exists()
        assert contributor.get("/topics/ai/").context["page"].paginator.count == 1
        assert contributor.get(draft.get_absolute_url()).status_code == 404
        response = contributor.post(change_url(draft), CRAFTED | inline | {"title": "Mine, again", "web_url": draft.web_url,
                                                              "provider": draft.provider_id, "topic_links-INITIAL_FORMS": 0,
                                                              "topic_links-TOTAL_FORMS": 0, "type": "article"})  # fmt: skip
        assert response.status_code == 302, response.context["errors"]
        draft.refresh_from_db()
    assert draft.title == "Mine, again"


def test_a_contributor_changes_drafts_of_their_own_only(contributor: Client) -> None:
    client_of("Editors", "ada")
    mine, theirs = make_draft(), make_draft("ada", title="Ada's")
    assert contributor.post(change_url(theirs), {"title": "Hacked"}).status_code == 403
    assert contributor.get(change_url(mine)).context["has_change_permission"]
    assert not contributor.get(change_url(theirs)).context["has_change_permission"]
    Article.objects.filter(pk=mine.pk).update(is_draft=False, published=True)
    assert contributor.post(change_url(mine), {"title": "Hacked"}).status_code == 403
    assert not Article.objects.filter(title="Hacked").exists()


def test_a_contributor_undoes_nothing_and_goes_back_to_nothing(contributor: Client) -> None:
    mine = make_draft(title="First")
    data = form_of(contributor, mine) | {"title": "Second"}
    assert contributor.post(change_url(mine), data).status_code == 302
    action, version = Action.objects.get(), mine.history.get()
    assert contributor.post(f"/admin/articles/action/{action.pk}/undo/").status_code == 403
    assert contributor.post(f"{LIST}{mine.pk}/history/{version.history_id}/").status_code == 403


def test_a_contributor_sees_no_actions_and_no_tools_of_editors(contributor: Client) -> None:
    make_article(title="On the front page")
    make_draft()
    assert not contributor.get(LIST).context["action_form"]
    html = contributor.get("/admin/").content.decode()
    assert "/bulk/" not in html
    assert "New draft" in html


def test_viewers_look_at_forms_without_fields() -> None:
    article, *_ = make_things()
    viewer = client_of("Viewers")
    html = viewer.get(change_url(article)).content.decode()
    assert 'name="title"' not in html
    assert 'name="published"' not in html
    assert article.title in html


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_nobody_else_changes_topics_or_providers_by_any_request(role: str) -> None:
    topic, other = make_topic("AI"), make_topic("A.I.", slug="a-i")
    provider, second = make_provider("a.example"), make_provider("b.example")
    client, editor = client_of(role), client_of()
    pages = [
        (change_url(topic), form_of(editor, change_url(topic)) | {"name": "Hacked"}),
        (change_url(provider), form_of(editor, change_url(provider)) | {"name": "Hacked", "new_logo": picture()}),
        (change_url(topic, "merge"), {"into": other.pk, "reason": "x"}),
        (change_url(provider, "merge"), {"into": second.pk, "reason": "x"}),
        (f"{change_url(topic, 'move')}?to=down", {}),
        (change_url(topic, "delete"), {"post": "yes"}),
    ]
    before = list(Topic.objects.values()), list(Provider.objects.values())
    for url, data in pages:
        assert client.post(url, data).status_code == 403, url
    for kind in ("topic", "provider"):
        assert preview_of(client, kind, "slug,name\nai,Hacked\n").status_code == 403
        confirmed = confirm(client, kind, preview_of(editor, kind, "slug,name\nai,Hacked\n"))
        assert confirmed.status_code == 403
        assert client.get(f"/admin/articles/{kind}/export/").status_code == 403
        assert "import/" not in client.get(f"/admin/articles/{kind}/").content.decode()
        client.post(f"/admin/articles/{kind}/", {"action": "merge_chosen", "_selected_action": [1, 2]})
    assert (list(Topic.objects.values()), list(Provider.objects.values())) == before
    for row in (topic, provider):
        assert client.get(change_url(row)).status_code == 200
        assert client.get(change_url(row, "merge"), {"into": other.pk}).status_code == 403
