"""Figures that are read from the database for each answer."""

import logging
from collections.abc import Iterator

from django.db import DatabaseError
from django.db.models import Max
from prometheus_client.core import GaugeMetricFamily

from articles.models import Article, ImportRun, TaskRecord, TaskState, Worker

logger = logging.getLogger(__name__)
# Those that are done are no news.
STATES = (TaskState.WAITING, TaskState.RUNNING, TaskState.FAILED)


class DatabaseFigures:
    """What the database knows, for a registry of prometheus-client; without the database, only that it is down."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            figures = [*_content(), _tasks()]
        except DatabaseError as error:
            logger.warning("Figures could not be read from the database: %s", error)
            figures = []
        yield GaugeMetricFamily("newsreader_database_up", "Whether the database answers.", 1 if figures else 0)
        yield from figures


def _content() -> Iterator[GaugeMetricFamily]:
    imported = ImportRun.objects.filter(state=ImportRun.State.FINISHED).aggregate(time=Max("finished"))["time"]
    if imported:
        name, text = "newsreader_last_import_timestamp_seconds", "When the last import has finished."
        yield GaugeMetricFamily(name, text, imported.timestamp())
    newest = Article.objects.listed().order_by("-listed_from").values_list("listed_from", flat=True).first()
    if newest:
        name, text = "newsreader_newest_article_timestamp_seconds", "From when the newest article is listed."
        yield GaugeMetricFamily(name, text, newest.timestamp())
    yield GaugeMetricFamily("newsreader_workers", "Workers for tasks that are alive.", Worker.objects.alive().count())


def _tasks() -> GaugeMetricFamily:
    family = GaugeMetricFamily("newsreader_tasks", "Tasks by their state.", labels=["state"])
    for state in STATES:
        family.add_metric([state.value], TaskRecord.objects.in_state(state).count())
    return family
