"""Files as tests check them."""

import datetime as dt
from pathlib import Path

from articles.content.checking import check_paths
from articles.content.problems import Problem

PROJECT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
ENTRY: dict[str, object] = {
    "title": '"Other"',
    "publishedDateTime": "2023-08-31T00:00:00Z",
    "webUrl": '"https://b.example/other"',
    "provider": "{name: B Paper, domain: b.example}",
}
A, B = "_news/2023-09-01-a.md", "_news/2023-09-01-b.md"


def write(path: str, text: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())


def problems_of(*paths: str | Path) -> list[Problem]:
    return [problem for _, problem in check_paths(map(Path, paths), NOW)]


def found(*paths: str | Path) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.code) for problem in problems_of(*paths)]
