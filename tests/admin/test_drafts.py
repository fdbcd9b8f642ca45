"""Drafts, and articles that come and go at times that editors set."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from articles.admin.article.form import ArticleForm
from articles.models import Article
from tests.support.desk import LIST, add, change_url, form_of, split
from tests.support.factories import make_article, make_provider

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_a_draft_needs_title_address_and_provider_only(editor: Client) -> None:
    add(editor, title="A new piece", web_url="https://a.example/new", provider=make_provider().pk)
    draft = Article.objects.get()
    assert (draft.is_draft, draft.published, draft.slug, draft.heat, draft.images) == (
        True,
        False,
        "a-new-piece",
        0,
        [],
    )
    assert draft.drafted_by == User.objects.get(username="ada")
    assert editor.get(draft.get_absolute_url()).status_code == 404
    data = form_of(editor, draft) | {"published": "on"}
    assert editor.post(change_url(draft), data).status_code == 302
    draft.refresh_from_db()
    assert not draft.is_draft
    assert editor.get(draft.get_absolute_url()).status_code == 200


def test_an_address_that_is_known_is_told_before_and_after_saving(editor: Client) -> None:
    known = make_article(title="Known &amp; told", web_url="https://a.example/known/")
    answer = editor.get(f"{LIST}known/", {"address": "http://a.example/known"}).json()
    assert answer == {
        "known": [{"pk": known.pk, "title": "Known & told", "is_reference": False, "url": change_url(known)}]
    }
    assert editor.get(f"{LIST}known/", {"address": "http://a.example/known", "without": known.pk}).json() == {
        "known": []
    }
    assert editor.get(f"{LIST}known/", {"address": "javascript:x"}).json() == {"known": []}
    page = add(editor, title="Twice", web_url="https://a.example/known", provider=known.provider_id)
    assert f'This address is known already: <a href="{change_url(known)}">Known &amp; told</a>' in page.content.decode()


def test_the_note_on_a_known_address_is_in_the_editors_language() -> None:
    with override("de"):
        assert "Diese Adresse" in ArticleForm()["web_url"].as_widget()


@pytest.mark.parametrize(
    ("published", "start", "end", "error"),
    [(True, HOUR, None, "published already"), (False, -HOUR, None, "has passed"), (True, None, -HOUR, "has passed"),
     (False, 2 * HOUR, HOUR, "end before it begins"), (False, None, HOUR, "not published"), (False, HOUR, 2 * HOUR, ""),
     (True, None, HOUR, "")],
)  # fmt: skip
def test_a_schedule_that_makes_no_sense_is_refused(
    editor: Client, published: bool, start: dt.timedelta | None, end: dt.timedelta | None, error: str
) -> None:
    article = make_article(published=published)
    data = form_of(editor, article)
    for name, delta in (("publish_at", start), ("unlist_at", end)):
        data |= split(name, timezone.now() + delta) if delta else {}
    response = editor.post(change_url(article), data)
    assert (response.status_code == 302) == (not error)
    assert not error or error in str(response.context["errors"])
