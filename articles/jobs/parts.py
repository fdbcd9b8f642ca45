"""Long changes of many articles, in parts: each is a transaction, so that others can write in between.

The parts are actions that belong to a whole one, which is undone as one. With each part, its transaction notes in the
task's record how far the task is: so a task that is taken up again does no part twice.
"""

import time
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from articles.db.locks import writing
from articles.editorial.recording import start_whole
from articles.jobs.current import current_task, progress
from articles.models import Action

PART = 500  # articles; the database is locked for one part at a time
PAUSE = 0.1  # seconds between parts


class Parts:
    """How far the running task is, and the action that its parts belong to."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.task = current_task()
        record = self.task.select_related("action", "user").get() if self.task else None
        self.done = record.done if record else 0
        self.user: Any = record.user if record else None
        self.whole = record.action if record else None

    def begin(self, kind: str, summary: str, reason: str, about: Iterable[Model] = ()) -> Action:
        """Return the action of the whole, a new one unless the task has begun before."""
        if self.whole is None:
            with writing():
                self.whole = start_whole(self.user, kind, summary, reason, about)
                if self.task:
                    self.task.update(action=self.whole)
        return self.whole

    def note(self, done: int) -> None:
        """Note in the open transaction how much is done with it."""
        self.done = done
        if self.task:
            self.task.update(done=done, total=self.total)

    def rest(self) -> None:
        """Show how far the task is, where it may stop, and leave the database to others for a moment.

        SQLite has no queue of writers: those that wait try again up to ten times a second.
        """
        progress(self.done, self.total)
        time.sleep(PAUSE)
