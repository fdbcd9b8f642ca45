"""Stories, topics and providers at the editors' desk, and what readers see of it."""

import itertools
import os
import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from articles.models import Article, Provider, Story, Topic
from tests.support.axe import serious
from tests.support.pages import follow

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 900), "phone": (400, 800)}
REASON = "the same thing"


def picture(colour: str = "teal") -> dict[str, object]:
    target = BytesIO()
    Image.new("RGB", (200, 200), colour).save(target, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": target.getvalue()}


def largest_story() -> Story:
    return Story.objects.exclude(lead=None).order_by("-size", "pk")[0]


def confirm(page: Page, button: str) -> None:
    page.get_by_label("Reason").fill(REASON)
    follow(page, page.get_by_role("button", name=button, exact=True))


def undo_last(page: Page) -> None:
    page.locator(".messagelist").get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo this").click()
    expect(page.locator(".messagelist")).to_contain_text("Undone")


def pages() -> dict[str, str]:
    """Return an address of each type of page."""
    story, topic, provider = largest_story(), Topic.objects.all()[0], Provider.objects.all()[0]
    first, second = Article.objects.filter(member__story=story).order_by("pk")[:2]
    other = Story.objects.exclude(pk=story.pk).exclude(lead=None)[0]
    admin = "/admin/articles"
    plan = f"{admin}/story/{story.pk}/plan/"
    return {
        "stories": f"{admin}/story/",
        "story": f"{admin}/story/{story.pk}/change/",
        "suggestions": f"{admin}/story/suggestions/",
        "split": f"{plan}?do=split&article={first.pk}&article={second.pk}",
        "join": f"{plan}?do=join&story={other.pk}",
        "choose a story": f"{plan}?do=join&q=the",
        "topics": f"{admin}/topic/",
        "topic": f"{admin}/topic/{topic.pk}/change/",
        "new topic": f"{admin}/topic/add/",
        "choose a topic": f"{admin}/topic/{topic.pk}/merge/?q=a",
        "merge topics": f"{admin}/topic/{topic.pk}/merge/?into={Topic.objects.all()[1].pk}",
        "import topics": f"{admin}/topic/import/",
        "providers": f"{admin}/provider/",
        "provider": f"{admin}/provider/{provider.pk}/change/",
        "choose a provider": f"{admin}/provider/{provider.pk}/merge/?q=a",
        "merge providers": f"{admin}/provider/{provider.pk}/merge/?into={Provider.objects.all()[1].pk}",
    }


NAMES = (
    "stories", "story", "suggestions", "split", "join", "choose a story", "topics", "topic", "new topic",
    "choose a topic", "merge topics", "import topics", "providers", "provider", "choose a provider", "merge providers",
)  # fmt: skip


@pytest.mark.django_db
def test_the_site_has_a_page_of_each_type(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert set(pages()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_serious_flaw_in_a_page_of_the_desk(examined: Page, name: str) -> None:
    for size, scheme in (("desktop", "light"), ("phone", "dark")):
        examined.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
        examined.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        examined.goto(pages()[name])
        assert not list(serious(examined)), f"{name}, {size}, {scheme}"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_the_desk_keeps_the_security_policy_and_fits_a_phone(desk: Page, name: str) -> None:
    """The fixture fails on a report of the policy."""
    desk.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    response = desk.goto(pages()[name])
    assert response is not None
    assert response.status == 200
    assert desk.locator("h1").count() >= 1
    if name not in ("stories", "topics", "providers"):  # the stock lists scroll sideways within themselves
        assert desk.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"][0]
    if folder := os.environ.get("SCREENSHOTS"):
        shoot(desk, f"{folder}/{name}")


def shoot(page: Page, path: str) -> None:
    for scheme, (size, (width, height)) in itertools.product(("light", "dark"), SIZES.items()):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=f"{path}, {size}, {scheme}.png")


def test_an_editors_morning_with_providers_topics_and_stories(desk: Page) -> None:
    provider = Provider.objects.exclude(articles=None).order_by("pk")[0]
    desk.goto(f"/admin/articles/provider/{provider.pk}/change/")
    desk.get_by_label("Name:").fill("The Fixed Gazette")
    desk.get_by_label("New logo:").set_input_files(picture())  # type: ignore[arg-type]
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("The Fixed Gazette")
    desk.goto(provider.get_absolute_url())
    expect(desk.get_by_role("heading", level=1)).to_contain_text("The Fixed Gazette")
    assert desk.locator("main img[src^='/media/logos/'], .masthead ~ * img[src^='/media/logos/']").count() >= 1

    old, new = Topic.objects.filter(children=None).exclude(articles=None).order_by("pk")[:2]
    desk.goto(f"/admin/articles/topic/{old.pk}/change/")
    desk.get_by_role("link", name="Merge into another").click()
    desk.get_by_label("Find the one to keep").fill(new.name)
    desk.get_by_role("button", name="Find").click()
    desk.get_by_role("radio", name=re.compile(rf"^\s*{re.escape(new.name)}\s")).check()
    desk.get_by_role("button", name="See the result").click()
    confirm(desk, "Merge")
    desk.goto(old.get_absolute_url())
    assert desk.url.endswith(new.get_absolute_url())
    desk.goto("/admin/articles/action/")
    desk.get_by_role("listitem").filter(has_text="Merged topic").get_by_role("link").first.click()
    follow(desk, desk.get_by_role("button", name="Undo this"))
    desk.goto(old.get_absolute_url())
    assert desk.url.endswith(old.get_absolute_url())


def test_an_editor_splits_a_story_chooses_its_lead_and_undoes_that(desk: Page) -> None:
    story = largest_story()
    address = story.get_absolute_url()
    lead = str(story.lead)
    *_, leaving = Article.objects.filter(member__story=story, leads=None).order_by("pk")
    desk.goto(f"/admin/articles/story/{story.pk}/change/")
    desk.get_by_role("checkbox", name=leaving.title).check()
    desk.get_by_role("button", name="Split off").click()
    expect(desk.get_by_role("heading", name="Then")).to_be_visible()
    confirm(desk, "Split off")
    expect(desk.locator(".messagelist")).to_contain_text("Split 1 article off")
    desk.goto(address)
    expect(desk.locator(".columns__main")).not_to_contain_text(leaving.title)
    desk.goto(f"/admin/articles/story/{story.pk}/change/")
    listed = [each for each in Article.objects.listed().filter(member__story=story) if str(each) != lead]
    if listed:
        desk.get_by_role("checkbox", name=listed[0].title).check()
        desk.get_by_role("button", name="Make it the lead").click()
        confirm(desk, "Make it the lead")
        desk.goto(address)
        expect(desk.locator("h1")).to_contain_text(listed[0].title)
        desk.goto("/admin/articles/action/")
        desk.get_by_role("listitem").filter(has_text="another lead").get_by_role("link").first.click()
        follow(desk, desk.get_by_role("button", name="Undo this"))
    desk.goto(address)
    expect(desk.locator("h1")).to_contain_text(lead)


def test_topics_are_dragged_into_order_and_moved_by_keyboard(desk: Page) -> None:
    # As high as the list, so that nothing scrolls under the mouse.
    desk.set_viewport_size({"width": 1280, "height": 1400})
    desk.goto("/admin/articles/topic/")
    roots = desk.locator(".order[data-order-group='']")
    order = roots.evaluate_all("marks => marks.map(mark => mark.dataset.order)")
    first, last = (desk.locator(f"#result_list tr:has(.order[data-order='{pk}'])") for pk in (order[0], order[-1]))
    box = last.bounding_box()
    assert box is not None
    first.drag_to(last, source_position={"x": 300, "y": 10}, target_position={"x": 300, "y": box["height"] - 3})
    expect(desk.locator(".messagelist")).to_contain_text("order of topics")
    expected = [*order[1:], order[0]]
    assert roots.evaluate_all("marks => marks.map(mark => mark.dataset.order)") == expected
    desk.locator(f".order[data-order='{order[0]}'] button").first.focus()
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    expected[-2:] = expected[:-3:-1]
    assert roots.evaluate_all("marks => marks.map(mark => mark.dataset.order)") == expected
