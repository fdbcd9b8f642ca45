"""What readers meet in a browser."""

import datetime as dt
import itertools
from collections.abc import Callable, Sequence

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, Route, expect

from articles.models import Article, Story
from articles.pages.front import LATEST, TOP_STORIES, choose_leads
from articles.pages.topic_tree import topic_tree
from articles.text.rendering import plain_text
from articles.views.front import SECTION_SIZE, SECTIONS, section_topics
from tests.browser.conftest import NewPage, visit
from tests.support.edition import PAGE_SIZE, PAGES
from tests.support.pages import AXE_OPTIONS, DESKTOP, EVERY_PAGE, NARROWEST, PHONE, follow, resize
from tests.support.sections import topic_sections

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TARGETS = "nav a, aside a, .masthead a, .kicker a, .byline a, .headline__meta a, .more a, .why a, button, summary, input:not([type=hidden]), .button, .tools a, .check"


@EVERY_PAGE
def test_a_page_fits_every_window_and_draws_no_picture_larger_than_it_is(page: Page, name: str) -> None:
    visit(page, name)
    assert page.locator("h1").count() == 1
    flaws = []
    for size, scheme in ((NARROWEST, "light"), (PHONE, "dark"), (DESKTOP, "light")):
        resize(page, size, scheme)
        found = page.evaluate("measure.overflows()") + page.evaluate("measure.pictures()")
        found += page.evaluate("selector => measure.smallTargets(selector, 24)", TARGETS)
        flaws += [f"{size[0]}, {scheme}: {flaw}" for flaw in found]
    assert not flaws, "\n".join(flaws)


@EVERY_PAGE
def test_axe_finds_nothing_on_a_page_in_either_scheme_and_at_either_width(page: Page, name: str) -> None:
    visit(page, name)
    page.evaluate(AXE_SCRIPT)
    flaws = []
    for size, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        resize(page, size, scheme)
        results = AxeResults(page.evaluate("options => axe.run(options)", AXE_OPTIONS))
        if results.violations_count:
            flaws.append(f"{name} at {size[0]}, {scheme}: {results.generate_report()}")
    assert not flaws, "\n".join(flaws)


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["front", "topic", "article"])
def test_pictures_that_come_late_move_nothing(page: Page, name: str, size: tuple[int, int]) -> None:
    held: list[Route] = []
    released = False
    page.route("**/media/**", lambda route: route.continue_() if released else held.append(route))
    resize(page, size)
    page.goto(PAGES[name], wait_until="domcontentloaded")
    page.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    assert held
    released = True
    for route in held:
        route.continue_()
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    page.evaluate("measure.pictures()")
    assert page.evaluate("measure.layoutShifts()") == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["front", "topic", "article"])
def test_a_page_that_comes_in_pieces_is_drawn_without_moving_what_was_there(
    page: Page, name: str, size: tuple[int, int]
) -> None:
    resize(page, size)
    visit(page, name)
    page.evaluate(
        """async () => {
            const lines = (await (await fetch(location.href)).text()).split("\\n");
            document.open();
            while (lines.length) {
                document.write(lines.splice(0, 6).join("\\n") + "\\n");
                await new Promise(requestAnimationFrame);
            }
            document.close();
        }"""
    )
    assert page.evaluate("measure.layoutShifts()") == []


@pytest.mark.parametrize("name", ["front", "article", "410"])
def test_the_first_tab_reaches_the_link_that_skips_to_the_content(page: Page, name: str) -> None:
    visit(page, name)
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize(
    ("name", "size"),
    [("front", PHONE), ("front", DESKTOP), ("topic", PHONE), ("article", DESKTOP), ("provider list", PHONE)],
)
def test_the_tab_key_reaches_every_link_and_shows_where_it_is(page: Page, name: str, size: tuple[int, int]) -> None:
    resize(page, size)
    visit(page, name)
    stops = page.evaluate("measure.tabStops()")
    assert stops > 10
    flaws = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        flaws += page.evaluate("measure.focusFlaws()")
    assert not flaws, "\n".join(flaws)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "body", "there is one more stop than links"


def front_articles() -> list[Article]:
    """Return what the front page shows, in the order of reading: the top stories, the sections, the latest."""
    choice = choose_leads(TOP_STORIES, LATEST)
    latest = [run.lead for run in choice.latest]
    articles = Article.objects.in_bulk(choice.top + latest)
    sections = topic_sections(section_topics(topic_tree()), choice.top + latest, SECTION_SIZE)[:SECTIONS]
    assert sections
    listed = {article.get_absolute_url(): article for article in Article.objects.listed()}
    in_sections = [listed[card.url] for section in sections for card in section.cards]
    return [
        *(articles[key] for key in choice.top),
        *in_sections,
        *(articles[key] for key in latest),
    ]


def topic_articles() -> Sequence[Article]:
    return Article.objects.listed().filter(topics__slug="ai").newest_first()


def provider_articles() -> Sequence[Article]:
    return Article.objects.listed().filter(provider__domain="pixelledger.example").newest_first()


def month_articles() -> Sequence[Article]:
    return Article.objects.listed().filter(date__year=2023, date__month=8).newest_first()


