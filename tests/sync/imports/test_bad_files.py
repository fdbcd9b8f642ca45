"""One bad file never stops a good one: whatever is wrong with it is a problem of its own, in checks and imports alike."""

import datetime as dt
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from articles.content.checking import check_paths
from articles.content.image_files import image_name
from articles.content.problems import Problem
from articles.models import Article, ImportProblem, Provider, Topic
from articles.sync.imports import assets, workers
from articles.sync.imports.report import Options
from articles.sync.imports.run import import_paths
from tests.support.site_files import article_text

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
Codes = list[tuple[str, str]]

GOOD, BAD = "_news/2023-09-01-good.md", "_news/2023-09-02-bad.md"
# Of 100 letters, each of which is three where names are compared: a note, and what it was before letters were composed.
LONGEST_TOPICS = ["\U0001d160" * 100, "\u0390" * 100]


def codes(problems: list[Problem]) -> Codes:
    return sorted((problem.path, problem.code) for problem in problems if problem.code != "N501")


def imported(site: Path) -> Codes:
    problems: list[Problem] = []
    import_paths([site], lambda root, problem: problems.append(problem))
    return codes(problems)


def checked(site: Path) -> Codes:
    return codes([problem for _, problem in check_paths([site], dt.datetime.now(dt.UTC))])


@pytest.fixture
def site(tmp_path: Path, write_article: Write) -> Path:
    """A site with a good article."""
    write_article(GOOD)
    return tmp_path / "site"


def a_link_to_itself(site: Path) -> str:
    (site / BAD).symlink_to(site / BAD)
    return "E101"


def a_link_to_nowhere(site: Path) -> str:
    (site / BAD).symlink_to(site / "gone.md")
    return "E101"


def a_pipe(site: Path) -> str:
    os.mkfifo(site / BAD)
    return "E101"


def a_long_hexadecimal_number(site: Path) -> str:
    (site / BAD).write_text(article_text(heat="0x" + "f" * 4000))
    return "E208"


def a_long_number_of_an_unknown_key(site: Path) -> str:
    (site / BAD).write_text(article_text(madeUp="0x" + "f" * 4000))
    return "E208"


def a_long_number_with_base_60(site: Path) -> str:
    (site / BAD).write_text(article_text(madeUp="1" + ":10" * 400_000))
    return "E208"


def a_key_twice_with_a_nul(site: Path) -> str:
    (site / BAD).write_text(article_text().replace("---\n", '---\n"a\\0b": 1\n"a\\0b": 1\n', 1))
    return "E205"


@pytest.mark.parametrize(
    "bad",
    [
        a_link_to_itself,
        a_link_to_nowhere,
        a_pipe,
        a_long_hexadecimal_number,
        a_long_number_of_an_unknown_key,
        a_long_number_with_base_60,
        a_key_twice_with_a_nul,
    ],
)
def test_a_bad_file_is_named_and_the_good_one_gets_in(site: Path, bad: Callable[[Path], str]) -> None:
    code = bad(site)
    assert (BAD, code) in checked(site)
    assert imported(site) == checked(site)
    assert [article.source_path for article in Article.objects.all()] == [GOOD]
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("import_articles", site, stdout=out)
    assert end.value.code == 1
    assert ImportProblem.objects.filter(code=code).exists()
    assert "\0" not in out.getvalue()


def a_folder_that_is_a_link_to_itself(site: Path) -> Codes:
    (site / "_news" / "loop").symlink_to(site / "_news" / "loop")
    return []


def a_topic_file_that_is_a_link_to_itself(site: Path) -> Codes:
    (site / "_data" / "topics").mkdir(parents=True)
    (site / "_data" / "topics" / "ai.yaml").symlink_to(site / "_data" / "topics" / "ai.yaml")
    return [("_data/topics/ai.yaml", "E101")]


def pins_that_are_a_link_to_themselves(site: Path) -> Codes:
    (site / "_data").mkdir()
    (site / "_data" / "pins.yaml").symlink_to(site / "_data" / "pins.yaml")
    return [("_data/pins.yaml", "E101")]


