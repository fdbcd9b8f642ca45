"""Articles that readers saved or have read, as their browser keeps them."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.edition import PAGES
from tests.support.pages import ARTICLE, AXE_OPTIONS, DESKTOP, LIST, cards, follow, resize, save_some, stored, toast

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_one_saves_articles_and_finds_them_newest_first(page: Page) -> None:
    page.goto(LIST)
    titles = []
    for place in (0, 2):
        card = cards(page).nth(place)
        titles.insert(0, card.locator(".p-name > .u-url").inner_text())
        button = card.get_by_role("button", name="Save")
        expect(button).to_have_attribute("aria-pressed", "false")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(toast(page)).to_have_text("Saved in this browser")
    expected = page.evaluate("document.querySelector('.h-feed .h-entry .u-url').getAttribute('href')")
    page.reload()
    expect(page.locator(".save[aria-pressed=true]")).to_have_count(2)
    follow(page, page.get_by_role("link", name="Saved", exact=True))
    section = page.get_by_role("region", name="To read")
    expect(section.locator("h3")).to_have_text(titles)
    first = section.locator(".h-entry").last
    expect(first.locator(".u-url")).to_have_attribute("href", expected)
    expect(first.locator(".p-author")).not_to_be_empty()
    expect(first.locator("time")).to_have_attribute("datetime", cast_time(page))
    expect(first.get_by_role("link", name="At its provider")).to_have_attribute("href", cast_source(page))
    follow(page, first.locator(".u-url"))
    expect(page.get_by_role("button", name="Save")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(page.get_by_role("region", name="Read", exact=True).locator("h3")).to_have_text(titles[1:])
    expect(section.locator("h3")).to_have_text(titles[:1])


def cast_time(page: Page) -> str:
    text: str = stored(page, "saved")[-1]["time"]  # type: ignore[index]
    assert text.startswith("2023-")
    return text


def cast_source(page: Page) -> str:
    text: str = stored(page, "saved")[-1]["source"]  # type: ignore[index]
    assert text.startswith("https://")
    return text


@pytest.mark.parametrize("name", ["article", "story"])
def test_the_page_of_an_article_or_story_saves_its_article_and_marks_it_as_read(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    button = page.locator(".story .save")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    [item] = stored(page, "saved")
    assert item["title"] == page.locator("h1").inner_text()  # type: ignore[index]
    assert stored(page, "read") == [item["url"]]  # type: ignore[index]
    button.click()
    expect(toast(page)).to_have_text("No longer saved")
    assert stored(page, "saved") == []


def test_one_removes_saved_articles_and_the_focus_goes_on(page: Page) -> None:
    save_some(page, 3)
    titles = page.locator("main h3").all_inner_texts()
    page.get_by_role("button", name="Remove", exact=True).nth(1).press("Enter")
    expect(page.locator("main h3")).to_have_text([titles[0], titles[2]])
    expect(page.locator(".u-url").nth(1)).to_be_focused()
    page.get_by_role("button", name="Mark as read").nth(0).press("Enter")
    expect(page.get_by_role("region", name="Read", exact=True).locator("h3")).to_have_text(titles[:1])
    expect(page.get_by_role("link", name=titles[0])).to_be_focused()
    page.get_by_role("button", name="Mark as unread").click()
    expect(page.get_by_role("region", name="To read").locator("h3")).to_have_count(2)
    for _ in range(2):
        page.get_by_role("button", name="Remove", exact=True).first.press("Enter")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    expect(page.locator("h1")).to_be_focused()


def test_all_saved_articles_go_only_when_that_is_confirmed(page: Page) -> None:
    save_some(page, 2)
    answers = [False, True]
    page.on("dialog", lambda dialog: dialog.accept() if answers.pop(0) else dialog.dismiss())
    page.get_by_role("button", name="Remove all").click()
    assert answers == [True]
    expect(page.locator("main .h-entry")).to_have_count(2)
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    expect(page.get_by_role("button", name="Remove all")).to_be_disabled()


def test_what_one_browser_exports_another_imports_without_losing_its_own(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page()
    save_some(page, 2)
    titles = page.locator("main h3").all_inner_texts()
    page.get_by_role("button", name="Mark as read").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename.startswith("newsreader-")
    file = tmp_path / "marks.json"
    download.value.save_as(file)
    assert [item["title"] for item in json.loads(file.read_text())["saved"]] == titles
    other = new_page()
    other.goto(PAGES["article"])
    other.locator(".story .save").click()
    other.goto("/saved/")
    own = other.locator("main h3").inner_text()
    for _ in range(2):  # the second time nothing changes
        other.locator("input[type=file]").set_input_files(file)
        expect(toast(other)).to_have_text("Imported")
        expect(other.locator("main h3")).to_have_text([titles[1], own, titles[0]])


def item(**values: object) -> dict[str, object]:
    return {"url": "/2023/08/27/x/", "title": "A title", "source": "https://a.example/x"} | values


EVIL = [
    item(url="javascript:alert(1)", title="script"),
    item(url=" java\nscript:alert(1)", title="script in disguise"),
    item(url="data:text/html,<script>alert(1)</script>", title="data"),
    item(url=["/"], title="list"),
    item(title=""),
    None,
    [],
    "text",
    7,
]


@pytest.fixture
def imported(page: Page, tmp_path: Path) -> Page:
    strange = [
        item(title="<img src=x onerror=alert(1)>", excerpt="<b>bold</b>", source="javascript:alert(2)"),
        item(url="/2023/08/28/y/", title="Y", topics=[{"name": "evil", "url": "javascript:alert(3)"}, None, 5]),
        item(url="https://other.example/z", title="Z", image={"url": "javascript:1", "width": "9", "height": -1}),
    ]
    file = tmp_path / "evil.json"
    read = [5, None, "javascript:alert(4)", "/2023/08/28/y/"]
    file.write_text(json.dumps({"format": "newsreader-marks", "version": 99, "saved": EVIL + strange, "read": read}))
    page.on("dialog", lambda dialog: pytest.fail(f"a script of the file ran: {dialog.message}"))
    page.goto("/saved/")
    page.locator("input[type=file]").set_input_files(file)
    expect(toast(page)).to_have_text("Imported")
    return page


def test_an_imported_file_brings_no_script_and_no_markup(imported: Page) -> None:
    expect(imported.locator("main h3")).to_have_count(3)
    expect(imported.locator("main h3").first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(imported.locator(".card__excerpt").first).to_have_text("<b>bold</b>")
    links = imported.locator("main a[href]").evaluate_all("links => links.map((link) => link.protocol)")
    assert set(links) == {"http:", "https:"}
    assert imported.locator("main img, main .kicker a").count() == 0
    assert stored(imported, "read") == ["/2023/08/28/y/"]


@pytest.mark.parametrize("content", ["", "{", "null", "[]", '{"saved": []}', '{"format": "newsreader-marks"}'])
def test_a_file_of_another_kind_is_refused(page: Page, tmp_path: Path, content: str) -> None:
    save_some(page, 1)
    file = tmp_path / "other.json"
    file.write_text(content)
    page.locator("input[type=file]").set_input_files(file)
    expect(toast(page)).to_contain_text("Nothing imported")
    expect(page.locator("main .h-entry")).to_have_count(1)


CORRUPT = ["", "{", "null", "[]", "7", '{"items": 5}', '{"items": {}}', json.dumps({"version": 0, "items": EVIL})]


@pytest.mark.parametrize("text", CORRUPT)
def test_broken_marks_count_as_none_and_are_replaced_by_the_next(page: Page, text: str) -> None:
    page.goto(LIST)
    page.evaluate("text => { for (const key of ['saved', 'read']) localStorage['newsreader.' + key] = text; }", text)
    page.goto("/saved/")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    page.goto(ARTICLE)
    page.locator(".story .save").click()
    assert len(stored(page, "saved")) == 1
    assert ARTICLE in stored(page, "read")


def test_the_oldest_marks_are_forgotten_when_there_are_two_thousand(page: Page) -> None:
    page.goto("/about/ranking/")
    page.evaluate("""localStorage["newsreader.read"] =
        JSON.stringify({ version: 1, items: Array.from({ length: 2000 }, (_, place) => `/2020/01/01/${place}/`) })""")
    page.goto(ARTICLE)
    items = stored(page, "read")
    assert (len(items), items[0], items[-1]) == (2000, "/2020/01/01/1/", ARTICLE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_articles_that_were_read_are_dimmed_and_still_legible(page: Page, scheme: str) -> None:
    resize(page, DESKTOP, scheme)
    page.goto(LIST)
    link = cards(page).nth(1).locator(".p-name > .u-url")
    before = link.evaluate("link => getComputedStyle(link).color")
    size = "link => [link.offsetWidth, link.offsetHeight, link.getClientRects().length]"
    before_size = link.evaluate(size)
    follow(page, link)
    page.go_back()
    expect(cards(page).nth(1)).to_have_class("card card--river card--pictured h-entry is-read")
    expect(cards(page).nth(1)).to_contain_text("(read)")
    expect(cards(page).nth(0)).not_to_contain_text("(read)")
    assert link.evaluate("link => getComputedStyle(link).color") != before
    assert link.evaluate(size) == before_size
    results = Axe().run(page, options=AXE_OPTIONS)
    assert results.violations_count == 0, results.generate_report()


def test_an_account_opened_at_its_provider_is_read(page: Page) -> None:
    page.goto(PAGES["story"])
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    account = page.locator(".account:has([rel~=external])").first
    account.locator(".account__link").click()
    expect(account).to_have_class("account is-read")


def test_a_mark_set_in_one_tab_shows_in_the_other(new_page: NewPage) -> None:
    one = new_page()
    one.goto(LIST)
    other = one.context.new_page()
    other.goto("/saved/")
    cards(one).nth(1).get_by_role("button", name="Save").click()
    expect(other.locator("main h3")).to_have_count(1)
    other.get_by_role("button", name="Mark as read").click()
    expect(cards(one).nth(1)).to_contain_text("(read)")
    other.get_by_role("button", name="Remove", exact=True).click()
    expect(cards(one).nth(1).locator(".save")).to_have_attribute("aria-pressed", "false")
