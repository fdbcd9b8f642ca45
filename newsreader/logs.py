"""How lines of the log are shortened."""

import logging

LONGEST = 300


class ClientsMistakes(logging.Filter):
    """What any client can cause at will, such as a bad Host, is one line: no traceback, and an end."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            text = record.getMessage()
            record.msg = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
