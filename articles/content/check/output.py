"""Formats problems for people, programs and GitHub."""

import json
import re
from collections.abc import Iterator

from articles.content.check.report import Report
from articles.content.problems import Level, Problem, place
from articles.content.repeats import Groups, Repeats
from articles.content.yaml.characters import one_line

Shown = Iterator[tuple[str, Problem]]  # the printed path, and the problem


def _text(problems: Shown, report: Report, repeats: Repeats) -> Iterator[str]:
    groups = Groups()
    for path, problem in problems:
        if repeats.shows(problem):
            line = one_line(f"{place(path, problem.line)}: {problem.message} [{problem.level} {problem.code}]")
            yield from groups.add(problem, line)
    yield from groups.rest()
    yield from repeats.summary()
    counts = ", ".join(_count(number, level) for level, number in report.problems.items())
    yield f"checked {_count(report.files, 'file')}, problems: {counts}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _json(problems: Shown, report: Report, repeats: Repeats) -> Iterator[str]:
    yield '{"problems": ['
    separator = ""
    for path, problem in problems:
        keys = {"path": path, "line": problem.line or None, "code": problem.code, "level": problem.level}
        yield separator + json.dumps(keys | {"message": problem.message})
        separator = ","
    counts = {f"{level}s": number for level, number in report.problems.items()}
    yield f"], {json.dumps({'files': report.files} | counts).removeprefix('{')}"


GITHUB_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def _github(problems: Shown, report: Report, repeats: Repeats) -> Iterator[str]:
    for path, problem in problems:
        file, message = _escaped(path, "%\r\n:,"), _escaped(problem.message, "%\r\n")
        line = f",line={problem.line}" if problem.line else ""
        yield f"::{GITHUB_COMMANDS[problem.level]} file={file}{line},title={problem.code}::{message}"
    yield from _text(iter(()), report, repeats)


def _escaped(text: str, characters: str) -> str:
    """Escape characters as GitHub's workflow commands require."""
    return re.sub(f"[{characters}]", lambda match: f"%{ord(match[0]):02X}", text)


FORMATS = {"text": _text, "json": _json, "github": _github}