def topics_in_a_link_to_itself(site: Path) -> Codes:
    (site / "_data").mkdir()
    (site / "_data" / "topics").symlink_to(site / "_data" / "topics")
    return [("_data/topics", "E101")]


def a_name_of_other_bytes(site: Path) -> Codes:
    Path(os.fsdecode(os.fsencode(site / "_news" / "2023-09-03-") + b"\xff.md")).write_text(article_text())
    return [("_news/2023-09-03-\\xff.md", "E103")]


def a_link_of_other_bytes_that_leads_out(site: Path) -> Codes:
    Path(os.fsdecode(os.fsencode(site / "_news" / "out") + b"\xff.md")).symlink_to("/etc/hostname")
    return [("_news/out\\xff.md", "E104")]


def an_image_with_a_long_name(site: Path) -> Codes:
    (site / BAD).write_text(
        article_text(webUrl='"https://a.example/b"', images="[{url: /%s.png, width: 1, height: 1}]" % ("x" * 256))
    )
    return [(BAD, "W405")]


@pytest.mark.parametrize(
    "odd",
    [
        a_folder_that_is_a_link_to_itself,
        a_topic_file_that_is_a_link_to_itself,
        pins_that_are_a_link_to_themselves,
        topics_in_a_link_to_itself,
        a_name_of_other_bytes,
        a_link_of_other_bytes_that_leads_out,
        an_image_with_a_long_name,
    ],
)
def test_nothing_odd_in_a_folder_keeps_the_good_file_out(site: Path, odd: Callable[[Path], Codes]) -> None:
    expected = odd(site)
    assert checked(site) == expected
    assert imported(site) == expected
    assert Article.objects.filter(source_path=GOOD).exists()
    try:
        call_command("import_articles", site, stdout=StringIO())
    except SystemExit as end:
        assert end.code == 1  # noqa: PT017 - some of these end so, some do not


@pytest.mark.parametrize("name", ["loop", "loop/site", "x" * 300, "a\0b"])
def test_a_path_that_cannot_be_looked_at_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    problems = imported(tmp_path / name)
    assert [code for _, code in problems] in (["E101"], ["E107"])
    assert checked(tmp_path / name) == problems


def test_a_folder_of_other_bytes_is_a_problem(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    (folder / "a.md").write_text(article_text())
    assert imported(folder) == checked(folder) == [("\\xff", "E103")]
    with pytest.raises(SystemExit) as end:
        call_command("import_articles", folder, stdout=StringIO())
    assert end.value.code == 2


def test_news_that_lead_out_of_their_site_are_a_problem_and_take_nothing_back(tmp_path: Path, site: Path) -> None:
    assert imported(site) == []
    (site / "_news").rename(tmp_path / "elsewhere")
    (site / "_news").symlink_to(tmp_path / "elsewhere")
    problems: list[Problem] = []
    import_paths([site], lambda root, problem: problems.append(problem), Options(prune=True))
    assert codes(problems) == checked(site) == [("site", "E104")]
    assert not Article.objects.get().file_missing


def test_topics_with_the_longest_keys_get_in_on_both_databases(site: Path) -> None:
    (site / BAD).write_text(article_text(topics=f"[{', '.join(LONGEST_TOPICS)}]", webUrl='"https://a.example/b"'))
    (site / "_data" / "topics").mkdir(parents=True)
    (site / "_data" / "topics" / "ai.yaml").write_text(f"name: AI\notherNames: [{LONGEST_TOPICS[0]}]\n")
    assert imported(site) == checked(site) == []
    assert Topic.objects.count() == 2


def test_an_error_that_nobody_thought_of_is_a_problem_of_its_file(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / BAD).write_text(article_text(title='"Bad"'))
    parse_article = workers.parse_article

    def parse(path: str, *values: Any) -> object:
        if path == BAD:
            raise RecursionError("too deep\nsecret")
        return parse_article(path, *values)

    monkeypatch.setattr("articles.sync.imports.workers.parse_article", parse)
    monkeypatch.setattr("articles.content.check.article_files.parse_article", parse)
    assert imported(site) == checked(site) == [(BAD, "E108")]
    assert Article.objects.get().source_path == GOOD
    [problem] = [problem for _, problem in check_paths([site], dt.datetime.now(dt.UTC)) if problem.code == "E108"]
    assert "RecursionError" in problem.message
    assert "test_bad_files.py" in problem.message
    assert "secret" not in problem.message


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 900, "_news/\\0.md"], ids=["a long name", "a long path", "a NUL"])
def test_a_decision_about_a_file_that_cannot_be_is_a_problem_of_its_own(site: Path, name: str) -> None:
    (site / "_data").mkdir()
    (site / "_data" / "stories.yaml").write_text(f'leads:\n  - article: "{name}"\n')
    assert imported(site) == checked(site)
    assert [path for path, _ in checked(site)] == ["_data/stories.yaml"]


