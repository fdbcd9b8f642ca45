"""Which articles belong together, who leads, where a story is found."""

import datetime as dt
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from django.test import Client

from articles.editorial.edits import edit_articles
from articles.models import (
    Article,
    ArticleTopic,
    ListingMonth,
    RelatedLink,
    Story,
    StoryDecision,
    StoryLead,
    StoryMark,
    StoryMember,
)
from articles.stories import rebuild_stories
from tests.support.factories import TIME, make_article, make_reference
from tests.support.import_runs import run_import
from tests.support.site_files import article_text
from tests.support.stories import link, members, story_of

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def snapshot() -> tuple[object, ...]:
    """Return all that is kept about stories, ids included."""
    columns = [field.attname for field in Story._meta.concrete_fields]
    stories = list(Story.objects.order_by("pk").values_list(*columns))
    folded = set(ArticleTopic.objects.values_list("article_id", "topic_id", "folded_from"))
    months = set(ListingMonth.objects.values_list("topic_id", "month", "count", "folded"))
    return stories, set(StoryMember.objects.values_list("article_id", "story_id")), folded, months


def test_the_stories_of_the_azure_site_are_events_that_soon_end(corpora: Path) -> None:
    run_import(corpora / "azure-sample")
    times: dict[int, list[dt.datetime]] = defaultdict(list)
    members = StoryMember.objects.values_list("story_id", "article__published_date_time")
    for story, time in members:
        times[story].append(time)
    days = sorted((max(each) - min(each)).total_seconds() / 86400 for each in times.values() if len(each) > 1)
    assert len(days) > 300
    assert days[len(days) // 2] <= 2
    assert days[int(len(days) * 0.95)] <= 10
    assert days[-1] <= 14
    # What a story is led by, and that it has a lead at all, follows from its members as before.
    for story in Story.objects.filter(size__gt=4)[:40]:
        listed = Article.objects.listed().filter(member__story=story)
        best = min(listed, key=lambda each: (-each.heat, -each.quality, each.published_date_time), default=None)
        assert story.lead_id == (best.pk if best else None)


def test_the_seed_makes_a_story_that_keeps_its_address_while_it_grows(
    corpora: Path, tmp_path: Path, client: Client
) -> None:
    site = tmp_path / "site"
    shutil.copytree(corpora / "revisions" / "v1", site)
    run_import(site)
    seed = Article.objects.get(slug__startswith="dasa-plans")
    story = story_of(seed)
    assert (story.size, story.lead_id) == (3, seed.pk)
    url = story.get_absolute_url()
    assert "3 articles" in client.get(url).content.decode()
    shutil.rmtree(site)
    shutil.copytree(corpora / "revisions" / "v3", site)
    run_import(site)
    story = story_of(seed)
    assert (story.size, story.lead_id, story.get_absolute_url()) == (5, seed.pk, url)
    assert "5 articles" in client.get(url).content.decode()


def test_the_seed_itself_and_then_its_last_revision_are_one_story(corpora: Path, tmp_path: Path) -> None:
    shutil.copytree(corpora / "seed", tmp_path / "seed")
    run_import(tmp_path / "seed")
    story = story_of(Article.objects.get(slug__startswith="dasa-plans"))
    assert story.size == 3
    # It comes back under another name; while the first file stands, that would be another article.
    shutil.rmtree(tmp_path / "seed")
    run_import(corpora / "revisions" / "v3")
    assert story_of(Article.objects.get(slug__startswith="dasa-plans")) == story
    story.refresh_from_db()
    assert (story.size, story.lead and story.lead.heat) == (5, 96)


def test_links_join_in_either_direction_over_unlisted_articles_and_references() -> None:
    lead = make_article(title="Lead", heat=90)
    unlisted = make_article(title="Unlisted", heat=-1, published=False)
    reference = make_reference(title="Reference")
    alone = make_article(title="Alone")
    link(unlisted, lead, reference)
    story = story_of(lead)
    assert members(story) == {"Lead", "Unlisted", "Reference"}
    assert (story.lead_id, story.size, story.listed, story.heads) == (lead.pk, 3, 1, 1)
    assert (story_of(alone).size, story_of(alone).lead_id) == (1, alone.pk)


def test_the_lead_is_the_hottest_then_the_best_then_the_earliest() -> None:
    first = make_article(heat=50, quality=10, published_date_time=TIME)
    later = make_article(heat=50, quality=10, published_date_time=TIME + dt.timedelta(hours=1))
    better = make_article(heat=50, quality=20, published_date_time=TIME + dt.timedelta(hours=2))
    hotter = make_article(heat=60, quality=0, published_date_time=TIME + dt.timedelta(hours=3))
    unlisted = make_article(heat=99, published=False)
    link(unlisted, first, later, better, hotter)
    for lead in (hotter, better, first, later):
        assert story_of(unlisted).lead_id == lead.pk
        edit_articles([lead.pk], published=False)
    assert story_of(unlisted).lead_id is None


def test_withdrawn_articles_join_nothing_and_come_back_to_their_story() -> None:
    one, bridge, other = (make_article(title=title) for title in ("One", "Bridge", "Other"))
    link(bridge, one, other)
    story = story_of(one)
    assert story.size == 3
    edit_articles([bridge.pk], removed=True)
    assert not StoryMember.objects.filter(article=bridge).exists()
    assert story_of(one) != story_of(other)
    edit_articles([bridge.pk], removed=False)
    assert story_of(one) == story_of(other) == story_of(bridge) == story


def test_a_story_whose_only_article_was_withdrawn_is_gone_until_it_is_back(client: Client) -> None:
    article = make_article()
    story = story_of(article)
    edit_articles([article.pk], removed=True)
    story.refresh_from_db()
    assert (story.size, story.rank) == (0, None)
    assert client.get(story.get_absolute_url()).status_code == 404
    edit_articles([article.pk], removed=False)
    assert story_of(article) == story


def test_when_stories_join_the_older_address_stays_and_the_other_leads_there(client: Client) -> None:
    old, old_member, new, new_member = (make_article(title=title) for title in ("Old", "Old 2", "New", "New 2"))
    link(old, old_member)
    link(new, new_member)
    older, newer = story_of(old), story_of(new)
    before = newer.get_absolute_url()
    link(old, new)
    assert story_of(new) == older
    response = client.get(f"{before}?by=time")
    assert (response.status_code, response["Location"]) == (301, f"{story_of(old).get_absolute_url()}?by=time")
    third = make_article(title="Third")
    link(third, old)
    assert client.get(before)["Location"] == story_of(third).get_absolute_url()


def test_a_story_that_falls_apart_stays_where_its_lead_stays() -> None:
    core = [make_article(title=f"Core {number}") for number in range(3)]
    lead = make_article(title="Lead", heat=90)
    link(core[0], *core[1:], lead)
    story = story_of(lead)
    assert story.size == 4
    RelatedLink.objects.get(target=lead).delete()
    assert story_of(lead) == story
    [parted] = {story_of(article) for article in core}
    assert parted != story


def test_a_story_without_a_lead_stays_where_most_of_it_stays() -> None:
    core = [make_article(title=f"Core {number}", published=False) for number in range(3)]
    part = make_article(title="Part", published=False)
    link(core[0], *core[1:], part)
    story = story_of(part)
    assert story.lead is None
    RelatedLink.objects.get(target=part).delete()
    assert {story_of(article) for article in core} == {story}
    assert story_of(part) not in (story, None)


def random_change(rng: random.Random, site: Path, articles: Collection[str]) -> None:
    """Do one of the things that happen to a site: files written, changed, removed, articles edited."""
    name = rng.choice(sorted(articles))
    path = site / f"{name}.md"
    action = rng.random()
    if action < 0.55:
        related = [
            {
                "title": f'"{other}"',
                "webUrl": f'"https://{other}.example/a"',
                "provider": f"{{name: {other}, domain: {other[:2]}.example}}",
                "publishedDateTime": "2023-08-31T00:00:00Z",
            }
            for other in rng.sample(sorted(articles), rng.randint(0, 3))
        ]
        path.write_text(
            article_text(
                title=f'"{rng.choice("ABC")} title"',
                webUrl=f'"https://{name}.example/a"',
                heat=str(rng.choice([-1, 10, 50])),
                published=rng.choice(["true", "true", "false"]),
                topics=rng.choice(["[A]", "[A, B]", "[B]"]),
                publishedDateTime=f"2023-0{rng.randint(7, 9)}-01T00:00:00Z",
                provider=f"{{name: {name}, domain: {name[:2]}.example}}",
                related=related,
            )
        )
    elif action < 0.7:
        path.unlink(missing_ok=True)
    else:
        known = list(Article.objects.order_by("web_url", "pk"))
        article = rng.choice(known) if known else None
        if article and action < 0.8:
            edit_articles([article.pk], removed=rng.random() < 0.5)
        elif article and action < 0.9:
            edit_articles([article.pk], heat=rng.choice([-1, 5, 99]))
        elif article:
            decide(rng, article, rng.choice([None, *known]))
        return
    run_import(site, prune=rng.random() < 0.7)


def decide(rng: random.Random, article: Article, other: Article | None) -> None:
    """Decide something about an article's story, or take a decision back."""
    action = rng.random()
    if action < 0.3:
        StoryLead.objects.get_or_create(article=article)
    elif action < 0.8:
        values = {"joins": None if other == article else other, "keeps_links": rng.random() < 0.5}
        StoryDecision.objects.update_or_create(article=article, defaults=values)
    else:
        for row in (*StoryDecision.objects.filter(article=article), *StoryLead.objects.filter(article=article)):
            row.delete()


@pytest.mark.parametrize("seed", range(6))
def test_keeping_up_gives_what_a_rebuild_gives(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    site = tmp_path / "site"
    site.mkdir()
    names = [f"{letter}{number}" for letter in "pqr" for number in range(4)]
    largest = 0
    for _ in range(25):
        random_change(rng, site, names)
        kept = snapshot()
        rebuild_stories()
        for before, after in zip(kept, snapshot(), strict=True):
            assert after == before
        largest = max(largest, *Story.objects.values_list("size", flat=True), 0)
    assert largest > 2


def test_a_rebuild_from_nothing_joins_what_an_import_joined(corpora: Path) -> None:
    run_import(corpora / "revisions" / "v2")

    def partition() -> set[tuple[frozenset[int], int | None, int, float | None]]:
        groups: dict[int, set[int]] = defaultdict(set)
        for article, story in StoryMember.objects.values_list("article_id", "story_id"):
            groups[story].add(article)
        facts = Story.objects.in_bulk(list(groups))
        return {
            (frozenset(group), facts[pk].lead_id, facts[pk].independent, facts[pk].rank) for pk, group in groups.items()
        }

    before = partition()
    Story.objects.all().delete()
    rebuild_stories()
    assert partition() == before


def test_what_a_killed_import_left_is_settled_by_the_next(tmp_path: Path, write_article: Write) -> None:
    article = make_article()
    StoryMember.objects.all().delete()
    Story.objects.all().delete()
    StoryMark.objects.create(article_id=article.pk)
    write_article("a.md")
    run_import(tmp_path / "site")
    assert story_of(article).lead_id == article.pk
    assert not StoryMark.objects.exists()
