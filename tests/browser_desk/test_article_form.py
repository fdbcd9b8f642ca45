"""The form of an article: its card beside the fields follows what is typed, as readers will see it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from articles.models import Article, Topic
from tests.support.desk import change_url, picture
from tests.support.pages import follow

pytestmark = pytest.mark.browser
ADD = "/admin/articles/article/add/"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}
# Pairs of texts of help that touch, or nearly do, and those that stand above their field.
GLUED = """() => {
  const boxes = [...document.querySelectorAll("#article_form .help")].filter(each => each.checkVisibility())
    .map(each => { const range = document.createRange(); range.selectNodeContents(each);
                   return [each.textContent.trim(), range.getBoundingClientRect(),
                           each.parentElement.querySelector("input, textarea, select").getBoundingClientRect()] });
  const near = (a, b) => a.left < b.right + 12 && b.left < a.right + 12 && a.top < b.bottom + 4 && b.top < a.bottom + 4;
  const glued = boxes.flatMap(([text, box], n) => boxes.slice(n + 1).filter(other => near(box, other[1])).map(each => [text, each[0]]));
  return [...glued, ...boxes.filter(([, box, field]) => box.top < field.bottom - 1).map(([text]) => text)];
}"""
UNLINKED = """() => [...document.querySelectorAll("#article_form .help")].filter(each => each.checkVisibility())
  .filter(each => !each.id || !document.querySelector(`[aria-describedby~="${each.id}"]`)).map(each => each.textContent.trim())"""
OVERLAID = """() => {
  const boxes = (where) => [...document.querySelectorAll(where)].filter(each => each.checkVisibility())
    .map(each => { const range = document.createRange(); range.selectNodeContents(each); return [each.textContent.trim(), range.getBoundingClientRect()] });
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  return boxes("#content > h1, #content > h2").flatMap(([, title]) =>
    boxes(".object-tools a, .submit-row input, .submit-row a, #article_form button").filter(([, box]) => !apart(title, box)).map(([text]) => text));
}"""


def form_url() -> str:
    articles = Article.objects.filter(published=True, is_reference=False).exclude(images=[])
    return change_url(articles.order_by("pk")[0])


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


def test_the_note_on_a_known_address_stands_below_the_address_and_is_announced(desk: Page) -> None:
    known = Article.objects.filter(is_reference=False).exclude(web_url="").order_by("pk")[0]
    desk.goto(ADD)
    field, note = desk.locator("#id_web_url"), desk.locator(".known")
    # A region is announced when it changes only if it was there before.
    expect(note).to_have_attribute("aria-live", "polite")
    expect(note).not_to_have_css("display", "none")
    field.fill(known.web_url)
    expect(note.get_by_role("link")).to_have_attribute("href", f"/admin/articles/article/{known.pk}/change/")
    expect(field).to_have_accessible_description(re.compile("This address is known already"))
    for size in (WIDE, NARROW):
        desk.set_viewport_size(size)  # type: ignore[arg-type]
        above, box, below = (
            desk.locator(each).bounding_box() for each in ("#id_web_url", ".known", "div.field-provider")
        )
        assert above
        assert box
        assert below
        assert above["y"] + above["height"] <= box["y"] < above["y"] + above["height"] + 12
        assert box["y"] + box["height"] <= below["y"]
        assert abs(box["x"] - above["x"]) < 2


def test_each_help_stands_below_its_own_field_and_describes_it(desk: Page) -> None:
    for size in (WIDE, {"width": 1100, "height": 900}, NARROW):
        desk.set_viewport_size(size)  # type: ignore[arg-type]
        desk.goto(form_url())
        desk.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert desk.evaluate(GLUED) == []
    assert desk.evaluate(UNLINKED) == []


def test_no_button_lies_over_a_title(desk: Page) -> None:
    article = Article.objects.get(pk=form_url().split("/")[4])
    title = article.title
    Article.objects.filter(pk=article.pk).update(title="A very long title about everything " * 12)
    try:
        for size in (WIDE, {"width": 1100, "height": 900}, NARROW):
            desk.set_viewport_size(size)  # type: ignore[arg-type]
            desk.goto(form_url())
            expect(desk.get_by_role("link", name="View on site")).to_be_visible()
            assert desk.evaluate(OVERLAID) == []
    finally:
        Article.objects.filter(pk=article.pk).update(title=title)


def test_an_editor_uploads_a_picture_and_sees_it_in_the_form_and_on_the_card(desk: Page) -> None:
    article = Article.objects.get(pk=form_url().split("/")[4])
    before = article.images
    Article.objects.filter(pk=article.pk).update(images=[])
    try:
        desk.goto(change_url(article))
        file = {"name": "../Mine.png", "mimeType": "image/png", "buffer": picture(800).read()}
        desk.get_by_role("group", name="Image 1").get_by_label("Or a file").set_input_files(file)  # type: ignore[arg-type]
        # At once, before anything is sent; and away again with the choice.
        chosen = card(desk).locator(".card .u-photo")
        expect(chosen).to_have_attribute("src", re.compile("^data:image/png;base64,"))
        assert chosen.evaluate("each => each.decode().then(() => each.naturalWidth)") == 800
        field = desk.get_by_role("group", name="Image 1").get_by_label("Or a file")
        field.set_input_files([])
        expect(chosen).to_have_count(0)
        field.set_input_files({**file, "name": "no.png", "buffer": b"no picture"})  # type: ignore[arg-type]
        field.set_input_files(file)  # type: ignore[arg-type]
        expect(chosen).to_have_attribute("src", re.compile("^data:image/png;base64,"))
        follow(desk, desk.get_by_role("button", name="Save and continue editing").first)
        first = desk.get_by_role("group", name="Image 1")
        expect(first.get_by_label("Address")).to_have_value(re.compile(r"^/assets/uploads/[0-9a-f]{32}\.webp$"))
        expect(first.get_by_label("Width")).to_have_value("800")
        for shown in (first.locator("img"), card(desk).locator(".card .u-photo")):
            expect(shown).to_be_visible()
            shown.scroll_into_view_if_needed()
            expect(shown).to_have_js_property("complete", True)
            assert shown.evaluate("each => each.decode().then(() => each.naturalWidth)") == 800
    finally:
        Article.objects.filter(pk=article.pk).update(images=before)
