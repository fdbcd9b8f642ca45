"""Stories: which articles belong together, who leads, where a story is found, and what readers see of it."""

import datetime as dt
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.content.web_addresses import normal_address
from articles.editorial.edits import edit_articles
from articles.models import (
    Article,
    ArticleTopic,
    ListingMonth,
    Provider,
    RelatedLink,
    Story,
    StoryDecision,
    StoryLead,
    StoryMark,
    StoryMember,
)
from articles.pages.front import Clock, reason
from articles.pages.story_coverage import accounts_from, groups_by, one_per_provider, timeline_of
from articles.stories import components, normal_title, rebuild_stories, settle
from articles.stories.ranking import points, rank_of
from articles.sync.imports.run import import_paths
from articles.sync.known_wires import is_wire
from tests.conftest import article_text
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def run(*paths: Path, prune: bool = False) -> None:
    import_paths(paths, lambda root, problem: None, prune=prune)


def link(article: Article, *targets: Article) -> None:
    for target in targets:
        RelatedLink.objects.create(article=article, target=target, position=0)


def story_of(article: Article) -> Story:
    return Story.objects.get(members=article.pk)


def members(story: Story) -> set[str]:
    return set(Article.objects.filter(member__story=story).values_list("title", flat=True))


def snapshot() -> tuple[object, ...]:
    """Return all that is kept about stories, ids included."""
    columns = [field.attname for field in Story._meta.concrete_fields]
    stories = list(Story.objects.order_by("pk").values_list(*columns))
    folded = set(ArticleTopic.objects.values_list("article_id", "topic_id", "folded_from"))
    months = set(ListingMonth.objects.values_list("topic_id", "month", "count", "folded"))
    return stories, set(StoryMember.objects.values_list("article_id", "story_id")), folded, months


# -- From links to stories -------------------------------------------------------


def test_the_azure_site_gives_the_stories_that_its_links_and_copies_make(corpora: Path) -> None:
    run(corpora / "azure-sample")
    links = RelatedLink.objects.filter(
        article__removed=False, target__removed=False, article__file_missing=False, target__file_missing=False
    )
    groups = {pk: {pk} for pk in Article.objects.filter(removed=False).values_list("pk", flat=True)}
    pieces: dict[str, int] = {}
    files = Article.objects.filter(removed=False, is_reference=False).values_list("pk", "web_url", "original_url")
    copies = [(pieces.setdefault(normal_address(web or original), pk), pk) for pk, web, original in files]
    assert sum(one != other for one, other in copies) > 0
    for one, other in [*links.values_list("article_id", "target_id"), *copies]:
        if groups[one] is not groups[other]:
            groups[one] |= groups[other]
            groups.update(dict.fromkeys(groups[other], groups[one]))
    expected = {frozenset(group) for group in groups.values()}
    actual: dict[int, set[int]] = defaultdict(set)
    for article, story in StoryMember.objects.values_list("article_id", "story_id"):
        actual[story].add(article)
    assert {frozenset(group) for group in actual.values()} == expected
    assert max(map(len, expected)) > 200
    leads = dict(Story.objects.values_list("pk", "lead_id"))
    for story, group in actual.items():
        listed = Article.objects.listed().filter(pk__in=group)
        best = min(listed, key=lambda each: (-each.heat, -each.quality, each.published_date_time), default=None)
        assert leads[story] == (best.pk if best else None)
    several = [group for group in actual.values() if len(group) > 1]
    heads = [Article.objects.filter(pk__in=group, is_reference=False).exclude(heat=-1) for group in several]
    led = [(group, head.get()) for group, head in zip(several, heads, strict=True) if head.count() == 1]
    assert len(led) > 250
    assert all(leads[StoryMember.objects.get(article=head).story_id] == head.pk for _, head in led if head.published)


def test_the_seed_makes_a_story_that_keeps_its_address_while_it_grows(
    corpora: Path, tmp_path: Path, client: Client
) -> None:
    site = tmp_path / "site"
    shutil.copytree(corpora / "revisions" / "v1", site)
    run(site)
    seed = Article.objects.get(slug__startswith="dasa-plans")
    story = story_of(seed)
    assert (story.size, story.lead_id) == (3, seed.pk)
    url = story.get_absolute_url()
    assert "3 articles" in client.get(url).content.decode()
    shutil.rmtree(site)
    shutil.copytree(corpora / "revisions" / "v3", site)
    run(site)
    story = story_of(seed)
    assert (story.size, story.lead_id, story.get_absolute_url()) == (5, seed.pk, url)
    assert "5 articles" in client.get(url).content.decode()


