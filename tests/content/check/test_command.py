"""How checking is run, and how it prints what it finds."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.content.checking import main
from tests.support.checking import ENTRY, PROJECT, A, B, write
from tests.support.site_files import article_text

Write = Callable[..., Path]


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
        f"{B}:4: publishedDateTime names no zone; it is taken as UTC"
        " (write publishedDateTime: 2023-09-01T00:00:00Z) [warning W401]",
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
