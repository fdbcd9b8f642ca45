"""A contributor publishes nothing, whatever a request says: every field of every form, and every other way to write."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse

from articles.admin.article.bulk import BULK
from articles.models import (
    Action,
    Article,
    ArticleTopic,
    Pin,
    Provider,
    RelatedLink,
    StoryDecision,
    StoryLead,
    ThreadDecision,
    Topic,
)
from tests.conftest import taken_back
from tests.support.accounts import client_of
from tests.support.addresses import addresses
from tests.support.desk import LIST, change_url, form_of
from tests.support.desk_pages import make_things
from tests.support.factories import make_article, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# What an editor decides, and only an editor.
DECIDED = (
    "published", "removed", "is_draft", "drafted_by_id", "publish_at", "unlist_at", "heat", "quality", "source_path",
    "folder_id", "is_reference", "slug", "date", "published_date_time", "conflicts", "preview_number", "is_withdrawn",
)  # fmt: skip
PAST, FUTURE = "2020-01-01", "2999-01-01"


@pytest.fixture
def contributor() -> Client:
    return client_of("Contributors", "cara")


@pytest.fixture
def draft(contributor: Client) -> Article:
    author = User.objects.get(username="cara")
    return make_article([make_topic("Mine")], title="Mine", published=False, is_draft=True, drafted_by=author, heat=0)


def rows(but: int | None = None) -> dict[str, list[Any]]:
    """Return what readers see, all rows of it, but one draft."""
    models = (Pin, RelatedLink, StoryDecision, StoryLead, ThreadDecision, Topic, Provider)
    return {
        "articles": list(Article.objects.exclude(pk=but).order_by("pk").values()),
        "topics of articles": list(ArticleTopic.objects.exclude(article=but).order_by("pk").values()),
        **{model.__name__: list(model.objects.order_by("pk").values()) for model in models},
    }


def decided(draft: Article) -> dict[str, Any]:
    values = Article.objects.values().get(pk=draft.pk)
    return {name: values[name] for name in DECIDED if name in values}


def crafted(draft: Article, editors: dict[str, Any], other: Article) -> Iterator[dict[str, Any]]:
    """Yield one field after the other, of an editor's form and of the table, with values that would decide something."""
    names = {
        *editors,
        *(field.name for field in Article._meta.fields),
        *(field.attname for field in Article._meta.fields),
    }
    for name in sorted(names - {"title", "web_url", "version", "provider", "id"}):
        if name.endswith("_FORMS"):
            continue
        for value in ("on", str(other.pk)):
            yield {name: value, f"initial-{name}": ""}
    for name in ("publish_at", "unlist_at", "published_date_time"):
        for day in (PAST, FUTURE):
            yield {f"{name}_0": day, f"{name}_1": "00:00:00", f"initial-{name}_0": "", f"initial-{name}_1": ""}
    for formset, row in {
        "related_links": {"target": other.pk, "position": 0},
        "story_decision": {"joins": other.pk, "reason": "x"},
        "pins": {"starts_0": PAST, "ends_0": FUTURE, "reason": "x"},
    }.items():
        fields = {f"{formset}-0-{key}": value for key, value in row.items()}
        yield fields | {f"{formset}-TOTAL_FORMS": 1, f"{formset}-INITIAL_FORMS": 0, f"{formset}-0-article": draft.pk}


