"""The images of an article, edited as a person does: without a script, on any screen, in either theme."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from articles.models import Article, Provider, Topic

pytestmark = pytest.mark.browser
SIZES = {"desktop": (1280, 900), "phone": (390, 800)}


def form_urls() -> list[str]:
    article = Article.objects.filter(is_reference=False).exclude(images=[]).order_by("pk")[0]
    rows = [article, Topic.objects.all()[0], Provider.objects.exclude(images=[])[0]]
    return [f"/admin/articles/{row._meta.model_name}/{row.pk}/change/" for row in rows]


@pytest.mark.django_db
def test_the_site_has_forms_with_images(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert len(form_urls()) == 3


def test_an_editor_adds_an_image_and_takes_it_away_again(desk: Page) -> None:
    url = form_urls()[0]
    desk.goto(url)
    shown = desk.get_by_role("group", name="Image ")
    before = shown.count()
    spare = shown.nth(before - 1)
    spare.get_by_label("Address").fill("/assets/new.png")
    spare.get_by_label("Width").fill("640")
    spare.get_by_label("Height").fill("480")
    spare.get_by_label("Title").fill("A new picture")
    desk.get_by_role("button", name="Save and continue editing").first.click()
    expect(shown).to_have_count(before + 1)
    expect(shown.nth(before - 2).get_by_label("Address")).to_have_value("/assets/new.png")
    shown.nth(before - 2).get_by_label("Address").fill("")
    desk.get_by_role("button", name="Save and continue editing").first.click()
    expect(shown).to_have_count(before)


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_forms_with_images_can_be_used_by_everyone(examined: Page, size: str, theme: str) -> None:
    width, height = SIZES[size]
    examined.set_viewport_size({"width": width, "height": height})
    examined.emulate_media(color_scheme="light" if theme == "light" else "dark")
    for url in form_urls():
        examined.goto(url)
        examined.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        found = Axe().run(examined, context=".image-rows")
        assert found.violations_count == 0, found.generate_report()
        overflow = examined.evaluate(
            "[...document.querySelectorAll('.image-row input')].filter(e => e.getBoundingClientRect().right > innerWidth).length"
        )
        assert overflow == 0, url


def test_a_new_draft_begins_with_the_cursor_in_its_title(desk: Page) -> None:
    desk.goto("/admin/articles/article/add/")
    desk.keyboard.type("Typed at once")
    expect(desk.get_by_label("Title:")).to_have_value("Typed at once")
    expect(desk.get_by_role("button", name="Save", exact=True)).to_have_count(1)
