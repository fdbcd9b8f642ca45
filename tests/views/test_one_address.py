"""Every page has one address; other writings of it lead there."""

from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote

import pytest
from django.test import Client

from articles.content.problems import Problem
from articles.models import Article, Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.imports.run import import_paths
from tests.support.accounts import client_of
from tests.support.factories import TIME, make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def led(client: Client, path: str) -> str:
    """Return where a path leads for good, or how it is answered."""
    response = client.get(quote(path, safe="/?=&"))
    return response["Location"] if response.status_code == 301 else str(response.status_code)


CAFE = quote("café")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/2023/09/01/Grand-CAFÉ/", f"/2023/09/01/grand-{CAFE}/"),
        (normalize("NFD", "/2023/09/01/grand-café/"), f"/2023/09/01/grand-{CAFE}/"),
        ("/2023/09/01/GRAND-café/?a=1", f"/2023/09/01/grand-{CAFE}/?a=1"),
        ("/2023/09/01/grand-café/", "200"),
        ("/2023/09/02/Grand-Café/", "404"),
        ("/2023/09/01/Draft/", "404"),
        ("/2023/09/01/draft/", "404"),
        ("/2023/09/01/Gone/", "/2023/09/01/gone/"),
        (normalize("NFD", "/topics/ÉNERGIE/?page=2"), f"/topics/{quote('énergie')}/?page=2"),
        (normalize("NFD", "/topics/alté/"), f"/topics/{quote('énergie')}/"),
        ("/topics/other/", "404"),
        ("/Topics/énergie/", f"/topics/{quote('énergie')}/"),
        ("/providers/MÜNCHEN.example./", f"/providers/{quote('münchen')}.example/"),
        ("/providers/xn--mnchen-3ya.example/", f"/providers/{quote('münchen')}.example/"),
        ("/providers/Old.example/", f"/providers/{quote('münchen')}.example/"),
        ("/providers/other.example/", "404"),
        ("/ARCHIVE/2023/09/", "/archive/2023/09/"),
        ("/About/Ranking/?x=Y", "/about/ranking/?x=Y"),
        ("/about/RANKING/", "/about/ranking/"),
        ("/Nothing/", "404"),
        ("/topics/ÉNERGIE/feed.rss?deep=1", f"/topics/{quote('énergie')}/feed.rss?deep=1"),
        ("/topics/Alté/feed.json", f"/topics/{quote('énergie')}/feed.json"),
        ("/topics/other/feed.json", "404"),
        ("/providers/Old.example/feed.atom", f"/providers/{quote('münchen')}.example/feed.atom"),
        ("/providers/MÜNCHEN.example/feed.rss", f"/providers/{quote('münchen')}.example/feed.rss"),
        ("/providers/Other.example/feed.rss", "404"),
        (
            "/feeds/combined.rss?topic=alté&without=Énergie&provider=Old.example",
            f"/feeds/combined.rss?topic={quote('énergie')}&without={quote('énergie')}&provider={quote('münchen')}.example",
        ),
        ("/feeds/combined.rss?topic=other", "404"),
        ("/feeds/combined.rss?topic=alté&topic=other", f"/feeds/combined.rss?topic={quote('énergie')}&topic=other"),
        ("/api/v1/articles?topic=ALTÉ&provider=Old.example", "200"),
        ("/api/v1/articles?topic=other", "404"),
        ("/api/news/alté/index.json", f"/api/news/{quote('énergie')}/index.json"),
        ("/api/news/Énergie/page/1/index.json", f"/api/news/{quote('énergie')}/page/1/index.json"),
        ("/api/news/other/page/1/index.json", "404"),
        ("/topics/ÉNERGIE.md?page=1", f"/topics/{quote('énergie')}.md?page=1"),
        ("/topics/other.md", "404"),
        ("/2023/09/01/Grand-CAFÉ.md", f"/2023/09/01/grand-{CAFE}.md"),
        ("/2023/09/01/Draft.md", "404"),
    ],
)  # fmt: skip
def test_other_writings_of_an_address_lead_to_it(client: Client, path: str, place: str) -> None:
    topic, provider = make_topic("Énergie", slug="énergie"), make_provider("münchen.example")
    TopicAlias.objects.create(topic=topic, slug="alté")
    ProviderAlias.objects.create(provider=provider, domain="old.example")
    make_article([topic], slug="grand-café", published_date_time=TIME, provider=provider)
    make_article(slug="draft", published_date_time=TIME, published=False, is_draft=True)
    make_article(slug="gone", published_date_time=TIME, removed=True)
    assert led(client, path) == place


