"""Links to unpublished articles, for those who have them."""

import re

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from pytest_django import Settings

from articles.models import Article
from articles.pages.previews import SALT, preview_url
from tests.support.accounts import client_of
from tests.support.desk import change_url, form_of
from tests.support.factories import make_article, make_reference, make_topic

pytestmark = pytest.mark.django_db


def test_a_preview_shows_an_unpublished_article_to_who_has_the_link(settings: Settings) -> None:
    draft = make_article([make_topic()], published=False, is_draft=True, title="Not yet", body="The text")
    url, reader = preview_url(draft.pk), Client()
    response = reader.get(url)
    assert response.status_code == 200
    assert "Not yet" in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "og:title" not in response.content.decode()
    assert reader.get("/topics/ai/").context["page"].paginator.count == 0
    assert reader.get(url[:-3] + "x/").status_code == 404
    assert reader.get(preview_url(make_reference().pk)).status_code == 404
    assert reader.get(f"/preview/{signing.dumps(draft.pk, salt='other')}/").status_code == 404
    assert reader.get(f"/preview/{signing.dumps('x', salt=SALT)}/").status_code == 404
    for payload in (draft.pk, [draft.pk], [draft.pk, "0"], [draft.pk, 1], [0, 0], {}, None):
        assert reader.get(f"/preview/{signing.dumps(payload, salt=SALT)}/").status_code == 404
    settings.PREVIEW_HOURS = -1
    assert reader.get(url).status_code == 404


@pytest.mark.parametrize("how", ["removed", "file_missing"])
def test_a_withdrawn_articles_preview_says_that_it_is_gone(editor: Client, how: str) -> None:
    article = make_article(source_path="_news/a.md", title="Secret", body="The text")
    url = preview_url(article.pk)
    Article.objects.update(**{how: True})
    response = Client().get(url)
    assert response.status_code == 410
    assert "Secret" not in response.content.decode()
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    assert "/preview/" not in editor.get(change_url(article)).content.decode()
    Article.objects.update(**{how: False})
    assert Client().get(url).status_code == 200


def link_of(client: Client, article: Article) -> str:
    """Return the preview link that an article's form shows, if any."""
    found = re.search(r"/preview/[^/]+/", client.get(change_url(article)).content.decode())
    return found.group() if found else ""


def test_links_to_previews_are_taken_back_on_the_form(editor: Client) -> None:
    draft, other = (make_article(published=False, is_draft=True) for _ in range(2))
    old, others = link_of(editor, draft), link_of(editor, other)
    assert Client().get(old).status_code == 200
    assert editor.post(change_url(draft), form_of(editor, draft)).status_code == 302
    assert Client().get(old).status_code == 200
    assert editor.post(change_url(draft), form_of(editor, draft) | {"revoke_previews": "on"}).status_code == 302
    new = link_of(editor, draft)
    assert [Client().get(url).status_code for url in (old, new, others)] == [404, 200, 200]
    assert not editor.get(change_url(draft)).context["adminform"].form["revoke_previews"].value()


def test_only_who_may_change_an_article_has_links_to_its_preview(editor: Client) -> None:
    contributor, viewer = client_of("Contributors", "bob"), client_of("Viewers", "eve")
    bob = User.objects.get(username="bob")
    own, others = make_article(published=False, is_draft=True, drafted_by=bob), make_article(published=False)
    assert Client().get(link_of(contributor, own)).status_code == 200
    assert editor.post(change_url(own), form_of(editor, own)).status_code == 302
    for client, article in ((contributor, others), (viewer, own), (viewer, others)):
        assert client.get(change_url(article)).status_code == 200
        assert link_of(client, article) == ""
        assert "revoke_previews" not in client.get(change_url(article)).content.decode()
        client.post(change_url(article), {"revoke_previews": "on"})
    assert set(Article.objects.values_list("preview_number", flat=True)) == {0}
    assert contributor.post(change_url(own), form_of(contributor, own) | {"revoke_previews": "on"}).status_code == 302
    assert Article.objects.get(pk=own.pk).preview_number == 1
