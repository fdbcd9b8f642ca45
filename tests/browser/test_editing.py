"""An editor's morning, and a contributor's attempts, in a browser; each page of the desk by axe and by the policy."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Locator, Page, expect

from articles.editorial.edits import edit_articles
from articles.editorial.recording import recording
from articles.editorial.undo import undo
from articles.jobs import TaskOptions, enqueue
from articles.jobs.claims import claim, fail
from articles.jobs.cleaning import delete_old_sessions
from articles.models import Action, Article, Pin, Provider, TaskRecord, Worker
from tests.browser.conftest import NewPage
from tests.support.pages import AXE_OPTIONS, follow

# No transaction around a test: the server could not write while one is open.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
# Otherwise axe writes the styles that others import into the page, which the policy refuses.
OPTIONS = {**AXE_OPTIONS, "preload": False}
expect.set_options(timeout=20_000)
PASSWORD = "correct horse battery"
MARSH = "the-marsh-that-ate-the-storm"
SIZES: dict[str, Any] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
LAKE = "the-glacier-lake-at-varnholt-drains-quietly-as-the-engineers-hoped"


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do something in the database from a thread that Playwright's event loop knows nothing of."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


@pytest.fixture
def people(site_url: str) -> Iterator[dict[str, Any]]:
    """Three people, and something that waits for an editor; everything is as before afterwards."""
    yield elsewhere(make_people)
    elsewhere(clear)


def make_people() -> dict[str, Any]:
    for name, role in (("ada", "Editors"), ("cara", "Contributors"), ("vera", "Viewers")):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
    marsh, lake = Article.objects.get(slug=MARSH), Article.objects.get(slug=LAKE)
    with recording(None, "change", "Renamed") as record:
        record.watch_articles([marsh.pk])
        edit_articles([marsh.pk], title="The marsh that ate a storm")
    Article.objects.filter(pk=marsh.pk).update(conflicts={"title": "The marsh, again"})
    ends = timezone.now() + dt.timedelta(hours=1)
    pin = Pin.objects.create(article=lake, ends=ends, reason="Look", place=9)
    provider = Provider.objects.get(domain="kerbside.example")
    draft = Article.objects.create(
        title="Cara's draft", provider=provider, web_url="https://kerbside.example/draft", is_draft=True,
        drafted_by=User.objects.get(username="cara"), date=timezone.now().date(), slug="caras-draft",
    )  # fmt: skip
    action = record.action.pk if record.action else 0
    topic = marsh.topics.all()[0].pk
    return {"marsh": marsh.pk, "lake": lake.pk, "pin": pin.pk, "provider": provider.pk, "draft": draft.pk,
            "action": action, "topic": topic, "task": make_task()}  # fmt: skip


def make_task() -> str:
    """Add a task that has failed, and return its id."""
    record = enqueue(delete_old_sessions, options=TaskOptions(title="Delete old sessions", tries=1))
    assert record
    claimed = claim(Worker.objects.create(name="one"))
    assert claimed
    fail(claimed, ValueError("They will not go."))
    return str(record.pk)


def clear() -> None:
    Article.objects.filter(source_path=None, is_reference=False).delete()
    for action in Action.objects.filter(undone_at=None).order_by("-pk"):
        # Otherwise an article whose change is undone would take what its file is said to say.
        Article.objects.exclude(conflicts={}).update(conflicts={})
        undo(action, None)
    Article.objects.exclude(conflicts={}).update(conflicts={})
    Pin.objects.all().delete()
    Action.objects.all().delete()
    User.objects.all().delete()
    DBTaskResult.objects.all().delete()
    Worker.objects.all().delete()


def log_in(page: Page, name: str) -> Page:
    page.goto("/admin/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("link", name="Log out").or_(page.get_by_role("button", name="Log out"))).to_be_visible()
    return page


@pytest.mark.django_db  # one test has to ask for the database, so that there is one
def test_strangers_are_asked_who_they_are(page: Page) -> None:
    page.goto("/admin/articles/article/")
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_an_editors_morning(new_page: NewPage, people: dict[str, Any], size: str) -> None:
    editor, reader = log_in(new_page(viewport=SIZES[size]), "ada"), new_page()
    # A conflict is settled.
    editor.get_by_role("link", name="The marsh that ate a storm").first.click()
    editor.get_by_role("button", name="Keep mine").click()
    expect(editor.get_by_text("Kept title of")).to_be_visible()
    reader.goto(f"/2023/08/27/{MARSH}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("The marsh that ate a storm")
    # A provider gets its name.
    editor.goto(f"/admin/articles/provider/{people['provider']}/change/")
    editor.locator("#id_name").fill("Kerbside Weekly")
    follow(editor, editor.get_by_role("button", name="Save", exact=True).first)
    reader.goto("/providers/kerbside.example/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Kerbside Weekly")
    # A story is pinned to the top, with a reason that readers see.
    editor.goto(f"/admin/articles/article/bulk/pin/?ids={people['lake']}")
    editor.locator("#id_reason").fill("The lake is draining")
    editor.get_by_role("button", name="Show what will change").click()
    editor.get_by_role("button", name="Change them").click()
    expect(editor.get_by_text("Pinned 1 article")).to_be_visible()
    reader.goto("/")
    expect(reader.locator("article").first).to_contain_text("The glacier lake at Varnholt")
    expect(reader.get_by_text("The lake is draining")).to_be_visible()
    schedule_an_article(editor, reader)
    # One of these is undone: the pin.
    editor.goto("/admin/")
    editor.get_by_role("link", name="Pinned 1 article").click()
    editor.get_by_role("button", name="Undo this").click()
    expect(editor.get_by_text("Undone: Pinned 1 article").first).to_be_visible()
    reader.goto("/")
    expect(reader.get_by_text("The lake is draining")).to_have_count(0)


def press_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press a key until ``target`` has the focus, as somebody without a mouse would."""
    for _again in range(200):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{target} cannot be reached")


