"""Shortens log records, and formats them for programs."""

import datetime as dt
import json
import logging
import time

from newsreader.request_ids import request_id

LONGEST = 300


class ClientsMistakes(logging.Filter):
    """Shortens records that any client can cause, such as a bad Host header, to one line without traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            text = record.getMessage()
            record.msg = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


class LineFormatter(logging.Formatter):
    """Lines for people, with the time in UTC: local times are twice the same in autumn, and differ between machines."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class JsonFormatter(logging.Formatter):
    """One JSON object a line, with the id of the request that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, object] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_id.get():
            values["request_id"] = name
        if status := getattr(record, "status_code", None):  # Django's lines about responses have it
            values["status"] = status
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return json.dumps(values, ensure_ascii=False, default=str)
