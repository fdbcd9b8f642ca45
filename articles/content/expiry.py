"""Until when the file of another tool is published; article rows have it among their other keys."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from articles.content.values import from_json

EXPIRY = "expiryDate"
# Its names in files, in order of preference.
EXPIRY_KEYS = (EXPIRY, "expiry_date", "unpublishDate", "expires")


def expiry_of(extra: Mapping[str, Any]) -> dt.datetime | None:
    """Return the time, in UTC, that a file gave when it was last imported; ``extra`` are the row's other keys."""
    value = from_json(extra.get(EXPIRY))
    return value if isinstance(value, dt.datetime) and value.tzinfo else None