def press(page: Page, target: Locator) -> None:
    """Reach a link or button by the keyboard and press it; return when the page that it leads to is there."""
    press_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("size", SIZES)
def test_an_editors_morning_by_the_keyboard_alone(new_page: NewPage, people: dict[str, Any], size: str) -> None:
    page = new_page(viewport=SIZES[size])
    page.goto("/admin/")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # A conflict is settled.
    press(page, page.get_by_role("link", name="The marsh that ate a storm").first)
    press(page, page.get_by_role("button", name="Keep mine"))
    expect(page.get_by_text("Kept title of")).to_be_visible()
    change_an_article_by_keys(page)
    unpublish_two_by_keys(page)
    assert elsewhere(lambda: Article.objects.get(pk=people["lake"]).published)


def change_an_article_by_keys(page: Page) -> None:
    """Find an article, open and change it, and take that back."""
    page.goto("/admin/articles/article/")
    page.keyboard.press("/")
    page.keyboard.type("glacier lake")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("e")
    press_to(page, page.locator("#id_title"))
    page.keyboard.press("End")
    page.keyboard.type(" again")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".messagelist li")).to_have_count(1)
    press(page, page.locator(".messagelist").get_by_role("link", name="Undo"))
    press(page, page.get_by_role("button", name="Undo this"))
    expect(page.locator(".messagelist")).to_contain_text("Undone")


def unpublish_two_by_keys(page: Page) -> None:
    """Unpublish two articles at once, and take that back."""
    page.goto("/admin/articles/article/?state=listed")
    for key in "jxjx":
        page.keyboard.press(key)
    press_to(page, page.locator("#changelist select[name=action]"), "Shift+Tab")
    page.keyboard.type("Unpub")
    press(page, page.get_by_role("button", name="Go"))
    press(page, page.get_by_role("button", name="Change them"))
    expect(page.locator(".messagelist")).to_contain_text("Unpublished 2 articles")
    press(page, page.locator(".messagelist").get_by_role("link", name="Undo"))
    press(page, page.get_by_role("button", name="Undo this"))
    expect(page.locator(".messagelist")).to_contain_text("Undone: Unpublished 2 articles")


