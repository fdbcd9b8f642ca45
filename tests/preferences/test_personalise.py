"""What a reader has hidden is nowhere: on no page, in no sidebar, no story, no name of a line; and pages say so."""

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Article, Provider, RelatedLink, Story
from articles.pages.cards import Facts
from articles.preferences.choices import Choices
from articles.preferences.filtering import Filter
from articles.stories import update_marked_stories
from articles.sync.imports.run import import_paths
from tests.conftest import SEED_EDITION
from tests.support.choices import VISIT, back_from, choose
from tests.support.factories import make_article, make_provider, make_reference, make_topic
from tests.support.muted_site import LOUD, MUTED, QUIET, VENDOR, WIRE, Site, html_of

pytestmark = pytest.mark.django_db


def test_a_muted_provider_is_nowhere_and_every_page_says_how_much_is_hidden(client: Client, site: Site) -> None:
    choose(client, MUTED)
    for url in site.pages:
        assert LOUD in html_of(Client(), url), url
        html = html_of(client, url)
        assert LOUD not in html, url
        assert "loud.example" not in html, url
        assert QUIET in html, url
        assert "hidden by you" in html or url == "/providers/quiet.example/", url
        assert "hidden by you" not in html_of(Client(), url), url


def test_show_shows_it_all_and_keeps_what_else_the_address_says(client: Client, site: Site) -> None:
    choose(client, MUTED)
    html = html_of(client, "/topics/ai/?view=articles")
    assert 'href="/topics/ai/?view=articles&amp;show=hidden"' in html
    for url in site.pages:
        shown = html_of(client, f"{url}{'&' if '?' in url else '?'}show=hidden")
        assert LOUD in shown, url
        assert "hidden by you" not in shown
        assert "hide again" in shown or url == "/providers/quiet.example/", url
    shown = html_of(client, "/topics/ai/?view=articles&show=hidden")
    assert 'href="/topics/ai/?view=articles"' in shown
    assert html_of(Client(), "/?show=hidden").count("hidden by you") == 0


@pytest.mark.parametrize(
    ("choices", "gone", "left"),
    [
        (Choices(hide_wires=True), [WIRE], [LOUD, VENDOR, QUIET]),
        (Choices(hide_vendors=True), [VENDOR], [LOUD, WIRE, QUIET]),
        (Choices(muted_topics=("noise",)), [f"{LOUD} tells it"], [WIRE, VENDOR, QUIET]),
        (Choices(muted_providers=("loud.example", "wire.example"), hide_vendors=True), [LOUD, WIRE, VENDOR], [QUIET]),
    ],
)
def test_what_is_hidden_is_nowhere(
    client: Client, site: Site, choices: Choices, gone: list[str], left: list[str]
) -> None:
    choose(client, choices)
    for url in site.pages:
        html = html_of(client, url)
        assert [name for name in gone if name in html] == [], url
        if url != "/providers/quiet.example/":
            assert [name for name in left if name not in html] == [], url


def test_articles_below_the_lowest_quality_are_hidden(client: Client) -> None:
    topic = make_topic()
    for quality in (-1, 0, 39, 40, 90):
        make_article([topic], title=f"Q{quality}.", quality=quality)
    for lowest, shown in ((0, [-1, 0, 39, 40, 90]), (1, [39, 40, 90]), (40, [40, 90]), (100, [])):
        choose(client, Choices(min_quality=lowest, hide_wires=True))
        html = html_of(client, "/topics/ai/")
        assert [quality for quality in (-1, 0, 39, 40, 90) if f"Q{quality}." in html] == shown
        assert (f"{5 - len(shown)} hidden by you" in html) == (len(shown) < 5)


def test_a_story_with_a_hidden_lead_opens_with_the_best_account_that_is_left(client: Client, site: Site) -> None:
    url = site.story.get_absolute_url()
    assert client.get(url).context["lead"].title == f"{QUIET} tells it"
    choose(client, Choices(muted_providers=("quiet.example",)))
    context = client.get(url).context
    assert context["lead"].title == f"{LOUD} tells it"
    assert QUIET not in html_of(client, url)
    assert [account.item.title for group in context["groups"] for account in group.shown + group.folded].count(
        f"{LOUD} tells it"
    ) == 0


def test_a_story_of_which_only_links_elsewhere_are_left_is_named_by_the_best_of_them(client: Client) -> None:
    other = make_provider("other.example", name="Other")
    lead = make_article(title="Lead", related=[make_reference(title="Elsewhere", provider=other, quality=9)])
    update_marked_stories()
    url = Story.objects.get(lead=lead).get_absolute_url()
    choose(client, Choices(muted_providers=("a.example",)))
    html = html_of(client, url)
    assert "Elsewhere</h1>" in html
    assert "Lead" not in html
    choose(client, Choices(muted_providers=("a.example", "other.example")))
    html = html_of(client, url)
    assert "You have hidden all of this story" in html
    assert "2 hidden by you" in html
    assert "Lead</a></h1>" in html_of(client, f"{url}?show=hidden")