def test_the_seed_itself_and_then_its_last_revision_are_one_story(corpora: Path, tmp_path: Path) -> None:
    shutil.copytree(corpora / "seed", tmp_path / "seed")
    run(tmp_path / "seed")
    story = story_of(Article.objects.get(slug__startswith="dasa-plans"))
    assert story.size == 3
    # It comes back under another name; while the first file stands, that would be another article.
    shutil.rmtree(tmp_path / "seed")
    run(corpora / "revisions" / "v3")
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


def test_a_story_that_falls_apart_stays_where_most_of_it_stays() -> None:
    core = [make_article(title=f"Core {number}") for number in range(3)]
    part = make_article(title="Part")
    link(core[0], *core[1:], part)
    story = story_of(part)
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
    run(site, prune=rng.random() < 0.7)


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
    run(corpora / "revisions" / "v2")

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
    run(tmp_path / "site")
    assert story_of(article).lead_id == article.pk
    assert not StoryMark.objects.exists()


# -- What editors decide ----------------------------------------------------------


def test_an_article_that_an_editor_takes_out_stays_out(tmp_path: Path, write_article: Write) -> None:
    entry = {
        "title": '"B"',
        "webUrl": '"https://a.example/b"',
        "provider": "{name: A, domain: a.example}",
        "publishedDateTime": "2023-08-31T00:00:00Z",
    }
    write_article("a.md", webUrl='"https://a.example/a"', related=[entry])
    write_article("b.md", title='"B"', webUrl='"https://a.example/b"')
    run(tmp_path / "site")
    one, other = (Article.objects.get(source_path=path) for path in ("a.md", "b.md"))
    assert story_of(one) == story_of(other)
    decision = StoryDecision.objects.create(article=other)
    assert story_of(one) != story_of(other)
    write_article("a.md", title='"Changed"', webUrl='"https://a.example/a"', related=[entry])
    run(tmp_path / "site")
    rebuild_stories()
    assert story_of(one) != story_of(other)
    decision.delete()
    assert story_of(one) == story_of(other)


def test_what_an_editor_decided_about_a_reference_outlives_the_lists_that_name_it(
    tmp_path: Path, write_article: Write
) -> None:
    entry = {
        "title": '"B"',
        "webUrl": '"https://b.example/b"',
        "provider": "{name: B, domain: b.example}",
        "publishedDateTime": "2023-08-31T00:00:00Z",
    }
    write_article("a.md", related=[entry])
    run(tmp_path / "site")
    reference = Article.objects.get(is_reference=True)
    StoryDecision.objects.create(article=reference)
    write_article("a.md", related=[])
    run(tmp_path / "site")
    write_article("a.md", related=[entry])
    run(tmp_path / "site")
    assert StoryDecision.objects.get().article == reference
    assert story_of(reference) != story_of(Article.objects.get(is_reference=False))


def test_an_article_that_an_editor_moves_goes_with_the_other_story() -> None:
    here, moved, there, friend = (make_article(title=title) for title in ("Here", "Moved", "There", "Friend"))
    link(here, moved)
    link(there, friend)
    decision = StoryDecision.objects.create(article=moved, joins=friend)
    assert story_of(moved) == story_of(there) != story_of(here)
    decision.joins = here
    decision.save()
    assert story_of(moved) == story_of(here) != story_of(there)


# -- Facts, by hand -----------------------------------------------------------------


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
    run(tmp_path / "site")
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
    settle()
    story.refresh_from_db()
    assert (story.lead_id, story.size, story.changes_at) == (later.pk, 2, None)


def test_an_article_of_the_future_alone_is_there_without_anybody_settling(client: Client) -> None:
    later = make_article(published_date_time=timezone.now() + dt.timedelta(hours=2))
    story = story_of(later)
    assert story.listed_from == later.published_date_time
    assert client.get("/").context["lead"] is None
    assert client.get(story.get_absolute_url()).status_code == 404


# -- Ranking --------------------------------------------------------------------------


def test_a_score_halves_with_every_half_life() -> None:
    assert points(90, 40, 3) == 1 + 90 + 0.5 * 40 + 5 * 2
    assert points(-1, -5, 0) == 1
    day = dt.timedelta(days=1)
    assert rank_of(99, 0, 1, TIME + day) - rank_of(99, 0, 1, TIME) == pytest.approx(1)
    assert rank_of(199, 0, 1, TIME) == pytest.approx(rank_of(99, 0, 1, TIME + day))


def test_the_latest_cards_say_why_they_are_there_too(client: Client) -> None:
    for number in range(8):
        make_article(heat=number, provider=make_provider(f"p{number}.example"))
    context = client.get("/").context
    assert len(context["latest"]) == 3
    assert all("old" in card.reason for card in context["latest"])
    assert client.get("/").content.decode().count('class="why"') == 8


