"""What readers see of stories."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Provider, RelatedLink, Story
from articles.pages.story_coverage import accounts_from, groups_by, one_per_provider, timeline_of
from articles.stories import rebuild_stories
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic
from tests.support.stories import link, make_story, story_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [9, 259])
def test_a_story_page_needs_few_queries_whatever_its_size(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead, _ = make_story(size)
    rebuild_stories()
    story = story_of(lead)
    assert story.size == size
    with django_assert_num_queries(4) as captured:
        html = client.get(story.get_absolute_url()).content.decode()
    assert not any("relatedlink" in query["sql"] for query in captured.captured_queries)
    assert f"{size} articles" in html
    assert html.count('class="account"') == size - 1
    for url in ("/", "/topics/ai/", "/topics/ai/?view=stories", lead.get_absolute_url()):
        with django_assert_num_queries({lead.get_absolute_url(): 5}.get(url, 6)):
            client.get(url)


def test_a_story_credits_the_best_account_and_the_first_report(client: Client) -> None:
    lead, others = make_story(5)
    rebuild_stories()
    Article.objects.filter(pk=others[2].pk).update(published_date_time=TIME - dt.timedelta(days=3))
    context = client.get(f"{story_of(lead).get_absolute_url()}?by=quality").context
    assert context["best"].item.title == "Lead"
    assert context["first"].item.title == "Account 2"
    assert [account.item.title for group in context["groups"] for account in group.shown] == [
        f"Account {number}" for number in (3, 2, 1, 0)
    ]
    assert [group.title for group in context["groups"]] == ["Quality 0 to 19"]


def test_coverage_is_folded_by_provider_time_and_quality() -> None:
    lead, _ = make_story(12)
    rebuild_stories()
    accounts = accounts_from(Article.objects.accounts_of(story_of(lead).pk))
    by_provider = groups_by("provider", accounts)
    assert [(group.title, len(group.shown), len(group.folded)) for group in by_provider][:2] == [
        ("P3.Example", 1, 1),
        ("P2.Example", 1, 1),
    ]
    assert sum(len(group.shown) + len(group.folded) for group in by_provider) == 12
    by_time = groups_by("time", accounts)
    assert [group.title for group in by_time] == ["1 September 2023"]
    *at_once, later = (account.item.title for account in by_time[0].shown[:3])
    assert (set(at_once), later) == ({"Lead", "Account 0"}, "Account 1")
    assert len(by_time[0].folded) == 7
    shown, folded = one_per_provider(accounts, 3)
    assert [account.item.title for account in shown] == ["Account 10", "Account 9", "Account 8"]
    assert len(folded) == 9


def test_the_timeline_has_a_point_for_each_provider_where_its_time_is() -> None:
    lead = make_article(published_date_time=TIME, provider=make_provider("a.example"))
    half = make_article(published_date_time=TIME + dt.timedelta(days=1), provider=make_provider("b.example"))
    again = make_article(published_date_time=TIME + dt.timedelta(days=1.5), provider=make_provider("a.example"))
    last = make_article(published_date_time=TIME + dt.timedelta(days=2), provider=make_provider("c.example"))
    link(lead, half, again, last)
    timeline = timeline_of(accounts_from(Article.objects.accounts_of(story_of(lead).pk)), width=640, step=14, margin=12)
    assert timeline is not None
    assert (timeline.start, timeline.end) == (TIME, TIME + dt.timedelta(days=2))
    # 640 wide less 12 on each side; three steps of 14 above the axis at 54.
    assert [(point.name, point.x, point.y, point.articles) for point in timeline.points] == [
        ("A.Example", 12.0, 47.0, 2),
        ("B.Example", 320.0, 33.0, 1),
        ("C.Example", 628.0, 19.0, 1),
    ]
    assert (timeline.height, timeline.bottom) == (66, 54)
    assert timeline.path == "M12.0 54H12.0V47.0H320.0V33.0H628.0V19.0H628"
    assert timeline_of(accounts_from(Article.objects.accounts_of(story_of(make_article()).pk))) is None


def test_a_story_shows_its_lead_in_full(client: Client) -> None:
    lead, _ = make_story(3)
    Article.objects.filter(pk=lead.pk).update(body="All *of* it.", excerpt="In short.")
    rebuild_stories()
    html = client.get(story_of(lead).get_absolute_url()).content.decode()
    assert "All <em>of</em> it." in html
    assert "In short." in html
    assert "Read at <bdi>A.Example</bdi>" in html


def test_the_front_page_is_read_from_an_index() -> None:
    from django.db import connection

    shown = Story.objects.filter(listed_from__lte=timezone.now(), rank__isnull=False).order_by("-rank", "-tie", "-id")[
        :20
    ]
    if connection.vendor == "sqlite":
        assert "story_rank" in shown.explain()
    else:
        make_story(3)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        assert "story_rank" in shown.explain()


def test_wires_vendors_and_copies_are_labelled(client: Client) -> None:
    lead = make_article(title="The news", heat=50)
    wire = make_article(
        title="The News!",
        heat=-1,
        published_date_time=TIME + dt.timedelta(days=1),
        provider=make_provider("w.example", kind=Provider.Kind.WIRE),
    )
    link(lead, wire)
    html = client.get(story_of(lead).get_absolute_url()).content.decode()
    assert "press wire" in html
    assert "same title as an earlier one" in html
    assert "2 articles from 2 providers, 1 independent" in " ".join(html.split())


def test_a_story_is_found_by_its_number_and_answers_at_one_address(client: Client) -> None:
    lead, _ = make_story(3)
    rebuild_stories()
    url = story_of(lead).get_absolute_url()
    number = story_of(lead).pk
    assert url == f"/stories/{number}-lead/"
    for other in (f"/stories/{number}/", f"/stories/{number}-anything/"):
        response = client.get(other)
        assert (response.status_code, response["Location"]) == (301, url)
    assert client.get(f"/stories/{number + 999}-lead/").status_code == 404


def test_a_story_whose_name_has_letters_of_any_script_is_there_at_its_address(client: Client) -> None:
    lead = make_article(title="Für 中", heat=90)
    link(lead, make_article())
    assert client.get(story_of(lead).get_absolute_url()).status_code == 200

    alone = make_article()
    assert client.get(story_of(alone).get_absolute_url())["Location"] == alone.get_absolute_url()


def test_a_story_without_a_lead_has_no_page_and_no_card_leads_there(client: Client) -> None:
    unlisted = make_article([make_topic()], published=False)
    link(unlisted, make_reference())
    story = story_of(unlisted)
    assert (story.size, story.lead_id) == (2, None)
    assert client.get(story.get_absolute_url()).status_code == 404
    assert client.get("/").context["lead"] is None


def test_cards_stand_for_stories(client: Client) -> None:
    lead, _ = make_story(9)
    rebuild_stories()
    for card in (client.get("/").context["lead"], client.get("/topics/ai/").context["cards"][0]):
        assert (card.title, card.story.more, card.story.url) == ("Lead", 8, story_of(lead).get_absolute_url())
        assert card.story.names == ["P0.Example", "P6.Example", "P5.Example"]
    html = " ".join(client.get("/").content.decode().split())
    assert "8 more articles" in html


def test_an_article_shows_more_on_its_story_above_its_own_list(client: Client) -> None:
    lead, _ = make_story(12)
    rebuild_stories()
    response = client.get(lead.get_absolute_url())
    coverage = response.context["coverage"]
    assert [account.item.title for account, _step in coverage["shown"]] == [
        f"Account {number}" for number in (10, 9, 8, 7, 6)
    ]
    assert len(coverage["shown"]) + len(coverage["folded"]) == 11
    assert "More on this story" not in client.get(make_article().get_absolute_url()).content.decode()


def test_what_an_article_shows_of_its_story_is_not_listed_as_related_again(client: Client) -> None:
    lead, others = make_story(12)
    rebuild_stories()
    response = client.get(lead.get_absolute_url())
    html = response.content.decode()
    assert "More on this story" in html
    assert (response.context["related"], response.context["related_hidden"].count) == ([], 0)
    assert "Related articles" not in html
    for other in others:
        assert html.count(f'href="{other.web_url}"') == 1


def test_related_keeps_what_is_not_of_the_story_or_beyond_what_is_shown_of_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.views.articles.MORE_ACCOUNTS", 3)
    lead, _ = make_story(6)
    rebuild_stories()
    elsewhere = make_article(title="Elsewhere")
    RelatedLink.objects.bulk_create([RelatedLink(article=lead, target=elsewhere, position=99)])
    response = client.get(lead.get_absolute_url())
    coverage = response.context["coverage"]
    beside = [account.item.title for account in (*(each for each, _step in coverage["shown"]), *coverage["folded"])]
    assert beside == ["Account 4", "Account 3", "Account 2"]
    assert [item.title for item in response.context["related"]] == ["Account 0", "Account 1", "Elsewhere"]
    html = response.content.decode()
    assert html.index("More on this story") < html.index("Related articles")


def test_an_article_without_a_story_lists_what_is_related(client: Client) -> None:
    other = make_article(title="Other")
    alone = make_article()
    RelatedLink.objects.bulk_create([RelatedLink(article=alone, target=other, position=0)])
    response = client.get(alone.get_absolute_url())
    assert [item.title for item in response.context["related"]] == ["Other"]
