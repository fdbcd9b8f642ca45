"""``worker``: run tasks, and what is due by the clock."""

import contextlib
from typing import Any

from articles.jobs.worker import WorkerProcess
from articles.management.base import DatabaseCommand
from newsreader.audit.seen_settings import record_settings


class Command(DatabaseCommand):
    requires_system_checks = "__all__"
    help = "Run tasks, and what is due by the clock, until SIGTERM or Ctrl-C. Several may run at the same time."

    def handle(self, **options: Any) -> None:
        record_settings("worker")
        with contextlib.suppress(KeyboardInterrupt):  # a second signal
            WorkerProcess().run()