def test_every_ranked_card_says_why_it_is_there(client: Client) -> None:
    now = timezone.now()
    lead = make_article(heat=96, published_date_time=now - dt.timedelta(hours=3, minutes=5))
    link(lead, *(make_reference(provider=make_provider(f"r{number}.example")) for number in range(4)))
    make_article(heat=0, published_date_time=now - dt.timedelta(minutes=5), provider=make_provider("z.example"))
    context = client.get("/").context
    cards = [context["lead"], *context["secondary"]]
    assert [card.reason for card in cards] == ["heat 96, 5 providers, 3 hours old", "1 provider, less than an hour old"]
    assert not context["clock"].rests
    assert "heat 96, 5 providers, 3 hours old" in client.get("/").content.decode()


def test_a_site_that_rests_counts_from_its_newest_article_and_says_so(client: Client) -> None:
    make_article(heat=10, published_date_time=TIME)
    make_article(heat=50, published_date_time=TIME - dt.timedelta(days=3), provider=make_provider("b.example"))
    context = client.get("/").context
    assert [card.reason for card in [context["lead"], *context["secondary"]]] == [
        "heat 10, 1 provider, less than an hour old",
        "heat 50, 1 provider, 3 days old",
    ]
    assert "ages are counted from then" in client.get("/").content.decode()


def test_reasons_count_hours_and_days() -> None:
    clock = Clock(TIME, rests=True)
    assert reason(0, 2, TIME - dt.timedelta(hours=1), clock) == "2 providers, 1 hour old"
    assert reason(5, 1, TIME - dt.timedelta(hours=50), clock) == "heat 5, 1 provider, 2 days old"


def test_the_formula_stands_on_a_page_with_the_numbers_in_force(client: Client, settings: object) -> None:
    settings.RANKING_QUALITY_WEIGHT = 0.75  # type: ignore[attr-defined]
    html = client.get("/about/ranking/").content.decode()
    assert "0.75 × quality" in html
    assert "at most" not in html


# -- What readers see -------------------------------------------------------------------


def make_story(size: int, topic: str = "AI") -> tuple[Article, list[Article]]:
    lead = make_article([make_topic(topic)], title="Lead", heat=90, quality=5, published_date_time=TIME)
    others = [
        make_article(
            title=f"Account {number}",
            heat=-1,
            quality=number,
            published=False,
            published_date_time=TIME + dt.timedelta(hours=number),
            provider=make_provider(f"p{number % 7}.example"),
        )
        for number in range(size - 1)
    ]
    RelatedLink.objects.bulk_create(
        RelatedLink(article=one, target=other, position=place)
        for one in [lead, *others]
        for place, other in enumerate([lead, *others][: 10 if one != lead else size])
        if one != other
    )
    link(others[0], *others[20:21])
    return lead, others