def test_a_storys_address_is_one(client: Client) -> None:
    first = make_article(title="Grand Café", published_date_time=TIME)
    make_article(title="Other", related=[first], provider=make_provider("b.example"))
    url = first.member.story.get_absolute_url()
    pk, slug = first.member.story_id, first.member.story.slug
    assert led(client, f"/stories/{pk}-{normalize('NFD', slug).upper()}/") == url
    assert led(client, f"/Stories/{pk}-{slug}/") == url
    for form in ("feed.rss", "feed.atom", "feed.json"):
        assert led(client, f"/stories/{pk}-else/{form}") == f"{url}{form}"
    assert led(client, f"/stories/{pk}-else.md") == f"{url.rstrip('/')}.md"
    assert led(client, f"/stories/{pk}-{slug}.md") == "200"


def test_a_file_and_its_links_may_write_a_domain_in_any_way(tmp_path: Path, write_article: Callable[..., Path]) -> None:
    for number, domain in enumerate(("münchen.example", "XN--MNCHEN-3ya.example", "MÜNCHEN.example.")):
        write_article(
            f"2023-09-01-{number}.md", webUrl=f"https://a.example/{number}", provider=f"{{name: M, domain: {domain}}}"
        )
    import_paths([tmp_path / "site"], lambda root, problem: None)
    assert list(Provider.objects.values_list("domain", flat=True)) == ["münchen.example"]


def test_forms_and_searches_take_a_domain_in_any_way(client: Client) -> None:
    provider = make_provider("münchen.example")
    article = make_article(provider=provider)
    form = client.get("/settings/").context["form"]
    values = {**form.initial, "view": "articles", "text_size": "normal", "mute_provider": "XN--mnchen-3ya.example."}
    client.post("/settings/", values)
    assert client.get("/settings/").context["form"].before.muted_providers == ("münchen.example",)
    client.cookies.clear()
    for written in ("MÜNCHEN.example", "xn--mnchen-3ya.example", "www.münchen.example"):
        page = client.get("/search/", {"q": f"provider:{written}"}).context["page"]
        assert page.object_list == [article.pk]
    editor = client_of()
    new = {"domain": "xn--mnchen-3ya.example", "name": "M", "kind": "outlet", "description": ""}
    answer = editor.post("/admin/articles/provider/add/", new)
    assert "domain" in answer.context["adminform"].form.errors
    assert set(Provider.objects.values_list("domain", flat=True)) == {"a.example", "münchen.example"}


def test_vowel_signs_tell_addresses_apart(tmp_path: Path, write_article: Callable[..., Path], client: Client) -> None:
    problems: list[Problem] = []
    for number, name in enumerate(("कि", "कु")):
        write_article(f"_news/2026-03-02-{name}.md", webUrl=f"https://a.example/{number}")
    write_article("_news/no-date.md", title='"हिन्दी समाचार"', publishedDateTime="2026-03-02T00:00:00Z",
                  webUrl="https://a.example/3")  # fmt: skip
    import_paths([tmp_path / "site"], lambda root, problem: problems.append(problem))
    assert [problem for problem in problems if problem.level == "error"] == []
    slugs = sorted(Article.objects.values_list("slug", flat=True))
    assert slugs == sorted(["कि", "कु", "हिन्दी-समाचार"])
    for article in Article.objects.all():
        assert client.get(article.get_absolute_url()).status_code == 200


def test_an_article_keeps_its_address_when_its_file_comes_again(
    tmp_path: Path, write_article: Callable[..., Path]
) -> None:
    write_article("_news/2026-03-02-हिन्दी.md")
    import_paths([tmp_path / "site"], lambda root, problem: None)
    Article.objects.update(slug="ह-न-द")  # as it was made before marks were kept
    write_article("_news/2026-03-02-हिन्दी.md", title='"Changed"')
    import_paths([tmp_path / "site"], lambda root, problem: None)
    assert Article.objects.get().slug == "ह-न-द"
    assert Article.objects.get().title == "Changed"


def test_editors_make_topics_whose_addresses_keep_their_marks() -> None:
    values = {"name": "हिन्दी", "slug": "", "position": 1000, "keywords": "", "hashtags": "", "images": "[]",
              "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}  # fmt: skip
    answer = client_of().post("/admin/articles/topic/add/", values)
    assert answer.status_code == 302, answer.context["errors"]
    assert Topic.objects.get().slug == "हिन्दी"
