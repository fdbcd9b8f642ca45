"""What tests of exports share."""

from pathlib import Path

from articles.sync.exports.export import Export
from articles.sync.exports.folder import ExportReport


def run_export(root: Path, everything: bool = False) -> tuple[ExportReport, list[str]]:
    """Export into a folder, and return the report and the problems."""
    problems: list[str] = []
    report = Export(root, lambda problem: problems.append(str(problem)), everything).run()
    return report, problems


def snapshot(root: Path) -> dict[str, bytes]:
    """Return all files below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def lines_that_differ(before: bytes, after: bytes) -> set[bytes]:
    return set(before.splitlines()) ^ set(after.splitlines())
