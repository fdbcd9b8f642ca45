"""Providers at the editors' desk: kinds, logos, other domains, merging."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.editorial.undo import undo
from articles.models import Action, Article, Provider, ProviderAlias
from tests.support.desk import change_url, errors_of, form_of, last_action, picture, save
from tests.support.factories import make_article, make_provider

pytestmark = pytest.mark.django_db


def test_the_list_of_providers_needs_few_queries(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with stories_at_the_end():
        for number in range(20):
            make_article(provider=make_provider(f"p{number}.example"))
    make_provider("named.example", name="Named", images=[{"url": "https://a.example/x.png", "width": 50, "height": 50}])
    with django_assert_max_num_queries(12):
        editor.get("/admin/articles/provider/")
    with django_assert_max_num_queries(12):
        editor.get(change_url(Provider.objects.get(name="Named")))

    def count(query: str) -> int:
        return int(editor.get(f"/admin/articles/provider/?{query}").context["cl"].result_count)

    assert [count(query) for query in ("", "wants=logo", "wants=name", "kind__exact=wire")] == [22, 21, 0, 0]


def test_an_editor_gives_a_provider_kind_and_logo_that_imports_keep(editor: Client, client: Client) -> None:
    provider = make_article().provider
    save(editor, provider, kind="blog", new_logo=picture())
    provider.refresh_from_db()
    assert (provider.kind, sorted(provider.edited)) == ("blog", ["images", "kind"])
    [small, large] = provider.images
    assert (small["width"], large["width"]) == (50, 100)
    assert default_storage.exists(small["url"].lstrip("/"))
    assert small["url"] in client.get("/providers/").content.decode()
    undo(last_action(), None)
    provider.refresh_from_db()
    assert (provider.kind, provider.images) == ("outlet", [])
    save(editor, provider, new_logo=picture())
    save(editor, provider, no_logo="on")
    provider.refresh_from_db()
    assert provider.images == []


def test_what_is_no_picture_is_refused_by_name_of_the_field(editor: Client) -> None:
    provider = make_provider()
    svg = SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    assert "Logo: This is not a picture" in errors_of(editor, provider, new_logo=svg)
    assert "at least 48" in errors_of(editor, provider, new_logo=picture(20))
    assert "remove it, not both" in errors_of(editor, provider, new_logo=picture(), no_logo="on")
    assert Provider.objects.get().images == []


def test_other_domains_are_given_and_a_providers_own_offers_a_merge(editor: Client, client: Client) -> None:
    provider, other = make_provider("paper.example"), make_provider("other.example")
    row = {"aliases-TOTAL_FORMS": 1, "aliases-0-provider": provider.pk}
    errors = errors_of(editor, provider, **row, **{"aliases-0-domain": "other.example"})
    assert f"/admin/articles/provider/{other.pk}/merge/?into={provider.pk}" in errors
    assert "Enter a host name" in errors_of(editor, provider, **row, **{"aliases-0-domain": "no domain"})
    save(editor, provider, **row, **{"aliases-0-domain": "OLD.example."})
    assert ProviderAlias.objects.get().domain == "old.example"
    assert client.get("/providers/old.example/")["Location"] == "/providers/paper.example/"
    assert "another domain" in errors_of(editor, other, domain="old.example")


def test_a_provider_that_gets_another_domain_is_found_by_the_old_one(editor: Client, client: Client) -> None:
    article = make_article(provider=make_provider("old.example"), provider_said={"name": "Old"})
    save(editor, article.provider, domain="paper.example")
    assert client.get("/providers/old.example/")["Location"] == "/providers/paper.example/"
    article.refresh_from_db()
    assert article.provider_said == {"name": "Old", "domain": "old.example"}
    undo(last_action(), None)
    article.refresh_from_db()
    assert (article.provider.domain, article.provider_said) == ("old.example", {"name": "Old"})
    save(editor, article.provider, domain="paper.example")
    save(editor, Provider.objects.get(domain="paper.example"), domain="old.example")
    article.refresh_from_db()
    assert article.provider_said == {"name": "Old"}
    assert [alias.domain for alias in ProviderAlias.objects.all()] == ["paper.example"]


def test_an_editor_merges_two_providers(editor: Client, client: Client) -> None:
    old, new = make_provider("www.paper.example", name="Paper"), make_provider("paper.example", name="The Paper")
    make_article(provider=old)
    response = editor.get(change_url(old, "merge"))
    assert [name for _, name, _ in response.context["choices"]] == ["The Paper"]
    preview = editor.get(change_url(old, "merge"), {"into": new.pk})
    assert "1 article or reference moves there." in preview.context["consequences"]
    editor.post(change_url(old, "merge"), {"into": new.pk, "reason": "the same"})
    assert client.get("/providers/www.paper.example/")["Location"] == "/providers/paper.example/"
    assert Article.objects.get().provider == new


def test_a_provider_is_renamed_and_its_articles_follow(editor: Client) -> None:
    provider = make_provider("a.example", name="a.example")
    data = form_of(editor, f"/admin/articles/provider/{provider.pk}/change/") | {"name": "The A"}
    assert editor.post(f"/admin/articles/provider/{provider.pk}/change/", data).status_code == 302
    assert Provider.objects.get().edited == ["name"]
    assert Action.objects.get().summary == "Changed provider “The A”"


def test_a_provider_with_articles_stays_and_the_page_counts_them(admin_client: Client) -> None:
    article = make_article()
    page = admin_client.get(change_url(article.provider, "delete")).content.decode()
    assert "1 article" in page
    assert "yes" not in page
    empty = make_provider("empty.example")
    assert "Yes, I’m sure" in admin_client.get(change_url(empty, "delete")).content.decode()
    admin_client.post(change_url(empty, "delete"), {"post": "yes"})
    assert not Provider.objects.filter(domain="empty.example").exists()
