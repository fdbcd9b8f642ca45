"""The one task of a test that workers as processes run, and what it wrote."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from articles.jobs import enqueue
from articles.models import TaskRecord
from tests.locks.threads import call

Until = Callable[[Callable[[], Any]], Any]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def own_task() -> TaskRecord:
    """Return the one task of the test; the clock adds others."""
    return TaskRecord.objects.select_related("task").get(task__task_path__startswith="tests.")


def state() -> str:
    return own_task().state


def added(task: Any, *arguments: Any) -> None:
    call(lambda: enqueue(task, *map(str, arguments)))
