"""Tells a person of errors: each new kind at once, and of one that goes on once a day, with how often it occurred.

A kind is a type of exception at a place in the code. A report has nothing that came with a request or from the database, not
even the exception's message, which may quote either: the log has that, under the id of the request. What was reported is in
``VAR_DIR/errors``, a file for each kind, so that the processes of a machine share it, whatever state the database is in.
"""

import atexit
import fcntl
import hashlib
import json
import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from newsreader import __version__
from newsreader.request_ids import request_id

logger = logging.getLogger(__name__)

PACKAGES = ("articles", "newsreader")
DAY = 86_400.0  # seconds
# Reports that wait; more than that are counted, but not sent.
WAITING = 100
# Seconds for a receiver to answer, and for the last reports of a process that ends.
ANSWER_SECONDS, END_SECONDS = 10.0, 5.0
Send = Callable[["Report"], None]


@dataclass(frozen=True, slots=True)
class Report:
    """``kind``: what and where; ``times``: how often since the last report; ``route``: the pattern of the address."""

    kind: str
    times: int
    method: str
    route: str
    request_id: str
    site: str
    release: str

    @property
    def text(self) -> str:
        """The report in a sentence."""
        where = f" at {self.method} {self.route}" if self.route else ""
        under = f" The log has it under {self.request_id}." if self.request_id else " The log has more."
        times = f" {self.times} times since the last report" if self.times > 1 else ""
        return f"{self.site}: {self.kind}{where}{times}.{under}"


class ReportHandler(logging.Handler):
    """Reports errors that are logged, in a thread of its own: it neither fails nor waits."""

    def __init__(self, level: int | str = logging.ERROR) -> None:
        super().__init__(level)
        self._queue: queue.Queue[Report | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Put the report of a record into the queue, if there is anything new about it."""
        if record.name.startswith(("django.security", __name__)):
            return  # what any client can cause, and what goes wrong here
        try:
            if report := report_of(record):
                self._start()
                self._queue.put_nowait(report)
        except Exception:  # noqa: BLE001 - whoever logs must not suffer from it
            self.handleError(record)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="reports of errors", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _run(self) -> None:
        while (report := self._queue.get()) is not None:
            for send in senders():
                try:
                    send(report)
                except Exception as error:  # noqa: BLE001 - whatever a library or a server does
                    logger.warning("An error could not be reported: %s", type(error).__name__)
                    forget(report.kind)
            self._queue.task_done()

    def flush(self) -> None:
        """Wait for what is in the queue, but not for long."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            with suppress(queue.Full):
                self._queue.put_nowait(None)
            thread.join(END_SECONDS)


def report_of(record: logging.LogRecord) -> Report | None:
    """Count an error; return the report that is due, if one is."""
    kind = kind_of(record)
    times = count(kind, record.created)
    if not times:
        return None
    request: Any = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    return Report(
        kind=kind,
        times=times,
        method=getattr(request, "method", None) or "",
        route=f"/{match.route}" if match else "",
        request_id=request_id.get() or getattr(request, "META", {}).get("HTTP_X_REQUEST_ID", ""),
        site=settings.SITE_URL or settings.SITE_NAME,
        release=__version__,
    )


def kind_of(record: logging.LogRecord) -> str:
    """Return the type of an exception and the innermost place of this project, or the logger and its text without values."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{record.name}: {record.msg}" if isinstance(record.msg, str) else record.name
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__qualname__
    own = [
        frame for frame in frames if Path(frame.filename).is_relative_to(settings.BASE_DIR) and _is_own(frame.filename)
    ]
    frame = (own or frames)[-1]
    path = Path(frame.filename)
    name = path.relative_to(settings.BASE_DIR) if own else path.name
    return f"{type(error).__qualname__} in {name}, {frame.name}"


def _is_own(filename: str) -> bool:
    # Libraries may be below the same folder: those of a checkout's .venv, or beside the packages of the wheel.
    return Path(filename).relative_to(settings.BASE_DIR).parts[0] in PACKAGES


def count(kind: str, now: float) -> int:
    """Count an error of a kind; return how often it occurred since the last report if one is due, else 0."""
    with _file(kind).open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        reported, since = _state(file.read())
        is_due = not 0 <= now - reported < DAY
        file.seek(0)
        file.truncate()
        json.dump({"kind": kind, "reported": now if is_due else reported, "since": 0 if is_due else since + 1}, file)
    return since + 1 if is_due else 0


def forget(kind: str) -> None:
    """Have the next error of a kind reported again, as this report did not arrive."""
    _file(kind).unlink(missing_ok=True)


def _state(text: str) -> tuple[float, int]:
    with suppress(ValueError, TypeError, KeyError):
        found = json.loads(text)
        return float(found["reported"]), int(found["since"])
    return float("-inf"), 0


def _file(kind: str) -> Path:
    folder = Path(settings.VAR_DIR) / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{hashlib.sha256(kind.encode()).hexdigest()[:32]}.json"


def senders() -> list[Send]:
    """Return what sends reports, by the settings."""
    return [*([_post] if settings.ERROR_WEBHOOK else []), *([_mail] if settings.ERROR_MAIL_TO else [])]


def _post(report: Report) -> None:
    import urllib3

    # Chat services show "text".
    body = asdict(report) | {"text": report.text, "time": int(time.time())}
    with urllib3.PoolManager() as pool:
        answer = pool.request(
            "POST", settings.ERROR_WEBHOOK, json=body, timeout=ANSWER_SECONDS, retries=False, redirect=False
        )
    if answer.status >= 300:
        raise OSError(f"the webhook answered {answer.status}")


def _mail(report: Report) -> None:
    from django.core.mail import send_mail

    lines = [report.text, "", f"Release {report.release}"]
    send_mail(f"[{report.site}] {report.kind}"[:200], "\n".join(lines), None, settings.ERROR_MAIL_TO)