def schedule_an_article(editor: Page, reader: Page) -> None:
    """Make an article and schedule it; readers see it by a link to its preview only."""
    editor.goto("/admin/articles/article/add/")
    editor.locator("#id_title").fill("A piece for tomorrow")
    editor.locator("#id_web_url").fill("http://kerbside.example/draft/")
    expect(editor.get_by_role("status")).to_contain_text("Cara's draft")
    editor.locator("#id_web_url").fill("https://kerbside.example/tomorrow")
    expect(editor.locator(".known")).to_be_empty()
    editor.locator(".field-provider .select2-selection").click()
    editor.locator(".select2-search__field").fill("kerbside")
    editor.get_by_role("option", name="Kerbside Weekly").click()
    follow(editor, editor.get_by_role("button", name="Save and continue editing").first)
    editor.locator("#id_publish_at_0").fill("2999-01-01")
    editor.locator("#id_publish_at_1").fill("06:00")
    follow(editor, editor.get_by_role("button", name="Save and continue editing").first)
    expect(editor.locator(".field-state .readonly")).to_have_text("scheduled")
    date, slug = editor.locator("#id_date").input_value(), editor.locator("#id_slug").input_value()
    address = f"/{date.replace('-', '/')}/{slug}/"
    assert slug == "a-piece-for-tomorrow"
    assert reader.request.get(address).status == 404
    follow(editor, editor.get_by_role("button", name="Save and make a preview link"))
    preview = editor.locator(".messagelist").get_by_role("link").get_attribute("href")
    reader.goto(str(preview))
    expect(reader.get_by_role("heading", level=1)).to_have_text("A piece for tomorrow")
    follow(editor, editor.get_by_role("link", name="All preview links of this article"))
    editor.locator("#changelist input.action-select").check()
    editor.locator("#changelist select[name=action]").select_option("revoke")
    follow(editor, editor.get_by_role("button", name="Go"))
    expect(editor.locator(".messagelist")).to_contain_text("1 link does not work any more.")
    expect(editor.locator("#result_list")).to_contain_text("revoked by ")
    assert reader.request.get(str(preview)).status == 404


def test_a_contributor_cannot_publish(new_page: NewPage, people: dict[str, Any]) -> None:
    page = log_in(new_page(), "cara")
    url = f"/admin/articles/article/{people['draft']}/change/"
    page.goto(url)
    expect(page.locator("#id_published")).to_have_count(0)
    # A crafted field is sent with the form.
    page.locator("#article_form").evaluate(
        "form => { for (const [name, value] of [['published', 'on'], ['publish_at_0', '2020-01-01'], ['publish_at_1', '00:00']])"
        " { const field = document.createElement('input'); field.name = name; field.value = value; form.append(field); } }"
    )
    follow(page, page.get_by_role("button", name="Save and continue editing").first)
    expect(page.locator(".field-state .readonly")).to_have_text("draft")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    for name in ("publish", "unlist", "pin", "withdraw"):
        form = {"csrfmiddlewaretoken": token, "ids": str(people["draft"]), "confirm": "1"}
        answer = page.request.post(f"/admin/articles/article/bulk/{name}/", form=form, headers={"Referer": page.url})
        assert answer.status == 403, name
    assert new_page().request.get(f"/{timezone.now():%Y/%m/%d}/caras-draft/").status == 404