def test_no_field_of_the_form_decides_anything(
    contributor: Client, draft: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, *_ = make_things()
    editors = form_of(client_of(), draft)
    before, own = rows(draft.pk), decided(draft)
    assert len(own) > 12
    plain = form_of(contributor, draft)
    assert contributor.post(change_url(draft), plain | {"title": "Again"}).status_code == 302
    plain = form_of(contributor, draft)
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")  # what the form says is tested elsewhere
    asked = saved = 0
    for fields in crafted(draft, editors, other):
        with taken_back():
            response = contributor.post(change_url(draft), plain | fields)
            assert response.status_code in (200, 302, 400, 403), fields
            saved += response.status_code == 302
            assert decided(draft) == own, fields
            assert rows(draft.pk) == before, fields
        asked += 1
    assert asked > 80
    assert saved > 60  # most of them are just not heard
    assert rows(draft.pk) == before
    everything = {name: value for fields in crafted(draft, editors, other) for name, value in fields.items()}
    contributor.post(change_url(draft), plain | everything | {"title": "Saved"})
    contributor.post(
        f"{LIST}add/", plain | everything | {"title": "Saved", "_saveasnew": "1", "web_url": "https://a.example/n"}
    )
    assert (decided(draft), rows(draft.pk)["Pin"]) == (own, before["Pin"])
    assert not Article.objects.filter(title="Saved").exclude(published=False, is_draft=True).exists()


def test_no_action_of_a_list_and_no_row_that_is_edited_in_it_does(contributor: Client, draft: Article) -> None:
    other, pin, action = make_things()
    before = rows()
    for name in (*BULK, "delete_selected", "merge_chosen"):
        for article in (other, draft):
            chosen = {"ids": article.pk, "confirm": "1", "reason": "x", "place": 1, "topic": "1", "hours": 1}
            contributor.post(f"{LIST}bulk/{name}/", chosen)
            contributor.post(LIST, {"action": name, "_selected_action": article.pk, "post": "yes", **chosen})
    for model in ("article", "pin", "topic", "provider"):
        edited = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": 1, "form-0-published": "on",
                  "form-0-heat": 99, "form-0-place": 1, "form-0-name": "Hacked", "_save": "1"}  # fmt: skip
        contributor.post(f"/admin/articles/{model}/", edited)
    for pages in ("pin", "topic"):
        contributor.post(f"/admin/articles/{pages}/{pin.pk}/move/?to=up")
    contributor.post(f"/admin/articles/action/{action.pk}/undo/", {"post": "yes"})
    assert rows() == before
    assert Action.objects.count() == 1


def test_no_address_of_readers_and_programs_does_by_any_method(contributor: Client, draft: Article) -> None:
    other, *_ = make_things()
    before = rows()
    data = {"published": True, "title": "Hacked", "is_draft": False, "heat": 99}
    known = {"pk": str(draft.pk), "slug": draft.slug, "kind": "article", "domain": "a.example"}
    for address in addresses():
        if address.text.startswith(("api/", "embed/", "oembed", "preview/")):
            for method in ("post", "put", "patch", "delete"):
                ask = getattr(contributor, method)
                response = ask(address.filled(known), data, content_type="application/json")
                assert response.status_code >= 400, (method, address.text)
    assert rows() == before
    assert other.title not in contributor.get(f"/api/v1/articles/{draft.pk}").content.decode()


def test_suggestions_while_typing_are_what_a_contributor_may_see(contributor: Client) -> None:
    make_things()
    ask = {"app_label": "articles", "model_name": "articletopic", "field_name": "topic", "term": "A"}
    assert contributor.get(reverse("admin:autocomplete"), ask).status_code == 200
    for model, field in (("user", "groups"), ("group", "permissions"), ("logentry", "user"), ("note", "author")):
        for label in ("auth", "admin", "articles"):
            found = contributor.get(
                reverse("admin:autocomplete"), {"app_label": label, "model_name": model, "field_name": field}
            )
            assert found.status_code == 403, (label, model)


def test_a_draft_is_not_published_by_time(contributor: Client, draft: Article) -> None:
    plain = form_of(contributor, draft)
    for day in (PAST, FUTURE):
        times = {
            "publish_at_0": day,
            "publish_at_1": "00:00",
            "published_date_time_0": day,
            "published_date_time_1": "00:00",
        }
        contributor.post(change_url(draft), plain | times)
    draft.refresh_from_db()
    assert (draft.publish_at, draft.published, draft.is_listed) == (None, False, False)
    assert draft.published_date_time > dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