def test_the_page_of_what_is_muted_shows_it_says_so_and_offers_to_undo_it(client: Client, site: Site) -> None:
    choose(client, Choices(muted_providers=("loud.example",), muted_topics=("noise",), hide_wires=True))
    html = html_of(client, "/providers/loud.example/")
    assert "You have muted this provider" in html
    assert 'name="unmute_provider" value="loud.example"' in html
    assert f"{LOUD} alone" in html
    assert "You have muted this topic" in html_of(client, "/topics/noise/")
    assert 'name="unmute_topic" value="noise"' in html_of(client, "/topics/noise/")
    assert f"{WIRE} alone" in html_of(client, "/providers/wire.example/")
    assert "muted by you" in html_of(client, "/providers/")
    assert html_of(client, "/topics/").count("muted by you") == 1
    for url in ("/providers/", "/topics/", "/providers/loud.example/", "/topics/noise/"):
        html = html_of(Client(), url)
        assert "muted by you" not in html
        assert "You have muted" not in html


def test_muted_topics_are_no_links_of_the_frame(client: Client, site: Site) -> None:
    assert 'href="/topics/noise/"' in html_of(client, "/about/ranking/")
    choose(client, Choices(muted_topics=("noise",)))
    for url in ("/", "/about/ranking/", "/topics/ai/"):
        assert 'href="/topics/noise/"' not in html_of(client, url), url


def test_a_page_whose_articles_are_all_hidden_says_so_instead_of_being_empty(client: Client, site: Site) -> None:
    choose(client, Choices(min_quality=100))
    for url in ("/", "/topics/ai/", "/archive/2023/09/", "/providers/loud.example/"):
        html = html_of(client, url)
        assert "hidden by you" in html, url
        assert "Nothing to read yet" not in html
        assert "No articles" not in html


# -- Images ----------------------------------------------------------------------


def test_with_images_off_no_page_has_one(client: Client) -> None:
    import_paths([SEED_EDITION], lambda root, problem: None)
    video = Article.objects.listed().filter(type="video").exclude(images=[])[0]
    story = Story.objects.filter(lead__isnull=False).order_by("-size")[0]
    provider = Provider.objects.exclude(images=[])[0]
    urls = [
        "/",
        "/topics/ai/",
        "/providers/",
        provider.get_absolute_url(),
        "/archive/2023/08/",
        video.get_absolute_url(),
        story.get_absolute_url(),
        story.lead.get_absolute_url(),  # type: ignore[union-attr]
    ]
    choose(client, Choices(images=False))
    for url in urls:
        assert "<img" in html_of(Client(), url), url
        assert "<img" not in html_of(client, url), url
        assert "/media/" not in html_of(client, url), url


@pytest.mark.parametrize("page", [{}, {"domain": "loud.example"}, {"topic": "noise"}])
@pytest.mark.parametrize(
    "choices",
    [
        MUTED,
        Choices(muted_topics=("noise",)),
        Choices(min_quality=50, hide_vendors=True),
        Choices(hide_wires=True, muted_topics=("noise", "ai"), muted_providers=("loud.example", "quiet.example")),
    ],
)
def test_the_database_hides_what_the_rule_hides(site: Site, choices: Choices, page: dict[str, str]) -> None:
    chosen = Filter(choices, **page)
    articles = Article.objects.select_related("provider").prefetch_related("topics")
    facts = {
        each.pk: Facts(
            each.provider.domain, each.provider.kind, each.quality, frozenset(t.slug for t in each.topics.all())
        )
        for each in articles
    }
    hidden = {pk for pk, its in facts.items() if chosen.hides(its)}
    assert chosen.hidden_among(set(facts)) == hidden
    assert hidden or page


# -- The rule itself, and what it costs --------------------------------------------


def test_the_page_of_a_provider_or_topic_hides_nothing_for_being_of_it() -> None:
    choices = Choices(muted_providers=("a.example",), muted_topics=("ai",), hide_wires=True, min_quality=5)
    wire = Facts("a.example", "wire", 50, frozenset({"ai"}))
    assert Filter(choices).hides(wire)
    assert Filter(choices, domain="a.example").hides(replace(wire, domain="b.example", topics=frozenset()))
    assert not Filter(choices, domain="a.example").hides(replace(wire, topics=frozenset()))
    assert not Filter(choices, domain="a.example", topic="ai").hides(wire)
    assert Filter(choices, domain="a.example", topic="ai").hides(replace(wire, quality=4))
    assert not Filter(Choices()).hides(replace(wire, quality=-9))


def test_choices_cost_few_queries_however_much_there_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    everything = replace(
        back_from(VISIT),
        followed_topics=("topic-0", "topic-1"),
        muted_topics=("noise",),
        muted_providers=("r0.example",),
        min_quality=1,
        hide_wires=True,
    )
    topic, noise = make_topic(), make_topic("Noise")
    counts: list[list[int]] = []
    for number in (25, 45):
        with stories_at_the_end():
            articles = [
                make_article([topic, make_topic(f"Topic {index % 2}"), *([noise] if index % 3 == 0 else [])],
                             quality=9, provider=make_provider(f"p{index}.example"))
                for index in range(number)
            ]  # fmt: skip
            for article in articles[1:]:
                RelatedLink.objects.get_or_create(article=articles[0], target=article, defaults={"position": 1})
        choose(client, everything)
        story = Story.objects.get(members=articles[0].pk)
        counts.append([])
        for url in ("/", "/topics/", "/topics/ai/", articles[0].get_absolute_url(), story.get_absolute_url(),
                    "/providers/", "/providers/p1.example/", "/archive/2023/09/", "/settings/"):  # fmt: skip
            with django_assert_max_num_queries(17) as captured:
                html_of(client, url)
            counts[-1].append(len(captured))
    assert counts[0] == counts[1]
    assert max(counts[0][1:]) <= 10
