"""Outages in the log: a line a minute while they last, and one when they are over."""

import logging
import time
from threading import Lock

LOG_EVERY = 60.0  # seconds


class OutageLog:
    """Says that something fails, unless that was just said, and that it works again, if its failure was said; thread-safe."""

    def __init__(self, logger: logging.Logger, failing: str, over: str) -> None:
        """``failing`` has a place for the error, as the messages of ``logger`` have."""
        self._logger, self._failing, self._over = logger, failing, over
        self._lock = Lock()
        self._logged = float("-inf")
        self._is_told = False

    def failed(self, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._logged < LOG_EVERY:
                return
            self._logged, self._is_told = now, True
        self._logger.warning(self._failing, error)

    def ended(self) -> None:
        with self._lock:
            was_told, self._is_told = self._is_told, False
        if was_told:
            self._logger.warning(self._over)
