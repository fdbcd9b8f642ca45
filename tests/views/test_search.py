"""The page of results, typing ahead, and what browsers are told."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Provider, RelatedLink, StoryMember
from articles.preferences.choices import Choices
from articles.search import searching
from articles.text.rendering import mark_ranges
from tests.support.choices import choose
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db


def html_of(client: Client, url: str, **data: str) -> str:
    response = client.get(url, data)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def titles(client: Client, **data: str) -> list[str]:
    return [str(card.title) for card in client.get("/search/", data).context["cards"]]


def test_a_result_shows_title_excerpt_provider_and_topics_with_matches_marked(client: Client) -> None:
    provider = make_provider("gazette.example", name="Harbour Gazette")
    make_article(
        [make_topic()], title="Trams &amp; <b>buses</b>", excerpt="They run <i>all night</i>.", provider=provider
    )
    html = html_of(client, "/search/", q='tram running "all night"')
    assert "<mark>Trams</mark> &amp; &lt;b&gt;buses&lt;/b&gt;" in html
    assert "They <mark>run</mark> &lt;i&gt;<mark>all night</mark>&lt;/i&gt;." in html
    assert "Harbour Gazette" in html
    assert "/topics/ai/" in html
    assert "1 article" in html


def test_marks_are_the_only_markup() -> None:
    assert mark_ranges("<a> & b", [(0, 3), (6, 7)]) == "<mark>&lt;a&gt;</mark> &amp; <mark>b</mark>"
    assert mark_ranges("", []) == ""


def test_the_bare_page_says_how_to_search(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/search/")
    with django_assert_num_queries(1):
        html = html_of(client, "/search/")
    assert "How to search" in html
    assert "Nothing was found" not in html


@pytest.mark.parametrize("number", [3, 20])
def test_results_need_few_queries_however_many_they_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for each in range(number):
        topics = [make_topic("AI"), make_topic(f"Topic {each}")]
        make_article(topics, title="Tram", provider=make_provider(f"p{each}.example"))
    client.get("/search/?q=bus")
    # What the masthead shows, the topic and the provider that are named, what is found, one for cards, two for facets.
    with django_assert_num_queries(7):
        client.get("/search/", {"q": "tram topic:ai -provider:elsewhere.example"})
    with django_assert_num_queries(5):
        client.get("/search/", {"q": "tram"})


def test_results_can_be_sorted_and_have_addresses(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 2  # type: ignore[attr-defined]
    for number in range(3):
        make_article(title=f"Tram {number}", published_date_time=TIME - dt.timedelta(days=number))
    make_article(title="Newest", excerpt="One tram, and much else.", published_date_time=TIME + dt.timedelta(days=1))
    assert titles(client, q="tram")[0] == "<mark>Tram</mark> 0"
    assert titles(client, q="tram", sort="date")[0] == "Newest"
    html = html_of(client, "/search/", q="tram", sort="date")
    assert 'href="/search/?q=tram&amp;sort=date&amp;page=2"' in html
    assert 'href="/search/?q=tram"' in html
    assert '<link rel="canonical" href="http://testserver/search/">' in html
    assert "Older" in html
    assert "Next" in html_of(client, "/search/", q="tram")
    assert "sort=date" not in html_of(client, "/search/", q="topic:none")


@pytest.mark.parametrize(
    ("page", "number"), [("2", 2), ("0", 1), ("99", 2), ("-1", 1), ("x", 1), ("", 1), ("9" * 40, 1)]
)
def test_an_odd_page_is_the_nearest_one(client: Client, settings: object, page: str, number: int) -> None:
    settings.PAGE_SIZE = 2  # type: ignore[attr-defined]
    for _ in range(3):
        make_article(title="Tram")
    response = client.get("/search/", {"q": "tram", "page": page})
    assert (response.status_code, response.context["page"].number) == (200, number)
    assert len(response.context["cards"]) == (2 if number == 1 else 1)


def test_equal_facets_stand_in_the_order_of_their_names(client: Client) -> None:
    for name in ("Z", "A", "M"):
        make_article([make_topic(name)], title="Tram")
    links = client.get("/search/", {"q": "tram"}).context["facets"][0].links
    assert [link.name for link in links] == ["A", "M", "Z"]


def test_facets_narrow_the_results(client: Client) -> None:
    ai, cities = make_topic("AI"), make_topic("Cities")
    a, b = make_provider("a.example", name="Paper A"), make_provider("b.example", name="Paper B")
    make_article([ai], title="Tram", provider=a, published_date_time=TIME)
    make_article([ai], title="Tram", provider=a, published_date_time=TIME - dt.timedelta(days=365))
    make_article([ai, cities], title="Tram", provider=b, published_date_time=TIME)
    context = client.get("/search/", {"q": "tram before:2030", "sort": "date"}).context
    links = {facet.id: [(link.name, link.count) for link in facet.links] for facet in context["facets"]}
    assert links == {
        "topics": [("Cities", 1)],  # what all have narrows nothing
        "providers": [("Paper A", 2), ("Paper B", 1)],
        "years": [("2023", 2), ("2022", 1)],
    }
    for facet in context["facets"]:
        for link in facet.links:
            assert link.url.endswith("&sort=date")
            assert client.get(link.url).context["page"].paginator.count == link.count
    [remove] = client.get("/search/", {"q": "tram topic:cities"}).context["filters"]
    assert (remove.name, remove.url) == ("topic:cities", "/search/?q=tram")


def test_of_more_than_can_be_counted_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FOUND_LIMIT", 2)
    monkeypatch.setattr("articles.views.search.FOUND_LIMIT", 2)
    for _ in range(3):
        make_article(title="Tram")
    assert "More than 2 articles: the newest 2 are shown and counted" in html_of(client, "/search/", q="tram")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("before:yesterday tram", "“before:yesterday” has no date like 2023, 2023-09 or 2023-09-01, and was left out."),
        ("topic: tram", "“topic:” has nothing after it, and was left out."),
        ("++ tram", "“++” has no letter or digit to search for, and was left out."),
        ("topic:nowhere", "There is no topic “nowhere”."),
        ("provider:nowhere", "There is no provider “nowhere”."),
        ("tram " * 41, "Only the first 200 characters were searched for."),
        (" ".join(map(str, range(30))), "Only the first 24 words were searched for."),
    ],
)
def test_what_was_left_out_is_told(client: Client, text: str, sentence: str) -> None:
    make_article(title="Tram")
    assert sentence in html_of(client, "/search/", q=text)


def test_a_misspelt_word_is_suggested_if_that_finds_something(client: Client) -> None:
    make_article(title="Trams in Zürich", excerpt="All night")
    make_article(title="Hidden tramway", published=False)
    response = client.get("/search/", {"q": "trmas -bus night"})
    assert response.context["spelling"] == {"text": "trams -bus night", "url": "/search/?q=trams+-bus+night"}
    assert 'Did you mean <a href="/search/?q=trams+-bus+night" dir="auto">' in html_of(
        client, "/search/", q="trmas -bus night"
    )
    assert client.get("/search/", {"q": "zurihc"}).context["spelling"]["text"] == "zürich"
    for text in ("tram", "night trams", "hiden", "xyzzy", '"trmas"', "trmas elephant", "tr", "-trmas"):
        assert client.get("/search/", {"q": text}).context["spelling"] is None, text


def test_a_spelling_that_finds_nothing_is_not_suggested(client: Client) -> None:
    article = make_article(title="Trams")
    Article.objects.filter(pk=article.pk).delete()
    assert client.get("/search/", {"q": "trmas"}).context["spelling"] is None


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/2023/trams",
        "http://www.a.example/2023/trams/?utm_source=x#top",
        "a.example/2023/trams",
        "https://a.example/2023/trams/amp",
        "https://a-example.cdn.ampproject.org/c/s/a.example/2023/trams",
        "https://a.example/amphtml/77",
        "https://other.example/original?id=7",
        "  https://cdn.example/x7  ",
    ],
)
def test_an_address_at_a_provider_opens_the_article(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article(
        web_url="https://a.example/2023/trams?utm_source=feed",
        amp_web_url="https://a.example/amphtml/77",
        cdn_amp_web_url="https://cdn.example/x7",
        original_url="https://other.example/original?id=7&fbclid=1",
    )
    with django_assert_num_queries(2):
        response = client.get("/search/", {"q": address})
    assert (response.status_code, response["Location"]) == (302, article.get_absolute_url())


def test_the_address_of_an_unlisted_member_or_a_reference_opens_the_story(client: Client) -> None:
    lead = make_article(title="Lead")
    unlisted = make_article(published=False, web_url="https://b.example/member")
    reference = make_reference(web_url="https://c.example/reference")
    for target in (unlisted, reference):
        RelatedLink.objects.create(article=lead, target=target)
    url = StoryMember.objects.get(article=lead).story.get_absolute_url()
    assert client.get("/search/", {"q": "https://www.b.example/member/"})["Location"] == url
    assert client.get("/search/", {"q": "https://c.example/reference?gclid=1"})["Location"] == url


def test_an_address_that_leads_nowhere_here_is_searched_for_by_its_words(client: Client) -> None:
    make_article(title="Trams run all night")
    make_article(web_url="https://a.example/unlisted-alone", published=False)
    make_article(web_url="https://a.example/withdrawn", removed=True)
    make_article(web_url="https://a.example/later", published_date_time=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    for path in ("unlisted-alone", "withdrawn", "later", "nowhere/trams-run-all-night-123"):
        html = html_of(client, "/search/", q=f"https://a.example/{path}")
        assert "No article and no story here has this address." in html
    assert "These are the articles with its words: <bdi>trams run all night</bdi>" in html
    assert "<mark>Trams</mark>" in html


def test_no_address_leads_to_another_site(client: Client) -> None:
    make_reference(web_url="https://evil.example/x")
    for address in (
        "https://evil.example/x",
        "//evil.example/x",
        "https://evil.example",
        "http://testserver/search/?q=x",
    ):
        assert client.get("/search/", {"q": address}).status_code == 200


def test_what_is_typed_goes_on(client: Client) -> None:
    topic = make_topic("Railways", slug="railways")
    make_topic("Rail without articles", slug="none")
    provider = make_provider("rail.example", name="Daily Rail")
    for title in ("Railway strike", "Railways at night", "Raising rails"):
        make_article([topic], title=title, provider=provider)
    make_article(title="Raimented", published=False)
    response = client.get("/search/suggest/", {"q": "night rai"})
    assert response.json() == {
        "q": "night rai",
        "queries": ["night rails", "night railway", "night raising"],
        "topics": [],
        "providers": [],
    }
    assert response["Cache-Control"] == "max-age=300, public"
    named = client.get("/search/suggest/", {"q": "rail"}).json()
    assert named["topics"] == [{"name": "Railways", "url": "/topics/railways/"}]
    assert named["providers"] == [{"name": "Daily Rail", "url": "/providers/rail.example/"}]
    browser = client.get("/search/suggest/", {"q": "rais", "form": "list"})
    assert browser.json() == ["rais", ["raising"]]
    assert browser["Content-Type"] == "application/x-suggestions+json"


@pytest.mark.parametrize("text", ["", "r", " ", "\x00", "-", '"ra', "ra:", "%", "_a", "x" * 500])
def test_what_goes_on_from_nothing_is_nothing(client: Client, text: str) -> None:
    make_article(title="Railways")
    assert client.get("/search/suggest/", {"q": text}).json()["queries"] == []


def test_words_are_completed_without_diacritics(client: Client) -> None:
    make_article(title="Zürich")
    assert client.get("/search/suggest/", {"q": "zuri"}).json()["queries"] == ["zürich"]


def test_browsers_learn_how_to_search(client: Client) -> None:
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(response.content)
    urls = [each.attrib["template"] for each in root.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")]
    assert urls == [
        "http://testserver/search/?q={searchTerms}",
        "http://testserver/search/suggest/?form=list&q={searchTerms}",
    ]
    assert 'href="/opensearch.xml"' in html_of(client, "/")


def test_what_a_reader_has_muted_is_hidden_in_results(client: Client) -> None:
    make_article(title="Tram", provider=make_provider("muted.example"))
    client.post("/settings/change/", {"mute_provider": "muted.example"})
    assert "1 hidden by you" in html_of(client, "/search/", q="tram")
    assert titles(client, q="tram") == []
    assert len(titles(client, q="tram", show="hidden")) == 1


def test_what_a_reader_has_hidden_is_offered_nowhere(client: Client) -> None:
    names = ("shown", "muted", "wire", "vendor")
    kinds = {"wire": Provider.Kind.WIRE, "vendor": Provider.Kind.VENDOR}
    for name in names:
        provider = make_provider(f"{name}.example", name=f"Tram {name}", kind=kinds.get(name, ""))
        make_article([make_topic(f"Tram topic {name}", slug=f"topic-{name}")], title="Tram", provider=provider)

    def offered(client: Client, show: str = "") -> tuple[list[str], list[str]]:
        facets = {each.id: each.links for each in client.get("/search/", {"q": "tram", "show": show}).context["facets"]}
        named = client.get("/search/suggest/", {"q": "tram", "show": show}).json()
        providers = [link.name for link in facets["providers"]]
        topics = [link.name for link in facets["topics"]]
        assert sorted(each["name"] for each in named["providers"]) == sorted(providers)
        assert sorted(each["name"] for each in named["topics"]) == sorted(topics)
        return providers, topics

    everyones = offered(client)
    assert len(everyones[0]) == len(everyones[1]) == 4
    choose(client, Choices(muted_topics=("topic-muted",), muted_providers=("muted.example",),
                           hide_wires=True))  # fmt: skip
    assert offered(client) == (
        ["Tram shown", "Tram vendor"], ["Tram topic shown", "Tram topic vendor", "Tram topic wire"]
    )  # fmt: skip
    assert offered(client, "hidden") == everyones
    assert offered(Client()) == everyones


def test_others_take_the_places_of_hidden_facets(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.pages.search_results.FACET_SIZE", 2)
    for number, name in ((3, "a"), (2, "b"), (1, "c")):
        provider = make_provider(f"{name}.example", name=name)
        for _ in range(number):
            make_article(title="Tram", provider=provider)
    choose(client, Choices(muted_providers=("a.example",)))
    facet = next(each for each in client.get("/search/", {"q": "tram"}).context["facets"] if each.id == "providers")
    assert [(link.name, link.count) for link in facet.links] == [("b", 2), ("c", 1)]


def test_suggestions_of_a_reader_who_hides_some_are_kept_by_no_shared_cache(client: Client) -> None:
    assert client.get("/search/suggest/", {"q": "rai"})["Vary"] == "Cookie"
    choose(client, Choices(muted_topics=("ai",)))
    response = client.get("/search/suggest/", {"q": "rai"})
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]


class AnyInput(TestCase):
    """Any input at all is answered with a page."""

    @given(st.text(max_size=250) | st.from_regex(r"https?://[\w./%:@\[\]-]{0,40}", fullmatch=True), st.text(max_size=5))
    def test_any_input_is_answered_with_a_page(self, text: str, other: str) -> None:
        for data in ({"q": text, "page": other, "sort": other}, {"q": text, "sort": "date", "page": "2"}):
            assert self.client.get("/search/", data).status_code == 200
            assert self.client.get("/search/suggest/", data).status_code == 200

    def test_bytes_that_are_no_text_are_answered_with_a_page(self) -> None:
        for query in ("q=%ff%fe", "q=%00", "q[]=1", "q=a&q=b", "q=%ED%A0%80", "page=%ff&q=%22"):
            assert self.client.get(f"/search/?{query}").status_code == 200
            assert self.client.get(f"/search/suggest/?{query}").status_code == 200
