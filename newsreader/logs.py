"""Shortens log records."""

import logging

LONGEST = 300


class ClientsMistakes(logging.Filter):
    """Shortens records that any client can cause, such as a bad Host header, to one line without traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            text = record.getMessage()
            record.msg = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
