"""Tasks run here and now, as a worker would."""

from articles.jobs.claims import claim
from articles.jobs.running import run_task
from articles.models import Worker


def run_waiting() -> None:
    """Run tasks until none waits."""
    worker, _ = Worker.objects.get_or_create(name="one")
    while record := claim(worker):
        run_task(record)
