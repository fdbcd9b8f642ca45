"""The desk of threads: what editors see and decide there, and that nobody else does."""

import datetime as dt
from itertools import pairwise

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.editorial.undo import undo
from articles.models import Action, Article, Story, Thread, ThreadDecision, ThreadName
from tests.support.accounts import OTHER_ROLES, client_of
from tests.support.factories import TIME, make_article
from tests.support.stories import link, story_of

pytestmark = pytest.mark.django_db
WORDS = ["Harbour", "Tunnel", "Orchard", "Violin", "Glacier", "Comet", "Bakery", "Census"]


@pytest.fixture
def editor() -> Client:
    return client_of()


@stories_at_the_end()
def make_chain(number: int, start: int = 0) -> list[Article]:
    articles = [
        make_article(
            title=WORDS[place % 8] * (1 + place // 8), published_date_time=TIME + dt.timedelta(days=20 * place)
        )
        for place in range(start, start + number)
    ]
    for before, after in pairwise(articles):
        link(after, before)
    return articles


def thread_of(article: Article) -> Thread:
    return Thread.objects.get(members__story=story_of(article))


def page_of(article: Article) -> str:
    return f"/admin/articles/thread/{thread_of(article).pk}/"


def decide(client: Client, article: Article, verb: str, *stories: Article, **data: str) -> str:
    """Decide something about an article's thread; return what the next page says."""
    ids = [story_of(each).pk for each in stories]
    posted = {"do": verb, "reason": "because", "story": ids} | data
    return client.post(f"{page_of(article)}decide/", posted, follow=True).content.decode()


def sizes() -> list[int]:
    return sorted(Thread.objects.filter(stories__gt=1).values_list("stories", flat=True))


def last_action() -> Action:
    return Action.objects.latest("pk")


def test_the_desk_lists_threads_and_shows_their_stories_with_what_is_decided(editor: Client) -> None:
    articles = make_chain(3)
    ThreadDecision.objects.create(article=articles[1], joins=articles[2], reason="the same affair")
    assert articles[0].title in editor.get("/admin/articles/thread/").content.decode()
    html = editor.get(f"{page_of(articles[0])}change/").content.decode()
    assert all(each.title in html for each in articles)
    assert "the same affair" in html


def test_editors_name_a_thread_and_take_that_back(editor: Client) -> None:
    articles = make_chain(3)
    html = decide(editor, articles[0], "name", name="The long affair")
    assert "Named the thread" in html
    assert thread_of(articles[0]).name == "The long affair"
    decide(editor, articles[0], "name", name="Another name")
    assert (thread_of(articles[0]).name, ThreadName.objects.count()) == ("Another name", 1)
    undo(last_action(), None)
    assert thread_of(articles[0]).name == "The long affair"
    decide(editor, articles[0], "name", name="")
    assert thread_of(articles[0]).name == ""


def test_editors_cut_a_thread_before_a_story(editor: Client) -> None:
    articles = make_chain(5)
    assert "Choose the one story" in decide(editor, articles[0], "cut")
    decide(editor, articles[0], "cut", articles[2])
    assert sizes() == [2, 3]
    assert "Cut the thread" in editor.get(f"{page_of(articles[0])}history/").content.decode()
    undo(last_action(), None)
    assert sizes() == [5]


def test_editors_take_stories_out_and_let_links_decide_again(editor: Client) -> None:
    articles = make_chain(5)
    assert "Choose stories first" in decide(editor, articles[0], "out")
    decide(editor, articles[0], "out", articles[4])
    assert sizes() == [4]
    undo(last_action(), None)
    assert sizes() == [5]
    decide(editor, articles[0], "cut", articles[3])
    decide(editor, articles[4], "release", articles[3])
    assert sizes() == [5]


def test_editors_join_threads_by_number_or_address(editor: Client) -> None:
    one, other = make_chain(2), make_chain(3, start=4)
    assert "Enter the number" in decide(editor, one[0], "join", other="nothing")
    decide(editor, one[0], "join", other=str(thread_of(other[0]).pk))
    assert sizes() == [5]
    undo(last_action(), None)
    assert sizes() == [2, 3]
    story = Story.objects.get(members=other[2].pk)
    decide(editor, one[0], "join", other=f"https://news.example/stories/{story.pk}-x/")
    assert sizes() == [5]


def test_a_decision_needs_a_reason(editor: Client) -> None:
    articles = make_chain(2)
    assert "Give a reason" in decide(editor, articles[0], "name", name="X", reason="")
    assert not ThreadName.objects.exists()
    assert editor.post(f"{page_of(articles[0])}decide/", {"do": "burn", "reason": "x"}).status_code == 404


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_others_decide_nothing(role: str) -> None:
    articles = make_chain(2)
    client = client_of(role)
    assert client.post(f"{page_of(articles[0])}decide/", {"do": "name", "name": "X", "reason": "x"}).status_code in (
        302,
        403,
    )
    assert not ThreadName.objects.exists()


def test_a_large_thread_needs_few_queries(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    articles = make_chain(24)
    url = f"{page_of(articles[0])}change/"
    with django_assert_max_num_queries(14):
        assert editor.get(url).status_code == 200
