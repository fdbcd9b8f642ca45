"""Links to unpublished articles: who has them, who makes, sees and revokes them."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from articles.editorial.previews import make_link, revoke_links
from articles.models import Article, PreviewLink
from articles.pages.previews import SALT, preview_url
from newsreader.audit.models import AuditEntry
from tests.support.accounts import client_of
from tests.support.desk import change_url, form_of
from tests.support.factories import make_article, make_reference, make_topic

pytestmark = pytest.mark.django_db
LINKS = "/admin/articles/previewlink/"
HOUR = dt.timedelta(hours=1)


def make_draft(drafted_by: User | None = None, **values: Any) -> Article:
    return make_article(published=False, is_draft=True, drafted_by=drafted_by, **values)


def url_for(article: Article) -> str:
    return preview_url(make_link(None, article))


def press_button(client: Client, article: Article, **values: Any) -> Any:
    """Make a link as the button of the form does; return the page that follows."""
    data = form_of(client, article) | {"_make_preview": "1"} | values
    return client.post(change_url(article), data, follow=True)


def links_in(response: Any) -> list[str]:
    """Return the links to previews on a page, without repeats."""
    return list(dict.fromkeys(re.findall(r"/preview/[^/\"<]+/", response.content.decode())))


def revoke(client: Client, *links: PreviewLink, state: str = "") -> Any:
    data = {"action": "revoke", "_selected_action": [link.pk for link in links]}
    return client.post(f"{LINKS}{state}", data, follow=True)


# -- Readers -----------------------------------------------------------------------------


def test_a_preview_shows_an_unpublished_article_to_who_has_the_link() -> None:
    draft = make_draft(topics=[make_topic()], title="Not yet", body="The text")
    url, reader = url_for(draft), Client()
    response = reader.get(url)
    assert response.status_code == 200
    assert "Not yet" in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "og:title" not in response.content.decode()
    assert reader.get("/topics/ai/").context["page"].paginator.count == 0
    assert reader.get(preview_url(make_link(None, make_reference()))).status_code == 404


def headers_of(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


def test_what_ended_answers_as_what_never_was(settings: Settings) -> None:
    draft, reader = make_draft(), Client()
    link, kept = make_link(None, draft), url_for(draft)
    url = preview_url(link)
    never = reader.get(preview_url(PreviewLink(article=draft)))
    assert reader.get(url).status_code == 200
    revoke_links(None, PreviewLink.objects.filter(pk=link.pk))
    revoked = reader.get(url)
    PreviewLink.objects.update(ended_at=None, expires_at=timezone.now())
    expired = reader.get(url)
    settings.PREVIEW_HOURS = 0
    answers = [reader.get(each) for each in (kept, url_for(draft), f"{url[:-4]}xxx/")]
    for answer in (never, revoked, expired, *answers):
        assert answer.status_code == 404
        assert answer.content == never.content
        assert headers_of(answer) == headers_of(never)


@pytest.mark.any_database
def test_only_signed_keys_of_links_open_anything() -> None:
    draft = make_draft()
    link = make_link(None, draft)
    signer = signing.Signer(salt=SALT)
    forged = [link.key.hex, str(link.key), signing.Signer(salt="other").sign(link.key.hex), signer.sign(str(link.pk))]
    before = [signing.dumps([draft.pk, 0], salt=salt) for salt in ("articles.preview", SALT)]  # as 1.0.0 made them
    for token in (*forged, *before, signer.sign(""), signer.sign_object([draft.pk, 0])):
        assert Client().get(f"/preview/{token}/").status_code == 404
    stored = "".join(map(str, PreviewLink.objects.values_list()))
    assert signer.sign(link.key.hex).rpartition(":")[2] not in stored


@pytest.mark.any_database
def test_a_preview_costs_few_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    url = url_for(make_draft())
    with django_assert_num_queries(4):
        assert Client().get(url).status_code == 200
    with django_assert_num_queries(2):
        assert Client().get(f"{url[:-4]}xxx/").status_code == 404


@pytest.mark.parametrize("how", ["removed", "file_missing"])
def test_a_withdrawn_articles_preview_says_that_it_is_gone(editor: Client, how: str) -> None:
    article = make_article(source_path="_news/a.md", title="Secret", body="The text")
    url = url_for(article)
    Article.objects.update(**{how: True})
    response = Client().get(url)
    assert response.status_code == 410
    assert "Secret" not in response.content.decode()
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    assert not links_in(editor.get(change_url(article)))
    page = press_button(editor, article)
    assert "No link was made" in page.content.decode()
    assert PreviewLink.objects.count() == 1
    Article.objects.update(**{how: False})
    assert Client().get(url).status_code == 200


# -- The form ----------------------------------------------------------------------------


def test_the_button_saves_the_article_and_makes_a_link_that_the_form_shows(editor: Client, settings: Settings) -> None:
    settings.PREVIEW_HOURS = 5
    draft, other = make_draft(), make_draft()
    assert not links_in(editor.get(change_url(draft)))
    assert not PreviewLink.objects.exists()
    page = press_button(editor, draft, title="Saved with it")
    [url] = links_in(page)
    assert "Saved with it" in Client().get(url).content.decode()
    link = PreviewLink.objects.get()
    assert (link.article, link.made_by, link.state) == (draft, User.objects.get(username="ada"), "open")
    assert link.expires_at - link.made_at == 5 * HOUR
    shown = editor.get(change_url(draft))
    assert links_in(shown) == [url]
    assert "Link made by ada" in shown.content.decode()
    assert not links_in(editor.get(change_url(other)))
    User.objects.filter(username="ada").update(username="bea")
    User.objects.exclude(username="bea").delete()
    PreviewLink.objects.update(made_by=None)
    assert "Link made by someone whose account is gone" in editor.get(change_url(draft)).content.decode()


def test_a_form_with_errors_makes_no_link(editor: Client) -> None:
    draft = make_draft()
    assert press_button(editor, draft, title="").context["errors"]
    assert not PreviewLink.objects.exists()


def test_the_form_revokes_all_links_of_its_article(editor: Client) -> None:
    draft, other = make_draft(), make_draft()
    olds, others = [url_for(draft), url_for(draft)], url_for(other)
    page = press_button(editor, draft, revoke_previews="on")
    [new] = links_in(page)
    assert [Client().get(url).status_code for url in (*olds, new, others)] == [404, 404, 200, 200]
    assert not page.context["adminform"].form["revoke_previews"].value()
    editor.post(change_url(draft), form_of(editor, draft) | {"revoke_previews": "on"})
    assert [Client().get(url).status_code for url in (new, others)] == [404, 200]


@pytest.mark.any_database
def test_the_audit_log_says_who_made_and_revoked_links(editor: Client, settings: Settings) -> None:
    settings.AUDIT_DAYS = 30
    draft = make_draft(title="Not yet")
    press_button(editor, draft)
    link = PreviewLink.objects.get()
    revoke(editor, link)
    revoke(editor, link, state="?state=all")
    entries = AuditEntry.objects.filter(kind="preview").order_by("pk")
    assert list(entries.values_list("account", "what")) == [
        ("ada", "made a preview link"),
        ("ada", "revoked a preview link"),
    ]
    for entry in entries:
        assert (entry.details["link"], entry.details["title"]) == (link.pk, "Not yet")
        assert link.key.hex not in str(entry.details).replace("-", "")


# -- The list ----------------------------------------------------------------------------


def test_the_list_says_what_was_given_out_and_revokes_each(editor: Client) -> None:
    first, second = make_draft(title="First &amp; one"), make_draft(title="Second")
    kept, gone, old = make_link(None, first), make_link(None, second), make_link(None, second)
    PreviewLink.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    page = revoke(editor, gone)
    assert "1 link does not work any more." in page.content.decode()
    assert [Client().get(preview_url(link)).status_code for link in (kept, gone, old)] == [200, 404, 404]
    link = PreviewLink.objects.get(pk=gone.pk)
    assert (link.state, link.ended_by) == ("revoked", User.objects.get(username="ada"))

    def rows(query: str) -> list[Any]:
        return list(editor.get(f"{LINKS}{query}").context["cl"].result_list)

    assert rows("") == [kept]
    assert set(rows("?state=ended")) == {gone, old}
    assert set(rows("?state=all")) == {kept, gone, old}
    assert rows(f"?article={first.pk}&state=all") == rows("?state=all&q=first") == [kept]
    html = editor.get(f"{LINKS}?state=all").content.decode()
    for text in ("First &amp; one", "works", "expired", "revoked by ada on", "someone whose account is gone"):
        assert text in html
    assert "/preview/" not in html


@pytest.mark.any_database
def test_the_list_costs_the_same_for_many_links(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        make_link(User.objects.get(username="ada"), make_draft())
    with django_assert_num_queries(6):
        editor.get(LINKS)


def test_links_are_neither_added_nor_changed_nor_deleted_in_the_list(editor: Client) -> None:
    link = make_link(None, make_draft())
    assert editor.get(f"{LINKS}add/").status_code == 403
    assert editor.post(f"{LINKS}{link.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.get(change_url(link))["Location"] == change_url(link.article)
    assert editor.get(f"{LINKS}0/change/").status_code == 404
    assert "delete_selected" not in editor.get(LINKS).content.decode()


# -- Rights ------------------------------------------------------------------------------


def test_only_who_may_change_an_article_has_links_to_its_preview(editor: Client) -> None:
    contributor, viewer = client_of("Contributors", "bob"), client_of("Viewers", "eve")
    own, others = make_draft(User.objects.get(username="bob")), make_draft()
    make_link(None, own), make_link(None, others)
    assert Client().get(links_in(press_button(contributor, own))[0]).status_code == 200
    assert editor.post(change_url(own), form_of(editor, own)).status_code == 302
    for client, article in ((contributor, others), (viewer, own), (viewer, others)):
        page = client.get(change_url(article))
        assert page.status_code == 200
        assert not links_in(page)
        assert "revoke_previews" not in page.content.decode()
        assert "_make_preview" not in page.content.decode()
        sent = {"revoke_previews": "on", "_make_preview": "1"}
        assert client.post(change_url(article), sent).status_code == 403
    assert PreviewLink.objects.open().count() == 3
    assert contributor.post(change_url(own), form_of(contributor, own) | {"revoke_previews": "on"}).status_code == 302
    assert not PreviewLink.objects.open().filter(article=own).exists()


def test_contributors_see_and_revoke_links_to_drafts_of_their_own() -> None:
    contributor = client_of("Contributors", "bob")
    bob = User.objects.get(username="bob")
    own, others = make_link(None, make_draft(bob)), make_link(bob, make_draft())
    published = make_link(bob, make_article(drafted_by=bob))
    assert list(contributor.get(LINKS).context["cl"].result_list) == [own]
    revoke(contributor, own, others, published)
    assert set(PreviewLink.objects.open()) == {others, published}
    assert contributor.get(change_url(others)).status_code == 404


def test_viewers_have_no_list_and_revoke_nothing() -> None:
    viewer, link = client_of("Viewers"), make_link(None, make_draft())
    assert revoke(viewer, link).status_code == viewer.get(change_url(link)).status_code == 403
    assert link.state == "open"
    assert list(PreviewLink.objects.open()) == [link]
