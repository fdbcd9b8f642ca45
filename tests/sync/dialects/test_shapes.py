"""Folders and front matter as people have them, beside those of the sites in tests/sites."""

from pathlib import Path

import pytest

from articles.editorial.edits import edit_articles
from articles.models import Article, ArticleAlias
from tests.support.checking import problems_of
from tests.support.export_runs import run_export
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db


def written(root: Path, files: dict[str, str]) -> list[str]:
    """Write files, import the folder, and return the errors."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return [problem for problem in import_problems(root) if "[error" in problem]


def post(title: str = "A", rest: str = "date: 2024-08-08T10:00:00Z\n") -> str:
    return f"---\ntitle: {title}\n{rest}---\nText.\n"


def addresses() -> dict[str, str]:
    return {str(each.source_path): each.get_absolute_url() for each in Article.objects.order_by("source_path")}


def test_files_of_one_name_and_day_all_come_in_and_keep_their_addresses(tmp_path: Path) -> None:
    files = {f"content/{language}/posts/hello.md": post(language) for language in ("de", "en", "fr")}
    files["content/fr/hello.md"] = post("fr 2")
    assert written(tmp_path, {"hugo.toml": "", **files}) == []
    before = addresses()
    assert before == {
        "content/de/posts/hello.md": "/2024/08/08/hello/",
        "content/en/posts/hello.md": "/2024/08/08/hello-en/",
        "content/fr/hello.md": "/2024/08/08/hello-fr/",
        "content/fr/posts/hello.md": "/2024/08/08/hello-posts/",
    }
    assert written(tmp_path, {path: text + "More.\n" for path, text in files.items()}) == []
    assert addresses() == before


def test_a_check_makes_room_for_files_of_one_name_as_an_import_does(tmp_path: Path) -> None:
    files = {f"content/{language}/hello.md": post(language) for language in ("de", "en")}
    written(tmp_path, {"hugo.toml": "", **files})
    assert [problem for problem in problems_of(tmp_path) if problem.code == "E106"] == []


def test_keys_are_read_whatever_their_case_and_edited_as_they_are(tmp_path: Path) -> None:
    text = "---\nTitle: A\nDate: 2024-08-08T10:00:00Z\nTags: [x]\nDraft: true\nfeaturedimage: /a.png\n---\nText.\n"
    assert written(tmp_path, {"hugo.toml": "", "content/a.md": text}) == []
    article = Article.objects.get()
    assert (article.title, article.published, article.images) == ("A", False, [{"url": "/a.png"}])
    assert list(article.topic_links.values_list("topic__name", flat=True)) == ["x"]


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("date: 0001-01-01T00:00:00Z\n", "W415"),  # as Hugo writes a time that is not known
        ("date: 9999-12-31\n", "W415"),
        ("date: 2024-08-08-16:49\n", "W401"),
        ("link: https://quay.example/" + "x" * 3000 + "\n", "W416"),
        ("image: /" + "x" * 3000 + ".png\n", "W416"),
        ("heat: 99999999999\n", "W416"),
        ("related:\n  - {title: X, publishedDateTime: 5, provider: y}\n", "W416"),
        ("description: 'It's here'\n", "W416"),
        ("tags:\n-\tx\n", "W416"),
        ("provider: {name: X, domain: 'https://x.example/'}\n", "W415"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_the_article_comes_in(tmp_path: Path, rest: str, code: str) -> None:
    (tmp_path / "hugo.toml").write_text("")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text(post(rest=rest))
    problems = import_problems(tmp_path)
    assert [problem for problem in problems if "[error" in problem] == []
    assert any(code in problem for problem in problems)
    assert Article.objects.get().title == "A"


def test_front_matter_may_end_with_three_dots(tmp_path: Path) -> None:
    text = "---\ntitle: A\ndate: 2024-08-08\n...\nText.\n\n---\n\nMore.\n"
    assert written(tmp_path, {"_posts/2024-08-08-a.md": text}) == []
    assert Article.objects.get().body == "Text.\n\n---\n\nMore."


LAYOUTS = {
    "a site below the folder": ({"site/hugo.toml": "", "site/content/post/a.md": post()}, "site/hugo.toml"),
    "articles elsewhere than usual": ({"astro.config.mjs": "", "src/content/config.ts": "", "notes/a.md": post()}, "astro"),
    "a section called as a folder of the tool": ({"hugo.toml": "", "content/resources/a.md": post()}, "hugo"),
    "an article called as a file of the project": ({"hugo.toml": "", "content/posts/changelog.md": post()}, "hugo"),
    "Pages CMS": ({".pages.yml": "content: [{name: a, type: collection, path: words}]\n", "words/a.md": post()}, "decap"),
    "no settings": ({"a.md": post(rest="summary: x\n"), "b/c.md": post(rest="tags: x\n")}, "other"),
    "one key of this project": (
        {**{f"{n}.md": post(rest="tags: x\n") for n in range(6)}, "x.md": post(rest="originalUrl: https://a.example/\n")},
        "other",
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_articles_are_found_where_people_have_them(tmp_path: Path, layout: str) -> None:
    files, known_by = LAYOUTS[layout]
    assert written(tmp_path, files) == []
    assert set(addresses()) == {name for name in files if name.endswith(".md")}
    assert any(known_by in problem for problem in import_problems(tmp_path))


def test_topics_and_pictures_of_zola_are_in_tables(tmp_path: Path) -> None:
    text = '+++\ntitle = "A"\n[taxonomies]\ntags = ["x"]\n[extra]\nimage = "/a.png"\n+++\nText.\n'
    assert written(tmp_path, {"config.toml": 'base_url = "https://z.example"\n', "content/a.md": text}) == []
    article = Article.objects.get()
    assert article.images == [{"url": "/a.png"}]
    assert list(article.topic_links.values_list("topic__name", flat=True)) == ["x"]
    assert run_export(tmp_path)[1] == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("2014-3-3-hello", "/2014/03/03/hello/"),
        ("#2020-01-02-hidden", "/2020/01/02/hidden/"),
        (" 2015-28-10-hello", "/2015/10/28/hello/"),
        ("2016-02-02---A-history", "/2016/02/02/a-history/"),
        ("2019-11-08 Spaces", "/2019/11/08/spaces/"),
        ("20-06-18-ddd", "/2020/06/18/ddd/"),
    ],
)
def test_days_are_read_in_names_as_people_write_them(tmp_path: Path, name: str, address: str) -> None:
    assert written(tmp_path, {"_config.yml": "title: X\n", f"_posts/{name}.md": post(rest="layout: post\n")}) == []
    assert list(addresses().values()) == [address]


def test_two_digits_are_a_year_only_where_the_tool_says_so(tmp_path: Path) -> None:
    text = post(rest="date: 2024-08-08T10:00:00Z\n")
    assert written(tmp_path, {"astro.config.mjs": "", "src/content/blog/20-06-18-ddd.md": text}) == []
    assert list(addresses().values()) == ["/2024/08/08/20-06-18-ddd/"]


@pytest.mark.parametrize("key", ["pageTitle", "newstitle", "post_title"])
def test_titles_of_other_names_are_read_and_edited(tmp_path: Path, key: str) -> None:
    files = {".eleventy.js": "", "blog/2024-08-08-a.md": f"---\n{key}: 'A: b'\n---\n## Heading\n"}
    assert written(tmp_path, files) == []
    assert Article.objects.get().title == "A: b"
    edit_articles([Article.objects.get().pk], title="New")
    run_export(tmp_path)
    assert (tmp_path / "blog/2024-08-08-a.md").read_text() == f"---\n{key}: 'New'\n---\n## Heading\n"


PAGES = {
    "about/index.md": "---\nlayout: layouts/base.njk\neleventyNavigation:\n  key: About\n---\n# About\n",
    "archives.md": "---\nlayout: archives\ntitle: Archives\n---\n",
    "pages/imprint.md": "---\ntitle: Imprint\n---\nText.\n",
    "blog/blog.md": "---\ntitle: Blog\n---\n{%- for news in collections.blog | reverse %}\n* {{ news.url }}\n{%- endfor %}\n",
    "landing.md": "---\ntitle: Welcome\ntemplateKey: index-page\n---\nText.\n",
}
ARTICLES = {
    "blog/a.md": "---\ntitle: A\nlayout: page\ndate: 2024-08-08\n---\nText.\n",
    "blog/2024-08-08-about.md": "---\ntitle: B\nlayout: page\n---\nText.\n",
    "blog/c.md": "---\ntitle: C\nlayout: layouts/post.njk\n---\nText.\n",
    "blog/about.md": "---\ntitle: D\ntemplateKey: blog-post\n---\nText.\n",
    "about.md": "---\ntitle: E\ndraft: false\n---\nText.\n",
}


def test_pages_of_a_site_are_told_from_its_articles(tmp_path: Path) -> None:
    assert written(tmp_path, {".eleventy.js": "", **PAGES, **ARTICLES}) == []
    listed = Article.objects.listed().values_list("source_path", flat=True)
    assert set(listed) == set(ARTICLES)
    assert Article.objects.count() == len(PAGES) + len(ARTICLES)
    assert sum(problem.code == "N506" for problem in problems_of(tmp_path)) == len(PAGES)


def test_a_whole_address_on_the_own_site_leads_to_the_article(tmp_path: Path) -> None:
    rest = "date: 2024-08-08\npermalink: https://quay.example/blog/night-ferry/\naliases: [https://other.example/x/]\n"
    files = {"astro.config.mjs": "  site: 'https://quay.example',\n", "src/content/blog/a.md": post(rest=rest)}
    assert written(tmp_path, files) == []
    assert list(ArticleAlias.objects.values_list("path", flat=True)) == ["/blog/night-ferry"]


def test_a_title_made_of_a_name_has_single_spaces(tmp_path: Path) -> None:
    assert (
        written(tmp_path, {"_config.yml": "title: X\n", "_posts/2020-06-18-two-(odd)-words.md": "---\n---\nText.\n"})
        == []
    )
    assert Article.objects.get().title == "Two odd words"