# Those of topics, providers and stories are looked at by tests of their own.
ADMIN_PAGES = {
    "start": "/admin/",
    "articles": "/admin/articles/article/",
    "article": "/admin/articles/article/{marsh}/change/",
    "new article": "/admin/articles/article/add/",
    "history": "/admin/articles/article/{marsh}/history/",
    "conflicts": "/admin/articles/article/{marsh}/conflicts/",
    "files": "/admin/articles/article/files/",
    "file": "/admin/articles/article/{marsh}/file/",
    "looks": "/admin/articles/article/{marsh}/looks/",
    "bulk": "/admin/articles/article/bulk/unlist/?ids={marsh},{lake}",
    "bulk with a form": "/admin/articles/article/bulk/pin/?ids={marsh}",
    "activity": "/admin/articles/action/",
    "notes": "/admin/articles/note/",
    "preview links": "/admin/articles/previewlink/?state=all",
    "files that stay out": "/admin/articles/tombstone/",
    "notes on an article": "/admin/articles/note/about/article/{marsh}/",
    "tasks": "/admin/articles/taskrecord/",
    "task": "/admin/articles/taskrecord/{task}/change/",
    "action": "/admin/articles/action/{action}/undo/",
    "pins": "/admin/articles/pin/",
    "pin": "/admin/articles/pin/{pin}/change/",
    "topics": "/admin/articles/topic/",
    "delete": "/admin/articles/topic/{topic}/delete/",
    "imports": "/admin/articles/importrun/",
    "password": "/admin/password_change/",
    "conflicts of a topic": "/admin/articles/topic/{topic}/conflicts/",
    "topic": "/admin/articles/topic/{topic}/change/",
    "new topic": "/admin/articles/topic/add/",
    "merge": "/admin/articles/topic/{topic}/merge/",
    "import of a file": "/admin/articles/topic/import/",
    "provider": "/admin/articles/provider/{provider}/change/",
    "new provider": "/admin/articles/provider/add/",
    "new pin": "/admin/articles/pin/add/",
    "silent": "/admin/articles/provider/?news=silent",
    "stories": "/admin/articles/story/",
    "suggestions": "/admin/articles/story/suggestions/",
    "threads": "/admin/articles/thread/",
    "apps": "/admin/articles/",
}


@pytest.mark.parametrize(("scheme", "size"), [("light", "desktop"), ("dark", "desktop"), ("light", "phone")])
def test_axe_finds_nothing_on_the_desk(new_page: NewPage, people: dict[str, Any], scheme: Any, size: str) -> None:
    page = log_in(new_page(color_scheme=scheme, viewport=SIZES[size]), "ada")
    found = []
    for name, url in ADMIN_PAGES.items():
        response = page.goto(url.format(**people))
        assert response is not None
        assert response.status == 200, name
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            nodes = [node["html"][:140] for node in violation["nodes"][:3]]
            found.append(f"{name}: {violation['id']}: {nodes}")
    assert not found, "\n".join(found)


def test_the_desk_fits_a_phone(new_page: NewPage, people: dict[str, Any]) -> None:
    page = log_in(new_page(viewport={"width": 400, "height": 800}), "ada")
    for name, url in ADMIN_PAGES.items():
        page.goto(url.format(**people))
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, name


def test_viewers_get_pages_without_a_report_too(new_page: NewPage, people: dict[str, Any]) -> None:
    page = log_in(new_page(), "vera")
    for name in ("start", "articles", "article", "history", "pins", "activity", "action", "topics"):
        page.goto(ADMIN_PAGES[name].format(**people))
        expect(page.locator("#content")).to_be_visible()


def test_the_start_page_follows_a_task(new_page: NewPage, people: dict[str, Any]) -> None:
    elsewhere(lambda: enqueue(delete_old_sessions, options=TaskOptions(title="Sweep the floor")))
    page = log_in(new_page(), "ada")
    page.goto("/admin/")
    tasks = page.locator(".desk-tasks")
    expect(tasks).to_contain_text("Sweep the floor")
    elsewhere(lambda: TaskRecord.objects.filter(title="Sweep the floor").update(title="The floor is swept"))
    expect(tasks).to_contain_text("The floor is swept")
