"""The page of a thread, and what pages of its stories say about it."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from articles.distribution.sitemaps import others
from articles.editorial.edits import edit_articles
from articles.models import Article, RelatedLink, Thread, ThreadDecision, ThreadName
from articles.preferences.choices import Choices
from articles.preferences.followed import followed_by
from tests.support.factories import make_article, make_provider
from tests.support.stories import link, story_of
from tests.support.threads import make_chain, text_of

pytestmark = pytest.mark.django_db


def thread() -> Thread:
    return Thread.objects.get(merged_into=None, stories__gt=1)


def test_a_thread_shows_its_stories_newest_first_by_month(client: Client) -> None:
    articles = make_chain(4)
    friend = make_article(title=articles[1].title, published_date_time=articles[1].published_date_time)
    url = thread().get_absolute_url()
    context = client.get(url).context
    shown = [(month.name, [story.item.title for story in month.stories]) for month in context["months"]]
    assert shown == [
        ("October 2023", [articles[3].title, articles[2].title]),
        ("September 2023", [articles[1].title, articles[0].title]),
    ]
    assert [(jump.name, jump.count, jump.url) for jump in context["jumps"]] == [
        ("October 2023", 2, "#2023-10"),
        ("September 2023", 2, "#2023-09"),
    ]
    assert [story.url for month in context["months"] for story in month.stories] == [
        articles[3].get_absolute_url(),
        articles[2].get_absolute_url(),
        story_of(friend).get_absolute_url(),
        articles[0].get_absolute_url(),
    ]
    text = text_of(client, url)
    assert "4 stories, 1 Sep 2023 – 31 Oct 2023 (60 days)" in text
    assert "5 articles from 5 providers" in text


def test_an_unlisted_story_links_to_its_provider(client: Client) -> None:
    one, other = make_chain(2)
    edit_articles([one.pk], published=False)
    [story] = [story for month in client.get(thread().get_absolute_url()).context["months"] for story in month.stories][
        1:
    ]
    assert (story.url, story.item.is_external) == (one.web_url, True)
    edit_articles([other.pk], published=False)
    assert not Thread.objects.get().has_page


def test_a_thread_without_a_name_has_that_of_its_most_covered_story(client: Client) -> None:
    articles = make_chain(3)
    assert thread().slug == articles[0].title.lower().replace(" ", "-")
    for domain in ("x.example", "y.example"):
        make_article(
            title=articles[1].title, published_date_time=articles[1].published_date_time, provider=make_provider(domain)
        )
    # The address stays.
    assert thread().slug == articles[0].title.lower().replace(" ", "-")
    assert client.get(thread().get_absolute_url()).context["name"] == articles[1].title
    name = ThreadName.objects.create(article=articles[2], name="The long affair")
    old, url = f"/threads/{thread().pk}-{articles[0].title.lower().replace(' ', '-')}/", thread().get_absolute_url()
    assert url == f"/threads/{thread().pk}-the-long-affair/"
    assert client.get(url).context["name"] == "The long affair"
    response = client.get(f"{old}?page=2")
    assert (response.status_code, response["Location"]) == (301, f"{url}?page=2")
    assert client.get(f"/threads/{thread().pk}/")["Location"] == url
    name.delete()
    assert client.get(url).context["name"] == articles[1].title


def test_of_several_names_the_latest_counts() -> None:
    articles = make_chain(3)
    ThreadName.objects.create(article=articles[1], name="First")
    ThreadName.objects.create(article=articles[0], name="Second")
    assert thread().name == "Second"


def test_a_thread_that_becomes_part_of_another_leads_there(client: Client) -> None:
    one, other = make_chain(2), make_chain(3, start=5)
    older, newer = Thread.objects.order_by("pk")
    before = newer.get_absolute_url()
    link(other[0], one[0])
    response = client.get(before)
    assert (response.status_code, response["Location"]) == (301, older.get_absolute_url())
    assert thread() == older
    assert thread().stories == 5
    RelatedLink.objects.get(article=other[0], target=one[0]).delete()
    assert Thread.objects.filter(stories__gt=1).count() == 2


def test_a_thread_that_fell_apart_leads_to_what_is_left(client: Client) -> None:
    one, other = make_chain(2)
    url = thread().get_absolute_url()
    RelatedLink.objects.all().first().delete()  # type: ignore[union-attr]
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, one.get_absolute_url())
    edit_articles([one.pk, other.pk], removed=True)
    assert client.get(url).status_code == 410
    edit_articles([one.pk, other.pk], removed=False)
    link(one, other)
    assert client.get(url).status_code == 200
    assert client.get("/threads/999-nothing/").status_code == 404


def test_editors_cut_and_join(client: Client) -> None:
    articles = make_chain(6)
    cut = ThreadDecision.objects.create(article=articles[3], begins=True)
    link(articles[5], articles[0])
    assert sorted(Thread.objects.values_list("stories", flat=True)) == [3, 3]
    apart = ThreadDecision.objects.create(article=articles[1], apart=True)
    # Only what it linked the first with the third by; these are alone now.
    assert [each.stories for each in Thread.objects.filter(stories__gt=1)] == [3]
    apart.delete()
    join = ThreadDecision.objects.create(article=articles[0], joins=articles[5])
    assert thread().stories == 6
    join.delete()
    cut.delete()
    assert thread().stories == 6


def test_pages_of_its_stories_say_what_a_story_is_part_of(client: Client) -> None:
    articles = make_chain(3)
    friend = make_article(title=articles[1].title, published_date_time=articles[1].published_date_time)
    text = text_of(client, articles[0].get_absolute_url())
    assert (
        f"Part of a thread {articles[1].title} 3 stories since September 2023 What came next {articles[1].title}"
        in text
    )
    assert "What came before" not in text
    text = text_of(client, story_of(friend).get_absolute_url())
    assert f"What came next {articles[2].title}" in text
    assert f"What came before {articles[0].title}" in text
    # The page of an article in a story leaves that to the story's page.
    assert "Part of a thread" not in text_of(client, friend.get_absolute_url())
    alone = make_article(title="Nothing")
    assert "Part of a thread" not in text_of(client, alone.get_absolute_url())


def test_related_articles_are_the_nearest_of_the_thread_one_of_each_provider(client: Client) -> None:
    articles = make_chain(30)
    middle = articles[15]
    related = client.get(middle.get_absolute_url()).context["related"]
    assert len(related) == 8
    near = [articles[place].title for place in (14, 16, 13, 17, 12, 18, 11, 19)]
    assert sorted(item.title for item in related) == sorted(near)
    assert len({item.facts.domain for item in related}) == 8
    friend = make_article(title=middle.title, published_date_time=middle.published_date_time)
    page = client.get(friend.get_absolute_url()).context
    assert middle.title not in [item.title for item in page["related"]]


def test_what_an_article_is_linked_with_is_nearer_than_what_was_at_its_time(client: Client) -> None:
    articles = make_chain(30)
    link(articles[2], articles[29])
    titles = [item.title for item in client.get(articles[29].get_absolute_url()).context["related"]]
    assert titles[:3] == [articles[28].title, articles[2].title, articles[27].title]


def test_related_articles_are_the_links_where_there_is_no_thread(client: Client) -> None:
    one, other = make_chain(2)
    ThreadDecision.objects.create(article=one, apart=True)
    assert not Thread.objects.filter(stories__gt=1).exists()
    assert [item.title for item in client.get(other.get_absolute_url()).context["related"]] == [one.title]


def test_a_large_thread_has_pages_and_says_that_it_is_loose(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_chain(60)
    url = thread().get_absolute_url()
    with django_assert_num_queries(5):  # the thread, its times, stories and providers, and the menu
        context = client.get(url).context
    assert sum(len(month.stories) for month in context["months"]) == 50
    assert context["jumps"][-1].url == f"{url}?page=2#2023-09"
    assert context["is_loose"]
    with django_assert_num_queries(5):
        context = client.get(f"{url}?page=2").context
    assert [month.key for month in context["months"]][-1] == "2023-09"
    assert client.get(f"{url}?page=3").status_code == 404
    ThreadName.objects.create(article=Article.objects.first(), name="Told long")
    assert not client.get(thread().get_absolute_url()).context["is_loose"]


def test_a_thread_has_feeds_and_is_in_the_sitemap(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # Ids go on from those of other tests: with one to a file, the file has the number of the thread.
    monkeypatch.setattr(others, "PER_FILE", 1)
    articles = make_chain(3)
    edit_articles([articles[1].pk], published=False)
    url = thread().get_absolute_url()
    assert f"{url}feed.rss" in client.get(url).content.decode()
    feed = client.get(f"{url}feed.json").json()
    assert [item["title"] for item in feed["items"]] == [articles[2].title, articles[0].title]
    assert feed["items"][0]["url"] == f"http://testserver{articles[2].get_absolute_url()}"
    response = client.get(f"/threads/{thread().pk}/feed.rss")
    assert (response.status_code, response["Location"]) == (301, f"{url}feed.rss")
    assert client.get("/threads/999999999/feed.rss").status_code == 404
    part = f"/sitemaps/threads-{thread().pk}.xml"
    assert part in client.get("/sitemap.xml").content.decode()
    assert f"http://testserver{url}" in client.get(part).content.decode()
    assert client.get(f"/sitemaps/threads-{thread().pk + 1}.xml").status_code == 404


def test_pages_of_its_stories_need_few_queries_whatever_its_size(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    articles = make_chain(60)
    # The article, its place, both sides, links, their stories, what is before and after, and the menu.
    with django_assert_num_queries(8):
        client.get(articles[30].get_absolute_url())
    friend = make_article(title=articles[31].title, published_date_time=articles[31].published_date_time)
    url = story_of(friend).get_absolute_url()
    with django_assert_num_queries(8):
        client.get(url)


def test_a_followed_thread_counts_its_new_stories_on_the_front_page(client: Client) -> None:
    make_chain(4)
    found = thread()
    url = found.get_absolute_url()
    assert 'name="follow_thread"' in client.get(url).content.decode()
    number = str(found.pk)
    client.post("/settings/change/", {"follow_thread": number, "next": url})
    assert 'name="unfollow_thread"' in client.get(url).content.decode()
    assert url in client.get("/").content.decode()
    assert found.last is not None
    [followed] = followed_by(Choices(followed_threads=(number,)), found.last - dt.timedelta(hours=1))
    assert (followed.is_thread, followed.size, followed.new) == (True, found.stories, 1)
