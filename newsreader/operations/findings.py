"""What a check finds, and the list of all checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _

# Each has functions with the decorator ``check``; a package that has something to check adds its module here.
MODULES = (
    "newsreader.operations.checks.software",
    "newsreader.operations.checks.database",
    "newsreader.operations.checks.work",
    "newsreader.backup.health",
    "newsreader.operations.checks.machine",
    "newsreader.operations.checks.contradictions",
)


class Level(IntEnum):
    """How bad it is; the number is the exit code of ``doctor``."""

    OK = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: a sentence, and what to do about it."""

    level: Level
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A check with all that it found; ``title`` is translated when it is shown."""

    name: str
    title: Any
    findings: list[Finding]

    @property
    def level(self) -> Level:
        return max((each.level for each in self.findings), default=Level.OK)


Check = Callable[[], Iterable[Finding]]
_checks: dict[str, tuple[Any, Check]] = {}


def check(name: str, title: Any) -> Callable[[Check], Check]:
    """Add a function that yields findings to the checks, under a name for programs and a title for people."""

    def add(function: Check) -> Check:
        _checks[name] = title, function
        return function

    return add


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def warning(text: str, advice: str) -> Finding:
    return Finding(Level.WARNING, text, advice)


def error(text: str, advice: str) -> Finding:
    return Finding(Level.ERROR, text, advice)


def examine() -> list[Section]:
    """Run all checks; one that fails itself is an error among the findings."""
    for module in MODULES:
        import_module(module)
    return [Section(name, title, _findings(function)) for name, (title, function) in _checks.items()]


def _findings(function: Check) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(function())
    except Exception as failure:  # noqa: BLE001 - whatever it is, the other checks go on
        text = _("This cannot be told: %s") % " ".join(f"{type(failure).__name__}: {failure}".split())
        found.append(error(text, _("Mend what is wrong above, then look again.")))
    return found


def worst(sections: Iterable[Section]) -> Level:
    return max((section.level for section in sections), default=Level.OK)
