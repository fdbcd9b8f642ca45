"""What scripts add for readers: theme, saved and read articles, keys, and times in their zone."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Locator, Page, expect
from pytest_django import Settings

from tests.browser.conftest import NewPage
from tests.browser.test_reading import AXE_OPTIONS, DESKTOP, PHONE, follow, resize
from tests.support.edition import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIST, ARTICLE = PAGES["topic"], PAGES["article"]
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
# What the page looked like when its body began: before anything of it was drawn.
FIRST_SIGHT = """new MutationObserver(() => {
  if (!document.body || window.firstSight) return;
  window.firstSight = [document.documentElement.dataset.theme, document.querySelector("meta[name=color-scheme]").content];
}).observe(document, { childList: true, subtree: true });"""
DARK_PAPER, LIGHT_PAPER = "rgb(18, 23, 26)", "rgb(254, 254, 253)"


def theme_switch(page: Page) -> Locator:
    return page.locator("[data-theme-switch]")


def paper(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def stored(page: Page, key: str) -> list[object]:
    items: list[object] = page.evaluate(f"JSON.parse(localStorage.getItem('newsreader.{key}'))?.items ?? []")
    return items


def cards(page: Page) -> Locator:
    return page.locator(".h-feed .h-entry")


def toast(page: Page) -> Locator:
    return page.get_by_role("status").filter(visible=True)


# The theme


def test_the_switch_goes_from_automatic_to_light_to_dark_and_says_so(new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    page.goto("/")
    seen = []
    for _ in range(4):
        seen.append((theme_switch(page).inner_text().strip(), paper(page)))
        theme_switch(page).click()
    assert seen == [
        ("Theme: automatic", DARK_PAPER),
        ("Theme: light", LIGHT_PAPER),
        ("Theme: dark", DARK_PAPER),
        ("Theme: automatic", DARK_PAPER),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_remembered_theme_is_there_before_anything_is_drawn(new_page: NewPage, theme: str) -> None:
    page = new_page(color_scheme="light" if theme == "dark" else "dark")
    page.add_init_script(FIRST_SIGHT)
    page.goto("/")
    assert page.evaluate("firstSight[0]") is None
    while theme not in theme_switch(page).inner_text():
        theme_switch(page).click()
    page.goto(ARTICLE)
    assert page.evaluate("firstSight") == [theme, theme]
    assert paper(page) == (DARK_PAPER if theme == "dark" else LIGHT_PAPER)
    colours = page.locator("meta[name=theme-color]").evaluate_all("metas => metas.map((meta) => meta.content)")
    assert set(colours) == {"#12171a" if theme == "dark" else "#fefefd"}
    while "automatic" not in theme_switch(page).inner_text():
        theme_switch(page).click()
    colours = page.locator("meta[name=theme-color]").evaluate_all("metas => metas.map((meta) => meta.content)")
    assert colours == ["#fefefd", "#12171a"]
    assert page.evaluate("localStorage.length && localStorage.getItem('newsreader.theme')") in (None, 0)


def test_a_theme_chosen_in_one_tab_is_the_theme_of_the_other(new_page: NewPage) -> None:
    one = new_page()
    one.goto("/")
    other = one.context.new_page()
    other.goto("/settings/")
    other.get_by_label("Dark").check()
    expect(one.locator("html")).to_have_attribute("data-theme", "dark")
    theme_switch(one).click()
    expect(other.get_by_label("As the system has it")).to_be_checked()


# Saved and read


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


def save_some(page: Page, number: int) -> None:
    page.goto(LIST)
    for button in page.locator(".save").all()[:number]:
        button.click()
    page.goto("/saved/")
    expect(page.locator("main .h-entry")).to_have_count(number)


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


@pytest.mark.parametrize(("script", "name"), [(NO_STORAGE, "front"), (NO_STORAGE, "saved"), (FULL_STORAGE, "front")])
def test_everything_else_works_in_a_browser_that_keeps_nothing(page: Page, script: str, name: str) -> None:
    page.add_init_script(script)
    page.goto(PAGES[name])
    for _ in range(2):
        theme_switch(page).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(LIST)
    cards(page).nth(0).locator(".save").click()
    expect(toast(page)).to_contain_text("did not keep it")
    expect(cards(page).nth(0).locator(".save")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/saved/")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()


def test_what_is_kept_can_be_looked_at_and_forgotten(page: Page) -> None:
    save_some(page, 2)
    page.goto(ARTICLE)
    theme_switch(page).click()
    page.goto("/settings/")
    expect(page.locator("[data-count=saved]")).to_have_text("2")
    expect(page.locator("[data-count=read]")).to_have_text("1")
    expect(page.get_by_label("Light")).to_be_checked()
    page.get_by_label("Use single keys").uncheck()
    page.once("dialog", Dialog.dismiss)
    page.get_by_role("button", name="Forget what is kept here").click()
    assert page.evaluate("localStorage.length") == 4
    page.once("dialog", Dialog.accept)
    page.get_by_role("button", name="Forget what is kept here").click()
    expect(toast(page)).to_have_text("Forgotten")
    assert page.evaluate("localStorage.length") == 0
    expect(page.locator("[data-count=saved]")).to_have_text("0")
    expect(page.get_by_label("As the system has it")).to_be_checked()
    expect(page.get_by_label("Use single keys")).to_be_checked()


def test_without_scripts_nothing_of_this_is_shown(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(LIST)
    assert page.locator(".save, .js-only").count() > 3
    for each in page.locator(".js-only").all():
        expect(each).to_be_hidden()
    page.goto("/saved/")
    expect(page.locator("main noscript p")).to_be_visible()
    expect(page.locator("[data-saved-page]")).to_be_hidden()


# Nothing moves, whatever scripts do


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["front", "topic", "article", "story", "saved"])
def test_scripts_move_nothing(new_page: NewPage, name: str, size: tuple[int, int]) -> None:
    page = new_page(timezone_id="Asia/Tokyo")
    resize(page, size)
    save_some(page, 3)
    page.goto(ARTICLE)
    theme_switch(page).click()
    # What is drawn before scripts run counts, too.
    page.route("**/js/*.js", lambda route: (page.wait_for_timeout(100), route.continue_()))
    page.goto(PAGES[name])
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate("measure.layoutShift()") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_saved_articles_fit_every_window_and_axe_finds_nothing(page: Page, scheme: str) -> None:
    save_some(page, 3)
    page.get_by_role("button", name="Mark as read").first.click()
    for size in (PHONE, DESKTOP):
        resize(page, size, scheme)
        flaws = page.evaluate("measure.overflows()") + page.evaluate("measure.pictures()")
        flaws += page.evaluate("measure.smallTargets('main a:not(.media), main button', 24)")
        assert not flaws, "\n".join(flaws)
        results = Axe().run(page, options=AXE_OPTIONS)
        assert results.violations_count == 0, results.generate_report()


# Times


def test_times_are_in_the_zone_of_the_reader(new_page: NewPage) -> None:
    here, away = new_page(timezone_id="UTC"), new_page(timezone_id="Asia/Tokyo")
    for page in (here, away):
        page.goto(ARTICLE)
    time = ".story .byline time"
    assert here.locator(time).inner_text() == "27 August 2023, 08:20"
    assert here.locator(time).get_attribute("title") == "Sunday 27 August 2023, 08:20 UTC"
    assert away.locator(time).inner_text() == "27 August 2023, 17:20"
    title = away.locator(time).get_attribute("title") or ""
    assert "August 27, 2023" in title
    assert "17:20 GMT+9" in title
    assert away.locator(time).get_attribute("datetime") == here.locator(time).get_attribute("datetime")


def test_a_zone_chosen_on_the_server_stays(new_page: NewPage) -> None:
    page = new_page(timezone_id="Asia/Tokyo")
    page.add_init_script(
        "new MutationObserver(() => { if (document.documentElement) document.documentElement.dataset.timeZone = 'UTC'; })"
        ".observe(document, { childList: true });"
    )
    page.goto(ARTICLE)
    expect(page.locator(".story .byline time")).to_have_text("27 August 2023, 08:20")


@pytest.mark.parametrize(
    ("language", "text", "datetime", "expected"),
    [
        ("en", "27 Aug 2023", "2023-08-27T08:20:00+00:00", "27 Aug 2023"),
        ("en", "27 Aug 2023", "2023-08-27T16:20:00.123456+00:00", "28 Aug 2023"),
        ("en", "31 Dec 2023, 23:05", "2023-12-31T23:05:00+00:00", "1 Jan 2024, 08:05"),
        ("en", "31 August 2023, 16:05", "2023-08-31T16:05:00Z", "1 September 2023, 01:05"),
        ("de", "31. August 2023, 16:05", "2023-08-31T16:05:00+00:00", "1. September 2023, 01:05"),
        ("ar", "31 أغسطس 2023, 16:05", "2023-08-31T16:05:00+00:00", "1 سبتمبر 2023, 01:05"),
    ],
)
def test_a_time_keeps_the_form_that_the_server_gave_it(
    new_page: NewPage, language: str, text: str, datetime: str, expected: str
) -> None:
    page = new_page(timezone_id="Asia/Tokyo")
    page.goto("/about/ranking/")
    page.evaluate("language => { document.documentElement.lang = language; }", language)
    # Another address is another module, which reads the page's language anew.
    script = "([text, time]) => import('/static/js/times.js?again').then(({ moved }) => moved(text, time))"
    assert page.evaluate(script, [text, datetime]) == expected


@pytest.mark.parametrize(
    ("language", "minutes", "words"),
    [
        ("en", 0, "1 minute ago"),
        ("en", 59, "59 minutes ago"),
        ("en", 60, "1 hour ago"),
        ("en", 47 * 60 + 59, "47 hours ago"),
        ("en", 48 * 60, ""),
        ("en", -5, "1 minute ago"),
        ("de", 180, "vor 3 Stunden"),
        ("ar", 180, "قبل 3 ساعات"),
        ("not a language!", 180, "3 hours ago"),
    ],
)
def test_scripts_say_how_long_ago_in_the_words_of_the_server(
    page: Page, language: str, minutes: int, words: str
) -> None:
    page.goto("/about/ranking/")
    page.evaluate("language => { document.documentElement.lang = language; }", language)
    script = "age => import('/static/js/times.js?again').then(({ ago }) => ago(new Date(1e12), 1e12 + age * 60000))"
    assert page.evaluate(script, minutes) == words


def test_ages_stay_fresh_while_a_page_is_open(page: Page) -> None:
    page.clock.install(time="2026-03-01T12:00:00Z")
    page.goto(LIST)
    page.evaluate("""document.querySelector("main").insertAdjacentHTML("beforeend",
        '<time id="t" datetime="2026-03-01T11:01:30+00:00" data-date="1 Mar 2026">58 minutes ago</time>')""")
    time = page.locator("#t")
    for minutes, words in ((1, "59 minutes ago"), (1, "1 hour ago"), (46 * 60, "47 hours ago"), (61, "1 Mar 2026")):
        page.clock.run_for(minutes * 60_000 + 500)
        expect(time).to_have_text(words)


@pytest.mark.parametrize(("zone", "expected"), [("Asia/Tokyo", "1 Sep 2023"), ("Not/AZone", "31 Aug 2023")])
def test_times_of_saved_articles_are_in_the_zone_that_the_reader_chose(
    new_page: NewPage, zone: str, expected: str
) -> None:
    page = new_page(timezone_id="UTC")
    page.goto("/about/ranking/")
    page.evaluate("zone => { document.documentElement.dataset.timeZone = zone; }", zone)
    script = (
        "import('/static/js/times.js?again').then(({ timeElement }) => timeElement('2023-08-31T20:00:00Z').outerHTML)"
    )
    assert f">{expected}</time>" in page.evaluate(script)


# Keys


def focused_title(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent.trim()")
    return text


def test_one_reads_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    with page.expect_navigation():
        for key in "gt":
            page.keyboard.press(key)
    assert page.url.endswith("/topics/")
    page.locator('main a[href="/topics/ai/"]').focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    titles = page.locator(".h-feed .h-entry .p-name > .u-url").all_inner_texts()
    seen = []
    for key in "jjkjj":
        page.keyboard.press(key)
        seen.append(focused_title(page))
        expect(page.locator(":focus")).to_be_in_viewport(ratio=1)
        assert page.evaluate("measure.focusFlaws()") == []
    assert seen == [titles[0], titles[1], titles[0], titles[1], titles[2]]
    for _ in range(9):
        page.keyboard.press("k")
    assert focused_title(page) == titles[0]
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(toast(page)).to_have_text("Saved in this browser")
    page.keyboard.press("m")
    expect(toast(page)).to_have_text("Marked as read")
    page.keyboard.press("m")
    expect(toast(page)).to_have_text("Marked as unread")
    with page.expect_navigation():
        page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[1])
    page.evaluate("window.open = (...all) => { window.opened = all; }")
    page.keyboard.press("v")
    assert page.evaluate("opened") == [page.locator(".u-syndication").get_attribute("href"), "_blank", "noopener"]
    page.keyboard.press("s")
    expect(toast(page)).to_have_text("No longer saved")
    with page.expect_navigation():
        for key in "gh":
            page.keyboard.press(key)
    expect(page.locator("body")).to_have_class("page page--front")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_j_and_k_step_through_the_accounts_of_a_story(page: Page) -> None:
    page.goto(PAGES["story"])
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.locator(".account").nth(1).locator(".account__link")).to_be_focused()
    page.keyboard.press("s")
    [saved] = stored(page, "saved")
    title = page.locator(".account").nth(1).locator(".account__link").evaluate("link => link.firstChild.textContent")
    assert (saved["title"], bool(saved["provider"]), saved["source"][:8]) == (title, True, "https://")  # type: ignore[index]


def test_j_begins_with_what_is_in_view(page: Page) -> None:
    page.goto("/")
    page.locator(".h-entry").nth(5).evaluate("entry => entry.scrollIntoView({ block: 'start' })")
    page.keyboard.press("j")
    place = page.evaluate(
        """[...document.querySelectorAll(".h-entry")].indexOf(document.activeElement.closest(".h-entry"))"""
    )
    assert place in (4, 5)


def test_the_slash_goes_to_the_field_of_search_or_to_its_page(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("/")
    field = page.locator(".tools input[name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("jk?/gh")
    expect(field).to_have_value("jk?/gh")
    assert page.url.endswith(LIST)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/search/", lambda route: route.fulfill(body="", content_type="text/html"))
    page.evaluate("document.querySelectorAll('input[name=q]').forEach((field) => field.remove())")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    assert asked[0].endswith("/search/")


@pytest.mark.parametrize(
    "element", ["<input>", "<textarea></textarea>", "<select><option>j</select>", "<p contenteditable>x</p>"]
)
def test_no_key_does_anything_in_a_field(page: Page, element: str) -> None:
    page.goto(LIST)
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('afterbegin', html)", element)
    field = page.locator("main > :first-child")
    field.focus()
    for key in ("j", "m", "s", "?", "g", "h"):
        page.keyboard.press(key)
    expect(field).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith(LIST)
    assert stored(page, "saved") == []


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta", "Shift"])
def test_no_letter_does_anything_with_a_modifier(page: Page, modifier: str) -> None:
    page.goto(LIST)
    page.evaluate("addEventListener('keydown', (event) => { window.prevented = event.defaultPrevented; })")
    for key in ("j", "m"):
        page.keyboard.press(f"{modifier}+{key}")
        assert page.evaluate("prevented") is False
    assert page.evaluate("document.activeElement.localName") == "body"


def test_keys_of_another_script_count_by_their_place(page: Page) -> None:
    page.goto(LIST)
    press = "([key, code, shiftKey]) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }))"
    page.evaluate(press, ["ت", "KeyJ", False])
    expect(page.locator(".h-feed .u-url").first).to_be_focused()
    page.evaluate(press, ["؟", "Slash", True])
    expect(page.get_by_role("dialog")).to_be_visible()


def test_keys_can_be_switched_off_and_on_again(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    other = page.context.new_page()
    other.goto("/settings/")
    expect(other.get_by_label("Use single keys")).not_to_be_checked()
    for key in ("?", "j"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.localName") == "body"
    page.get_by_role("contentinfo").get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use these keys").check()
    page.keyboard.press("Escape")
    expect(other.get_by_label("Use single keys")).to_be_checked()
    page.evaluate("scrollTo(0, 0)")
    page.locator("main").focus()
    page.keyboard.press("j")
    expect(page.locator(".h-feed .u-url").first).to_be_focused()


def test_keys_and_marks_work_from_right_to_left(new_page: NewPage, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "ar"
    page = new_page()
    resize(page, PHONE)
    page.goto(LIST)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.keyboard.press("j")
    expect(page.locator(".h-feed .u-url").first).to_be_focused()
    page.keyboard.press("s")
    expect(cards(page).first.locator(".save")).to_have_attribute("aria-pressed", "true")
    button, title = (cards(page).nth(1).locator(name).bounding_box() for name in (".save", ".card__title"))
    assert button is not None
    assert title is not None
    assert button["x"] < title["x"] + 20
    assert page.evaluate("measure.overflows()") == []
    page.keyboard.press("?")
    results = Axe().run(page, options=AXE_OPTIONS)
    assert results.violations_count == 0, results.generate_report()