# Images


@pytest.fixture
def picture(site: Path) -> Path:
    """The image of a second article."""
    Image.new("RGB", (3, 2)).save(site / "a.png")
    (site / BAD).write_text(article_text(webUrl='"https://a.example/b"', images="[{url: /a.png}]"))
    return site / "a.png"


def fail_for(name: str, code: int, original: Callable[..., object]) -> Callable[..., object]:
    def fail(path: Path, *arguments: object, **options: object) -> object:
        if Path(path).name == name:
            raise OSError(code, os.strerror(code), str(path))
        return original(path, *arguments, **options)

    return fail


def test_an_image_that_may_not_be_read_is_as_good_as_none(
    site: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, *rest: Path(path) != picture and access(path, *rest))
    assert imported(site) == checked(site) == [(BAD, "W405")]
    assert Article.objects.get(source_path=BAD).own_images == {"/a.png": None}


def test_an_image_on_a_broken_disk_is_as_good_as_none(
    site: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", fail_for("a.png", 5, Path.read_bytes))
    assert imported(site) == [(BAD, "W405")]
    assert Article.objects.count() == 2


def test_an_image_whose_name_is_taken_by_a_folder_is_as_good_as_none(site: Path, picture: Path) -> None:
    assert image_name("/a.png") == "a.png"
    Path(default_storage.path("a.png/inside")).mkdir(parents=True)
    (site / "b").mkdir()
    picture.rename(site / "b" / "a.png")
    (Path(default_storage.path("")) / "b").write_text("no folder")
    (site / BAD).write_text(article_text(webUrl='"https://a.example/b"', images="[{url: /b/a.png}]"))
    assert imported(site) == [(BAD, "W405")]
    assert Article.objects.count() == 2


def test_a_full_disk_ends_an_import_with_a_sentence(site: Path, picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert picture.exists()

    def save(name: str, content: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assets.default_storage, "save", save)
    with pytest.raises(CommandError, match=r"no image can be stored in .*: No space left on device") as end:
        call_command("import_articles", site, stdout=StringIO())
    assert end.value.returncode == 4


@pytest.mark.django_db
def test_a_provider_that_nobody_names_may_have_a_longer_domain_than_names_are(
    tmp_path: Path, write_article: Callable[..., Path]
) -> None:
    domain = ".".join([*["b" * 60] * 4, "example"])
    write_article(provider=f"{{domain: {domain}}}")
    file = tmp_path / "site/_data/organizations/c.md"
    file.parent.mkdir(parents=True)
    file.write_text(f"---\ndomain: c{domain[1:]}\n---\n")
    (tmp_path / "site/_news").mkdir()
    problems: list[str] = []
    import_paths(
        [tmp_path / "site", tmp_path / "site" / "2023-09-01-first.md"], lambda root, each: problems.append(str(each))
    )
    assert [problem for problem in problems if "error" in problem] == []
    assert set(Provider.objects.values_list("domain", "name")) == {
        (domain, domain[:200]), (f"c{domain[1:]}", f"c{domain[1:200]}")
    }  # fmt: skip
