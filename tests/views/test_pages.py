"""What readers get at each address: status, content, order, and a bounded number of queries."""

import datetime as dt
import json
import mimetypes
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.content.image_files import IMAGE_TYPES
from articles.models import Article, RelatedLink, Story
from articles.stories import rebuild_stories
from articles.sync.imports.run import import_paths
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
# By the first word of the address.
MAX_QUERIES = {"": 7, "topics": 6, "providers": 6, "archive": 4, "article": 5}


def get(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def cards(client: Client, url: str) -> list[str]:
    return [card.title for card in client.get(url).context["cards"]]


def related(client: Client, url: str) -> list[str]:
    return [item.title for item in client.get(url).context["related"]]


def test_topic_pages_joined_are_the_listings_of_the_sites_own_engine(corpora: Path, client: Client) -> None:
    report = import_paths([corpora / "powerapps"], lambda root, problem: None)
    assert (report.created, report.problems["error"]) == (674, 0)
    assert Article.objects.listed().count() == 428
    paths = dict(Article.objects.values_list("pk", "source_path"))
    times = dict(Article.objects.values_list("source_path", "published_date_time"))
    listings = json.loads((corpora / "powerapps" / "listings.json").read_text())
    for slug, pages in listings.items():
        expected = [f"_news/{name}" for page in pages for name in page]
        actual: list[str] = []
        url = f"/topics/{slug}/"
        while url:
            page = client.get(url).context["page"]
            assert len(page) == 20 or not page.next_url
            actual += [paths[pk] for pk in page]
            url = page.next_url
        assert [times[path] for path in actual] == [times[path] for path in expected], slug
        assert _by_time(actual, times) == _by_time(expected, times)


def _by_time(paths: list[str], times: dict[str, dt.datetime]) -> dict[dt.datetime, set[str]]:
    groups: dict[dt.datetime, set[str]] = defaultdict(set)
    for path in paths:
        groups[times[path]].add(path)
    return groups


def test_a_topic_lists_its_listed_articles_newest_first(client: Client) -> None:
    topic = make_topic()
    for number in range(3):
        make_article([topic], title=f"T{number}", published_date_time=TIME + dt.timedelta(days=number))
    make_article([topic], title="unlisted", published=False)
    make_article([topic], title="withdrawn", removed=True)
    make_article([topic], title="later", published_date_time=timezone.now() + dt.timedelta(days=1))
    make_article([make_topic("Other")], title="elsewhere")
    assert cards(client, "/topics/ai/") == ["T2", "T1", "T0"]


def test_every_page_up_to_the_last_works_and_no_other(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 4  # type: ignore[attr-defined]
    topic = make_topic()
    articles = [make_article([topic]) for _ in range(10)]
    seen = [title for number in (1, 2, 3) for title in cards(client, f"/topics/ai/?page={number}")]
    assert seen == [article.title for article in articles]
    for bad in ("0", "4", "-1", "x", "", "1.0", "01", "٣", "9" * 30, "1 "):
        assert client.get("/topics/ai/", {"page": bad}).status_code == 404, bad


def test_paging_links_are_right(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 1  # type: ignore[attr-defined]
    topic = make_topic()
    for _ in range(3):
        make_article([topic])
    first, second, third = (get(client, f"/topics/ai/{query}") for query in ("", "?page=2", "?page=3"))
    assert '<link rel="canonical" href="http://testserver/topics/ai/">' in first
    assert '<link rel="canonical" href="http://testserver/topics/ai/">' in get(client, "/topics/ai/?page=1&utm=x")
    assert '<link rel="canonical" href="http://testserver/topics/ai/?page=2">' in second
    assert 'rel="prev"' not in first
    assert '<link rel="next" href="/topics/ai/?page=2">' in first
    assert '<link rel="prev" href="/topics/ai/">' in second
    assert '<link rel="next" href="/topics/ai/?page=3">' in second
    assert '<link rel="prev" href="/topics/ai/?page=2">' in third
    assert 'rel="next"' not in third


def test_the_sidebar_shows_the_pages_related_articles_best_first(client: Client) -> None:
    topic = make_topic()
    many = [
        make_reference(title=f"many {quality}", quality=quality, provider=make_provider("many.example"))
        for quality in (90, 80, 70)
    ]
    other = make_article(title="other", quality=85, provider=make_provider("other.example"))
    unlisted = make_article(title="unlisted", quality=10, published=False, provider=make_provider("c.example"))
    withdrawn = make_article(title="withdrawn", quality=99, removed=True, provider=make_provider("d.example"))
    later = make_article(
        title="later",
        quality=99,
        published_date_time=timezone.now() + dt.timedelta(days=1),
        provider=make_provider("e.example"),
    )
    first = make_article([topic], related=[*many, withdrawn, later])
    make_article([topic], related=[first, other, many[0], unlisted])
    assert related(client, "/topics/ai/") == ["many 90", "other", "many 80", "unlisted"]


def test_the_sidebar_holds_ten_at_most_and_only_of_this_page(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 1  # type: ignore[attr-defined]
    topic = make_topic()
    targets = [make_reference(quality=number, provider=make_provider(f"p{number}.example")) for number in range(12)]
    make_article([topic], related=targets)
    make_article([topic], related=targets[:1])
    assert related(client, "/topics/ai/") == [target.title for target in reversed(targets[2:])]
    assert related(client, "/topics/ai/?page=2") == [targets[0].title]


def test_an_article_page_shows_what_its_file_says(client: Client) -> None:
    target = make_reference(
        title="A reference", web_url="https://b.example/ref", provider=make_provider("b.example", name="B")
    )
    article = make_article(
        [make_topic("Vision"), make_topic("AI")],
        [target],
        title="Fish &amp; chips",
        excerpt="One &#8211; two",
        provider=make_provider("techround.co.uk", name="TechRound"),
        web_url="https://techround.co.uk/a",
        amp_web_url="https://techround.co.uk/amp",
        images=[{"url": "https://img.example/x.png", "width": 1280, "height": 720}],
        secured="c2VjcmV0;aXY=",
    )
    html = get(client, article.get_absolute_url())
    assert "Fish &amp; chips</h1>" in html
    assert "One – two" in html
    assert 'href="https://techround.co.uk/a"' in html
    assert "techround.co.uk/amp" not in html
    assert 'src="https://img.example/x.png" width="1280" height="720"' in html
    assert html.index(">Vision<") < html.index("A reference")
    assert 'href="https://b.example/ref"' in html
    assert "c2VjcmV0" not in html


def test_an_articles_sidebar_keeps_the_order_of_its_file_and_drops_what_is_withdrawn(client: Client) -> None:
    targets = [make_reference(title=f"R{number}", quality=number) for number in range(3)]
    gone = make_article(removed=True)
    article = make_article()
    # Without signals, so that they are no story, which would be shown in another place and order.
    listed = [targets[2], gone, targets[0], targets[1]]
    RelatedLink.objects.bulk_create(
        RelatedLink(article=article, target=target, position=place) for place, target in enumerate(listed)
    )
    assert related(client, article.get_absolute_url()) == ["R2", "R0", "R1"]


def test_an_unlisted_article_has_no_page_but_stays_a_link_to_its_provider(client: Client) -> None:
    unlisted = make_article(published=False, web_url="https://b.example/unlisted")
    article = make_article(related=[unlisted])
    get(client, unlisted.get_absolute_url(), 404)
    item = client.get(article.get_absolute_url()).context["coverage"]["shown"][0][0].item
    assert (item.url, item.is_external) == ("https://b.example/unlisted", True)


def test_a_withdrawn_article_answers_410(client: Client) -> None:
    html = get(client, make_article(title="Secret", removed=True).get_absolute_url(), 410)
    assert "Secret" not in html
    get(client, make_article(removed=True, published=False).get_absolute_url(), 410)


def test_an_article_of_the_future_has_no_page_yet(client: Client) -> None:
    later = make_article(published_date_time=timezone.now() + dt.timedelta(hours=1))
    get(client, later.get_absolute_url(), 404)
    assert cards(client, "/providers/a.example/") == []


@pytest.mark.parametrize(
    "url",
    ["/2023/13/01/x/", "/2023/02/30/x/", "/2023/9/1/x/", "/0000/01/01/x/", "/archive/2023/13/", "/archive/0000/01/"],
)
def test_addresses_that_cannot_be_are_not_found(client: Client, url: str) -> None:
    get(client, url, 404)


def test_the_front_page_shows_top_stories_and_the_latest(client: Client) -> None:
    hot = make_article(title="Hot", heat=200, published_date_time=TIME - dt.timedelta(hours=2))
    new = [
        make_article(title=f"New {number}", heat=70, provider=make_provider(f"p{number // 2}.example"))
        for number in range(8)
    ]
    make_article(title="Old", heat=300, published_date_time=TIME - dt.timedelta(days=30))
    context = client.get("/").context
    assert context["lead"].title == hot.title
    shown = [
        card.title for card in [context["lead"], *context["secondary"], *(entry.card for entry in context["latest"])]
    ]
    assert sorted(shown) == sorted([hot.title, *(article.title for article in new), "Old"])
    assert len(context["secondary"]) == 4
    assert context["latest"][-1].card.title == "Old"


def test_no_provider_drowns_the_others_on_the_front_page(client: Client) -> None:
    loud = make_provider("loud.example", name="Loud")
    for number in range(12):
        make_article(title=f"Loud {number}", heat=200, provider=loud)
    for days in (9, 19, 29):
        make_article(title=f"Quiet {days}", heat=1, published_date_time=TIME - dt.timedelta(days=days))
    context = client.get("/").context
    shown = [context["lead"], *context["secondary"], *(entry.card for entry in context["latest"])]
    assert sorted(card.provider.name for card in shown) == ["A.Example"] * 3 + ["Loud"] * 4
    assert "8 more from <bdi>Loud</bdi>" in get(client, "/")


def test_an_empty_site_has_working_pages(client: Client) -> None:
    for url in ("/", "/topics/", "/providers/", "/archive/"):
        get(client, url)
    make_topic()
    get(client, "/topics/ai/")


def test_lists_of_topics_providers_and_months_have_counts(client: Client) -> None:
    parent = make_topic("Parent")
    child = make_topic("Child", parent=parent)
    make_article([parent, child], provider=make_provider("a.example", name="A Paper"))
    make_article([child], provider=make_provider("a.example"))
    make_article(published=False, provider=make_provider("b.example", name="Silent"))
    topics = client.get("/topics/").context["topics"]
    assert [(node.name, node.count, [(each.name, each.count) for each in node.children]) for node in topics] == [
        ("Parent", 1, [("Child", 2)])
    ]
    groups = client.get("/providers/").context["groups"]
    assert [(card.name, card.count) for group in groups for card in group.providers] == [("A Paper", 2)]
    years = client.get("/archive/").context["years"]
    assert [
        (year["year"], year["count"], [(month.name, month.count) for month in year["months"]]) for year in years
    ] == [(2023, 2, [("September", 2)])]
    assert client.get("/archive/2023/09/").context["page"].paginator.count == 2
    get(client, "/archive/2023/08/", 404)


def test_a_topic_shows_its_parent_its_children_and_its_neighbours(client: Client) -> None:
    parent = make_topic("Parent")
    topic = make_topic("Middle", parent=parent)
    make_topic("Child", parent=topic)
    make_topic("Beside", parent=parent)
    context = client.get("/topics/middle/").context
    assert context["topic"].parent.name == "Parent"
    assert [link.name for link in context["topic"].children] == ["Child"]
    assert [link.name for link in context["related_topics"]] == ["Beside"]


def fill_site(number: int) -> list[str]:
    topic = make_topic()
    with stories_at_the_end():
        provider = [make_provider(f"p{index}.example") for index in range(number)]
        articles = [make_article([topic, make_topic(f"Topic {at}")], provider=provider[at]) for at in range(number)]
        references = [make_reference(provider=make_provider(f"r{index}.example")) for index in range(number)]
    RelatedLink.objects.bulk_create(
        RelatedLink(article=article, target=target, position=index)
        for article in articles
        for index, target in enumerate([*references, *(each for each in articles if each != article)])
    )
    return [
        "/",
        "/topics/",
        "/topics/ai/",
        articles[0].get_absolute_url(),
        "/providers/",
        "/providers/p0.example/",
        "/archive/",
        "/archive/2023/09/",
    ]


def test_no_page_needs_more_queries_when_there_is_more(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for number in (5, 25):
        urls = fill_site(number)
        counts.append([])
        for url in urls:
            kind = "article" if "article-" in url else url.split("/")[1]
            with django_assert_max_num_queries(MAX_QUERIES[kind]) as captured:
                get(client, url)
            counts[-1].append((kind, len(captured)))
    assert counts[0] == counts[1]


def test_reading_sets_no_cookie(client: Client) -> None:
    article = make_article([make_topic()])
    for url in ("/", "/topics/ai/", article.get_absolute_url()):
        assert not client.get(url).cookies


def test_an_unchanged_page_is_not_sent_again(client: Client) -> None:
    make_article([make_topic()])
    etag = client.get("/topics/ai/")["ETag"]
    assert client.get("/topics/ai/", headers={"if-none-match": etag}).status_code == 304


def test_pages_forbid_inline_scripts_and_foreign_code(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_pages_are_read_only(client: Client) -> None:
    for url in ("/", "/topics/", "/archive/"):
        assert client.post(url).status_code == 405


def test_an_error_page_needs_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("articles.views.front.choose_leads", broken)
    client.raise_request_exception = False
    html = get(client, "/", 500)
    assert "<h1" in html
    assert "broken" not in html


def test_readiness_tells_whether_the_database_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(client, "/readyz") == "ready\n"
    assert client.get("/livez", headers={"host": "10.0.0.7"}).status_code == 200

    class Broken:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr("newsreader.health.connections", {"default": Broken()})
    get(client, "/readyz", 503)
    # Readers read on from a replica.
    monkeypatch.setattr("newsreader.health.connections", {"default": Broken(), "replica1": connection})
    get(client, "/readyz")


@pytest.mark.parametrize("content", ["<![foo]>", "<!", "<![CDATA[", "<iframe src='http://[bad'>", "<?x", "</"])
def test_pages_stand_whatever_featured_content_holds(client: Client, content: str) -> None:
    other = make_article()
    article = make_article(featured_content=content, heat=99, related=[other])
    rebuild_stories()
    get(client, article.get_absolute_url())
    get(client, Story.objects.get(lead=article).get_absolute_url())


def test_images_are_served_where_the_machine_knows_no_types(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_, **__: (None, None))
    root = Path(settings.MEDIA_ROOT)  # type: ignore[attr-defined]
    for suffix in IMAGE_TYPES:
        root.mkdir(exist_ok=True)
        (root / f"a{suffix}").write_bytes(b"image")
        response = client.get(f"/media/a{suffix}")
        assert (response["Content-Type"], b"".join(response)) == (IMAGE_TYPES[suffix], b"image")


def test_imported_images_are_served_and_nothing_else_is(client: Client, settings: object) -> None:
    root = Path(settings.MEDIA_ROOT)  # type: ignore[attr-defined]
    (root / "assets").mkdir(parents=True)
    (root / "assets" / "a.webp").write_bytes(b"image")
    (root / "assets" / "a.html").write_bytes(b"<script>")
    (root.parent / "b.webp").write_bytes(b"outside")
    (root / "data:image").mkdir()
    (root / "data:image" / "svg+xml,x.jpg").write_bytes(b"<svg/>")
    response = client.get("/media/assets/a.webp")
    assert (response["Content-Type"], b"".join(response)) == ("image/webp", b"image")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get("/media/data:image/svg+xml,x.jpg")["Content-Type"] == "image/jpeg"
    for url in (
        "/media/assets/a.html",
        "/media/assets/none.webp",
        "/media//assets/a.webp",
        "/media/assets/../assets/a.webp",
        "/media/../b.webp",
        "/media/%2e%2e/b.webp",
        "/media/assets",
    ):
        assert client.get(url).status_code == 404, url
