"""The figures of all workers in Prometheus' text format."""

from pathlib import Path

from django.http import HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from newsreader.metrics.database import DatabaseFigures
from newsreader.metrics.folder import processes_that_ended


def figures(folder: Path) -> HttpResponse:
    """Return what the workers of this server have counted, and what the database knows."""
    for pid in processes_that_ended(folder):
        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(DatabaseFigures())
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers=headers)
