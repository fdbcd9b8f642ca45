"""Facts about stories: credits, independent sources, leads."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from articles.editorial.edits import edit_articles
from articles.models import Article, Provider, Story
from articles.stories import components, normal_title, update_marked_stories
from articles.stories.ranking import rank_of
from articles.sync.known_wires import is_wire
from tests.support.factories import TIME, make_article, make_provider
from tests.support.import_runs import run_import
from tests.support.stories import link, story_of

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def test_copies_wires_and_vendors_about_themselves_are_no_independent_accounts() -> None:
    wire = make_provider("businesswire.com", kind=Provider.Kind.WIRE)
    vendor = make_provider("azure.contoso.com", name="Contoso", kind=Provider.Kind.VENDOR)
    hour = dt.timedelta(hours=1)

    def account(title: str, provider: Provider, hours: int, quality: int = 0) -> Article:
        return make_article(title=title, provider=provider, published_date_time=TIME + hours * hour, quality=quality)

    lead = account("Contoso opens a data centre", make_provider("one.example"), 3, 40)
    others = [
        account("Contoso Opens a Data Centre!", make_provider("two.example"), 5, 10),  # a copy
        account("What the data centre means", make_provider("three.example"), 4, 80),
        account("Contoso announces a data centre", wire, 0, 5),
        account("Introducing our Contoso centre", vendor, 1, 6),
        account("How cooling works", vendor, 2, 7),  # not about itself
        account("A second look", make_provider("three.example"), 6, 70),
    ]
    edit_articles([each.pk for each in others], heat=-1)
    link(lead, *others)
    story = story_of(lead)
    assert (story.size, story.providers, story.independent) == (7, 5, 3)
    assert (story.first, story.last) == (TIME, TIME + 6 * hour)
    names = [provider.domain if provider else None for provider in (story.other_1, story.other_2, story.other_3)]
    assert names == ["three.example", "two.example", "azure.contoso.com"]
    wire.kind = Provider.Kind.OUTLET
    wire.save()
    assert story_of(lead).independent == 4
    assert story_of(lead).rank == rank_of(lead.heat, 40, 4, lead.published_date_time)


def test_a_story_of_one_article_has_one_independent_provider_or_none() -> None:
    assert story_of(make_article()).independent == 1
    wire = make_provider("prnewswire.com", kind=Provider.Kind.WIRE)
    assert story_of(make_article(provider=wire)).independent == 0


def test_well_known_wires_are_taken_for_wires(tmp_path: Path, write_article: Write) -> None:
    write_article("a.md", provider="{name: Business Wire, domain: www.businesswire.com}")
    run_import(tmp_path / "site")
    assert Provider.objects.get().kind == Provider.Kind.WIRE
    assert not is_wire("notbusinesswire.com")


def test_titles_are_compared_by_their_words() -> None:
    assert (
        normal_title("Ice &amp; Fire – “again”") == normal_title("ice & fire: AGAIN!") != normal_title("Fire and ice")
    )


def test_components_are_joined_whatever_the_direction() -> None:
    groups = components(range(7), [(1, 2), (3, 2), (5, 4), (6, 99), (99, 0)])
    assert sorted(map(sorted, groups)) == [[0], [1, 2, 3], [4, 5], [6]]


def test_an_article_of_the_future_leads_when_its_time_has_come(client: Client) -> None:
    now = timezone.now()
    listed = make_article(heat=10, published_date_time=now - dt.timedelta(hours=2))
    later = make_article(title="Later", heat=90, published_date_time=now + dt.timedelta(hours=2))
    link(listed, later)
    story = story_of(listed)
    assert (story.lead_id, story.size, story.changes_at) == (listed.pk, 1, later.published_date_time)
    assert "Later" not in client.get("/").content.decode()
    Article.objects.filter(pk=later.pk).update(published_date_time=now - dt.timedelta(minutes=1))
    Story.objects.filter(pk=story.pk).update(changes_at=now - dt.timedelta(minutes=1))
    update_marked_stories()
    story.refresh_from_db()
    assert (story.lead_id, story.size, story.changes_at) == (later.pk, 2, None)


def test_an_article_of_the_future_alone_is_there_without_anybody_settling(client: Client) -> None:
    later = make_article(published_date_time=timezone.now() + dt.timedelta(hours=2))
    story = story_of(later)
    assert story.listed_from == later.published_date_time
    assert client.get("/").context["lead"] is None
    assert client.get(story.get_absolute_url()).status_code == 404
