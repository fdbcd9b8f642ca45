"""The form of an article: its card beside the fields follows what is typed, as readers will see it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from articles.models import Article, Topic
from tests.support.pages import follow

pytestmark = pytest.mark.browser
ADD = "/admin/articles/article/add/"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}


def form_url() -> str:
    article = Article.objects.filter(published=True, is_reference=False).exclude(images=[]).order_by("pk")[0]
    return f"/admin/articles/article/{article.pk}/change/"


def card(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.looks")


def shown(page: Page) -> str:
    """Return the text in the frame, without how long ago the article was published."""
    return re.sub(r"\d+ minutes? ago", "", card(page).locator("main").inner_text())


@pytest.mark.django_db
def test_the_site_has_an_article_with_a_picture(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert form_url()


def test_the_card_follows_what_is_typed_and_is_that_of_the_saved_article(desk: Page) -> None:
    desk.goto(ADD)
    expect(card(desk).get_by_text("as soon as there is a title")).to_be_visible()
    desk.keyboard.type("Typed <b>at once</b>")
    expect(card(desk).get_by_role("heading", name="Typed <b>at once</b>")).to_be_visible()
    desk.locator(".field-provider .select2-selection").click()
    desk.locator(".select2-search__field").fill("kerbside")
    desk.get_by_role("option", name="Kerbside").click()
    expect(card(desk).locator(".byline")).to_contain_text("Kerbside")
    desk.get_by_label("Excerpt:").fill("What it is about")
    expect(card(desk).locator(".card__excerpt")).to_have_text("What it is about")
    desk.locator("#topic_links-group .add-row a").click()
    desk.locator("#topic_links-0 .select2-selection").click()
    name = Topic.objects.order_by("pk")[0].name
    desk.locator(".select2-search__field").fill(name)
    desk.get_by_role("option", name=name, exact=True).click()
    expect(card(desk).locator(".kicker")).to_contain_text(name)
    desk.locator("#id_web_url").fill("https://kerbside.example/typed-at-once")
    expect(card(desk).locator(".looks__address")).to_contain_text("/typed-b-at-once-b/")
    typed = shown(desk)
    follow(desk, desk.get_by_role("button", name="Save and continue editing").first)
    assert shown(desk) == typed
    Article.objects.get(web_url="https://kerbside.example/typed-at-once").delete()


def test_the_card_stays_beside_the_fields_or_stands_below_the_first(desk: Page) -> None:
    desk.set_viewport_size(WIDE)  # type: ignore[arg-type]
    desk.goto(form_url())
    frame, title = desk.locator("iframe.looks"), desk.get_by_label("Title:")
    assert frame.bounding_box()["x"] > title.bounding_box()["x"] + title.bounding_box()["width"]  # type: ignore[index]
    desk.locator("#id_heat").scroll_into_view_if_needed()
    desk.evaluate("scrollBy(0, 400)")
    expect(frame).to_be_in_viewport()
    desk.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert frame.bounding_box()["y"] > desk.locator("#topic_links-group").bounding_box()["y"]  # type: ignore[index]
    assert desk.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_who_was_logged_out_meanwhile_is_told_that_the_card_is_old(desk: Page) -> None:
    desk.goto(form_url())
    note = desk.locator(".form-looks [role=status]")
    expect(note).to_be_empty()
    login = "<body class=login><main>Log in</main></body>"
    desk.route("**/looks/", lambda route: route.fulfill(status=200, content_type="text/html", body=login))
    desk.get_by_label("Title:").fill("Never sent")
    expect(note).to_contain_text("could not be updated")
    desk.unroute("**/looks/")
    desk.get_by_label("Title:").fill("Sent")
    expect(card(desk).get_by_role("heading", name="Sent")).to_be_visible()
    expect(note).to_be_empty()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_can_be_used_by_everyone(examined: Page, theme: str) -> None:
    examined.emulate_media(color_scheme="light" if theme == "light" else "dark")
    for size in (WIDE, NARROW):
        examined.set_viewport_size(size)  # type: ignore[arg-type]
        for url in (ADD, form_url()):
            examined.goto(url)
            examined.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            found = Axe().run(examined, context="#content", options=AXE_OPTIONS)
            assert found.violations_count == 0, found.generate_report()
