"""Imports as tests run them."""

from pathlib import Path
from typing import Any

from articles.sync.imports.report import Options, Report
from articles.sync.imports.run import import_paths


def run_import(*paths: Path, **options: Any) -> tuple[Report, list[str]]:
    """Import folders or files, and return the report and the problems."""
    problems: list[str] = []
    return import_paths(paths, lambda root, problem: problems.append(str(problem)), Options(**options)), problems


def import_problems(*paths: Path, **options: Any) -> list[str]:
    """Import folders or files, and return the problems."""
    return run_import(*paths, **options)[1]


def other_problems(*paths: Path, **options: Any) -> list[str]:
    """Import folders or files, and return the problems but for notes about topics that have no file."""
    return [problem for problem in import_problems(*paths, **options) if "N501" not in problem]
