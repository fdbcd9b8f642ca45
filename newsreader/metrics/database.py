"""Figures that are read from the database for each answer."""

import logging
from collections.abc import Iterator

from django.db import DatabaseError
from django.db.models import Max
from prometheus_client.core import GaugeMetricFamily

from articles.models import Article, ImportRun

logger = logging.getLogger(__name__)


class DatabaseFigures:
    """What the database knows, for a registry of prometheus-client; without the database, only that it is down."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            values = _values()
        except DatabaseError as error:
            logger.warning("Figures could not be read from the database: %s", error)
            values = {}
        yield GaugeMetricFamily("newsreader_database_up", "Whether the database answers.", 1 if values else 0)
        for (name, text), value in values.items():
            if value is not None:
                yield GaugeMetricFamily(name, text, value)


def _values() -> dict[tuple[str, str], float | None]:
    imported = ImportRun.objects.filter(state=ImportRun.State.FINISHED).aggregate(time=Max("finished"))["time"]
    newest = Article.objects.listed().order_by("-listed_from").values_list("listed_from", flat=True).first()
    return {
        ("newsreader_last_import_timestamp_seconds", "When the last import has finished."): imported
        and imported.timestamp(),
        ("newsreader_newest_article_timestamp_seconds", "From when the newest article is listed."): newest
        and newest.timestamp(),
    }
