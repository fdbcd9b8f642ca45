"""Checking files without a database: what is found, how it is printed, and that the documented examples run."""

import datetime as dt
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from articles.content.check import processes
from articles.content.check import site as site_check
from articles.content.check.report import Report
from articles.content.checking import check_paths, main
from articles.content.files import Content, SourceFile, read
from articles.content.problems import Problem
from tests.conftest import SEED_EDITION, article_text

Write = Callable[..., Path]

PROJECT = Path(__file__).resolve().parents[3]
DOCS = PROJECT / "docs" / "checking.md"
NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
ENTRY: dict[str, object] = {
    "title": '"Other"',
    "publishedDateTime": "2023-08-31T00:00:00Z",
    "webUrl": '"https://b.example/other"',
    "provider": "{name: B Paper, domain: b.example}",
}
A, B = "_news/2023-09-01-a.md", "_news/2023-09-01-b.md"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that ``write_article`` writes into, as the current one, with an empty ``_news``."""
    site = tmp_path / "site"
    (site / "_news").mkdir(parents=True)
    monkeypatch.chdir(site)
    return site


def write(path: str, text: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())


def problems_of(*paths: str | Path) -> list[Problem]:
    return [problem for _, problem in check_paths(map(Path, paths), NOW)]


def found(*paths: str | Path) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.code) for problem in problems_of(*paths)]


# What is found


def test_problems_of_a_site_come_in_the_order_of_paths(site: Path, write_article: Write) -> None:
    write_article(B, title=None)
    write_article(A, heat='"x"', quality='"y"')
    write("_data/topics/00-ai.yaml", "name: AI\nkeywords: x\n")
    write("_data/organizations/a.example.md", "---\ndomain: a/b\n---\n")
    (site / "_news" / "2023-09-01-aa.md").symlink_to("/etc/hostname")
    assert found(site) == [
        ("_data/organizations/a.example.md", 2, "E304"),
        ("_data/topics/00-ai.yaml", 2, "E302"),
        (A, 6, "E302"),
        (A, 7, "E302"),
        ("_news/2023-09-01-aa.md", 1, "E104"),
        (B, 1, "E301"),
    ]


@pytest.mark.parametrize("site_name", ["powerapps", "azure-sample"])
def test_real_sites_have_no_errors(corpora: Path, site_name: str) -> None:
    report = Report()
    codes = {problem.code for _, problem in check_paths([corpora / site_name], NOW, report)}
    assert codes <= {"N501", "N502", "W405", "W414"}
    assert report.files > 700


def test_the_sample_edition_has_no_problems() -> None:
    assert found(SEED_EDITION) == []


def test_a_partial_without_front_matter_is_read_but_no_problem(site: Path) -> None:
    for name in ("_news/README.md", "_news/_partial.md", "_news/notes.md"):
        write(name, "no front matter")
    report = Report()
    assert [problem.path for _, problem in check_paths([site], NOW, report)] == ["_news/notes.md"]
    assert report.files == 3


def test_files_that_cannot_be_read_are_problems_and_do_not_count_as_read(site: Path) -> None:
    write(A, b"x" * 2_000_001)
    write("_data/topics/a.yaml", b"x" * 2_000_001)
    write("_data/organizations/a.md", b"x" * 2_000_001)
    report = Report()
    assert [problem.code for _, problem in check_paths([site], NOW, report)] == ["E102"] * 3
    assert report.files == 0


@pytest.mark.django_db
def test_an_import_into_an_empty_database_names_the_same_problems(
    site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("_data/topics/a.yaml", "name: A\nkeywords: x\n")
    write("_data/topics/ai.yaml", "name: AI\nimages: [/gone.png]\n")
    write("_data/organizations/a.md", "no front matter")
    write("_news/README.md", "no front matter")
    write_article(A, heat='"x"')
    write_article(B, publishedDateTime="2023-09-01", topics="[Sea]", images="[{url: /gone.png, width: 1, height: 1}]")
    write_article("_news/b/2023-09-01-B.md", related=[ENTRY, ENTRY])
    main(["."])
    with pytest.raises(SystemExit):
        call_command("import_articles", "--dry-run", ".", stdout=(out := StringIO()))
    place_and_code = re.compile(r"^(.+?):(\d+): .*\[\w+ (\w+)\]$", re.MULTILINE)
    found = place_and_code.findall(capsys.readouterr().out)
    assert {code for _, _, code in found} == {"E106", "E201", "E302", "N501", "N502", "W401", "W405"}
    assert sorted(found) == sorted(place_and_code.findall(out.getvalue()))


# Addresses


def test_the_second_file_of_an_address_is_an_error_that_names_the_first(site: Path, write_article: Write) -> None:
    write_article(A)
    write_article("_news/old/2023-09-01-A.md")
    (problem,) = problems_of(site)
    assert (problem.path, problem.line, problem.code) == ("_news/old/2023-09-01-A.md", 1, "E106")
    assert problem.message == f"its address /2023/09/01/a/ belongs to {A}"


def test_addresses_are_compared_between_folders(tmp_path: Path, write_article: Write) -> None:
    write_article("one/2023-09-01-a.md")
    write_article("two/sub/2023-09-01-a.md")
    folders = [tmp_path / "site" / "one", tmp_path / "site" / "two"]
    assert found(*folders) == [("sub/2023-09-01-a.md", 1, "E106")]


def test_addresses_from_titles_are_compared(site: Path, write_article: Write) -> None:
    write_article("_news/x.md")
    write_article("_news/y.md")
    assert found(site) == [("_news/y.md", 1, "E106")]


def test_a_file_that_stays_out_takes_no_address(site: Path, write_article: Write) -> None:
    write_article(A, title=None)
    write_article("_news/old/2023-09-01-a.md")
    assert found(site) == [(A, 1, "E301")]


OTHERS: dict[str, tuple[str, str, list[str]]] = {
    "an article": ("_news/old/2023-09-01-a.md", article_text(), ["E106"]),
    "an article of another address": ("_news/old/2023-09-02-a.md", article_text(), []),
    "a broken file": ("_news/old/2023-09-01-a.md", article_text(title=None), []),
    "no article file": ("_news/2023-09-01-a.rst", article_text(), []),
    "a file in a hidden folder": ("_news/.old/2023-09-01-a.md", article_text(), []),
    "a file elsewhere": ("drafts/2023-09-01-a.md", article_text(), []),
}


@pytest.mark.parametrize(("path", "text", "expected"), OTHERS.values(), ids=OTHERS)
def test_a_file_alone_is_compared_with_its_site(
    site: Path, write_article: Write, path: str, text: str, expected: list[str]
) -> None:
    write(path, text)
    write_article(A)
    assert [problem.code for problem in problems_of(A)] == expected


def test_a_link_that_leads_away_takes_no_address(site: Path, write_article: Write) -> None:
    write_article("../elsewhere/2023-09-01-a.md")
    (site / "_news" / "old").mkdir()
    (site / "_news" / "old" / "2023-09-01-a.md").symlink_to(site.parent / "elsewhere" / "2023-09-01-a.md")
    write_article(A)
    assert found(A) == []


def test_a_file_or_folder_named_twice_is_checked_once(site: Path, write_article: Write) -> None:
    write_article(A, title=None)
    write_article(B)
    report = Report()
    paths = [site, site / "_news", Path(A), Path(B)]
    assert [problem.code for _, problem in check_paths(paths, NOW, report)] == ["E301"]
    assert report.files == 2


# Images


def test_images_that_are_not_in_the_site_folder_are_warnings_wherever_they_are_named(
    site: Path, write_article: Write
) -> None:
    write("assets/here.png", b"x")
    write("assets/huge.png", b"x" * 10_000_001)
    missing = "[{url: /assets/gone.png, width: 1, height: 1}]"
    images = [f"{{url: {url}, width: 1, height: 1}}" for url in ("/assets/here.png", "https://a.example/x.png")]
    write_article(
        A,
        images=f"[{', '.join(images)}, {{url: /assets/huge.png, width: 1, height: 1}}]",
        provider=f"{{domain: a.example, images: {missing}}}",
        related=[ENTRY | {"images": missing}],
    )
    write("_data/topics/ai.yaml", "name: AI\nimages:\n  - /assets/gone.png\n  - /assets/here.png\n")
    write("_data/organizations/a.md", f"---\ndomain: a.example\nimages: {missing}\n---\n")
    assert found(site) == [
        ("_data/organizations/a.md", 3, "W405"),
        ("_data/topics/ai.yaml", 3, "W405"),
        (A, 9, "W405"),
        (A, 11, "W405"),
        (A, 17, "W405"),
    ]


def test_images_are_looked_for_from_the_site_when_a_file_is_named_alone(site: Path, write_article: Write) -> None:
    write("assets/here.png", b"x")
    write_article(A, images="[{url: /assets/here.png, width: 1, height: 1}]")
    assert found(A) == []


# Topics


def test_a_topic_without_a_file_is_noted_once_where_it_is_first_named(
    site: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "CHUNK_SIZE", 1)
    write("_data/topics/ai.yaml", "name: AI\n")
    write_article(A, topics="[ai, Ships]")
    write_article(B, topics="[AI, SHIPS, Sea]")
    assert found(site) == [(A, 10, "N501"), (B, 10, "N501")]
    assert [problem.message.partition(" has")[0] for problem in problems_of(site)] == [
        "topics[2]: the topic Ships",
        "topics[3]: the topic Sea",
    ]


def test_a_site_without_a_folder_of_topics_needs_no_topic_files(site: Path, write_article: Write) -> None:
    write_article(A)
    assert found(site) == []


def test_problems_of_topic_files_are_named_when_these_are_checked(site: Path, write_article: Write) -> None:
    write("_data/topics/ai.yaml", "name: AI\nparent: Gone\n")
    write("_data/topics/broken.yaml", "name: [\n")
    write("_data/topics/sea.yaml", "name: Sea\n")
    write_article(A)
    assert found(A, "_data/topics/sea.yaml") == []


def test_the_topics_of_the_site_are_known_when_a_file_is_named_alone(site: Path, write_article: Write) -> None:
    write("_data/topics/ai.yaml", "name: AI\n")
    write("_data/topics/notes.txt", "name: Sea\n")
    write_article(A, topics="[AI, Sea]")
    assert found(A) == [(A, 10, "N501")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a": "name: A\nparent: B\n", "b": "name: B\n"}, []),
        ({"a": "name: A\nparent: C\n", "b": "name: B\nparent: c\n"}, [("a", 2, "N501")]),
        ({"a": "name: A\nparent: a\n"}, [("a", 2, "W406")]),
        ({"a": "name: A\nparent: B\n", "b": "name: B\nparent: A\n"}, [("b", 2, "W406")]),
    ],
)
def test_parents_of_topics_have_files_and_go_up(
    site: Path, write_article: Write, files: dict[str, str], expected: list[tuple[str, int, str]]
) -> None:
    for name, text in files.items():
        write(f"_data/topics/{name}.yaml", text)
    assert found(site) == [(f"_data/topics/{name}.yaml", line, code) for name, line, code in expected]


# What is named


DATA = {
    "a topic": (["_data/topics/b.yaml"], ["_data/topics/b.yaml"]),
    "all topics": (["_data/topics"], ["_data/topics/a.yaml", "_data/topics/b.yaml"]),
    "an organization": (["_data/organizations/a.md"], ["_data/organizations/a.md"]),
    "all data": (["_data"], ["_data/organizations/a.md", "_data/topics/a.yaml", "_data/topics/b.yaml"]),
    "a topic and an article": ([A, "_data/topics/a.yaml"], ["_data/topics/a.yaml", A]),
}


@pytest.mark.parametrize(("paths", "expected"), DATA.values(), ids=DATA)
def test_topics_and_organizations_are_checked_as_such_when_they_are_named_alone(
    site: Path, write_article: Write, paths: list[str], expected: list[str]
) -> None:
    write_article(A, title=None)
    for name in ("a", "b"):
        write(f"_data/topics/{name}.yaml", f"name: {name}\nkeywords: 1\n")
    write("_data/organizations/a.md", "---\ndomain: a/b\n---\n")
    whole = problems_of(site)
    assert [problem.path for problem in problems_of(*paths)] == expected
    assert problems_of(*paths) == [problem for problem in whole if problem.path in expected]


def test_a_topic_that_is_not_there_is_a_problem(site: Path) -> None:
    assert [problem.code for problem in problems_of("_data/topics/gone.yaml")] == ["E107"]


# Many files


def test_all_cores_find_what_one_finds_in_the_same_order(
    site: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("_data/topics/ai.yaml", "name: AI\n")
    for number in range(12):
        write_article(f"_news/{number % 2}/2023-09-01-{number // 2}.md", topics=f"[T{number % 3}]", mood='"\\x07"')
    monkeypatch.setattr(processes, "CHUNK_SIZE", 2)
    here = problems_of(site)
    assert {problem.code for problem in here} == {"E106", "N501", "W403"}
    monkeypatch.setattr(processes, "PARALLEL_FROM", 12)
    monkeypatch.setattr(processes, "_cores", lambda: 2)
    assert problems_of(site) == here


class Pool:
    """Stands in for processes: does the work at once, and counts it."""

    def __init__(self) -> None:
        self.submitted = 0

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *arguments: object) -> None: ...

    def submit(self, check: Callable[[object], object], files: object) -> Future[object]:
        self.submitted += 1
        future: Future[object] = Future()
        future.set_result(check(files))
        return future


@pytest.fixture
def pool(site: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """What a check of twenty broken files on two cores uses when it takes processes."""
    for number in range(20):
        write_article(f"_news/{number:02}.md", title=None)
    pool = Pool()
    monkeypatch.setattr(processes, "ProcessPoolExecutor", lambda cores, context: pool)
    monkeypatch.setattr(processes, "CHUNK_SIZE", 1)
    monkeypatch.setattr(processes, "PARALLEL_FROM", 20)
    monkeypatch.setattr(processes, "_cores", lambda: 2)
    return pool


@pytest.mark.parametrize(("parallel_from", "cores", "submitted"), [(20, 2, 20), (21, 2, 0), (20, 1, 0)])
def test_processes_are_for_many_files_and_several_cores(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, parallel_from: int, cores: int, submitted: int
) -> None:
    monkeypatch.setattr(processes, "PARALLEL_FROM", parallel_from)
    monkeypatch.setattr(processes, "_cores", lambda: cores)
    assert len(problems_of(".")) == 20
    assert pool.submitted == submitted


def test_few_files_are_on_their_way_to_other_processes_at_a_time(pool: Pool) -> None:
    problems = check_paths([Path()], NOW)
    assert next(problems)
    assert pool.submitted == 4


def test_files_are_read_as_problems_are_asked_for(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[SourceFile] = []

    def counting_read(file: SourceFile) -> Content | Problem:
        reads.append(file)
        return read(file)

    monkeypatch.setattr(processes, "PARALLEL_FROM", 1000)
    monkeypatch.setattr(site_check, "read", counting_read)
    assert next(check_paths([Path()], NOW))
    assert len(reads) == 1


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="interrupts are another matter on Windows")
def test_an_interrupt_ends_all_processes_without_a_traceback(site: Path, write_article: Write) -> None:
    # More is printed than a pipe holds, so that the check cannot end before it is interrupted.
    images = ", ".join(f"{{url: /{n}{'x' * 190}.png, width: 1, height: 1}}" for n in range(20))
    for number in range(100):
        write_article(f"_news/{number}.md", title=f'"{number}"', images=f"[{images}]")
    settings = (
        "from articles.content.check import processes as p; p.PARALLEL_FROM = p.CHUNK_SIZE = 1; p._cores = lambda: 4"
    )
    main = "import sys; from articles.content.checking import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", f"{settings}; {main}", str(site)]
    process = subprocess.Popen(
        command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 130


def test_a_reader_that_has_seen_enough_ends_the_check_without_a_traceback(site: Path, write_article: Write) -> None:
    # More than a pipe holds.
    images = ", ".join(f"{{url: /{n}{'x' * 190}.png, width: 1, height: 1}}" for n in range(20))
    for number in range(100):
        write_article(f"_news/{number}.md", title=f'"{number}"', images=f"[{images}]")
    command = [sys.executable, "-m", "articles.content.checking", str(site)]
    with subprocess.Popen(command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141


# How it is run


def test_it_runs_without_settings_and_without_django(site: Path, write_article: Write) -> None:
    write_article(A, title=None)
    command = [sys.executable, "-X", "importtime", "-m", "articles.content.checking", str(site)]
    result = subprocess.run(command, cwd=PROJECT, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert result.stdout == (
        f"{site / A}:1: title is missing [error E301]\nchecked 1 file, problems: 1 error, 0 warnings, 0 notes\n"
    )
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "articles.content.parsing" in imported
    assert not {name for name in imported if name.partition(".")[0] in {"django", "newsreader", "environs"}}


WARNING = article_text(publishedDateTime="2023-09-01")
EXITS: dict[str, tuple[dict[str, str], list[str], int]] = {
    "no problems": ({A: article_text()}, ["."], 0),
    "warnings": ({A: WARNING}, ["."], 0),
    "warnings, strict": ({A: WARNING}, ["--strict", "."], 1),
    "notes, strict": ({A: article_text(related=[ENTRY, ENTRY])}, ["--strict", "."], 0),
    "errors": ({A: article_text(title=None)}, ["."], 1),
    "an error beside what is right": ({A: article_text()}, [".", "gone"], 1),
    "nothing there": ({}, ["gone"], 2),
    "nothing to read": ({}, ["."], 2),
    "nothing readable": ({A: "x" * 2_000_001}, ["."], 2),
}


@pytest.mark.parametrize(("files", "arguments", "code"), EXITS.values(), ids=EXITS)
def test_the_exit_code_says_how_it_went(site: Path, files: dict[str, str], arguments: list[str], code: int) -> None:
    for path, text in files.items():
        write(path, text)
    assert main(arguments) == code


def test_wrong_arguments_end_like_nothing_read() -> None:
    with pytest.raises(SystemExit) as error:
        main(["--format", "xml", "."])
    assert error.value.code == 2


def test_the_command_does_the_same_without_a_database(
    site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article(A, publishedDateTime="2023-09-01")
    call_command("check_articles", ".", stdout=(out := StringIO()))
    main(["."])
    assert out.getvalue() == capsys.readouterr().out
    with pytest.raises(SystemExit) as error:
        call_command("check_articles", ".", "--strict", "--format=json", stdout=(out := StringIO()))
    assert error.value.code == 1
    assert json.loads(out.getvalue())["warnings"] == 1


# How it is printed


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    main(list(arguments))
    return capsys.readouterr().out.splitlines()


def test_text_is_a_line_for_each_problem_and_one_of_totals(
    site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article(A, heat='"x"')
    write_article(B, publishedDateTime="2023-09-01")
    assert printed(capsys, ".") == [
        f"{A}:7: heat must be a whole number without quotes, not 'x' [error E302]",
        f"{B}:4: publishedDateTime names no zone; it is taken as UTC (write Z at its end) [warning W401]",
        "checked 2 files, problems: 1 error, 1 warning, 0 notes",
    ]


def test_paths_elsewhere_are_printed_in_full(
    site: Path, write_article: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article(A, title=None)
    monkeypatch.chdir(site / "_news")
    assert printed(capsys, str(site))[0].startswith("2023-09-01-a.md:1: ")
    (site / "assets").mkdir()
    monkeypatch.chdir(site / "assets")
    assert printed(capsys, str(site))[0].startswith(f"{site / A}:1: ")


def test_text_of_a_file_begins_no_line_and_steers_no_terminal(
    site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("_data/topics/ai.yaml", "name: AI\n")
    write_article(A, topics='["a\\n::stop-commands::x\\e[2J"]')
    lines = [line for line in printed(capsys, ".") if "N501" in line]
    assert lines == [
        f"{A}:10: topics[1]: the topic a\\n::stop-commands::x\\x1b[2J has no file; it is created [note N501]"
    ]


def test_json_is_one_document(site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write_article(A, title=None)
    write_article(B, publishedDateTime="2023-09-01", related=[ENTRY, ENTRY])
    document = json.loads("\n".join(printed(capsys, "--format", "json", ".")))
    totals = {"files": 2, "errors": 1, "warnings": 1, "notes": 1}
    assert {key: document[key] for key in document if key != "problems"} == totals
    assert [(each["path"], each["line"], each["level"]) for each in document["problems"]] == [
        (A, 1, "error"),
        (B, 4, "warning"),
        (B, 16, "note"),
    ]
    message = "title is missing"
    assert document["problems"][0] == {"path": A, "line": 1, "code": "E301", "level": "error", "message": message}


def test_json_without_problems_is_a_document_too(
    site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article(A)
    document = json.loads("\n".join(printed(capsys, "--format", "json", ".")))
    assert document == {"problems": [], "files": 1, "errors": 0, "warnings": 0, "notes": 0}


def test_github_gets_workflow_commands(site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write_article(A, title=None)
    write_article(B, publishedDateTime="2023-09-01", related=[ENTRY, ENTRY])
    lines = printed(capsys, "--format", "github", ".")
    assert lines[0] == f"::error file={A},line=1,title=E301::title is missing"
    assert lines[1].startswith(f"::warning file={B},line=4,title=W401::")
    assert lines[2].startswith(f"::notice file={B},line=16,title=N502::related[2] lists")
    assert lines[3:] == ["checked 2 files, problems: 1 error, 1 warning, 1 note"]


def test_github_commands_are_escaped(site: Path, write_article: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("_data/topics/ai.yaml", "name: AI\n")
    write_article("_news/50%, a:b\r\n.md", topics='["50%, a:b\\r\\n::error::x"]')
    assert printed(capsys, "--format", "github", ".")[0] == (
        "::notice file=_news/50%25%2C a%3Ab%0D%0A.md,line=10,title=N501"
        "::topics[1]: the topic 50%25, a:b%0D%0A::error::x has no file; it is created"
    )


def test_what_the_encoding_of_the_output_lacks_does_not_end_the_check(site: Path, write_article: Write) -> None:
    write_article("_news/日本.md", title=None)
    environment = {"PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-P", "-m", "articles.content.checking", "."]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.stdout.startswith("_news/\\u65e5\\u672c.md:1: ")
    assert result.returncode == 1


# The documentation


def documented(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def repository(site: Path, write_article: Write) -> Path:
    """A repository of content with a wrong article and a right one, and this project beside and within it."""
    write_article(A, heat='"70"')
    write_article(B)
    project = site.parent / "newsreader"
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / "articles").symlink_to(PROJECT / "articles")
    python = project / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    (site / ".newsreader").symlink_to(project)
    return site


def ran(command: str | list[str], **environment: str) -> list[str]:
    """Return what a command prints that ends as one does that found errors."""
    result = subprocess.run(
        command,
        shell=isinstance(command, str),
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode in {1, 2}, result.stderr
    return result.stdout.splitlines()


WRONG = f"{A}:7: heat must be a whole number without quotes, not '70' [error E302]"


def test_the_documented_command_runs(repository: Path) -> None:
    assert ran(documented("sh")[1])[0] == WRONG


def test_the_documented_hook_runs_and_gets_the_files_of_a_site(repository: Path) -> None:
    (hook,) = yaml.safe_load(documented("yaml")[0])["repos"][0]["hooks"]
    assert ran([*shlex.split(hook["entry"]), A, B]) == [
        WRONG,
        "checked 2 files, problems: 1 error, 0 warnings, 0 notes",
    ]
    site_files = [A, "_news/x/y.html", "_data/topics/00-ai.yaml", "_data/organizations/a.example.md"]
    others = ["README.md", "_news/x.png", "_data/topics/x.md", "x/_news/a.md", "_data/a.yaml"]
    assert [path for path in site_files + others if re.search(hook["files"], path)] == site_files


def test_the_documented_workflow_runs(repository: Path) -> None:
    step = yaml.safe_load(documented("yaml")[1])["jobs"]["check"]["steps"][-1]
    assert ran(step["run"], **step["env"])[0].startswith(f"::error file={A},line=7,title=E302::heat must")


def test_the_documented_makefile_runs(repository: Path) -> None:
    write("Makefile", documented("make")[0])
    assert ran(["make", "check"])[0] == WRONG