@pytest.mark.parametrize("size", [9, 259])
def test_a_story_page_needs_few_queries_whatever_its_size(
    client: Client, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead, _ = make_story(size)
    rebuild_stories()
    story = story_of(lead)
    assert story.size == size
    with django_assert_num_queries(5) as captured:
        html = client.get(story.get_absolute_url()).content.decode()
    assert not any("relatedlink" in query["sql"] for query in captured.captured_queries)
    assert f"{size} articles" in html
    assert html.count('class="account"') == size - 1
    for url in ("/", "/topics/ai/", "/topics/ai/?view=stories", lead.get_absolute_url()):
        with django_assert_num_queries({"/": 8, lead.get_absolute_url(): 5}.get(url, 8)):
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
    assert "and 8 more" in html


def test_an_article_shows_more_on_its_story_above_its_own_list(client: Client) -> None:
    lead, _ = make_story(12)
    rebuild_stories()
    response = client.get(lead.get_absolute_url())
    coverage = response.context["coverage"]
    assert [account.item.title for account in coverage["shown"]] == [f"Account {number}" for number in (10, 9, 8, 7, 6)]
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
    beside = [account.item.title for account in (*coverage["shown"], *coverage["folded"])]
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


def listed_story(topic: str = "AI") -> tuple[Article, Article, Article]:
    """Return a story's lead and member, both listed, and another article between them in time."""
    topics = [make_topic(topic)]
    lead = make_article(topics, title="Lead", heat=90, published_date_time=TIME)
    between = make_article(topics, title="Between", published_date_time=TIME + dt.timedelta(hours=1))
    member = make_article(topics, title="Member", heat=10, published_date_time=TIME + dt.timedelta(hours=2))
    link(member, lead)
    return lead, between, member


def titles(client: Client, url: str) -> list[str]:
    return [card.title for card in client.get(url).context["cards"]]


def test_a_topic_lists_each_article_and_folds_stories_when_asked(client: Client) -> None:
    listed_story()
    assert titles(client, "/topics/ai/") == ["Member", "Between", "Lead"]
    assert titles(client, "/topics/ai/?view=stories") == ["Between", "Lead"]
    assert titles(client, "/topics/ai/?view=nonsense") == ["Member", "Between", "Lead"]
    assert '<link rel="canonical" href="http://testserver/topics/ai/">' in client.get(
        "/topics/ai/?view=stories"
    ).content.decode().replace("'", '"')


def test_a_topic_without_the_lead_folds_under_the_member_that_it_has(client: Client) -> None:
    lead, _, member = listed_story()
    second = make_article([make_topic("B")], title="Second", heat=5, published_date_time=TIME + dt.timedelta(hours=3))
    ArticleTopic.objects.create(article=member, topic=make_topic("B"))
    link(second, lead)
    assert titles(client, "/topics/b/?view=stories") == ["Member"]
    assert titles(client, "/topics/b/") == ["Second", "Member"]
    edit_articles([member.pk], published=False)
    assert titles(client, "/topics/b/?view=stories") == ["Second"]


def test_pages_of_folded_topics_are_whole(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 3  # type: ignore[attr-defined]
    settings.RANKING_PER_PROVIDER = 99  # type: ignore[attr-defined]
    for _ in range(5):
        listed_story()
    url, seen = "/topics/ai/?view=stories", []
    while url:
        page = client.get(url).context["page"]
        assert page.paginator.count == 10
        seen += page.object_list
        url = page.next_url
    assert len(seen) == len(set(seen)) == 10
    assert client.get("/topics/ai/?view=stories&page=5").status_code == 404


def test_the_first_folded_page_shows_few_of_one_provider_and_links_to_the_rest(client: Client) -> None:
    topics = [make_topic()]
    for number in range(6):
        make_article(topics, title=f"Loud {number}", provider=make_provider("loud.example", name="Loud"))
    make_article(topics, title="Quiet", published_date_time=TIME - dt.timedelta(days=2))
    response = client.get("/topics/ai/?view=stories")
    assert [card.title for card in response.context["cards"]] == ["Loud 0", "Loud 1", "Loud 2", "Quiet"]
    html = response.content.decode()
    assert "3 more from <bdi>Loud</bdi>" in html
    assert all(f"Loud {number}</a>" in html for number in (3, 4, 5))
    assert len(titles(client, "/topics/ai/")) == 7


# -- A reader's choice -------------------------------------------------------------------


def test_a_reader_can_keep_stories_folded(client: Client) -> None:
    listed_story()
    response = client.post("/settings/change/", {"view": "stories", "next": "/topics/ai/"})
    assert (response.status_code, response["Location"]) == (302, "/topics/ai/")
    cookie = response.cookies["choices"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert titles(client, "/topics/ai/") == ["Between", "Lead"]
    assert titles(client, "/topics/ai/?view=articles") == ["Member", "Between", "Lead"]
    client.post("/settings/change/", {"view": "articles", "next": "/topics/ai/"})
    assert titles(client, "/topics/ai/") == ["Member", "Between", "Lead"]


def test_choices_reach_no_shared_cache(client: Client) -> None:
    listed_story()
    plain = client.get("/topics/ai/")
    assert "Cookie" in plain["Vary"]
    assert "private" not in plain.get("Cache-Control", "")
    client.post("/settings/change/", {"view": "stories"})
    assert "private" in client.get("/topics/ai/")["Cache-Control"]


def test_a_cookie_that_this_site_did_not_write_counts_for_nothing(client: Client) -> None:
    listed_story()
    for text in ("stories", '{"view": "stories"}', "eyJ2aWV3Ijoic3RvcmllcyJ9:1abc:xyz"):
        client.cookies["choices"] = text
        assert len(titles(client, "/topics/ai/")) == 3


def test_only_forms_of_this_site_set_a_choice(client: Client) -> None:
    data = {"view": "stories", "next": "/topics/ai/"}
    assert client.post("/settings/change/", data, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/settings/change/", data, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/settings/change/", data, headers={"origin": "http://testserver"}).status_code == 302
    assert client.post("/settings/change/", {"view": "x"}).status_code == 400
    assert client.get("/settings/change/").status_code == 405
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert client.post("/settings/change/", data | {"next": elsewhere})["Location"] == "/"