@pytest.mark.parametrize(
    ("name", "articles", "first"),
    [
        ("front", front_articles, None),
        ("topic", topic_articles, 0),
        ("topic, page 2", topic_articles, PAGE_SIZE),
        ("provider", provider_articles, 0),
        ("archive month", month_articles, 0),
    ],
)
def test_the_feed_of_a_page_is_its_list_and_nothing_beside_it(
    page: Page, name: str, articles: Callable[[], Sequence[Article]], first: int | None
) -> None:
    visit(page, name)
    shown = articles() if first is None else articles()[first : first + PAGE_SIZE]
    assert page.locator(".h-feed").count() == 1
    entries = page.evaluate("measure.entries(document.querySelector('.h-feed'))")
    assert [summary(entry) for entry in entries] == [expected_entry(article) for article in shown]
    assert page.locator(".h-entry").count() == len(entries)
    assert page.locator(".h-feed aside, aside .h-entry, aside .h-feed").count() == 0


def test_the_page_of_an_article_is_an_entry_of_its_own(page: Page) -> None:
    visit(page, "article")
    [entry] = page.evaluate("measure.entries(document)")
    assert summary(entry) == expected_entry(Article.objects.get(slug="the-marsh-that-ate-the-storm"))
    assert page.locator(".story__coverage .accounts > *").count() > 0
    assert page.locator(".h-entry aside").count() == 0


def summary(entry: dict[str, list[str]]) -> tuple[list[str], list[str], list[dt.datetime], list[str]]:
    published = [dt.datetime.fromisoformat(text) for text in entry["published"]]
    return entry["names"], entry["urls"], published, entry["authors"]


def expected_entry(article: Article) -> tuple[list[str], list[str], list[dt.datetime], list[str]]:
    title, author = plain_text(article.title), plain_text(article.provider.name)
    return [title], [article.get_absolute_url()], [article.published_date_time], [author]


@pytest.mark.parametrize(
    ("name", "articles"),
    [("topic", topic_articles), ("provider", provider_articles), ("archive month", month_articles)],
)
def test_older_leads_to_the_last_page_and_newer_back(
    page: Page, name: str, articles: Callable[[], Sequence[Article]]
) -> None:
    visit(page, name)
    pages = [titles_of(page)]
    older, newer = page.get_by_role("link", name="Older"), page.get_by_role("link", name="Newer")
    assert newer.count() == 0
    while older.count():
        follow(page, older)
        pages.append(titles_of(page))
    assert list(itertools.chain(*pages)) == [plain_text(article.title) for article in articles()]
    assert len(pages) > 1
    for titles in reversed(pages[:-1]):
        follow(page, newer)
        assert titles_of(page) == titles
    assert page.url.endswith(PAGES[name])
    assert newer.count() == 0


def titles_of(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".h-feed .h-entry > * > .p-name").all_text_contents()]


@pytest.mark.parametrize("javascript", [True, False])
def test_one_reads_from_the_front_page_over_a_topic_and_an_article_to_the_provider(
    new_page: NewPage, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto("/")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Climate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Climate")
    title = page.locator(".h-feed .h-entry h2").first
    article = Article.objects.listed().filter(topics__name="Climate").newest_first()[0]
    expect(title).to_have_text(plain_text(article.title))
    title.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(plain_text(article.title))
    source = page.get_by_role("link", name="Read at")
    expect(source).to_have_attribute("href", article.source_url)
    expect(source).to_have_attribute("rel", "noopener external")
    page.locator(".byline__provider").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(article.provider.name)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_reads_a_story_with_all_its_sources(new_page: NewPage, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto("/topics/space/")
    story = Story.objects.filter(lead__topics__slug="space").order_by("-size")[0]
    follow(page, page.locator(f'.story-line a[href="{story.get_absolute_url()}"]').first)
    expect(page.get_by_role("heading", level=1)).to_have_text(plain_text(story.lead.title))  # type: ignore[union-attr]
    expect(page.get_by_text(f"{story.size} articles from {story.providers} providers")).to_be_visible()
    assert page.locator(".account").count() == story.size - 1
    follow(page, page.get_by_role("link", name="By time"))
    times = [time.get_attribute("datetime") for time in page.locator(".account time").all()]
    assert times == sorted(filter(None, times))
    page.get_by_text("As a table").click()
    expect(page.locator(".timeline tbody tr")).to_have_count(story.providers)
    assert page.locator(".timeline circle").count() == story.providers
    own = page.locator(".account__link:not([rel])").first
    title = own.inner_text()
    follow(page, own)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("heading", name="More on this story")).to_be_visible()
    follow(page, page.get_by_role("link", name="The whole story"))
    assert page.url.endswith(story.get_absolute_url())


@pytest.mark.parametrize("javascript", [True, False])
def test_one_keeps_stories_folded(new_page: NewPage, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    view = page.get_by_role("navigation", name="View")
    page.goto("/topics/space/")
    expect(view.get_by_role("link", name="Articles", exact=True)).to_have_attribute("aria-current", "true")
    follow(page, view.get_by_role("link", name="Stories", exact=True))
    keep = page.get_by_role("button", name="Always show it like this")
    follow(page, keep)
    assert page.url.endswith("/topics/space/")
    expect(view.get_by_role("link", name="Stories", exact=True)).to_have_attribute("aria-current", "true")
    expect(keep).to_have_count(0)
    page.goto("/topics/space/?view=articles")
    follow(page, keep)
    expect(view.get_by_role("link", name="Articles", exact=True)).to_have_attribute("aria-current", "true")
    assert page.context.cookies() == []
