"""``python -m tests.support.enqueued TASK ...`` puts tasks into the queue; with ``--work``, a worker then runs what is there."""

import os
import sys
from datetime import timedelta


def main(*names: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    import django

    django.setup()
    from articles.jobs import content, enqueue

    if names != ("--work",):
        for name in names:
            enqueue(getattr(content, name))
        return
    work_off()


def work_off() -> None:
    """Run what waits, and what workers that were killed have left, until nothing is left."""
    from django.utils import timezone

    from articles.jobs.claims import claim
    from articles.jobs.running import run_task
    from articles.models import Worker

    Worker.objects.update(seen=timezone.now() - timedelta(days=1))
    worker = Worker.objects.create(name="the last one")
    while record := claim(worker):
        run_task(record)


if __name__ == "__main__":
    main(*sys.argv[1:])
